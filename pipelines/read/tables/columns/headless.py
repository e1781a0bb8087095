"""Tables without a header whose row labels say everything: procedure and outcome down the side, one figure beside them."""

from collections.abc import Collection, Sequence

from pipelines.read.tables.columns.header import Header, HeaderColumn, HeaderLabel
from pipelines.read.tables.rows.row_matching import VALUES, label_cells
from pipelines.read.tables.targets import GridRow
from pipelines.read.tables.values.numbers import UNITS
from schemas.form import BESIDE, FormTable


def header_of_the_only_column(rows: Sequence[GridRow], table: FormTable) -> Header | None:
    """The header that a table may leave out: its arrangement has one column, which adds no key to those of the rows.

    The rows must be a whole table, and each must print labels of the form alone and one value, all of them in one ruled
    column. A word that the form does not know could be a header (上年), a second value another year.
    """
    columns = [column for block in table.blocks for column in block.column_leaves() if not column.beside]
    if len(table.blocks) != 1 or len(columns) != 1 or columns[0].keys or not all(row.ruled for row in rows):
        return None
    if not _are_a_whole_grid(rows, below_a_header=table.table in BESIDE):
        return None  # a header of strangers is dealt to no table
    known = {name for top in table.blocks[0].rows for node in top.walk() for name in node.names} | UNITS
    if table.table in BESIDE:  # the title of a group prints no figure
        rows = [row for row in rows if not _is_group_title(row, known)]
    places = set()
    for row in rows:
        own = [cell for cell in row.cells if not cell.carried]
        labels = label_cells(row.cells)
        values = [cell for cell in own if cell not in labels]
        if not labels or len(values) != 1 or values[0].kind not in VALUES or any(c.name not in known for c in labels):
            return None
        places.add((values[0].start, values[0].end))
    if len(places) != 1:
        return None
    start, end = places.pop()
    name = next(iter(columns[0].names))
    column = HeaderColumn((name,), "", start, end, open_above=False, open_below=False)
    return Header((column,), (HeaderLabel(name, 0, start),), frozenset(), end, ruled=True)


def _is_group_title(row: GridRow, known: Collection[str]) -> bool:
    own = [cell for cell in row.cells if not cell.carried]
    return all(cell.name in known if cell.name else cell.kind in ("blank", "mark") for cell in own)


def _are_a_whole_grid(rows: Sequence[GridRow], *, below_a_header: bool) -> bool:
    """Whether the rows are all of their grid; ``below_a_header``: or all behind the first, which names labels and units alone."""
    places = [{cell.row for cell in row.cells if not cell.carried} for row in rows]
    firsts = (0, 1) if below_a_header else (0,)
    whole = [[{number} for number in range(first, first + len(rows))] for first in firsts]
    return len({row.grid for row in rows}) == 1 and places in whole
