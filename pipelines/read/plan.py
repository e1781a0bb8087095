"""From skeletons to places: for every statutory table, which printed cell holds which cell of which form.

The plan of a document depends on labels, spans and the kind of each cell, never on a number, and is cached: reports
copied from one template are planned once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.read.columns import Header, by_order, by_position, read_header
from pipelines.read.layout import Bones, Placed, place
from pipelines.read.matching import Vocabulary, is_title, vocabulary
from pipelines.read.rows import (
    VALUES,
    Assignment,
    RowLabel,
    assign,
    groups_of,
    label_cells,
    resolve_by_order,
    resolve_exactly,
    usual_padding,
    values_of,
)
from schemas.form import KEY_COLUMNS, Form, FormBlock, FormTable, Node, forms


@dataclass(frozen=True)
class Target:
    """A cell of a form and the printed cell that fills it."""

    keys: tuple[str, ...]  # values of KEY_COLUMNS[table]
    grid: int
    row: int
    cell: int
    merged: bool
    row_node: Node | None
    column_node: Node
    column_text: str


@dataclass(frozen=True)
class Defect:
    """Something printed that was not read: the rule that names it, the words, and the cells concerned."""

    rule: str  # label_unmapped, row_misaligned, header_unreadable, row_duplicated
    text: str
    cells: tuple[tuple[int, int, int], ...]  # (grid, row, cell)
    keys: tuple[tuple[str, str], ...] = ()  # known part of the key


@dataclass
class TablePlan:
    """How one table is read under one form."""

    table: str
    form: str
    targets: list[Target] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    missing: float = 0.0  # share of the form's cells that no printed cell fills
    familiar: int = 0  # printed labels that this form knows

    @property
    def recognised(self) -> bool:
        """Whether this is the statutory table at all, and not some other table with a few of its words."""
        return bool(self.targets) or any(defect.keys for defect in self.defects)

    @property
    def score(self) -> float:
        unread = sum(max(len(defect.cells), 1) for defect in self.defects if defect.rule == "label_unmapped")
        return len(self.targets) - 2 * unread - 50 * self.missing + 0.1 * self.familiar


@dataclass(frozen=True)
class Plan:
    """The chosen reading of every table that the document holds."""

    tables: tuple[TablePlan, ...]


@dataclass
class _GridRow:
    grid: int
    cells: list[Placed]
    ruled: bool
    width: int  # of the whole grid


def plan(skeletons: Sequence[Bones], catalogue: tuple[Form, ...] | None = None) -> Plan:
    """Plan a document. ``catalogue`` defaults to the project's forms (tests pass others)."""
    return _plan(tuple(skeletons), catalogue or forms())


@lru_cache(maxsize=2048)
def _plan(skeletons: tuple[Bones, ...], catalogue: tuple[Form, ...]) -> Plan:
    rows: list[_GridRow] = []
    for index, skeleton in enumerate(skeletons):
        placed = place(skeleton)
        width = max((cells[-1].end for cells in placed if cells), default=0)
        rows += [_GridRow(index, cells, skeleton.ruled, width) for cells in placed]
    chosen = []
    for table, members in _by_table(rows, catalogue).items():
        readings = [_read_table(members, form.tables[table], form) for form in catalogue if table in form.tables]
        best = max(readings, key=lambda reading: reading.score)
        if best.recognised:
            chosen.append(best)
    return Plan(tuple(chosen))


def _by_table(rows: Sequence[_GridRow], catalogue: tuple[Form, ...]) -> dict[str, list[_GridRow]]:
    """Deal the rows out to the tables they belong to: by their words, else with the rows around them."""
    words = vocabulary(catalogue)
    votes = [_vote(row, words) for row in rows]
    dealt: dict[str, list[_GridRow]] = {}
    current: str | None = None
    grid = -1
    for index, row in enumerate(rows):
        if votes[index]:
            current = votes[index]
        elif row.grid != grid and not _continues(row, current, dealt):
            # A page break may open a grid with a row whose words decide nothing (（七）总计): the next row decides.
            later = (votes[i] for i in range(index, len(rows)) if rows[i].grid == row.grid and votes[i])
            following = next(later, None)
            current = following if following and following == current else None
        grid = row.grid
        if current:
            dealt.setdefault(current, []).append(row)
    return {table: members for table, members in dealt.items() if len(members) > 1}


def _vote(row: _GridRow, words: Vocabulary) -> str | None:
    """The table that most of the row's own words belong to."""
    tables = [words.table_of(cell.name) for cell in row.cells if cell.name and not cell.carried]
    known = [table for table in tables if table]
    return max(known, key=known.count) if known else None


def _continues(row: _GridRow, current: str | None, dealt: dict[str, list[_GridRow]]) -> bool:
    """A grid that opens with values, as wide as the table before it, goes on with that table (a page break)."""
    if current is None or not dealt.get(current):
        return False
    return row.cells[-1].end == dealt[current][-1].cells[-1].end if row.cells else False


def _read_table(rows: Sequence[_GridRow], table: FormTable, form: Form) -> TablePlan:
    reading = TablePlan(table.table, table.form)
    labelled = [block for block in table.blocks if block.rows]
    for header, data in _stretches(rows, table, bool(labelled)):
        if labelled:
            _labelled_rows(reading, header, data, table)
        else:
            _bare_row(reading, header, data, table)
    _drop_duplicates(reading)
    names = {cell.name for row in rows for cell in row.cells if cell.name}
    reading.familiar = len(names & vocabulary((form,)).labels)
    reading.missing = len(table.asked.keys() - {target.keys for target in reading.targets}) / max(len(table.asked), 1)
    return reading


def _stretches(
    rows: Sequence[_GridRow], table: FormTable, labelled: bool
) -> list[tuple[Header | None, list[_GridRow]]]:
    """Header rows and the data rows below them. A table that goes on after a page break keeps its header."""
    column_names = {
        name for block in table.blocks for top in block.columns for node in top.walk() for name in node.names
    }
    titles = table.titles | {name for block in table.blocks for name in block.names}
    row_names = {name for block in table.blocks for top in block.rows for node in top.walk() for name in node.names}
    stretches: list[tuple[Header | None, list[_GridRow]]] = []
    heading: list[_GridRow] = []
    for row in rows:
        own = [cell for cell in row.cells if cell.name and not cell.carried]
        has_number = any(cell.kind in ("number", "mark", "garbled") and not cell.carried for cell in row.cells)
        hits = sum(cell.name in column_names or is_title(cell.name, titles) for cell in own)
        names_row = any(cell.name in row_names for cell in own)
        # A split word (商业 over 企业) hits nothing: inside a header, text without numbers is still header.
        is_header = not has_number and bool(own) and ((hits > names_row) or (bool(heading) and not names_row))
        if not has_number and not own and heading and not labelled:
            is_header = False
        if is_header:
            heading.append(row)
            continue
        if heading:
            stretches.append((_header(heading, table), []))
            heading = []
        if not stretches:
            stretches.append((None, []))
        stretches[-1][1].append(row)
    return stretches


def _header(heading: Sequence[_GridRow], table: FormTable) -> Header:
    """The header of a stretch. One that a page break cut into pieces of unequal width is read by order alone."""
    widths = {
        row.grid: max(cell.end for item in heading if item.grid == row.grid for cell in item.cells) for row in heading
    }
    whole = len({widths[row.grid] for row in heading if _names_columns(row, table)}) <= 1
    return read_header([row.cells for row in heading], table, heading[-1].ruled and whole)


def _names_columns(row: _GridRow, table: FormTable) -> bool:
    titles = table.titles | {name for block in table.blocks for name in block.names}
    return any(cell.name and not is_title(cell.name, titles) for cell in row.cells)


def _labelled_rows(reading: TablePlan, header: Header | None, data: Sequence[_GridRow], table: FormTable) -> None:
    labels = _label_rows(data, table)
    before = len(reading.targets)
    resolve_by_order([label for label, _ in labels], table)
    for label, row in labels:
        numbers = [cell for cell in row.cells if not cell.carried and cell.kind in ("number", "garbled")]
        if label.node is None or label.block is None:
            if numbers and label.text:
                reading.defects.append(Defect("label_unmapped", label.text, _spots(row, numbers)))
            elif numbers:
                reading.defects.append(Defect("row_misaligned", "", _spots(row, numbers)))
            continue
        known = tuple({**label.block.keys, **label.node.keys}.items())
        if header is None or not header.columns:
            reading.defects.append(Defect("header_unreadable", label.text, _spots(row, numbers), known))
            continue
        siblings = [values_of(other.cells, beside.cells) for beside, other in labels if not other.ruled]
        _fill(reading, label, row, header, known, siblings)
    if data and not data[0].ruled:
        _distrust_neighbours(reading, labels, before)


def _distrust_neighbours(reading: TablePlan, labels: Sequence[tuple[RowLabel, _GridRow]], before: int) -> None:
    """Where blanks leave no trace, a full row above one whose label is lost may hold the lost row's values.

    Such a row is refused: it has exactly the right count, the table has rows that are too short, and the form's next row
    is printed nowhere.
    """
    short = any(defect.rule == "row_misaligned" for defect in reading.defects) or any(
        label.node and not values_of(row.cells, label.cells) for label, row in labels
    )
    if not short:
        return
    claimed = {label.node.order for label, _ in labels if label.node}
    names = {cell.name for _, row in labels for cell in row.cells if cell.name}
    for label, row in labels:
        if label.node is None or label.block is None:
            continue
        leaves = label.block.row_leaves()
        following = [leaf for leaf in leaves if leaf.order > label.node.order][:1]
        if following and following[0].order not in claimed and not following[0].names & names:
            mine = [t for t in reading.targets[before:] if t.row_node is label.node and t.grid == row.grid]
            if mine:
                kept = [t for t in reading.targets if t not in mine]
                reading.targets[:] = kept
                spots = tuple((t.grid, t.row, t.cell) for t in mine)
                known = tuple({**label.block.keys, **label.node.keys}.items())
                reading.defects.append(Defect("row_misaligned", label.text, spots, known))


def _label_rows(data: Sequence[_GridRow], table: FormTable) -> list[tuple[RowLabel, _GridRow]]:
    """Label every data row, keeping track of the group that a spanning cell or an earlier row opened."""
    groups = groups_of(table)
    context: tuple[int, ...] = ()
    found: list[tuple[RowLabel, _GridRow]] = []
    for row in data:
        cells = label_cells(row.cells)
        for cell in cells:
            group = next((node for node in groups if cell.name in node.names), None)
            if group:
                context = (*(node.order for node in group.ancestors), group.order)
        label = RowLabel(tuple(cell.name for cell in cells), " ".join(cell.text for cell in cells), cells, context)
        resolve_exactly(label, table)
        if label.node:
            kept = {node.order for node in label.node.ancestors}
            context = tuple(order for order in context if order in kept) or tuple(kept)
            if label.node.children:
                context = (*context, label.node.order)
        found.append((label, row))
    return found


def _fill(
    reading: TablePlan, label: RowLabel, row: _GridRow, header: Header, known: tuple[tuple[str, str], ...],
    siblings: Sequence[Sequence[Placed]],
) -> None:  # fmt: skip
    block, node = label.block, label.node
    assert block is not None
    assert node is not None
    columns, ordered = _columns(header, block)
    if not columns:
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        reading.defects.append(Defect("header_unreadable", label.text, _spots(row, printed), known))
        return
    places = _places(columns, header, ordered)
    padding = usual_padding(siblings, len(places))
    found = assign(row.cells, label.cells, header, places, width=row.width, by_order=ordered, padding=padding)
    if found is None:
        printed = [cell for cell in row.cells if not cell.carried and cell not in label.cells]
        reading.defects.append(Defect("row_misaligned", label.text, _spots(row, printed), known))
        return
    _place(reading, found, columns, header, row, {**block.keys, **node.keys}, node)


def _columns(header: Header, block: FormBlock) -> tuple[list[Node | None], bool]:
    """The leaves of the header columns, and whether they come from reading order instead of position."""
    positioned = by_position(header, block) if header.ruled else []
    if positioned and sum(node is not None for node in positioned) == len(block.column_leaves()):
        return positioned, False
    ordered = by_order(header, block)
    if ordered:
        return list(ordered), True
    # Without positions a column that has lost its label cannot be told from one that is not there: nothing is read.
    return positioned, False


def _places(columns: Sequence[Node | None], header: Header, ordered: bool) -> list[int]:
    """The columns that a row laid out by order must fill: those that print a label, known or not."""
    return [index for index in range(len(columns)) if ordered or header.columns[index].names]


def _bare_row(reading: TablePlan, header: Header | None, data: Sequence[_GridRow], table: FormTable) -> None:
    """Table four: one row of values under three rows of header."""
    filled = [row for row in data if any(cell.kind in VALUES for cell in row.cells if not cell.carried)]
    if not filled:
        return
    if header is None or not header.columns:
        cells = [cell for cell in filled[0].cells if cell.kind in VALUES]
        reading.defects.append(Defect("header_unreadable", "", _spots(filled[0], cells)))
        return
    block = table.blocks[0]
    columns, ordered = _columns(header, block)
    if not columns:
        here = (("table", table.table),)
        reading.defects.append(Defect("header_unreadable", "", _spots(filled[0], filled[0].cells), here))
        return
    printed = [row for row in filled if any(cell.kind in ("number", "mark", "garbled") for cell in row.cells)]
    for row in printed or filled[:1]:
        labels = label_cells(row.cells)
        places = _places(columns, header, ordered)
        found = assign(row.cells, labels, header, places, width=row.width, by_order=ordered, padding=0)
        if found is None:
            known = tuple(block.keys.items()) or (("table", table.table),) * (sum(map(bool, columns)) >= 3)
            reading.defects.append(Defect("row_misaligned", "", _spots(row, row.cells), known))
        else:
            _place(reading, found, columns, header, row, dict(block.keys), None)


def _place(
    reading: TablePlan, found: Sequence[Assignment], columns: Sequence[Node | None], header: Header, row: _GridRow,
    keys: dict[str, str], row_node: Node | None,
) -> None:  # fmt: skip
    for item in found:
        node = columns[item.column]
        text = header.columns[item.column].text if len(header.columns) == len(columns) else ""
        spot = (row.grid, item.cell.row, item.cell.cell)
        if node is None:
            if item.cell.kind in ("number", "garbled"):
                reading.defects.append(Defect("label_unmapped", text, (spot,), tuple(keys.items())))
            continue
        whole = {**keys, **node.keys}
        key = tuple(whole[name] for name in KEY_COLUMNS[reading.table])
        reading.targets.append(Target(key, *spot, item.merged, row_node, node, text))


def _spots(row: _GridRow, cells: Sequence[Placed]) -> tuple[tuple[int, int, int], ...]:
    return tuple((row.grid, cell.row, cell.cell) for cell in cells if not cell.carried)


def _drop_duplicates(reading: TablePlan) -> None:
    """Two printed cells for one cell of the form: both stay listed; the caller compares what they print."""
    reading.targets.sort(key=lambda target: (target.grid, target.row, target.cell))
