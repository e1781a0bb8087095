"""Flattened tables that print their labels and nothing else: the form was left blank, and every cell of it is.

Only where no table of the document prints a figure: text from which repeated lines were removed has lost its zeros, but
not the first of them.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from pipelines.extract.document import Line
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.values.cells import PrintedCell, TableReading, traits
from pipelines.read.tables.values.numbers import kind
from pipelines.read.text_tables.line_splitting import table_runs
from schemas.forms.catalogue import KEY_COLUMNS, Form, FormTable
from schemas.labels import normalise_label

_NEARLY_ALL = 0.9


def blank_tables(
    lines: Sequence[Line], breaks: frozenset[int], catalogue: tuple[Form, ...], wanted: Sequence[str]
) -> list[TableReading]:
    """The tables of ``wanted`` that the text prints without a single figure, mark or other word between their labels."""
    words = vocabulary(catalogue)
    printed: dict[str, str] = {}  # label → evidence of the line that prints it last
    for run in table_runs(lines, breaks, words):
        texts = [(part, index) for index in run for part in lines[index].text.split("|") if part.strip()]
        if all(kind(text) == "label" for text, _ in texts):
            names = _joined([(normalise_label(text), lines[index].evidence) for text, index in texts], words.labels)
            printed |= dict(names)
    found = (_blank(form.tables[name], printed) for name in wanted for form in catalogue if name in form.tables)
    best: dict[str, TableReading] = {}
    for reading in filter(None, found):
        if reading.table not in best or len(reading.cells) > len(best[reading.table].cells):
            best[reading.table] = reading
    return list(best.values())


def _joined(names: Sequence[tuple[str, str]], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Labels, with those that two or three lines spell together (对外公开 over 总数量)."""
    for at, (name, evidence) in enumerate(names):
        spelled = ["".join(text for text, _ in names[at : at + size]) for size in (3, 2)]
        yield from ((whole, evidence) for whole in (*spelled, name) if whole in known)


def _blank(table: FormTable, printed: dict[str, str]) -> TableReading | None:
    """Every cell of a table as blank, where (nearly) all labels of its rows and all those of its columns are printed."""
    rows = list(chain.from_iterable(block.row_leaves() for block in table.blocks))
    columns = list(chain.from_iterable(block.column_leaves() for block in table.blocks))
    missing = [row for row in rows if not row.names & printed.keys()]
    if any(not column.names & printed.keys() for column in columns) or len(missing) > (1 - _NEARLY_ALL) * len(rows):
        return None
    reading = TableReading(table.table, table.form)
    for block in table.blocks:
        for row in block.rows_or_none():
            for column in block.column_leaves():
                keys = {**block.keys, **(row.keys if row else {}), **column.keys}
                key = tuple(keys[name] for name in KEY_COLUMNS[table.table])
                names = (row or column).names & printed.keys()
                if names:
                    evidence = printed[min(names)]
                    reading.cells.append(PrintedCell(key, "", evidence, *traits(row, column, "", table), False))
    read = {cell.keys for cell in reading.cells}
    reading.missing = [key for key in table.asked if key not in read]
    return reading
