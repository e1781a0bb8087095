"""Ruling lines of a PDF page → the lines of each table, at one position each.

A line is drawn cell by cell, as a box, or twice (frames of neighbouring cells); two tables may stand a point or two aside.
"""

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from pipelines.extract.pdf.page.content import Rule

MAX_RULES = 4_000  # of one page, after joining; more is a drawing
SNAP = 2.5
"""Points between two rules that are one."""
_TOUCH = 3.5
_OPEN_SIDE = 6.0  # how far rules reach beyond the last crossing one when the outer rule is missing


class Rules(NamedTuple):
    """The rules of one table."""

    horizontal: list[Rule]
    vertical: list[Rule]


def rules_of_tables(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Rules]:
    """The rules of a page by the tables they make: those that touch, directly or through others.

    Rules that enclose nothing, such as the sides of a box whose ends are cut off, make none.
    """
    h, v = _joined(horizontal), _joined(vertical)
    if len(h) + len(v) > MAX_RULES:
        return []
    components = _components(list(h), list(v))
    if len(components) == 1:
        return components if h and v else []
    return [_alone(rules, h, v) for rules in components if rules.horizontal and rules.vertical]


def _joined(rules: Sequence[Rule]) -> dict[Rule, list[Rule]]:
    """Snap nearby rules to one position and join the pieces that are drawn cell by cell; each with its pieces."""
    groups: list[list[Rule]] = []
    first = last = -math.inf
    for rule in sorted(set(rules)):  # the side that two cells share is drawn twice
        at = rule[0]
        if at - last <= SNAP and at - first <= 2 * SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
            first = at
        last = at
    joined: dict[Rule, list[Rule]] = {}
    for group in groups:
        at = sum([rule[0] for rule in group]) / len(group)
        group.sort(key=itemgetter(1, 2))
        run = [group[0]]
        _, start, end = group[0]
        for piece in group[1:]:
            if piece[1] > end + _TOUCH:
                joined[Rule(at, start, end)] = run
                run = []
                _, start, end = piece
            elif piece[2] > end:
                end = piece[2]
            run.append(piece)
        joined[Rule(at, start, end)] = run
    return joined


def _alone(rules: Rules, horizontal: Mapping[Rule, list[Rule]], vertical: Mapping[Rule, list[Rule]]) -> Rules:
    """The rules of one table, joined anew without those of the others: their borders may stand a point or two beside its own."""
    pieces = [
        [piece for rule in mine for piece in of[rule]] for mine, of in zip(rules, (horizontal, vertical), strict=True)
    ]
    return Rules(*(list(_joined(found)) for found in pieces))


def _components(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Rules]:
    """Sets of rules that touch each other, directly or through others."""
    parent = list(range(len(horizontal) + len(vertical)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    upright = [(j, at, start - _TOUCH, end + _TOUCH) for j, (at, start, end) in enumerate(vertical, len(horizontal))]
    for i, (at, start, end) in enumerate(horizontal):
        left, right = start - _TOUCH, end + _TOUCH
        for j, x, high, low in upright:
            if left <= x <= right and high <= at <= low and parent[i] != parent[j]:
                parent[find(i)] = find(j)
    components: dict[int, Rules] = {}
    for i, rule in enumerate((*horizontal, *vertical)):
        component = components.setdefault(find(i), Rules([], []))
        (component.horizontal if i < len(horizontal) else component.vertical).append(rule)
    return list(components.values())


def borders(rules: list[Rule], crossing: list[Rule]) -> list[float]:
    """Slot borders from rules; where crossing rules reach well beyond the outermost one, their ends are a border too."""
    borders = sorted({rule.at for rule in rules})
    first, last = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    if sum(rule.start < borders[0] - _OPEN_SIDE for rule in crossing) > 1:
        borders.insert(0, first)
    if sum(rule.end > borders[-1] + _OPEN_SIDE for rule in crossing) > 1:
        borders.append(last)
    return borders
