"""`gongkai sql`: one question to the published warehouse, answered as it comes."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from assets.runtime.workspace import published
from gongkai.errors import WrongUsage, demand_folder_of
from gongkai.printing import counted, err
from gongkai.values import write_csv, write_json, write_markdown
from pipelines.atomic import replace_atomically
from pipelines.warehouse.queries.live_query import Answer, ask
from schemas.settings import Settings

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
        WrongUsage: There is no folder for the file.
    """
    demand_folder_of(to)
    allowed = settings.sql_timeout if seconds is None else seconds
    with ask(published(settings), statement, seconds=allowed or None) as answer:
        if form == "table":
            from gongkai.services.answers.sql_table import show

            show(answer)
            return
        written = _write(answer, form, to)
        if to is not None:
            err.print(f"{counted(written, 'row')} in {to}", markup=False, soft_wrap=True)
        if not written:
            from gongkai.services.answers.sql_table import catalog, hint  # sqlglot: a tenth of a second

            hint(statement, catalog(answer)[0])


def _write(answer: Answer, form: str, to: Path | None) -> int:
    """Write the rows. A file is there only when it is whole. Returns how many there were."""
    rows = _Counted(answer.rows())
    if form == "xlsx":
        _to_workbook(answer, rows, to)
    elif to is None:
        STREAMED[form](sys.stdout, answer.names, rows)
    else:
        replace_atomically(to, lambda draft: _to_file(draft, form, answer.names, rows))
    return rows.number


def _to_workbook(answer: Answer, rows: Iterator[Sequence[Any]], to: Path | None) -> None:
    """A workbook with one sheet: names, official labels, a filter."""
    from gongkai.services.answers.sql_table import labels_of
    from pipelines.export.sheets import SheetFull, fill, workbook

    if to is None:
        raise WrongUsage("a workbook is a file: give --to FILE.xlsx")

    def write(draft: Path) -> None:
        with workbook(str(draft)) as book:
            fill(book, book.add_worksheet("answer"), answer.names, labels_of(answer), rows)

    try:
        replace_atomically(to, write)
    except SheetFull as error:
        raise WrongUsage(str(error)) from error


def _to_file(draft: Path, form: str, names: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    # Excel recognises utf-8 by its byte order mark; other programs need none.
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
