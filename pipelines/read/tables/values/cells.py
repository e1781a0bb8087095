"""From a plan to printed cells: fetches what each planned place prints, and reports what could not be placed."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from pipelines.extract.document import Cell, Grid
from pipelines.read.tables.targets import Defect, TablePlan, Target
from pipelines.read.tables.values.numbers import fold_text, kind, whole_number
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS, FormTable, Node
from schemas.labels import printed_unit
from schemas.vocabulary import HowRead

WHOLE_TABLE = ("copies_differ", "columns_repeated", "columns_in_doubt", "table_scaled", "table_of_other_years")
"""Rules about a whole table: one finding, whatever the number of rows it concerns."""


class PrintedCell(NamedTuple):
    """One cell of a statutory table, as printed. ``unreadable``: its row or place could not be trusted.

    ``reading``: whether it is text in the source or was recognised in a picture, then with the engine's ``confidence``.
    """

    keys: tuple[str, ...]  # values of KEY_COLUMNS[table]
    raw_text: str
    evidence: str
    unit: str | None
    money: bool
    signed: bool
    is_total: bool
    unreadable: bool
    reading: str = HowRead.PRINTED.value
    confidence: float | None = None


Traits = tuple[str | None, bool, bool, bool]
"""unit, money, signed, is_total"""


class Place(NamedTuple):
    """Where a cell of the form is printed, and what the form says of it."""

    grid: int
    row: int
    cell: int
    keys: tuple[str, ...]
    traits: Traits
    merged: bool


@dataclass(frozen=True)
class Unread:
    """Numbers that were printed but not placed: for findings."""

    rule: str
    table: str
    text: str
    numbers: tuple[str, ...]
    evidence: str
    keys: dict[str, str]


@dataclass
class TableReading:
    """One statutory table of one report."""

    table: str
    form: str
    cells: list[PrintedCell] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    missing: list[tuple[str, ...]] = field(default_factory=list)
    year: int | None = None  # whose columns were taken, where the table prints several years
    strange_columns: bool = False  # the header prints columns that the form does not have

    def explains(self, cell: PrintedCell) -> bool:
        """Whether a finding about what was not read concerns this cell."""
        keys = dict(zip(KEY_COLUMNS[self.table], cell.keys, strict=True))
        return any(
            item.rule in WHOLE_TABLE
            or item.evidence == cell.evidence
            or (bool(item.keys) and item.keys.items() <= keys.items())
            for item in self.unread
        )


def read_cells(reading: TablePlan, grids: Sequence[Grid], form: FormTable) -> TableReading:
    """Pick up what the planned places print.

    Two printed cells that claim one cell of the form: equal texts count once, a blank gives way to a number; two
    different numbers make the cell unreadable, unless the later one stands in another copy of the whole table.
    """
    strange = reading.had_sums or bool(reading.strange_columns)
    result = TableReading(reading.table, reading.form, year=reading.year, strange_columns=strange)
    if reading.plain:
        places, missing = _places(reading, form)
        rows = [grid.rows for grid in grids]
        result.cells = [
            PrintedCell(keys, text, evidence, *traits, merged)
            for grid, row, cell, keys, traits, merged in places
            for text, _, _, evidence in [rows[grid][row][cell]]
        ]
        result.missing = list(missing)
    else:
        _contested(reading, grids, form, result)
        result.cells.sort(key=lambda cell: form.place_of(cell.keys))
        result.missing = _missing(form, {cell.keys for cell in result.cells})
    if reading.doubtful and not _adds_up(result):
        _refuse_all(result)
    return result


def apart(reading: TableReading) -> list[TableReading]:
    """The table with its own columns, and what it prints beside them (``BESIDE``) as a table of its own."""
    if reading.table not in BESIDE:
        return [reading]
    own = len(KEY_COLUMNS[reading.table])
    beside = [cell for cell in reading.cells if len(cell.keys) > own]
    if not beside:
        return [reading]
    kept = [cell for cell in reading.cells if len(cell.keys) == own]
    return [replace(reading, cells=kept), TableReading(BESIDE[reading.table], reading.form, beside)]


def _adds_up(result: TableReading) -> bool:
    """Whether the rows that are read are the sums of their cells, those with a mark or a note aside. Zeros prove nothing."""
    rows: dict[str, list[PrintedCell]] = {}
    for cell in result.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    read = (row for row in rows.values() if row[-1].is_total and not any(cell.unreadable for cell in row))
    counts = [[whole_number(fold_text(cell.raw_text) or "0") for cell in row] for row in read]
    known = [[count for count in row if count is not None] for row in counts if None not in row]
    proving = [row for row in known if any(row)]
    return all(sum(row[:-1]) == row[-1] for row in proving) and (bool(proving) or len(known) == len(counts) > 0)


def _refuse_all(result: TableReading) -> None:
    """Nothing of the table is read, and one finding says why."""
    numbers = tuple(cell.raw_text for cell in result.cells)
    evidence = result.cells[0].evidence if result.cells else ""
    result.unread.append(Unread("columns_in_doubt", result.table, "", numbers, evidence, {}))
    result.cells[:] = [cell._replace(unreadable=True) for cell in result.cells]


@lru_cache(maxsize=4096)
def _places(plan: TablePlan, form: FormTable) -> tuple[tuple[Place, ...], list[tuple[str, ...]]]:
    """The places of a plan without conflicts, in the order of the form, and the required cells without a place."""
    ordered = sorted(plan.targets, key=lambda target: form.place_of(target.keys))
    places = tuple(Place(t.grid, t.row, t.cell, t.keys, _traits_of(t, form), t.merged) for t in ordered)
    return places, _missing(form, {place.keys for place in places})


def _missing(form: FormTable, read: Set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The required cells of a form that were not read, in its order."""
    if form.required <= read:
        return []
    return [key for key in form.asked if key in form.required and key not in read]


def _contested(reading: TablePlan, grids: Sequence[Grid], form: FormTable, result: TableReading) -> None:
    """A table in which some cell is claimed twice, or some row was not placed."""
    by_key: dict[tuple[str, ...], list[Target]] = {}
    targets, disputed = _without_copies(reading, result, grids)
    for target in targets:
        by_key.setdefault(target.keys, []).append(target)
    for targets in by_key.values():
        result.cells.append(_settle(targets, grids, form, result, is_known=targets[0].keys in disputed))
    read = {cell.keys for cell in result.cells}
    for defect in reading.defects:
        result.unread.append(_unread(defect, reading.table, grids))
        result.cells += [cell for cell in _refused(defect, grids, form) if cell.keys not in read]
        read |= {cell.keys for cell in result.cells}


def _at(target: Target, grids: Sequence[Grid]) -> Cell:
    return grids[target.grid].rows[target.row][target.cell]


def _without_copies(
    reading: TablePlan, result: TableReading, grids: Sequence[Grid]
) -> tuple[list[Target], frozenset[tuple[str, ...]]]:
    """The places without those of further copies of the table, and the keys for which a copy prints another figure.

    Nothing tells which of the copies counts: those that a caption sets apart are gone by now.
    """
    owner: dict[tuple[str, ...], Target] = {}
    again: dict[int, list[Target]] = {}
    for target in reading.targets:
        if owner.setdefault(target.keys, target).grid != target.grid:
            again.setdefault(target.grid, []).append(target)
    copies = {grid for grid, targets in again.items() if len(targets) >= max(7, len(owner) // 3)}
    disputed: set[tuple[str, ...]] = set()
    for grid in sorted(copies):
        differing = [
            t for t in again[grid] if fold_text(_at(t, grids).text) != fold_text(_at(owner[t.keys], grids).text)
        ]
        numbers = tuple(_at(target, grids).text for target in differing)
        if any(kind(number) == "number" for number in numbers):
            result.unread.append(Unread("copies_differ", reading.table, "", numbers, grids[grid].evidence, {}))
            disputed.update(target.keys for target in differing)
    kept = [target for target in reading.targets if target.grid not in copies or target.keys in disputed]
    return kept, frozenset(disputed)


def _settle(
    targets: Sequence[Target], grids: Sequence[Grid], form: FormTable, result: TableReading, *, is_known: bool
) -> PrintedCell:
    """The cell that several places print. ``is_known``: a finding about copies of the table says already that they differ."""
    printed = [target for target in targets if kind(_at(target, grids).text) != "blank"] or list(targets[:1])
    texts = dict.fromkeys(fold_text(_at(target, grids).text) for target in printed)
    first = printed[0]
    cell = _at(first, grids)
    # Blank in one place and a figure in the other is no less a difference: the figure may be another table's.
    clash = len(texts) > 1 or len(printed) < len(targets)
    if clash and not is_known:
        keys = dict(zip(KEY_COLUMNS[form.table], first.keys, strict=False))
        evidence = "; ".join(_at(target, grids).evidence for target in printed)
        result.unread.append(Unread("row_duplicated", form.table, "", tuple(texts), evidence, keys))
    return _cell(first, " | ".join(texts) if clash else cell.text, cell.evidence, form, clash or first.merged)


def _cell(target: Target, raw_text: str, evidence: str, form: FormTable, unreadable: bool) -> PrintedCell:
    return PrintedCell(target.keys, raw_text, evidence, *_traits_of(target, form), unreadable)


def _traits_of(target: Target, form: FormTable) -> Traits:
    return traits(target.row_node, target.column_node, target.column_text, form, target.printed_unit)


@lru_cache(maxsize=4096)
def traits(row: Node | None, column: Node, column_text: str, form: FormTable, beside: str | None = None) -> Traits:
    """Traits of a cell, from the nodes it stands under and the unit that its header, or the row ``beside`` its label, prints."""
    money = column.money or bool(row and row.money)
    unit = (row.unit if row else None) or column.unit or form.unit
    if money:
        # 采购总金额 prints no unit in its header: the one in the cell counts, and without it the unit is unknown.
        unit = printed_unit(column_text) or (None if column.unit_in_cell else unit)
    unit = beside or unit
    return unit, money, column.signed, column.is_total or bool(row and row.is_total)


def _unread(defect: Defect, table: str, grids: Sequence[Grid]) -> Unread:
    cells = [grids[grid].rows[row][cell] for grid, row, cell in defect.cells]
    numbers = tuple(cell.text for cell in cells if kind(cell.text) in ("number", "garbled"))
    keys = {name: value for name, value in defect.keys if name in KEY_COLUMNS[table]}
    return Unread(defect.rule, table, defect.text, numbers, cells[0].evidence if cells else "", keys)


def _refused(defect: Defect, grids: Sequence[Grid], form: FormTable) -> list[PrintedCell]:
    """The cells of a row that is known by its label but whose values could not be laid out: printed, not read."""
    known = {name: value for name, value in defect.keys if name in KEY_COLUMNS[form.table]}
    if not defect.cells or ((form.blocks[0].rows or defect.rule == "label_unmapped") and not known):
        return []
    printed = [grids[grid].rows[row][cell] for grid, row, cell in defect.cells]
    raw_text = " | ".join(cell.text for cell in printed)
    found = []
    for block in form.blocks:
        for row in block.rows_or_none():
            for column in block.column_leaves():
                keys = {**block.keys, **(row.keys if row else {}), **column.keys}
                if column.beside or column.skipped:
                    continue
                if known.items() <= keys.items():
                    key = tuple(keys[name] for name in KEY_COLUMNS[form.table])
                    unit, money, signed, is_total = traits(row, column, "", form)
                    found.append(PrintedCell(key, raw_text, printed[0].evidence, unit, money, signed, is_total, True))
    return found
