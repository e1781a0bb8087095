"""What the command line prints: rows as a table or as blocks. Text from pages loses its control characters on the way.

Numbers go to stdout, everything said about them to stderr, so that a pipe carries data only.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gongkai.values import exact, to_json
from pipelines.local_time import local_time

if TYPE_CHECKING:  # polars takes a fifth of a second to import, and not every command has a frame
    import polars as pl

_IN_A_PIPE = 160
"""Columns where the width is unknown: into a pipe or a log rich would fold at 80; evidence and addresses are longer."""


def _width() -> int | None:
    """None takes the width of the terminal."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else _IN_A_PIPE


out = Console(highlight=False, width=_width())
err = Console(stderr=True, highlight=False, width=_width())


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def clean(text: object) -> str:
    """Text that cannot steer a terminal: no escape sequences, no control characters, no line breaks."""
    return "".join(character if character.isprintable() else " " for character in str(text))


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 source``, ``2,345 sources``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def cell(value: object) -> Text:
    """One cell of a terminal table. NULL is shown as such: it is not an empty text and not a 0."""
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return Text(local_time(value, seconds=True))
    return Text("\n".join(map(clean, exact(value).splitlines())))


def is_address(value: object) -> bool:
    """Is it something to be copied whole?"""
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def grid(
    names: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Iterable[int] = (), labels: Sequence[str] = (),
    title: str | None = None,
) -> Table:  # fmt: skip
    """Rows as a terminal table: long text wraps, addresses do not.

    Args:
        numbers: Positions of the columns that stand to the right.
        labels: A label under each column's name; empty where there is none.
    """
    shown = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    right = set(numbers)
    for position, name in enumerate(names):
        label = labels[position] if position < len(labels) else ""
        whole = any(is_address(row[position]) for row in rows)
        shown.add_column(
            Text(clean(name) + (f"\n{label}" if label else "")), justify="right" if position in right else "left",
            overflow="fold", no_wrap=whole or position in right,
        )  # fmt: skip
    for row in rows:
        shown.add_row(*map(cell, row))
    return shown


def fits(shown: Table) -> bool:
    """Can the table be printed here without cutting what must not be cut?"""
    return Measurement.get(out, out.options.update_width(10_000), shown).minimum <= out.width


def print_blocks(names: Sequence[str], rows: Iterable[Sequence[object]], labels: Sequence[str] = ()) -> None:
    """Rows below each other, a line for every column: for what is too wide to stand side by side. Nothing is cut."""
    heads = [
        Text(f"{clean(name)}{f'  {label}' if label else ''}", style="dim") for name, label in _paired(names, labels)
    ]
    widest = min(max((head.cell_len for head in heads), default=0), out.width // 2)
    for number, row in enumerate(rows):
        out.print(Text("─" * min(out.width, 80), style="dim") if number else Text(""), end="\n" if number else "")
        for head, value in zip(heads, row, strict=True):
            line = head.copy()
            line.append(" " * max(widest - head.cell_len, 0) + "  ")
            line.append_text(cell(value))
            out.print(line, soft_wrap=is_address(value))


def _paired(names: Sequence[str], labels: Sequence[str]) -> Iterable[tuple[str, str]]:
    return ((name, labels[at] if at < len(labels) else "") for at, name in enumerate(names))


def table(frame: "pl.DataFrame", title: str | None = None, labels: Mapping[str, str] | None = None) -> Table:
    """A frame as a terminal table, numbers to the right."""
    numbers = [at for at, dtype in enumerate(frame.dtypes) if dtype.is_numeric()]
    under = [(labels or {}).get(name, "") for name in frame.columns]
    return grid(frame.columns, frame.rows(), numbers=numbers, labels=under, title=title)


def print_indented(depth: int, words: str, style: str = "") -> None:
    """Words that wrap under each other. Without the blanks that rich would put behind each line of a padded text."""
    for line in Text(clean(words), style=style).wrap(out, out.width - depth):
        line.rstrip()
        out.print(Text(" " * depth).append_text(line), soft_wrap=True)


def print_json(value: object) -> None:
    """Print JSON to stdout; decimals and dates keep their exact number or text."""
    sys.stdout.write(to_json(value) + "\n")
