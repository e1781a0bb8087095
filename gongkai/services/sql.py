"""`gongkai sql`: one question to the published warehouse, answered as it comes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from assets.runtime.workspace import published
from gongkai.printing import clean, counted, err, fits, grid, out, print_blocks
from gongkai.values import write_csv, write_json, write_markdown
from pipelines.atomic import replace_atomically
from pipelines.warehouse.column_origins import Origin, Schema, origins, wrong_literals
from pipelines.warehouse.labels import label_of, legend, member_names
from pipelines.warehouse.live_query import Answer, ask
from schemas.settings import Settings

ROWS_SHOWN = 200
_WIDEST = 14
"""Columns beside each other; more are shown below each other."""
_BLOCKS_SHOWN = 20
_COUNTING_SECONDS = 10.0
_CATALOG = "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = 'gongkai'"

Write = Callable[[TextIO, Sequence[str], Iterator[Sequence[Any]]], None]
STREAMED: dict[str, Write] = {"csv": write_csv, "json": write_json, "md": write_markdown}
"""Formats that are written row by row."""


def run(settings: Settings, statement: str, form: str, *, to: Path | None = None, seconds: float | None = None) -> None:
    """Print the answer to one statement, or write it to a file. For people: with labels, a legend and a hint.

    Args:
        form: ``table``, or one of :data:`STREAMED`.
        to: A file instead of the standard output.
        seconds: What the statement may take; the setting when not given, 0 for no limit.

    Raises:
        WarehouseMissing, QueryRefused: each one line.
    """
    allowed = settings.sql_timeout if seconds is None else seconds
    with ask(published(settings), statement, seconds=allowed or None) as answer:
        if form == "table":
            _show(answer, statement)
            return
        written = _write(answer, form, to)
        if to is not None:
            err.print(f"{counted(written, 'row')} in {to}", markup=False, soft_wrap=True)
        if not written:
            hint(statement, _catalog(answer)[0])


def _write(answer: Answer, form: str, to: Path | None) -> int:
    """Write the rows. A file is there only when it is whole. Returns how many there were."""
    rows = _Counted(answer.rows())
    if to is None:
        STREAMED[form](sys.stdout, answer.names, rows)
    else:
        replace_atomically(to, lambda draft: _to_file(draft, form, answer.names, rows))
    return rows.number


def _to_file(draft: Path, form: str, names: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    # Excel tells utf-8 by its byte order mark; no other program wants one.
    with draft.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as handle:
        STREAMED[form](handle, names, rows)


class _Counted(Iterator[Sequence[Any]]):
    """Rows, and how many have gone by."""

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self._rows, self.number = rows, 0

    def __next__(self) -> Sequence[Any]:
        row = next(self._rows)
        self.number += 1
        return row


def _show(answer: Answer, statement: str) -> None:
    wide = len(answer.columns) > _WIDEST
    rows = answer.first((_BLOCKS_SHOWN if wide else ROWS_SHOWN) + 1)
    schema, comments = _catalog(answer)
    traced = _traced(answer, statement, schema)
    labels = [label_of(comments.get(origin)) if origin else "" for origin in traced]
    numbers = [at for at, column in enumerate(answer.columns) if column.is_number]
    shown = rows[:ROWS_SHOWN]
    beside = grid(answer.names, shown, numbers=numbers, labels=labels)
    if not wide and (fits(beside) or not shown):
        out.print(beside)
    else:
        shown = rows[:_BLOCKS_SHOWN]
        print_blocks(answer.names, shown, labels)
    _say_more(answer, len(shown), more=len(rows) > len(shown))
    for line in legend((origin, [row[at] for row in shown]) for at, origin in enumerate(traced)):
        err.print(line, style="dim", markup=False)
    hint(statement, schema)


def _say_more(answer: Answer, shown: int, *, more: bool) -> None:
    if not shown:
        err.print("no rows", style="dim")
    if more:
        total = answer.count(_COUNTING_SECONDS)
        rest = counted(total - shown, "more row") if total is not None else "more rows"
        err.print(f"… and {rest}; all of them: --format csv, json or md", markup=False)


def _catalog(answer: Answer) -> tuple[Schema, dict[Origin, str]]:
    schema: dict[str, dict[str, dict[str, str]]] = {}
    comments = {}
    for space, table, column, kind, comment in answer.catalog(_CATALOG):
        schema.setdefault(space, {}).setdefault(table, {})[column] = kind
        comments[Origin(f"{space}.{table}", column)] = comment
    return schema, comments


def _traced(answer: Answer, statement: str, schema: Schema) -> list[Origin | None]:
    """Origin of every column; none at all when sqlglot and DuckDB do not see the same columns."""
    found = origins(statement, schema)
    if [name.casefold() for name, _ in found] != [name.casefold() for name in answer.names]:
        return [None] * len(answer.columns)
    return [origin for _, origin in found]


def hint(statement: str, schema: Schema) -> None:
    """Say which comparisons cannot be true: an enumerated column has no such value."""
    for wrong in wrong_literals(statement, schema):
        near = wrong.nearest(member_names(wrong.column))
        meant = f"did you mean '{near}'?" if near else f"it is one of {', '.join(wrong.members[:12])}" + (
            " …" if len(wrong.members) > 12 else ""
        )  # fmt: skip
        err.print(f"note: {wrong.column} is never '{clean(wrong.literal)}'; {meant}", markup=False)
