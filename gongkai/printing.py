"""What the command line prints: frames as a table, csv or json. Text from pages loses its control characters on the way.

Numbers go to stdout, everything said about them to stderr, so that a pipe carries data only.
"""

import io
import json
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text


def _width() -> int | None:
    """None asks the terminal. Into a pipe or a log rich would fold at 80 columns; evidence and addresses are longer."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160


out = Console(highlight=False, width=_width())
err = Console(stderr=True, highlight=False, width=_width())

_WIDEST = 60


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def clean(text: object) -> str:
    """Text that cannot steer a terminal: no escape sequences, no control characters, no line breaks."""
    return "".join(character if character.isprintable() else " " for character in str(text))


def cell(value: object) -> Text:
    """One cell of a terminal table. NULL is shown as such: it is not an empty text and not a 0."""
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, Decimal):
        value = value.normalize()
        return Text(f"{value:f}")
    if isinstance(value, float):
        return Text(f"{value:.6g}")
    if isinstance(value, datetime):
        return Text(value.isoformat(sep=" ", timespec="seconds"))
    text = clean(value)
    return Text(text if len(text) <= _WIDEST else f"{text[:_WIDEST]}…")


def table(frame: pl.DataFrame, title: str | None = None, labels: Mapping[str, str] | None = None) -> Table:
    """A frame as a terminal table, numbers to the right; under a column's name its label, where there is one."""
    shown = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    for name, dtype in frame.schema.items():
        label = (labels or {}).get(name)
        heading = Text(clean(name) + (f"\n{label}" if label else ""))
        shown.add_column(heading, justify="right" if dtype.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        shown.add_row(*map(cell, row))
    return shown


def print_frame(frame: pl.DataFrame, form: Format) -> None:
    """Print rows to stdout in the chosen format."""
    if form is Format.TABLE:
        out.print(table(frame))
    elif form is Format.CSV:
        buffer = io.BytesIO()
        _without_formulas(frame).write_csv(buffer)
        sys.stdout.write(buffer.getvalue().decode("utf-8"))
    else:
        print_json(frame.to_dicts())


def print_json(value: object) -> None:
    """Print JSON to stdout; decimals and dates keep their exact text or number."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be shown as JSON")


def _without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """A spreadsheet would run a text that starts with = + @ or a tab; an apostrophe in front keeps it text."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(r"^[=+@\t\r]|^-.*[^0-9.,%-]")).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
