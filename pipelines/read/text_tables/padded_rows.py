"""Rows whose blanks were dropped and appended at the end: recognised by their sums where positions are ambiguous."""

from collections.abc import Iterable, Sequence

from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text

_FEWEST = 2


def totals_stand_early(readings: Iterable[TableReading]) -> bool:
    """Whether rows end in a blank total while their last figure is the sum of the others, and most such rows do.

    ``7 | 1 | 8 | | | | |``: read by position, 8 would be a third kind of applicant. The sum is used to refuse, never to place.
    """
    rows = [row for reading in readings for row in _rows(reading)]
    ending_blank = [row for row in rows if not row[-1] and len([text for text in row if text]) >= _FEWEST]
    early = [row for row in ending_blank if _last_is_sum([int(text) for text in row if text])]
    return len(early) >= _FEWEST and 2 * len(early) >= len(ending_blank)


def _rows(reading: TableReading) -> Iterable[Sequence[str]]:
    """Texts of the rows that end in a total and hold whole numbers and blanks alone."""
    rows: dict[str, list[PrintedCell]] = {}
    for cell in reading.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    for row in rows.values():
        texts = [fold_text(cell.raw_text) for cell in row]
        if row[-1].is_total and all(not text or text.isdigit() for text in texts):
            yield texts


def _last_is_sum(values: Sequence[int]) -> bool:
    return values[-1] > 0 and sum(values[:-1]) == values[-1]
