"""Rows whose figures may have moved along: refused where the carrier keeps no trace of a cell that is gone.

A workbook has no cell that could be missing: when one is deleted, the others move to the left and the total's place stays
empty. Flattened text has no columns at all: under a column that the form does not know (小计, 备注), a row that lost a blank has
as many figures as the form has columns.
"""

from collections.abc import Iterable, Sequence

from pipelines.read.tables.values.cells import PrintedCell, TableReading, Unread
from pipelines.read.tables.values.numbers import fold_text, whole_number
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS
from schemas.vocabulary import TableName


def refuse_rows_without_their_total(reading: TableReading) -> None:
    """Refuse rows of a workbook's table three that print every figure but the total, where other rows print theirs."""
    if reading.table != TableName.APPLICATIONS:
        return
    rows = [row for row in _rows(reading) if row[-1].is_total and not any(cell.unreadable for cell in row)]
    printed = [[bool(fold_text(cell.raw_text)) for cell in row] for row in rows]
    if not any(shown[-1] for shown in printed):
        return
    for row, shown in zip(rows, printed, strict=True):
        if all(shown[:-1]) and not shown[-1]:
            refuse_row(reading, row)


def refuse_rows_beside_other_columns(reading: TableReading) -> None:
    """Refuse the rows of a flattened table three whose header prints a column of no form, unless their figures add up."""
    if reading.table == TableName.APPLICATIONS and reading.strange_columns:
        for row in list(_rows(reading)):
            is_read = not any(cell.unreadable for cell in row)
            if is_read and not _adds_up([whole_number(cell.raw_text) for cell in row]):
                refuse_row(reading, row)


def refuse_rows_over_several_lines(reading: TableReading) -> None:
    """Refuse the rows of a flattened table three whose figures stand on several lines, unless they add up or most rows stand so.

    What stands on a line of its own among rows of one line may be the number of a page, in the place of a blank.
    """
    rows = [row for row in _rows(reading) if len(row) > 1 and row[-1].is_total]
    parted = [row for row in rows if len({cell.evidence for cell in row}) > 1]
    if reading.table == TableName.APPLICATIONS and 2 * len(parted) < len(rows):
        for row in parted:
            if not any(cell.unreadable for cell in row) and not _adds_up([whole_number(c.raw_text) for c in row]):
                refuse_row(reading, row)


def refuse_rows_beside_unplaced_figures(reading: TableReading) -> None:
    """Refuse the rows of a flattened table on whose line another figure stands that has no place: one of them is misplaced."""
    if reading.table in BESIDE:
        return  # annexes print columns of no form (同比增长)
    unplaced = {item.evidence for item in reading.unread if item.numbers and item.rule == "label_unmapped"}
    for row in list(_rows(reading)):
        if any(cell.evidence in unplaced and not cell.unreadable for cell in row):
            refuse_row(reading, row)


def _adds_up(counts: Sequence[int | None]) -> bool:
    known = [count for count in counts if count is not None]
    return len(known) == len(counts) and sum(known[:-1]) == known[-1]


def _rows(reading: TableReading) -> Iterable[list[PrintedCell]]:
    rows: dict[str, list[PrintedCell]] = {}
    for cell in reading.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    return rows.values()


def refuse_row(reading: TableReading, row: Sequence[PrintedCell]) -> None:
    """Turn the cells of a row into refused ones, with a finding."""
    keys = {KEY_COLUMNS[reading.table][0]: row[0].keys[0]}
    numbers = tuple(cell.raw_text for cell in row)
    reading.unread.append(Unread("row_misaligned", reading.table, row[0].keys[0], numbers, row[0].evidence, keys))
    refused = {cell.keys for cell in row}
    reading.cells[:] = [
        cell._replace(raw_text=" | ".join(numbers), unreadable=True) if cell.keys in refused else cell
        for cell in reading.cells
    ]
