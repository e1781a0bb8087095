"""Which printed cells of a row hold its values: by position where the spans of row and header agree, else by order.

By order only where the row has exactly as many value cells as the header has columns. A row that fits neither is refused as
a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.read.tables.columns.header import Header
from pipelines.read.tables.columns.span_layout import Placed

VALUES = {"number", "blank", "mark", "garbled"}


@dataclass(frozen=True)
class Assignment:
    """Header column → the cell that holds its value. ``merged``: one printed number over several columns or rows."""

    column: int
    cell: Placed
    merged: bool


def assign(
    row: Sequence[Placed],
    labels: Sequence[Placed],
    header: Header,
    places: Sequence[int],
    *,
    width: int,
    by_order: bool,
    padding: int,
    complete: bool,
) -> list[Assignment] | None:
    """Lay the cells of a row against the header columns; None when neither position nor order fits.

    Args:
        places: header columns that carry a label, in printed order: what a row laid out by order must fill.
        width: of the grid that the row stands in; after a page break its label zone may be cut otherwise than the
            header's, and then the columns are counted from the right edge.
        by_order: the header was read by order, so its positions mean nothing.
        padding: blanks that rows like this one of a flattened table usually print beyond their values.
        complete: every one of ``places`` is a column of the form. Order alone says nothing where one may be half a title.
    """  # fmt: skip
    if header.ruled and not by_order:
        for shift in dict.fromkeys((0, width - header.width)):
            found = _by_position(row, labels, header, shift)
            if found is not None:
                return found
    values = values_of(row, labels)
    if any(cell.kind not in VALUES for cell in values):
        return None
    if header.ruled:
        return _by_order(row, labels, values, header, places) if complete else None
    window = _window(values, len(places), padding)
    return (
        None if window is None else [Assignment(place, cell, False) for place, cell in zip(places, window, strict=True)]
    )


def _is_serial(cell: Placed, labels: Sequence[Placed], header: Header) -> bool:
    """Whether a cell stands under 序号, before the label of its row: it numbers the rows."""
    return bool(labels) and cell.end <= min(header.serial_end, labels[0].start)


def _by_position(
    row: Sequence[Placed], labels: Sequence[Placed], header: Header, shift: int
) -> list[Assignment] | None:
    """Each value under the header columns that it spans; None where a cell does not begin and end with columns."""
    zone = _value_zone(row, labels, header, shift)
    starts = {column.start + shift: index for index, column in enumerate(header.columns)}
    ends = {column.end + shift: index for index, column in enumerate(header.columns)}
    if zone is None or any(cell.start not in starts or cell.end not in ends for cell in zone):
        return None
    found: list[Assignment] = []
    for cell in zone:
        span = range(starts[cell.start], ends[cell.end] + 1)
        printed = cell.kind in ("number", "garbled")
        found += [Assignment(index, cell, printed and (len(span) > 1 or cell.tall)) for index in span]
    return found if sorted(item.column for item in found) == list(range(len(header.columns))) else None


def _value_zone(row: Sequence[Placed], labels: Sequence[Placed], header: Header, shift: int) -> list[Placed] | None:
    """The cells under the columns of the header; None where a label reaches into them, or a value lies outside."""
    first, last = header.columns[0].start + shift, header.columns[-1].end + shift
    zone = [cell for cell in row if cell.start >= first and cell.end <= last]
    outside = [cell for cell in row if cell not in zone and cell not in labels and not _is_serial(cell, labels, header)]
    if any(_is_out_of_place(cell, first) for cell in outside) or any(label.end > first for label in labels):
        return None
    return zone if all(cell.kind in VALUES for cell in zone) else None


def _is_out_of_place(cell: Placed, first: int) -> bool:
    """Whether a cell outside the value columns, which begin at ``first``, prints something that may be a value."""
    return cell.kind != "blank" and cell.end > 0 and (cell.end > first or not cell.name)


def _by_order(
    row: Sequence[Placed], labels: Sequence[Placed], values: Sequence[Placed], header: Header, places: Sequence[int]
) -> list[Assignment] | None:
    spare = values[len(places) :]
    if len(spare) == header.padding and all(cell.kind == "blank" for cell in spare):
        values = values[: len(places)]
    elif header.padding and values and values[-1].kind == "blank":
        return None  # padding or the last value: ambiguous
    # A filler cell of the label zone, with one value cell lost, would look like a blank first value.
    if len(values) != len(places) or (labels and values[0].kind == "blank" and not _safe_blank(row, values, header)):
        return None
    return [
        Assignment(place, cell, cell.kind != "blank" and cell.tall) for place, cell in zip(places, values, strict=True)
    ]


def _safe_blank(row: Sequence[Placed], values: Sequence[Placed], header: Header) -> bool:
    if all(cell.kind == "blank" for cell in values):
        return True
    # As many cells as the header row prints, and only one of them a label: there is no room for a filler.
    own = [cell for cell in row if not cell.carried]
    return header.columns[0].start == 1 and len(own) == len(values) + 1


def values_of(row: Sequence[Placed], labels: Sequence[Placed]) -> list[Placed]:
    """Own cells to the right of the last label."""
    last_label = labels[-1].start if labels else -1
    return [cell for cell in row if not cell.carried and cell.start > last_label]


def _window(values: Sequence[Placed], n_columns: int, padding: int) -> Sequence[Placed] | None:
    """The first ``n_columns`` cells, where everything behind them is blank: so flattened pages print a wide label.

    Padding in front of the values differs from a blank value only in its position, and in nothing when the row has lost its
    end. A row with less padding than others like it that still ends in a blank may have lost a value, too: both are refused.
    """
    spare = len(values) - n_columns
    if spare < 0 or (spare < padding and values[-1].kind == "blank"):
        return None
    if any(cell.kind != "blank" for cell in values[n_columns:]) or (spare and values[0].kind == "blank"):
        return None
    return values[:n_columns]
