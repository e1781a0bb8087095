"""What a report does not print, or prints where it cannot be placed: tables, rows, columns and numbers, as findings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pipelines.read.tables.values.cells import WHOLE_TABLE, TableReading, Unread
from schemas.rules import finding
from schemas.vocabulary import TableName

STATUTORY = (TableName.PROACTIVE_DISCLOSURE, TableName.APPLICATIONS, TableName.DISPUTES)
_TABLE_ZH = {
    TableName.PROACTIVE_DISCLOSURE: "主动公开政府信息情况",
    TableName.APPLICATIONS: "收到和处理政府信息公开申请情况",
    TableName.DISPUTES: "政府信息公开行政复议、行政诉讼情况",
}


def gaps(readings: Sequence[TableReading], report_year: int | None) -> list[dict[str, Any]]:
    """Findings about cells of the form that the report does not print, or prints where they cannot be placed."""
    found: list[dict[str, Any]] = []
    tables = {table.table: table for table in readings}
    statutory_era = any(name in tables for name in STATUTORY) or (report_year or 0) >= 2019
    if statutory_era and TableName.LEGACY_STATISTICS not in tables:
        for name in STATUTORY:
            if name not in tables:
                words = {"table": name.value, "table_zh": _TABLE_ZH[name]}
                found.append(finding("table_missing", table_name=name.value, words=words))
    for table in readings:
        for item in _each_once(table.unread):
            words = {"text": item.text, "numbers": ", ".join(item.numbers), "place": "/".join(item.keys.values())}
            keys = {
                key: value for key, value in item.keys.items() if key not in ("article", "indicator", "annex_column")
            }
            found.append(finding(item.rule, table_name=table.table, evidence=item.evidence, words=words, **keys))
        if table.table in STATUTORY:
            found += _missing(table)
    return found


def _each_once(items: Sequence[Unread]) -> Iterator[Unread]:
    """One finding for one cause, whatever the number of rows below it: a column that no form knows, a header that is lost.

    A row that several readings of its table refused is reported once, too.
    """
    causes: dict[tuple[object, ...], list[Unread]] = {}
    for item in items:
        if item.rule in (*WHOLE_TABLE, "header_unreadable"):
            cause: tuple[object, ...] = (item.rule,)
        elif item.rule == "label_unmapped":
            cause = (item.rule, item.text)
        else:
            cause = (item.rule, item.text, item.numbers, item.evidence)
        causes.setdefault(cause, []).append(item)
    for group in causes.values():
        first = group[0]
        if first.rule in WHOLE_TABLE:
            yield replace(first, keys={})
        elif first.rule in ("header_unreadable", "label_unmapped"):
            yield _together(group)
        else:
            yield first


def _together(items: Sequence[Unread]) -> Unread:
    """What one cause left unread: under the labels of the first and the last row, with what all have in common of their keys."""
    told = list(dict.fromkeys((item.text, item.numbers, item.evidence) for item in items))
    texts = list(dict.fromkeys(text for text, _, _ in told if text))
    first, *others = items
    return replace(
        first,
        text=" … ".join(texts[:1] + texts[1:][-1:]),
        numbers=tuple(number for _, numbers, _ in told for number in numbers),
        evidence="; ".join(dict.fromkeys(evidence for _, _, evidence in told if evidence)),
        keys={name: key for name, key in first.keys.items() if all(other.keys.get(name) == key for other in others)},
    )


_ROW_KEY = {"proactive_disclosure": ("item", 1), "applications": ("line", 0), "disputes": ("procedure", 0)}
_COLUMN_KEY = {"proactive_disclosure": ("metric", 2), "applications": ("applicant", 1), "disputes": ("outcome", 1)}


def _missing(table: TableReading) -> list[dict[str, Any]]:
    row_name, row_at = _ROW_KEY[table.table]
    column_name, column_at = _COLUMN_KEY[table.table]
    present = {cell.keys[row_at] for cell in table.cells}
    found = []
    told = {item.keys[row_name] for item in table.unread if row_name in item.keys}  # printed, and said to be unread
    for keys in table.missing:
        row, column = keys[row_at], keys[column_at]
        if row in present and row not in told:
            words = {"place": f"{row}/{column}"}
            found.append(
                finding("column_missing", table_name=table.table, words=words, **{row_name: row, column_name: column})
            )
        elif row not in told:
            told.add(row)
            found.append(finding("row_missing", table_name=table.table, words={"place": row}, **{row_name: row}))
    return found
