"""Chinese words for what a query returns: columns by their name, keys of the forms by their 官方标签."""

from functools import cache

import polars as pl

from pipelines.warehouse.marts import marts
from schemas.form import form_lines
from schemas.tables import TABLES

_KEYS = {
    "applications": ("line", "applicant"), "disputes": ("procedure", "outcome"), "proactive_disclosure": ("item", "metric"),
}  # fmt: skip
_AT_MOST = 40


@cache
def column_labels() -> dict[str, str]:
    """Name of a column of a table or mart → a short Chinese label, with the unit where the registry knows one.

    A name that means different things in different tables gets the words of the first in the dictionary.
    """
    found: dict[str, str] = {}
    for column in (c for table in TABLES.values() for c in table.columns):
        unit = column.unit if column.unit and not column.unit.startswith("见") else None
        found.setdefault(column.name, f"{column.label_zh}（{unit}）" if unit else column.label_zh)
    for mart in marts():
        for name, words in mart.columns:
            found.setdefault(name, _short(words.rpartition("|")[2].strip()))
    found |= {line: label for (column, line), label in key_labels().items() if column == "line" and line not in found}
    return found


def _short(words: str) -> str:
    words = words.removeprefix("分母：").removeprefix("分子：")
    ends = [at for mark in "：；，（＝" if (at := words.find(mark)) > 0]
    return words[: min(ends)] if ends else words


@cache
def key_labels() -> dict[tuple[str, str], str]:
    """(key column, key) → 官方标签 as the newest form that has it prints it, e.g. ("line", "received")."""
    found: dict[tuple[str, str], str] = {}
    for row in sorted(form_lines(), key=lambda r: str(r["form"])):
        if row["table_name"] in _KEYS:
            outer, inner = _KEYS[str(row["table_name"])]
            *_, first, second = str(row["key"]).split("/")
            *above, last = str(row["label_zh"]).split(" / ")
            if row["table_name"] != "applications" or second == "total":
                found[outer, first] = " / ".join(above)
            found[inner, second] = last
    return found


def legend(answer: pl.DataFrame) -> list[str]:
    """``received  一、本年新收政府信息公开申请数量`` for every key in the answer; empty where there are very many."""
    columns = [c for c in dict.fromkeys(column for column, _ in key_labels()) if answer.schema.get(c) == pl.String]
    met: dict[str, str] = {}
    for column in columns:
        keys = answer[column].unique(maintain_order=True)
        met |= {key: key_labels()[column, key] for key in keys if (column, key) in key_labels()}
    return [f"{key}  {label}" for key, label in met.items()] if len(met) <= _AT_MOST else []
