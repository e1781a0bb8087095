"""Tables without a header whose row labels say everything: procedure and outcome down the side, one figure beside them."""

from collections.abc import Collection, Sequence

from pipelines.read.tables.columns.header import Header, HeaderColumn, HeaderLabel
from pipelines.read.tables.rows.row_matching import label_cells
from pipelines.read.tables.rows.value_cells import VALUES
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import BESIDE, FormTable


def header_of_the_only_column(rows: Sequence[GridRow], table: FormTable) -> Header | None:
    """The header that a table may leave out: its arrangement has one column, which adds no key to those of the rows.

    The rows must be a whole table, and each must print labels of the form alone and one value, all of them in one ruled
    column. A word that the form does not know could be a header (上年), a second value another year.
    """
    name = _name_of_the_only_column(table)
    is_annex = table.table in BESIDE
    if name is None or not all(row.ruled for row in rows) or not _are_a_whole_grid(rows, below_a_header=is_annex):
        return None
    known = {name for top in table.blocks[0].rows for node in top.walk() for name in node.names} | UNITS
    if is_annex:  # the title of a group prints no figure
        rows = [row for row in rows if not _is_group_title(row, known)]
    places = {_place_of_the_value(row, known) for row in rows}
    place = places.pop() if len(places) == 1 else None
    if place is None:
        return None
    start, end = place
    column = HeaderColumn((name,), "", start, end, open_above=False, open_below=False)
    return Header((column,), (HeaderLabel(name, 0, start),), frozenset(), end, ruled=True)


def _name_of_the_only_column(table: FormTable) -> str | None:
    leaves = (column for block in table.blocks for column in block.column_leaves())
    columns = [column for column in leaves if not (column.beside or column.skipped)]
    if len(table.blocks) != 1 or len(columns) != 1 or columns[0].keys:
        return None
    return next(iter(columns[0].names))


def _place_of_the_value(row: GridRow, known: Collection[str]) -> tuple[int, int] | None:
    """Start and end of the only value of a row; None unless all its labels are known."""
    labels = label_cells(row.cells)
    values = [cell for cell in row.cells if not cell.carried and cell not in labels]
    if not labels or len(values) != 1 or values[0].kind not in VALUES or any(cell.name not in known for cell in labels):
        return None
    return values[0].start, values[0].end


def _is_group_title(row: GridRow, known: Collection[str]) -> bool:
    own = [cell for cell in row.cells if not cell.carried]
    return all(cell.name in known if cell.name else cell.kind in ("blank", "mark") for cell in own)


def _are_a_whole_grid(rows: Sequence[GridRow], *, below_a_header: bool) -> bool:
    """Whether the rows are all those of one grid: no header of unknown words was taken away above them.

    ``below_a_header``: or all behind the first, which names labels and units alone.
    """
    places = [{cell.row for cell in row.cells if not cell.carried} for row in rows]
    firsts = (0, 1) if below_a_header else (0,)
    whole = [[{number} for number in range(first, first + len(rows))] for first in firsts]
    return len({row.grid for row in rows}) == 1 and places in whole
