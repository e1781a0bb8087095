"""Planning one table under one form: headers and the rows below them, and how well the form explains what is printed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipelines.read.tables.columns.header import Header, read_header, title_words
from pipelines.read.tables.columns.headless import header_of_the_only_column
from pipelines.read.tables.columns.idle_columns import HeadedRows, IdleColumns, without_idle_columns
from pipelines.read.tables.columns.span_layout import MOST_LABELS, Placed
from pipelines.read.tables.label_matching import is_title, vocabulary
from pipelines.read.tables.rows.row_matching import label_cells
from pipelines.read.tables.targets import Defect, GridRow, TablePlan
from pipelines.read.tables.values.place_values import fill_bare_row, fill_labelled_rows
from schemas.forms.catalogue import Form, FormTable
from schemas.labels import COLUMN_MARKS


def plan_table(rows: Sequence[GridRow], table: FormTable, form: Form) -> TablePlan:
    """Lay the rows of one table out under one form. Two printed cells may claim one key: the caller compares them."""
    whole = form.tables[table.table]
    reading = TablePlan(table.table, table.form, whole if table in whole.arrangements else table)
    labelled = [block for block in table.blocks if block.rows]
    for header, data in _header_groups(rows, table, bool(labelled)):
        reading.year = (header and header.year) or reading.year
        if labelled and header and header.is_of_rows:
            reading.defects.append(_transposed(data, table))
        elif labelled:
            header = header if header and header.columns else header_of_the_only_column(data, table)
            fill_labelled_rows(reading, header, data, table)
        else:
            fill_bare_row(reading, header, data, table)
    reading.targets.sort(key=lambda target: (target.grid, target.row, target.cell))
    names = {cell.name for row in rows for cell in row.cells if cell.name}
    reading.familiar = len(names & vocabulary((form,)).labels)
    claimed = {target.keys for target in reading.targets}
    reading.plain = not reading.defects and len(claimed) == len(reading.targets)
    reading.missing = len(table.required - claimed) / max(len(table.required), 1)
    return reading


def _transposed(data: Sequence[GridRow], table: FormTable) -> Defect:
    """Rows below a header that names rows of the form: they are its columns, and nothing says which figure is of which cell."""
    spots = tuple(
        (row.grid, cell.row, cell.cell)
        for row in data
        for cell in row.cells
        if cell.kind == "number" and not cell.carried
    )
    return Defect("header_unreadable", "", spots, (("table", table.table),))


_Group = tuple[Header | None, list[GridRow]]
"""A header and the data rows below it; None for rows above the first header."""


def _header_groups(rows: Sequence[GridRow], table: FormTable, labelled: bool) -> list[_Group]:
    """Header rows and the data rows below them. A table that goes on after a page break keeps its header."""
    in_text = any(not row.ruled for row in rows)
    words = _Words.of(table)
    groups: list[tuple[list[GridRow], list[GridRow]]] = []
    heading: list[GridRow] = []
    for row in rows:
        if _counts_columns(row, heading) or (labelled and heading and _is_empty(row)):
            continue
        if words.are_a_header(row, heading):
            heading.append(row)
            continue
        if heading or not groups:
            groups.append((heading, []))
            heading = []
        groups[-1][1].append(row)
    read: list[_Group] = []
    idle: IdleColumns | None = None
    for above, data in groups:
        if not above:
            read.append((None, data))
            continue
        headed = HeadedRows(above, data) if in_text else without_idle_columns(above, data, table, idle)
        idle = headed.idle if headed.idle.all else idle
        header = _header(headed.heading, table)
        if not in_text:
            header = replace(
                header.without_label_columns(_label_zone(headed, table)),
                is_of_rows=any(map(words.name_rows, headed.heading)),
                had_sums=bool(headed.idle.sums),
            )
        read.append((header, headed.data))
    return read


@dataclass(frozen=True)
class _Words:
    """The words of one table of a form, by what they name."""

    columns: frozenset[str]
    rows: frozenset[str]
    titles: frozenset[str]

    @classmethod
    def of(cls, table: FormTable) -> "_Words":
        columns = (node for block in table.blocks for top in block.columns for node in top.walk())
        rows = (node for block in table.blocks for top in block.rows for node in top.walk())
        return cls(
            frozenset(name for node in columns for name in node.names),
            frozenset(name for node in rows for name in node.names),
            title_words(table),
        )

    def name_rows(self, row: GridRow) -> bool:
        """Whether a row has more labels than the label zone has columns, and most of them name rows of the form."""
        own = _own_labels(row)
        rows = sum(cell.name in self.rows and cell.name not in self.columns for cell in own)
        return len(own) > MOST_LABELS < rows and 2 * rows > len(own)

    def are_a_header(self, row: GridRow, heading: Sequence[GridRow]) -> bool:
        """Whether a row belongs to a header, which may have begun above it (``heading``)."""
        own = _own_labels(row)
        if not own or _has_figure(row):
            return False
        names_row = len(own) <= MOST_LABELS and any(cell.name in self.rows for cell in own)
        hits = sum(cell.name in self.columns or is_title(cell.name, self.titles) for cell in own)
        # Half a word (商业 over 企业) hits nothing: inside a header, text without numbers over columns is still header.
        goes_on = bool(heading) and not names_row and _over_columns(row, own, heading, self.columns)
        return hits > names_row or goes_on


def _label_zone(headed: HeadedRows, table: FormTable) -> int:
    """Where the labels of the rows end: no row prints anything but labels before. 0 where that is not certain."""
    if not headed.heading or not any(block.rows for block in table.blocks):
        return 0
    grid = headed.heading[-1].grid
    rows = [row for row in headed.data if row.grid == grid and _has_figure(row) and _own_labels(row)]
    ends = [max(cell.end for cell in label_cells(row.cells)) for row in rows]
    firsts = [min(cell.start for cell in row.cells if not cell.name and not cell.carried) for row in rows]
    return max(ends) if ends and len(set(ends)) == 1 and max(ends) <= min(firsts) else 0


def _own_labels(row: GridRow) -> list[Placed]:
    return [cell for cell in row.cells if cell.name and not cell.carried]


def _has_figure(row: GridRow) -> bool:
    return any(cell.kind in ("number", "mark", "garbled") and not cell.carried for cell in row.cells)


def _counts_columns(row: GridRow, heading: Sequence[GridRow]) -> bool:
    """Whether a row counts the columns: 甲 乙 丙, or the 1 and 2 below them."""
    own = _own_labels(row)
    if own:
        return all(cell.name in COLUMN_MARKS for cell in own)
    return bool(heading) and any(cell.name in COLUMN_MARKS for cell in heading[-1].cells)


def _is_empty(row: GridRow) -> bool:
    """Whether a row prints nothing: below a header it is the empty half of a row that a page break cut."""
    return not _own_labels(row) and not _has_figure(row)


def _over_columns(
    row: GridRow, own: Sequence[Placed], heading: Sequence[GridRow], column_names: Collection[str]
) -> bool:
    """Whether a label of the row stands right of where the columns of the header begin; True where positions mean nothing."""
    starts = [cell.start for above in heading for cell in above.cells if cell.name in column_names]
    return not row.ruled or not starts or any(cell.end > min(starts) for cell in own)


def _header(heading: Sequence[GridRow], table: FormTable) -> Header:
    """The header of a group of rows. One that a page break cut into pieces of unequal width is read by order alone."""
    widths = {
        row.grid: max(cell.end for item in heading if item.grid == row.grid for cell in item.cells) for row in heading
    }
    whole = len({widths[row.grid] for row in heading if _names_columns(row, table)}) <= 1
    return read_header([row.cells for row in heading], table, heading[-1].ruled and whole)


def _names_columns(row: GridRow, table: FormTable) -> bool:
    titles = table.titles | {name for block in table.blocks for name in block.names}
    return any(cell.name and not is_title(cell.name, titles) for cell in row.cells)
