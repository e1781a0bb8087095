"""Rows whose blanks were dropped and appended at the end: recognised by their sums where positions are ambiguous."""

from collections.abc import Iterable, Sequence

from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text, whole_number

_FEWEST = 2


def totals_stand_early(readings: Iterable[TableReading]) -> bool:
    """Whether rows end in a blank total while their last figure is the sum of the others, and most such rows do.

    ``7 | 1 | 8 | | | | |``: read by position, 8 would be a third kind of applicant. The sum is used to refuse, never to place.
    """
    rows = [row for reading in readings for row in _rows(reading)]
    printed = [[count for count in row if count is not None] for row in rows if row[-1] is None]
    ending_blank = [counts for counts in printed if len(counts) >= _FEWEST]
    early = [counts for counts in ending_blank if _last_is_sum(counts)]
    return len(early) >= _FEWEST and 2 * len(early) >= len(ending_blank)


def _rows(reading: TableReading) -> Iterable[Sequence[int | None]]:
    """The counts of the rows that end in a total and hold whole numbers and blanks (None) alone."""
    rows: dict[str, list[PrintedCell]] = {}
    for cell in reading.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    for row in rows.values():
        texts = [fold_text(cell.raw_text) for cell in row]
        counts = [whole_number(text) for text in texts]
        if row[-1].is_total and all(not text or count is not None for text, count in zip(texts, counts, strict=True)):
            yield counts


def _last_is_sum(values: Sequence[int]) -> bool:
    return values[-1] > 0 and sum(values[:-1]) == values[-1]
