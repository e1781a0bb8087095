"""Ruling lines of a picture → tables: borders of rows and columns, and which slots between them are one cell.

Lines are what remains of the ink after everything shorter than a few characters is taken away. Whether a border parts two
slots is asked of the pixels between them, so that spans need no complete frame.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from pipelines.extract.picture.grid.pixels import Pixels
from pipelines.extract.picture.grid.rule_segments import under_seals, without_strokes
from pipelines.extract.picture.result import Box

MAX_SLOTS = 4_000
MAX_TABLES = 60
_COVERED = 0.6  # share of a slot's side that a rule must cover to part it from its neighbour
_LINED = 0.5  # share of a cell's side along which a line must lie, to be the side's
_BLOCK = 25  # pixels of the neighbourhood for adaptive thresholding, odd
_DARKER = 12  # than the neighbourhood
_PAPER = 41  # pixels: in a square of this size there is paper
_MUCH_DARKER = 45  # than the paper
_FAINT, _BESIDE = 20, 9  # levels that a faint line is darker than what lies within so many pixels of it


class Slots(NamedTuple):
    """One cell: the slots that it spans, as half-open ranges of rows and columns."""

    row: int
    column: int
    last_row: int
    last_column: int
    is_closed: bool  # its sides are ruled all around, or at the edge of the table


@dataclass(frozen=True)
class RuledTable:
    """Borders in pixels, cells in reading order. ``boxes``: the inside of every cell, clear of the ruling lines."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[Slots, ...]
    boxes: tuple[Box, ...]
    is_cut_above: bool
    is_cut_below: bool


@dataclass(frozen=True)
class Rules:
    """Masks of the horizontal and vertical lines, and the usual height of a character in pixels."""

    horizontal: Any
    vertical: Any
    text_height: int


def ink_of(grey: Any) -> Any:
    """What is darker than its neighbourhood, or much darker than the paper there, as 0 and 255.

    Faint lines are found by the first, pale lines beside dense print by the second.
    """
    faint = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _BLOCK, _DARKER)
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((_PAPER, _PAPER), np.uint8))
    return cv2.bitwise_or(faint, np.where(cv2.subtract(paper, grey) > _MUCH_DARKER, 255, 0).astype(np.uint8))


def text_height_of(ink: Any) -> int:
    """The usual height of a character: most marks of a page are characters, and few of them are taller."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    widths, heights, areas = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    plain = (heights >= 6) & (heights <= 90) & (widths >= 2) & (widths <= 2 * heights) & (areas >= 8)
    return int(np.percentile(heights[plain], 75)) if plain.sum() >= 8 else 14


def find_rules(pixels: Pixels, margin: int, *, are_faint: bool = False) -> Rules:
    """The lines of a picture that stands upright.

    Args:
        pixels: of the picture.
        margin: pixels of paper that were added around it, and a few more.
        are_faint: look for lines that are little darker than the paper beside dense print. Strokes of small print pass for such
            lines, so that this is for pictures whose grid is not complete without them.
    """
    ink = ink_of(pixels.grey)
    height = text_height_of(ink)
    long, tall = max(24, int(2.2 * height)), max(16, int(1.5 * height))
    level, upright = (cv2.bitwise_or(ink, _faint_lines(pixels.grey, axis)) if are_faint else ink for axis in (0, 1))
    # One pixel of tolerance across, for a line that is not quite straight.
    wider = cv2.dilate(level, np.ones((3, 1), np.uint8))
    horizontal = cv2.morphologyEx(wider, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    taller = cv2.dilate(upright, np.ones((1, 3), np.uint8))
    vertical = cv2.morphologyEx(taller, cv2.MORPH_OPEN, np.ones((tall, 1), np.uint8))
    thickest = max(8, int(0.8 * height))
    horizontal, vertical = _thin(horizontal, thickest, across=3), _thin(vertical, thickest, across=2)
    horizontal = cv2.bitwise_or(horizontal, under_seals(wider, pixels.coloured, long))
    vertical = cv2.bitwise_or(vertical, under_seals(taller.T, pixels.coloured.T, tall).T)
    return Rules(*without_strokes(horizontal, vertical, height, margin), height)


def _faint_lines(grey: Any, axis: int) -> Any:
    """Mask of what is darker than the paper on both sides of it along an axis, 0 across level lines and 1 across upright ones."""
    beside = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((_BESIDE, 1) if axis == 0 else (1, _BESIDE), np.uint8))
    return np.where(beside > _FAINT, 255, 0).astype(np.uint8)


def share_closed(tables: Sequence[RuledTable]) -> float:
    """Of the cells of all tables, those that rules enclose; 0 without tables."""
    cells = [cell for table in tables for cell in table.cells]
    return sum(cell.is_closed for cell in cells) / len(cells) if cells else 0.0


def _thin(mask: Any, thickest: int, *, across: int) -> Any:
    """Without areas: a filled box is no line. ``across``: the column of the statistics that says how thick one is."""
    size = (1, thickest) if across == 3 else (thickest, 1)
    areas = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8))
    return cv2.subtract(mask, cv2.dilate(areas, np.ones((3, 3), np.uint8)))


def find_tables(rules: Rules) -> list[RuledTable]:
    """The ruled tables of a picture, from top to bottom."""
    reach = max(3, int(0.3 * rules.text_height))
    lines = cv2.dilate(cv2.bitwise_or(rules.horizontal, rules.vertical), np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    order = sorted(range(1, len(stats)), key=lambda label: (stats[label][1], stats[label][0]))
    found = []
    for label in order:
        x, y, width, height, _ = stats[label]
        if width < 4 * rules.text_height or height < 1.5 * rules.text_height:
            continue
        mine = (labels[y : y + height, x : x + width] == label).astype(np.uint8) * 255
        box = (int(x), int(y), int(width), int(height))
        table = _table(rules, mine, box)
        if table is not None:
            found.append(table)
        if len(found) >= MAX_TABLES:
            break
    return found


def _table(rules: Rules, mine: Any, box: tuple[int, int, int, int]) -> RuledTable | None:
    x, y, width, height = box
    horizontal = cv2.bitwise_and(rules.horizontal[y : y + height, x : x + width], mine)
    vertical = cv2.bitwise_and(rules.vertical[y : y + height, x : x + width], mine)
    snap = max(3, int(0.4 * rules.text_height))
    ys, thick = _borders(horizontal, snap, axis=1)
    xs, thick_too = _borders(vertical, snap, axis=0)
    if len(ys) < 1 or len(xs) < 2:
        return None
    ys, above, below = _with_ends(ys, vertical, snap, axis=1)
    xs, _, _ = _with_ends(xs, horizontal, snap, axis=0)
    if len(ys) < 2 or len(xs) < 3 or (len(ys) - 1) * (len(xs) - 1) > MAX_SLOTS:
        return None
    right = _walls(vertical, xs, ys, snap)
    down = _walls(horizontal.T, ys, xs, snap)
    cells = _cells(len(ys) - 1, len(xs) - 1, right, down)
    if len(cells) < 2:
        return None
    picture_height = rules.horizontal.shape[0]
    edge = rules.text_height
    inset = max(thick, thick_too) // 2 + 1
    return RuledTable(
        tuple(int(at) + x for at in xs),
        tuple(int(at) + y for at in ys),
        cells,
        tuple(_inside(horizontal, vertical, xs, ys, cell, inset, snap).moved(x, y) for cell in cells),
        above and ys[0] + y <= 2 * edge,
        below and ys[-1] + y >= picture_height - 2 * edge,
    )


def _inside(horizontal: Any, vertical: Any, xs: list[int], ys: list[int], cell: Slots, inset: int, snap: int) -> Box:
    """The inside of a cell. Borders are those of the whole table; where a line wavers, its own place beside the cell counts."""
    across = slice(xs[cell.column] + snap, max(xs[cell.last_column] - snap, xs[cell.column] + snap + 1))
    down = slice(ys[cell.row] + snap, max(ys[cell.last_row] - snap, ys[cell.row] + snap + 1))

    def lined(mask: Any, along: slice, at: int) -> list[int]:
        """Positions near ``at`` that a line covers."""
        start = max(0, at - snap)
        return [start + int(n) for n in np.flatnonzero((mask[along, start : at + snap + 1] > 0).mean(axis=0) > _LINED)]

    def first(mask: Any, along: slice, at: int) -> int:
        return max(lined(mask, along, at), default=at + inset - 1) + 1

    def last(mask: Any, along: slice, at: int) -> int:
        return min(lined(mask, along, at), default=at - inset + 1)

    return Box(
        first(vertical, down, xs[cell.column]),
        first(horizontal.T, across, ys[cell.row]),
        last(vertical, down, xs[cell.last_column]),
        last(horizontal.T, across, ys[cell.last_row]),
    )


def _borders(mask: Any, snap: int, *, axis: int) -> tuple[list[int], int]:
    """Positions of lines across ``axis``, those nearer to each other than ``snap`` being one, and the thickest of them."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    place, size, length = (1, 3, 2) if axis == 1 else (0, 2, 3)
    segments = sorted((float(s[place]) + (float(s[size]) - 1) / 2, int(s[size]), int(s[length])) for s in stats[1:])
    groups: list[list[tuple[float, int, int]]] = []
    for segment in segments:
        if groups and segment[0] - _middle(groups[-1]) <= snap:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    sizes = [size for group in groups for _, size, _ in group]
    return [round(_middle(group)) for group in groups], int(np.median(sizes)) if sizes else 1


def _middle(group: list[tuple[float, int, int]]) -> float:
    weight = sum(length for _, _, length in group)
    return sum(at * length for at, _, length in group) / weight


def _with_ends(positions: list[int], crossing: Any, snap: int, *, axis: int) -> tuple[list[int], bool, bool]:
    """Borders with the ends of the crossing lines, where two or more of those reach well beyond the outermost border."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(crossing, connectivity=8)
    place, size = (1, 3) if axis == 1 else (0, 2)
    starts = [int(s[place]) for s in stats[1:]]
    ends = [int(s[place] + s[size] - 1) for s in stats[1:]]
    above = sum(start < positions[0] - 2 * snap for start in starts) > 1
    below = sum(end > positions[-1] + 2 * snap for end in ends) > 1
    whole = ([min(starts)] if above else []) + positions + ([max(ends)] if below else [])
    return whole, above, below


def _walls(mask: Any, positions: list[int], across: list[int], snap: int) -> list[list[bool]]:
    """walls[i][j]: a line at ``positions[i]`` covers the range from ``across[j]`` to ``across[j + 1]``."""
    walls = []
    for at in positions:
        near = mask[:, max(0, at - snap) : at + snap + 1].any(axis=1)
        row = []
        for start, end in pairwise(across):
            inside = near[start + 2 : max(end - 1, start + 3)]
            row.append(bool(len(inside)) and float(inside.mean()) >= _COVERED)
        walls.append(row)
    return walls


def _cells(rows: int, columns: int, right: list[list[bool]], down: list[list[bool]]) -> tuple[Slots, ...]:
    """Slots without a wall between them are one cell; one that is no rectangle is taken apart and is not closed."""
    cells = []
    for slots in _joined(rows, columns, right, down):
        in_rows, in_columns = [slot // columns for slot in slots], [slot % columns for slot in slots]
        top, left, bottom, end = min(in_rows), min(in_columns), max(in_rows) + 1, max(in_columns) + 1
        if (bottom - top) * (end - left) == len(slots):
            cells.append(Slots(top, left, bottom, end, True))
        else:
            cells += [Slots(r, c, r + 1, c + 1, False) for r, c in zip(in_rows, in_columns, strict=True)]
    return tuple(sorted(cells))


def _joined(rows: int, columns: int, right: list[list[bool]], down: list[list[bool]]) -> Collection[list[int]]:
    """Slots, numbered row by row, that no wall parts."""
    owner = list(range(rows * columns))

    def find(slot: int) -> int:
        while owner[slot] != slot:
            owner[slot] = owner[owner[slot]]
            slot = owner[slot]
        return slot

    for row in range(rows):
        for column in range(columns):
            slot = row * columns + column
            if column + 1 < columns and not right[column + 1][row]:
                owner[find(slot + 1)] = find(slot)
            if row + 1 < rows and not down[row + 1][column]:
                owner[find(slot + columns)] = find(slot)
    members: dict[int, list[int]] = {}
    for slot in range(rows * columns):
        members.setdefault(find(slot), []).append(slot)
    return members.values()
