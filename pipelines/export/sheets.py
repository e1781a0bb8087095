"""One sheet of a workbook, as people read it: names, official labels, a filter, columns as wide as what is in them."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from schemas.errors import GongkaiError

SHEET_ROWS = 1_048_576 - 2
"""What Excel holds, below the two rows of the head."""
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}  # fmt: skip
_MEASURED = 200
"""Rows that say how wide a column is."""
_NARROWEST, _WIDEST = 8, 60


class SheetFull(GongkaiError, ValueError):
    """More rows than a sheet holds."""


def workbook(path: str) -> xlsxwriter.Workbook:
    """A workbook to write. Text is never a formula nor a link: pages are data."""
    return xlsxwriter.Workbook(path, _OPTIONS)


def fill(
    book: xlsxwriter.Workbook,
    sheet: Worksheet,
    names: Sequence[str],
    labels: Sequence[str],
    rows: Iterator[Sequence[Any]],
) -> int:
    """Write a head of two rows (names, official labels), then the rows as they come. Returns how many.

    Raises:
        SheetFull: there are more than ``SHEET_ROWS``.
    """
    first = list(islice(rows, _MEASURED))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (name, label) in enumerate(zip(names, labels, strict=True)):
        held = [_width(row[column]) for row in first]
        width = max(_NARROWEST, _width(name) + 3, _width(label) + 3, *held)  # 3: the button of the filter
        sheet.set_column(column, column, min(width, _WIDEST), wrapped if width > _WIDEST else None)
    _head(book, sheet, names, labels)
    number = 0
    for number, row in enumerate(chain(first, rows), 1):
        if number > SHEET_ROWS:
            raise SheetFull(f"more than {SHEET_ROWS:,} rows do not fit a sheet; choose csv")
        sheet.write_row(number + 1, 0, [_writable(value) for value in row])
    sheet.autofilter(1, 0, max(number + 1, 1), max(len(names) - 1, 0))
    return number


def _head(book: xlsxwriter.Workbook, sheet: Worksheet, names: Sequence[str], labels: Sequence[str]) -> None:
    bold = book.add_format({"bold": True, "valign": "top"})
    shaded = book.add_format({"bold": True, "bg_color": "#E8E6F5", "valign": "top"})
    for row, (words, shape) in enumerate(
        ((names, bold), (labels, shaded))
    ):  # a row at a time: none can be gone back to
        for column, word in enumerate(words):
            sheet.write_string(row, column, word, shape)
    sheet.freeze_panes(2, 0)


def _writable(value: Any) -> Any:
    return (
        str(value) if isinstance(value, list | dict | tuple) or type(value).__name__ in ("UUID", "timedelta") else value
    )


def _width(value: object) -> int:
    """Columns a text takes: a Chinese character takes two."""
    text = "" if value is None else str(value)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text[: _WIDEST + 1])
