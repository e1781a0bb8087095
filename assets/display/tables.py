"""Rows as tables of the UI that fit beside their name: a table too wide to be read is turned on its side.

Text from crawled pages reaches the UI only through :func:`plain`, :func:`table_of` and :func:`frame_table`: as table cells and
text, which the UI renders as text, never as Markdown.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

import dagster as dg
import polars as pl

from pipelines.local_time import local_time

PREVIEW_ROWS = 25
ROW_WIDTH = 77
"""Characters that stand beside the name of a metadata entry in a window of 1,440 pixels."""
_LONGEST_CELL = 200
_MOST_SIDE_BY_SIDE = 5
_WRAPPED = 16
"""Text wraps, but not to less than this: a column of single words is as hard to read as a wide table."""

Cell = str | int | float | bool | None


def plain(value: object, longest: int = _LONGEST_CELL) -> Cell:
    """A cell for the UI: numbers unchanged, moments in local time, text without control characters and shortened."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return local_time(value)
    text = "".join(character if character.isprintable() else " " for character in str(value))
    return text if len(text) <= longest else f"{text[:longest]}…"


def table_of(rows: Sequence[Mapping[str, object]], longest: int = _LONGEST_CELL) -> dg.TableMetadataValue:
    """Rows as a metadata table. An empty list shows as an empty table."""
    return _table([{name: plain(value, longest) for name, value in row.items()} for row in rows])


def frame_table(frame: pl.DataFrame, limit: int = PREVIEW_ROWS) -> dg.TableMetadataValue:
    """The first rows of a frame as a metadata table."""
    return table_of(frame.head(limit).to_dicts())


def preview(frame: pl.DataFrame, limit: int = PREVIEW_ROWS) -> dg.TableMetadataValue:
    """The first rows of a table. One with too many columns is turned: a row for each column, beside it the first rows."""
    rows = [{name: plain(value) for name, value in row.items()} for row in frame.head(limit).to_dicts()]
    return _table(rows if not rows or width(rows) <= ROW_WIDTH else turned(rows))


def turned(rows: Sequence[Mapping[str, Cell]]) -> list[dict[str, Cell]]:
    """One row for each column: its name, and its value in the first rows, as many as fit side by side; one at least."""
    shown: list[dict[str, Cell]] = []
    for many in range(1, min(len(rows), _MOST_SIDE_BY_SIDE) + 1):
        wider = [
            {"column": name, **{f"row {n}": row[name] for n, row in enumerate(rows[:many], 1)}} for name in rows[0]
        ]
        if shown and width(wider) > ROW_WIDTH:
            break
        shown = wider
    return shown


def width(rows: Sequence[Mapping[str, Cell]]) -> int:
    """Characters that a table needs: of each column its name, its longest word, and enough of its text to be read."""
    return sum(3 + max(_columns(name), *(_needed(row[name]) for row in rows)) for name in rows[0])


def _needed(value: Cell) -> int:
    text = "" if value is None else str(value)
    longest_word = max((_columns(word) for word in re.split(r"\s", text) if word.isascii()), default=0)
    return max(longest_word, min(_columns(text), _WRAPPED))


def _columns(text: str) -> int:
    """Width in a font of fixed pitch: 汉字 take two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _table(rows: Sequence[Mapping[str, Cell]]) -> dg.TableMetadataValue:
    names = list(rows[0]) if rows else ["nothing"]
    schema = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in names])
    return dg.MetadataValue.table(records=[dg.TableRecord(dict(row)) for row in rows], schema=schema)
