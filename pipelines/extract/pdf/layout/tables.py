"""Ruling lines and characters of a PDF page → Grids of declared cells with their spans.

The rules of one table (those that touch) cut its area into slots; neighbouring slots without a rule between them are one
cell. That needs no complete frame: at a page break the last row often has no bottom rule.
"""

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipelines.extract.document import Cell, Grid
from pipelines.extract.pdf.layout.cell_text import CUT, NUMERIC, OUTSIDE, TOUCH, cell_text, keep_words, least_room
from pipelines.extract.pdf.layout.ruling_lines import SNAP, Rules, borders, rules_of_tables
from pipelines.extract.pdf.layout.text_lines import printed_lines
from pipelines.extract.pdf.page.content import UNREADABLE, Box, Char, Rule

ShowsInk = Callable[[Box], bool]
MAX_SLOTS = 20_000
_COVERED = 0.6  # share of a slot's side that a rule must cover to separate


class PageTable(NamedTuple):
    """A table found on a page: its box, its grid, and the characters that its cells print."""

    x0: float
    top: float
    x1: float
    bottom: float
    grid: Grid
    used: frozenset[int]  # indices of the page's characters
    borders: tuple[float, ...]  # of its columns, from left to right
    levels: tuple[float, ...] = ()  # borders of its rows, from top to bottom; none where no rules part them


def find_tables(
    chars: Sequence[Char],
    horizontal: Sequence[Rule],
    vertical: Sequence[Rule],
    evidence: str,
    drawings: Sequence[Box] = (),
    shows_ink: ShowsInk | None = None,
) -> list[PageTable]:
    """Find the ruled tables of a page, top to bottom; ``evidence`` is the page's, tables and cells add theirs.

    A cell without text that one of the ``drawings`` stands in, or that ``shows_ink``, is ``UNREADABLE``: it may print a figure,
    so it is not blank.
    """
    tables: list[PageTable] = []
    frames = [frame for rules in rules_of_tables(horizontal, vertical) if (frame := _Frame.of(rules)) is not None]
    for frame in sorted(frames, key=lambda f: (f.ys[0], f.xs[0])):
        table = frame.read(chars, f"{evidence}/table[{len(tables) + 1}]", drawings, shows_ink)
        if table is not None:
            tables.append(table)
    return tables


class _Frame(NamedTuple):
    """Slot borders of one table and the rules between them."""

    xs: list[float]
    ys: list[float]
    rules: Rules

    @classmethod
    def of(cls, rules: Rules) -> "_Frame | None":
        """None for rules that enclose no cells."""
        xs, ys = borders(rules.vertical, rules.horizontal), borders(rules.horizontal, rules.vertical)
        slots = (len(xs) - 1) * (len(ys) - 1)
        return cls(xs, ys, rules) if 2 <= slots <= MAX_SLOTS and len(rules.vertical) > 1 else None

    def read(
        self,
        chars: Sequence[Char],
        evidence: str,
        drawings: Sequence[Box] = (),
        shows_ink: ShowsInk | None = None,
        *,
        has_stubs: bool = True,
    ) -> PageTable | None:
        """Merge slots into cells and give each its characters. ``has_stubs``: borders without meaning may be among ``ys``."""
        owner = self._owners()
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        members: dict[int, list[int]] = {}
        for slot, first in enumerate(owner):
            members.setdefault(first, []).append(slot)
        if len(members) < 2:
            return None
        texts, used = self._texts(chars, owner, members)
        texts = {**dict.fromkeys(self._drawn_in(drawings, owner, members), UNREADABLE), **texts}
        if shows_ink is not None:
            bare = [first for first in members if not texts.get(first)]
            texts |= {first: UNREADABLE for first in bare if shows_ink(self._box(first, max(members[first])))}
        ys = self._without_stubs(owner, texts) if has_stubs else self.ys
        if len(ys) < len(self.ys):
            return self._replace(ys=ys).read(chars, evidence, drawings, shows_ink, has_stubs=False)
        grid_rows: list[list[Cell]] = [[] for _ in range(rows)]
        for first in sorted(members):
            row, column = divmod(first, columns)
            last = max(members[first])
            number = len(grid_rows[row]) + 1
            place = f"{evidence}/row[{row + 1}]/cell[{number}]"
            grid_rows[row].append(
                Cell(texts.get(first, ""), last % columns - column + 1, last // columns - row + 1, place)
            )
        grid = Grid(tuple(tuple(row) for row in grid_rows), evidence)
        borders, levels = tuple(self.xs), tuple(self.ys)
        return PageTable(borders[0], levels[0], borders[-1], levels[-1], grid, frozenset(used), borders, levels)

    def _box(self, first: int, last: int) -> Box:
        """The place of the cell between two slots."""
        (row, column), (last_row, last_column) = divmod(first, len(self.xs) - 1), divmod(last, len(self.xs) - 1)
        return Box(self.xs[column], self.ys[row], self.xs[last_column + 1], self.ys[last_row + 1])

    def _drawn_in(
        self, drawings: Sequence[Box], owner: Sequence[int], members: Mapping[int, Sequence[int]]
    ) -> Iterator[int]:
        """The cells that hold a drawing whole."""
        xs, ys, columns = self.xs, self.ys, len(self.xs) - 1
        for x0, top, x1, bottom in drawings:
            x, y = (x0 + x1) / 2, (top + bottom) / 2
            if xs[0] < x < xs[-1] and ys[0] < y < ys[-1]:
                first = owner[(bisect_right(ys, y) - 1) * columns + bisect_right(xs, x) - 1]
                (row, column), (last_row, last_column) = divmod(first, columns), divmod(max(members[first]), columns)
                is_within = xs[column] < x0 and x1 < xs[last_column + 1]
                if is_within and ys[row] < top and bottom < ys[last_row + 1]:
                    yield first

    def _without_stubs(self, owner: Sequence[int], texts: Mapping[int, str]) -> list[float]:
        """Row borders without those that part nothing but empty cells beside a printed one.

        A browser lets the tall cells of a table that goes on on the next page end a few points off the row they end with.
        """
        columns = len(self.xs) - 1
        kept = self.ys[:1]
        for row in range(1, len(self.ys) - 1):
            pairs = [(owner[slot - columns], owner[slot]) for slot in range(row * columns, (row + 1) * columns)]
            parted = {cell for above, below in pairs if above != below for cell in (above, below)}
            crossing = {above for above, below in pairs if above == below}
            is_stub = not any(texts.get(cell) for cell in parted) and any(texts.get(cell) for cell in crossing)
            kept += [] if is_stub else [self.ys[row]]
        return [*kept, self.ys[-1]]

    def _owners(self) -> list[int]:
        """For each slot, in reading order, the top left slot of its cell. Cells are made rectangular by cutting rows."""
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        # right[c][r]: a wall on the right of column c in row r
        right = self._walls(self.rules.vertical, self.xs, self.ys)
        below = self._walls(self.rules.horizontal, self.ys, self.xs)
        owner = [-1] * (columns * rows)
        for row in range(rows):
            for column in range(columns):
                slot = row * columns + column
                if owner[slot] >= 0:
                    continue
                wide = 1
                while column + wide < columns and not right[column + wide - 1][row] and owner[slot + wide] < 0:
                    wide += 1
                tall = 1
                while row + tall < rows and self._extends(row + tall, column, wide, right, below, owner):
                    tall += 1
                for r in range(row, row + tall):
                    for c in range(column, column + wide):
                        owner[r * columns + c] = slot
        return owner

    def _extends(
        self, row: int, column: int, wide: int, right: list[list[bool]], below: list[list[bool]], owner: list[int]
    ) -> bool:
        """May the cell above, ``wide`` slots wide, take this row's slots too?"""
        columns = len(self.xs) - 1
        open_above = not any(below[row - 1][c] for c in range(column, column + wide))
        open_inside = not any(right[c][row] for c in range(column, column + wide - 1))
        free = all(owner[row * columns + c] < 0 for c in range(column, column + wide))
        closed_right = column + wide == columns or right[column + wide - 1][row]
        closed_left = column == 0 or right[column - 1][row] or owner[row * columns + column - 1] >= 0
        return open_above and open_inside and free and closed_right and closed_left

    @staticmethod
    def _walls(rules: list[Rule], positions: list[float], across: list[float]) -> list[list[bool]]:
        """walls[i][j]: a rule at ``positions[i + 1]`` covers the range ``across[j]`` to ``across[j + 1]``."""
        ranges = [(a, b, _COVERED * (b - a)) for a, b in itertools.pairwise(across)]
        walls: list[list[bool]] = []
        for position in positions[1:]:
            near = [(start, end) for at, start, end in rules if abs(at - position) <= SNAP]
            if len(near) == 1:
                ((start, end),) = near
                walls.append([min(end, b) - max(start, a) >= least for a, b, least in ranges])
            else:
                walls.append([_covered(near, a, b) >= least for a, b, least in ranges])
        return walls

    def _texts(
        self, chars: Sequence[Char], owner: list[int], members: dict[int, list[int]]
    ) -> tuple[dict[int, str], set[int]]:
        xs, ys = self.xs, self.ys
        columns, rows = len(xs) - 1, len(ys) - 1
        left, right, high, low = xs[0], xs[-1], ys[0], ys[-1]
        slots: dict[int, int] = {}
        crosses = False  # may a number reach beyond its cell?
        for index, (text, x0, top, x1, bottom, _) in enumerate(chars):
            y = (top + bottom) / 2
            if not high <= y <= low:
                continue
            x = (x0 + x1) / 2
            if left <= x <= right:
                column, row = min(bisect_right(xs, x), columns) - 1, min(bisect_right(ys, y), rows) - 1
                slots[index] = owner[row * columns + column]
                if not crosses and text in NUMERIC:
                    near = TOUCH * (bottom - top)
                    crosses = x1 > xs[column + 1] - near or x0 < xs[column] + near
                    crosses = crosses or y - ys[row] < 4 * near or ys[row + 1] - y < 4 * near
            else:
                slots[index] = OUTSIDE
                crosses = crosses or (text in NUMERIC and x0 < right and x1 > left)
        moved, cut = keep_words(chars, slots, xs) if crosses else ({}, set())
        inside: dict[int, list[Char]] = defaultdict(list)
        used: set[int] = set()
        for index, slot in slots.items():
            char = chars[index]
            if crosses:
                slot = moved.get(index, slot)
                char = char._replace(text=char.text + CUT) if index in cut else char
            if slot != OUTSIDE:
                used.add(index)
                inside[slot].append(char)
        cells = {
            slot: (printed_lines(cell_chars), self.xs[max(members[slot]) % columns + 1] - self.xs[slot % columns])
            for slot, cell_chars in inside.items()
        }
        room = least_room(cells.values())
        return {slot: cell_text(lines, width, room) for slot, (lines, width) in cells.items()}, used


def _covered(pieces: Sequence[tuple[float, float]], a: float, b: float) -> float:
    """How much of the range from ``a`` to ``b`` the pieces cover."""
    return sum([max(0.0, min(end, b) - max(start, a)) for start, end in pieces])
