"""The rules behind the findings, and the one way to write a finding: ``schemas/rules.yaml`` holds the sentences."""

from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from schemas.forms.catalogue import KEY_COLUMNS, labels_zh
from schemas.yaml_text import load_yaml

FINDING_COLUMNS = (
    "rule", "severity", "table_name", "line", "applicant", "procedure", "outcome", "item", "metric",
    "expected", "printed", "suggested_value", "message", "message_zh", "evidence",
)  # fmt: skip
_FIGURES = ("expected", "printed", "suggested_value")
_PLACES, _WIDE = Decimal("0.000001"), Context(prec=38)


@dataclass(frozen=True)
class Rule:
    """One rule: usual severity, what it compares, and its sentence in both languages.

    ``check``: ``module:function`` below ``pipelines.report_rules`` that finds where a report breaks it.
    """

    rule: str
    severity: str
    kind: str
    table_name: str | None
    label_zh: str
    formula: str | None
    reference: str | None
    en: str
    zh: str
    check: str | None = None


@cache
def rules() -> dict[str, Rule]:
    """All rules by name."""
    raw = load_yaml(Path(__file__).with_name("rules.yaml").read_text(encoding="utf-8"))
    return {name: Rule(rule=name, **fields) for name, fields in raw.items()}


def exact_number(value: Decimal | float | None) -> Decimal | None:
    """A figure as a decimal with six places, which is what a printed amount has at most."""
    return None if value is None else Decimal(str(value)).quantize(_PLACES, context=_WIDE)


def number_text(value: Decimal | float | None) -> str:
    """A figure as people write it: no trailing zeros."""
    return "" if value is None else f"{exact_number(value):f}".rstrip("0").rstrip(".")


def finding(name: str, *, words: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A finding as a row of FINDING_COLUMNS.

    Args:
        name: the rule.
        words: placeholders of the sentence that are not fields of the finding.
        fields: columns of the finding; absent ones are None.
    """
    rule = rules()[name]
    row: dict[str, Any] = dict.fromkeys(FINDING_COLUMNS)
    fields |= {key: exact_number(fields[key]) for key in _FIGURES if key in fields}
    row |= {"rule": name, "severity": rule.severity, "table_name": rule.table_name} | fields
    shown = {key: number_text(fields.get(key)) for key in _FIGURES} | (words or {})
    row["message"] = rule.en.format_map(shown)
    place = shown.get("place_zh") or in_chinese(str(shown.get("place", "")), row["table_name"])
    row["message_zh"] = rule.zh.format_map({**shown, "place": place})
    return row


def in_chinese(place: str, table: str | None) -> str:
    """``granted/total`` by the official labels: 予以公开／总计."""
    labels = labels_zh(table) if table in KEY_COLUMNS else {}
    return "／".join(labels.get(part, part) for part in place.split("/") if part)
