"""The ``labels`` table: what keys and values are called, in Chinese, in short Chinese and in English."""

from functools import cache
from pathlib import Path

import schemas
from pipelines.warehouse.queries.labels import FORM_KEYS, key_labels, without_number
from schemas.forms.catalogue import form_lines
from schemas.narrative import indicator_labels
from schemas.rules import rules
from schemas.tables import FACTS, TABLES
from schemas.vocabulary import PROVINCES
from schemas.yaml_text import load_yaml

VALUE_LABELS = Path(schemas.__path__[0]) / "value_labels.yaml"


def label_rows() -> list[dict[str, str]]:
    """Rows of ``labels``: what every key, rule, province, table and value of a closed vocabulary is called, once per column."""
    english = _english_keys()
    rows = [
        _label(
            column,
            key,
            label.replace(" / ", " · "),
            without_number(label),
            english.get((column, key), key.replace("_", " ")),
        )
        for (column, key), label in key_labels().items()
    ]
    rows += [
        _label("province", key, name, _plain_province(name), key.capitalize()) for key, (_, name) in PROVINCES.items()
    ]
    rows += [
        _label("rule", name, rule.label_zh, rule.label_zh, name.replace("_", " ")) for name, rule in rules().items()
    ]
    rows += [
        _label("table_name", name, TABLES[name].label_zh, TABLES[name].label_zh, name.replace("_", " "))
        for name in FACTS
    ]
    rows += [
        _label("indicator", key, name, name, key.replace(".", ": ").replace("_", " "))
        for key, name in indicator_labels().items()
    ]
    rows += [_label(column, key, *words) for column, named in _value_labels().items() for key, words in named.items()]
    return rows


def _label(column: str, key: str, zh: str, short: str, en: str) -> dict[str, str]:
    return {"column_name": column, "key": key, "label_zh": zh, "short_zh": short, "label_en": en}


def _english_keys() -> dict[tuple[str, str], str]:
    """As ``key_labels``, in English: ``Requests received / Total`` names a line and an applicant."""
    found: dict[tuple[str, str], str] = {}
    for row in sorted(form_lines(), key=lambda r: str(r["form"])):
        parts = str(row["label_en"]).split(" / ")
        if row["table_name"] in FORM_KEYS and len(parts) == 2:
            found |= {
                (column, key): words
                for column, key, words in zip(
                    FORM_KEYS[row["table_name"]], str(row["key"]).split("/")[-2:], parts, strict=True
                )
            }
    return found


def _plain_province(name: str) -> str:
    """``广西壮族自治区`` → ``广西``: the name without what kind of division it is."""
    for rank in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市"):
        name = name.removesuffix(rank)
    return name


@cache
def _value_labels() -> dict[str, dict[str, list[str]]]:
    raw: dict[str, dict[str, list[str]]] = load_yaml(VALUE_LABELS.read_text("utf-8"))
    return raw
