"""Rows whose cells do not stand below those of the other rows, because their spans add up to another width."""

from collections import Counter
from collections.abc import Sequence
from statistics import median
from xml.etree.ElementTree import Element

from pipelines.extract.docx.names import W, inner

MAX_SPAN = 200
_FEWEST_CELLS = 3  # a title or a remark in a row of its own may end where it likes
_TOLERANCE = 0.05
_MOST_SHIFTED = 500  # twips, half of a usual column


def span(cell: Element) -> int:
    """Columns of the grid that a cell takes."""
    return max(1, min(MAX_SPAN, number(inner(cell, "tcPr", "gridSpan"), 1)))


def number(element: Element | None, default: int) -> int:
    """The whole number that an element such as ``gridSpan`` gives."""
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else default


def start(row: Element) -> int:
    """Columns of the grid that are left out before the first cell of a row."""
    return min(MAX_SPAN, number(inner(row, "trPr", "gridBefore"), 0))


def misaligned_rows(rows: Sequence[tuple[Element, Sequence[Element]]], slivers: frozenset[int]) -> frozenset[int]:
    """Numbers (from 0) of the rows that reach beyond the others, or fall short of them although no cell is missing.

    Their figures stand below the headers of other columns. Rows whose declared widths make up for the spans are left out.
    """
    edges = [_edge(row, cells, slivers) for row, cells in rows]
    if not edges:
        return frozenset()
    usual = Counter(edges).most_common(1)[0][0]
    full = {len(cells) for edge, (_, cells) in zip(edges, rows, strict=True) if edge == usual}
    widths = Counter(_width(cells) for edge, (_, cells) in zip(edges, rows, strict=True) if edge == usual)
    usual_width = widths.most_common(1)[0][0]
    return frozenset(
        at
        for at, (edge, (_, cells)) in enumerate(zip(edges, rows, strict=True))
        if len(cells) >= _FEWEST_CELLS
        and (edge > usual or (edge < usual and len(cells) in full))
        and not _is_as_wide(_width(cells), usual_width)
    )


def shifted_rows(rows: Sequence[tuple[Element, Sequence[Element]]]) -> frozenset[int]:
    """Numbers of the rows of a table of fixed layout whose declared widths put their cells below those of other columns.

    ``misaligned_rows`` counts columns; this compares widths, by which Word goes in such a table.
    """
    places: dict[int, list[float]] = {}  # by column of the grid: where rows have its left side
    sides = [_left_sides(row, cells) for row, cells in rows]
    for found in sides:
        for column, place in found.items():
            places.setdefault(column, []).append(place)
    usual = {column: median(found) for column, found in places.items()}
    return frozenset(
        at
        for at, found in enumerate(sides)
        if any(abs(place - usual[column]) > _MOST_SHIFTED for column, place in found.items())
    )


def _left_sides(row: Element, cells: Sequence[Element]) -> dict[int, float]:
    """Left side of each cell in twips by its column; nothing where a width is not declared or columns are skipped."""
    if start(row) or _width(cells, ("dxa",)) is None:
        return {}
    found, column, place = {}, 0, 0.0
    for cell in cells:
        found[column] = place
        column, place = column + span(cell), place + (declared_width(cell) or 0)
    return found


def _edge(row: Element, cells: Sequence[Element], slivers: frozenset[int]) -> int:
    """The column behind the last cell, columns that cannot be seen left out; those skipped at the end belong to the row."""
    end = start(row) + sum(map(span, cells)) + number(inner(row, "trPr", "gridAfter"), 0)
    return end - sum(sliver < end for sliver in slivers)


def declared_width(cell: Element, unit: str = "dxa") -> int | None:
    """Width that a cell declares, in twips, or in fiftieths of a per cent (``pct``)."""
    width = inner(cell, "tcPr", "tcW")
    value = width.get(f"{W}w", "") if width is not None and width.get(f"{W}type", "dxa") == unit else ""
    return int(value) if value.isascii() and value.isdigit() and 0 < len(value) < 7 and int(value) else None


def _width(cells: Sequence[Element], units: Sequence[str] = ("dxa", "pct")) -> int | None:
    """Declared width of all cells in one of the units; None unless each of them declares one."""
    for unit in units:
        widths = [declared_width(cell, unit) for cell in cells]
        if None not in widths:
            return sum(width or 0 for width in widths)
    return None


def _is_as_wide(width: int | None, usual: int | None) -> bool:
    return width is not None and usual is not None and abs(width - usual) <= _TOLERANCE * usual
