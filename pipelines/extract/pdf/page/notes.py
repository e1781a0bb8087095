"""Notes set smaller and higher, or lower, beside a figure, as in 70¹: they are no part of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipelines.extract.pdf.page.content import DESCENT, UNREADABLE, Char

_SMALLER = 0.8  # of the figure's size: a note is set no larger
_RAISED = (0.12, 0.9)  # of the figure's size: how far its base line lies above
_LOWERED = (-0.6, -0.12)
_NEAR = (-0.25, 0.4)  # of the figure's size: how far beside
_EVEN = 0.93  # of the larger size: digits of one number are set in one size
_TOUCHING = 0.2  # of the larger size: digits of one number are not further apart
_LINE = 8.0  # points: digits are compared along such strips
_MARKS = frozenset("*†‡§#()[]（）［］〔〕①②③④⑤⑥⑦⑧⑨,，注")
_FIELD = 12.0  # points: figures are kept by the field of the page in which they begin or end

_Field = tuple[int, int]


def without_notes(chars: list[Char]) -> list[Char]:
    """The characters without such notes."""
    sizes = {char[4] - char[2] for char in chars if char[0].isdigit()}
    if not sizes or min(sizes) > _EVEN * max(sizes):
        return chars
    if min(sizes) > _SMALLER * max(sizes):
        return _with_uneven_marked(chars)
    notes = _notes(chars, largest=_SMALLER * max(sizes))
    kept = [char for index, char in enumerate(chars) if index not in notes] if notes else chars
    return _with_uneven_marked(kept)


def _with_uneven_marked(chars: list[Char]) -> list[Char]:
    """The characters; a digit beside a smaller one on its line is UNREADABLE, for the small one may be a note or part of it."""
    digits = [index for index, char in enumerate(chars) if char[0].isdigit()]
    marked = list(chars)
    for shift in (0.0, _LINE / 2):  # two digits of one line may lie on either side of a limit, but not of both
        digits.sort(key=lambda index: ((chars[index].bottom + shift) // _LINE, chars[index].x0))
        for before, after in pairwise(digits):
            if _are_uneven(chars[before], chars[after]):
                marked[before] = chars[before]._replace(text=UNREADABLE)
                marked[after] = chars[after]._replace(text=UNREADABLE)
    return marked


def _are_uneven(a: Char, b: Char) -> bool:
    """Do two digits of different size touch, level with each other?"""
    small, large = sorted((a.bottom - a.top, b.bottom - b.top))
    is_level = a.top < b.bottom and b.top < a.bottom
    return is_level and small <= _EVEN * large and _NEAR[0] * large <= b.x0 - a.x1 <= _TOUCHING * large


def _notes(chars: Sequence[Char], largest: float) -> set[int]:
    """Indices of the characters that belong to notes. ``largest``: the size that a note may have, in points."""
    marks = [index for index, char in enumerate(chars) if char[0].isdigit() or char[0] in _MARKS]
    smallest = min(chars[index][4] - chars[index][2] for index in marks)
    figures = _by_field(c for c in chars if c[0].isdigit() and smallest <= _SMALLER * (c[4] - c[2]))
    notes: set[int] = set()
    last: Char | None = None
    for index in sorted(marks, key=lambda index: chars[index][1]):
        mark = chars[index]
        is_small = mark[4] - mark[2] <= largest
        if _goes_on(mark, last) or (is_small and any(_is_note(mark, figure) for figure in _around(mark, figures))):
            notes.add(index)
            last = mark
    return notes


def _goes_on(mark: Char, last: Char | None) -> bool:
    """Whether a mark stands right behind the last one of a note, on the same line."""
    return last is not None and last[4] == mark[4] and mark[1] - last[3] < _NEAR[1] * (mark[4] - mark[2])


def _by_field(figures: Iterator[Char]) -> dict[_Field, list[Char]]:
    fields: dict[_Field, list[Char]] = defaultdict(list)
    for figure in figures:
        for x in {int(figure.x0 // _FIELD), int(figure.x1 // _FIELD)}:
            fields[x, int(figure.bottom // _FIELD)].append(figure)
    return fields


def _around(mark: Char, fields: dict[_Field, list[Char]]) -> Iterator[Char]:
    x, y = int(mark.x0 // _FIELD), int(mark.bottom // _FIELD)
    for column in (x - 1, x, x + 1):
        for row in (y, y + 1, y - 1):  # most figures stand lower than their note
            yield from fields.get((column, row), ())


def _is_note(mark: Char, figure: Char) -> bool:
    size, small = figure.bottom - figure.top, mark.bottom - mark.top
    if small > _SMALLER * size:
        return False
    raised = (figure.bottom - DESCENT * size) - (mark.bottom - DESCENT * small)
    if not any(low * size <= raised <= high * size for low, high in (_RAISED, _LOWERED)):
        return False
    gaps: Sequence[float] = (mark.x0 - figure.x1, figure.x0 - mark.x1)
    return any(_NEAR[0] * size <= gap <= _NEAR[1] * size for gap in gaps)
