"""Ruling lines of a PDF page → the lines of each table, at one position each.

A line is drawn cell by cell, as a box, or twice (frames of neighbouring cells); two tables may stand a point or two aside.
"""

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
    return [_alone(rules, h, v) for rules in _components(list(h), list(v)) if rules.horizontal and rules.vertical]


def _joined(rules: Sequence[Rule]) -> dict[Rule, list[Rule]]:
    """Snap nearby rules to one position and join the pieces that are drawn cell by cell; each with its pieces."""
    groups: list[list[Rule]] = []
    for rule in sorted(set(rules)):  # the side that two cells share is drawn twice
        if groups and rule.at - groups[-1][-1].at <= SNAP and rule.at - groups[-1][0].at <= 2 * SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    joined: dict[Rule, list[Rule]] = {}
    for group in groups:
        at = sum(rule.at for rule in group) / len(group)
        run: list[Rule] = []
        end = 0.0
        for piece in sorted(group, key=itemgetter(1, 2)):
            if run and piece.start > end + _TOUCH:
                joined[Rule(at, run[0].start, end)] = run
                run = []
            end = max(end, piece.end) if run else piece.end
            run.append(piece)
        joined[Rule(at, run[0].start, end)] = run
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

    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical, start=len(horizontal)):
            if h.start - _TOUCH <= v.at <= h.end + _TOUCH and v.start - _TOUCH <= h.at <= v.end + _TOUCH:
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
