"""Chinese labels for query results: columns by the COMMENT of their origin, keys by their 官方标签."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from schemas.narrative import indicator_labels
from schemas.vocabulary import PROVINCES

if TYPE_CHECKING:
    from pipelines.warehouse.queries.column_origins import Origin

FORM_KEYS = {
    "applications": ("line", "applicant"), "disputes": ("procedure", "outcome"), "proactive_disclosure": ("item", "metric"),
}  # fmt: skip
KEY_COLUMNS = tuple(dict.fromkeys(column for pair in FORM_KEYS.values() for column in pair))
"""Columns that hold keys of the statutory forms."""
_AT_MOST = 40
_ENGLISH = re.compile(r"\b[a-z]{3,}\b")
"""A word that no label holds: a mart's English words may name a Chinese label."""


def label_of(comment: str | None) -> str:
    """The short Chinese label in a bilingual COMMENT, with its unit; empty where it has none.

    A table's comment begins with the label, ``数值（件） | …``; a mart's own words end with Chinese, ``English | 中文``.
    """
    if not comment:
        return ""
    first, *_, last = comment.split(" | ") if " | " in comment else (comment, comment)
    label, _, unit = first.partition("（")
    if _is_chinese(label) and not _ENGLISH.search(label):
        return label if unit.startswith("见") else first
    return _short(last.strip()) if _is_chinese(last) else ""


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _short(words: str) -> str:
    words = words.removeprefix("分母：").removeprefix("分子：")
    ends = [at for mark in "：；，（＝" if (at := words.find(mark)) > 0]
    return words[: min(ends)] if ends else words


@cache
def key_labels() -> dict[tuple[str, str], str]:
    """(key column, key) → 官方标签 as the newest form that has it prints it, e.g. ("line", "received")."""
    from schemas.forms.catalogue import (
        form_lines,  # reads the forms: a tenth of a second that most commands need not spend
    )

    found: dict[tuple[str, str], str] = {}
    for row in sorted(form_lines(), key=lambda r: str(r["form"])):
        if row["table_name"] in FORM_KEYS:
            outer, inner = FORM_KEYS[str(row["table_name"])]
            *_, first, second = str(row["key"]).split("/")
            *above, last = str(row["label_zh"]).split(" / ")
            if row["table_name"] != "applications" or second == "total":
                found[outer, first] = " / ".join(above)
            found[inner, second] = last
    return found


def member_names(column: str) -> Mapping[str, str]:
    """What the values of an enumerated column are called in Chinese, where the forms or the list of provinces say so."""
    if column == "province":
        return {province: name for province, (_, name) in PROVINCES.items()}
    if column == "indicator":  # the only enumerated one is that of the prose
        return indicator_labels()
    labels = key_labels() if column in KEY_COLUMNS else {}
    return {key: without_number(label) for (of, key), label in labels.items() if of == column}


def without_number(label: str) -> str:
    """``三、本年度办理结果 / （一）予以公开`` → ``予以公开``: nobody asks for the number of a row."""
    return label.rpartition(" / ")[2].lstrip("0123456789一二三四五六七八九十、.（）")


def legend(columns: Iterable[tuple["Origin | None", Iterable[object]]]) -> list[str]:
    """``received  一、本年新收政府信息公开申请数量`` for every key in the answer; empty where there are very many.

    Args:
        columns: Origin and values of each column. Only what comes from a key column of the warehouse is explained.
    """
    met: dict[str, str] = {}
    for origin, values in columns:
        if origin is not None and origin.column in KEY_COLUMNS:
            labels = key_labels()
            met |= {str(key): labels[origin.column, str(key)] for key in values if (origin.column, str(key)) in labels}
        elif origin is not None and (origin.table, origin.column) == ("main.narrative_statistics", "indicator"):
            met |= {str(key): indicator_labels()[str(key)] for key in values if str(key) in indicator_labels()}
    return [f"{key}  {label}" for key, label in met.items()] if len(met) <= _AT_MOST else []
