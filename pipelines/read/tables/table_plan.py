"""Planning one table under one form: headers and the rows below them, and how well the form explains what is printed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pipelines.read.tables.columns.header import Header, read_header, title_words
from pipelines.read.tables.columns.headless import header_of_the_only_column
from pipelines.read.tables.columns.span_layout import MOST_LABELS, Placed
from pipelines.read.tables.label_matching import is_title, vocabulary
from pipelines.read.tables.targets import GridRow, TablePlan
from pipelines.read.tables.values.place_values import fill_bare_row, fill_labelled_rows
from schemas.form import BESIDE, Form, FormTable
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS, UNIT_COLUMNS


def plan_table(rows: Sequence[GridRow], table: FormTable, form: Form) -> TablePlan:
    """Lay the rows of one table out under one form. Two printed cells may claim one key: the caller compares them."""
    whole = form.tables[table.table]
    reading = TablePlan(table.table, table.form, whole if table in whole.arrangements else table)
    labelled = [block for block in table.blocks if block.rows]
    for header, data in _header_groups(rows, table, bool(labelled)):
        reading.year = (header and header.year) or reading.year
        if labelled:
            header = header or header_of_the_only_column(data, table)
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


_Group = tuple[Header | None, list[GridRow]]
"""A header and the data rows below it; None for rows above the first header."""


def _header_groups(rows: Sequence[GridRow], table: FormTable, labelled: bool) -> list[_Group]:
    """Header rows and the data rows below them. A table that goes on after a page break keeps its header."""
    in_text = any(not row.ruled for row in rows)
    words = _Words.of(table)
    groups: list[_Group] = []
    heading: list[GridRow] = []
    idle: frozenset[int] = frozenset()
    for at, row in enumerate(rows):
        if _counts_columns(row, heading) or (labelled and heading and _is_empty(row)):
            continue
        if words.are_a_header(row, heading):
            heading.append(row)
            continue
        if heading:
            idle = frozenset() if in_text else _idle_columns(heading) | _unit_columns(heading, rows[at:], table)
            groups.append((_header([_without(idle, above) for above in heading], table), []))
            heading = []
        if not groups:
            groups.append((None, []))
        groups[-1][1].append(_without(idle, row))
    return groups


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


def _idle_columns(heading: Sequence[GridRow]) -> frozenset[int]:
    """Grid columns whose header is serial number, code or remarks: what is printed there is no figure."""
    return frozenset(column for column, name in _bottom_names(heading).items() if name in IDLE_COLUMNS)


def _unit_columns(heading: Sequence[GridRow], below: Sequence[GridRow], table: FormTable) -> frozenset[int]:
    """Grid columns of units beside or behind the values of a statutory table, all of them the table's own unit.

    In an annex the unit is read with the label of a row, and is kept.
    """
    if table.table in BESIDE:
        return frozenset()
    named = {column for column, name in _bottom_names(heading).items() if name in UNIT_COLUMNS}
    printed = {
        cell.name or cell.kind
        for row in below
        if row.grid == heading[-1].grid
        for cell in row.cells
        if named & set(range(cell.start, cell.end))
    }
    return frozenset(named) if printed <= {table.unit, "blank"} | UNIT_COLUMNS else frozenset()


def _bottom_names(heading: Sequence[GridRow]) -> dict[int, str]:
    """The lowest label of the header in every grid column."""
    return {
        column: cell.name
        for row in heading
        for cell in row.cells
        if cell.name
        for column in range(cell.start, cell.end)
    }


def _without(idle: frozenset[int], row: GridRow) -> GridRow:
    """The row without the cells that lie in idle columns."""
    if not idle:
        return row
    return replace(row, cells=[cell for cell in row.cells if not idle.issuperset(range(cell.start, cell.end))])


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
