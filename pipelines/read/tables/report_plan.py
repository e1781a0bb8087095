"""From skeletons to places: for every statutory table, which printed cell holds which cell of which form.

The plan of a document depends on labels, spans and the kind of each cell, never on a number, and is cached: reports
copied from one template are planned once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from pipelines.read.tables.columns.span_layout import Bones, place
from pipelines.read.tables.label_matching import Vocabulary, vocabulary
from pipelines.read.tables.rows.mixed_forms import plan_by_block
from pipelines.read.tables.table_plan import plan_table
from pipelines.read.tables.targets import GridRow, TablePlan
from pipelines.read.tables.values.numbers import UNITS
from schemas.forms.catalogue import BESIDE, Form, forms
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS


@dataclass(frozen=True)
class Plan:
    """The chosen reading of every table that the document holds."""

    tables: tuple[TablePlan, ...]


def plan(skeletons: Sequence[Bones], catalogue: tuple[Form, ...] | None = None) -> Plan:
    """Plan a document. ``catalogue`` defaults to the project's forms (tests pass others)."""
    return _plan(tuple(skeletons), catalogue or forms())


@lru_cache(maxsize=2048)
def _plan(skeletons: tuple[Bones, ...], catalogue: tuple[Form, ...]) -> Plan:
    rows: list[GridRow] = []
    for index, skeleton in enumerate(skeletons):
        placed = place(skeleton)
        width = max((cells[-1].end for cells in placed if cells), default=0)
        rows += [
            GridRow(index, cells, skeleton.ruled, width, number in skeleton.unsure, skeleton.padded)
            for number, cells in enumerate(placed)
        ]
    chosen = []
    for table, members in _by_table(rows, catalogue).items():
        readings = [
            plan_table(members, layout, form)
            for form in catalogue
            if table in form.tables
            for layout in (form.tables[table], *form.tables[table].arrangements)
        ]
        best = max(readings, key=lambda reading: reading.score)
        if best.recognised:
            chosen.append(plan_by_block(members, best, catalogue))
    return Plan(tuple(chosen))


def _by_table(rows: Sequence[GridRow], catalogue: tuple[Form, ...]) -> dict[str, list[GridRow]]:
    """Deal the rows out to the tables they belong to: by their words, else with the rows around them."""
    words = vocabulary(catalogue)
    votes = [_vote(row, words) for row in rows]
    ahead = _next_votes(rows, votes)
    dealt: dict[str, list[GridRow]] = {}
    current: str | None = None
    grid = -1
    for index, row in enumerate(rows):
        below = ahead[index]
        # The header of an annex has no words of its own (指标, 单位, 数量): what stands below it decides.
        headed = [table for table in below if table in BESIDE and _is_header_of(row, words.columns[table])]
        if headed and any(_heads_more(row, words.columns[other], words.columns[headed[0]]) for other in below):
            headed = []
        if headed:
            current = headed[0]
        elif votes[index]:
            current = current if current in votes[index] else votes[index][0]
        elif row.grid != grid and not _continues(row, current, dealt):
            # A page break may open a grid with a row whose words decide nothing (（七）总计): the next row decides.
            current = current if current in below else None
        grid = row.grid
        if current:
            dealt.setdefault(current, []).append(row)
    return {table: members for table, members in dealt.items() if len(members) > 1}


def _next_votes(rows: Sequence[GridRow], votes: Sequence[list[str]]) -> list[list[str]]:
    """For each row what the first row below it in its grid that has a vote votes for."""
    ahead: list[list[str]] = [[]] * len(rows)
    next_of: dict[int, list[str]] = {}
    for index in range(len(rows) - 1, -1, -1):
        ahead[index] = next_of.get(rows[index].grid, [])
        if votes[index]:
            next_of[rows[index].grid] = votes[index]
    return ahead


def _is_header_of(row: GridRow, columns: Collection[str]) -> bool:
    """Whether the row prints headers of the table, behind a caption that text may have put before them. Where columns have
    places of their own, one that no form knows (同比增长) may stand among them."""
    words = IDLE_COLUMNS | COLUMN_MARKS
    known = [cell.name in columns or cell.name in words for cell in row.cells if cell.name]
    in_a_row = sum(1 for _ in takewhile(bool, reversed(known)))
    return known.count(True) > 1 and (row.ruled or in_a_row > 1)


def _heads_more(row: GridRow, columns: Collection[str], than: Collection[str]) -> bool:
    """Whether more cells of a row are headers of one table than of another one."""
    names = [cell.name for cell in row.cells if cell.name]
    return sum(name in columns for name in names) > sum(name in than for name in names)


def _vote(row: GridRow, words: Vocabulary) -> list[str]:
    """The tables that most of the row's own words belong to: none where no word is known, several where they tie.

    The label of a row that an annex shares with a statutory table (部分公开) is a word of both.
    """
    names = [cell.name for cell in row.cells if cell.name and not cell.carried]
    known = [table for table in map(words.table_of, names) if table]
    most = max(map(known.count, known), default=0)
    voted = [table for table in dict.fromkeys(known) if known.count(table) == most]
    labels = [name for name in names if name not in UNITS]
    if voted and len(labels) == 1 and any(cell.kind == "number" for cell in row.cells):
        voted += [annex for annex, shared in words.shared.items() if labels[0] in shared and annex not in voted]
    return voted


def _continues(row: GridRow, current: str | None, dealt: dict[str, list[GridRow]]) -> bool:
    """A grid that opens with values, as wide as the table before it, goes on with that table (a page break)."""
    before = next((member.cells for member in reversed(dealt.get(current or "", ())) if member.cells), None)
    return bool(row.cells) and before is not None and row.cells[-1].end == before[-1].end
