"""Planning one table under one form: headers and the rows below them, and how well the form explains what is printed."""

from collections.abc import Sequence

from pipelines.read.tables.columns.header import Header, read_header
from pipelines.read.tables.columns.headless import header_of_the_only_column
from pipelines.read.tables.columns.idle_columns import without_idle_columns
from pipelines.read.tables.columns.span_layout import MOST_LABELS, Placed
from pipelines.read.tables.label_matching import is_title, vocabulary
from pipelines.read.tables.targets import GridRow, TablePlan
from pipelines.read.tables.values.place_values import fill_bare_row, fill_labelled_rows
from schemas.form import Form, FormTable
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS


def plan_table(rows: Sequence[GridRow], table: FormTable, form: Form) -> TablePlan:
    """Lay the rows of one table out under one form. Two printed cells may claim one key: the caller compares them."""
    whole = form.tables[table.table]
    reading = TablePlan(table.table, table.form, whole if table in whole.arrangements else table)
    labelled = [block for block in table.blocks if block.rows]
    for header, data in _header_groups(rows, table, bool(labelled)):
        reading.year = (header and header.year) or reading.year
        if labelled:
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


def _header_groups(
    rows: Sequence[GridRow], table: FormTable, labelled: bool
) -> list[tuple[Header | None, list[GridRow]]]:
    """Header rows and the data rows below them. A table that goes on after a page break keeps its header."""
    in_text = any(not row.ruled for row in rows)
    column_names = {
        name for block in table.blocks for top in block.columns for node in top.walk() for name in node.names
    }
    titles = table.titles | {name for block in table.blocks for name in block.names} | IDLE_COLUMNS
    row_names = {name for block in table.blocks for top in block.rows for node in top.walk() for name in node.names}
    groups: list[tuple[list[GridRow], list[GridRow]]] = []
    heading: list[GridRow] = []
    for row in rows:
        own = [cell for cell in row.cells if cell.name and not cell.carried]
        if own and all(cell.name in COLUMN_MARKS for cell in own):
            continue
        if not own and heading and any(cell.name in COLUMN_MARKS for cell in heading[-1].cells):
            continue  # 1 and 2 below 甲 乙 丙
        has_number = any(cell.kind in ("number", "mark", "garbled") and not cell.carried for cell in row.cells)
        if heading and labelled and not own and not has_number:
            continue  # the empty half of a header row that a page break cut
        hits = sum(cell.name in column_names or is_title(cell.name, titles) for cell in own)
        names_row = len(own) <= MOST_LABELS and any(cell.name in row_names for cell in own)
        # A split word (商业 over 企业) hits nothing: inside a header, text without numbers over columns is still header.
        goes_on = bool(heading) and not names_row and _over_columns(row, own, heading, column_names)
        is_header = not has_number and bool(own) and (hits > names_row or goes_on)
        if is_header:
            heading.append(row)
            continue
        if heading or not groups:
            groups.append((heading, []))
            heading = []
        groups[-1][1].append(row)
    return [_read(above, data, table, in_text) for above, data in groups]


def _read(
    heading: list[GridRow], data: list[GridRow], table: FormTable, in_text: bool
) -> tuple[Header | None, list[GridRow]]:
    if not heading:
        return None, data
    if not in_text:
        heading, data = without_idle_columns(heading, data, table)
    return _header(heading, table), data


def _over_columns(row: GridRow, own: Sequence[Placed], heading: Sequence[GridRow], column_names: set[str]) -> bool:
    """Whether a label of the row stands right of where the columns of the header begin; not told where positions mean nothing."""
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
