"""Holds two drawings of a page against each other: as it is, and with nothing but what was understood of it.

``shown`` is the page as a viewer draws it. ``understood`` has the characters that count as seen, the rules and the plain
areas, without the objects in doubt. Where both agree nothing of the page was missed. A character that ``shown`` lacks is not
seen; a number beside ink that ``understood`` lacks may go on in it, so it is not read.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pipelines.extract.pdf.page.content import DESCENT, UNREADABLE, Box, Char
from pipelines.extract.pdf.rendering.bitmap import Bitmap, Ink, count, spread

_WHOLE = 0.85  # of its ink: a character of which less is seen is not read
_GONE = 0.1  # of its ink: one of which no more is seen is hidden
_LEAST_INK = 0.03  # of its box: a digit leaves no less
_MARGIN = 0.6  # of the size: ink this close to a number may belong to it
_ABOVE = 0.05  # of the size: above the box of a digit
_BELOW = 0.03  # of the size: deeper below the base line lie underlines
_STRAY = 3  # pixels: fewer are no ink
_SHIFTED = 60  # of 255: a ground that differs so much from the understood one is a cover
_INSET = 1.2  # points within the sides of a cell that its rules may take
_PALE = 0.4  # of the contrast of a number: paler ink is no part of it
_JOINED = 0.3  # of the size: digits of one number are not further apart
_STRIP = 24.0


@dataclass
class Proof:
    """Two drawings of one page and the places where they are compared.

    ``area``: of the page, in square points; ``odd``: numbers of the runs that may leave no ink; ``missed``: characters that
    turned out not to be seen.
    """

    shown: Bitmap
    understood: Bitmap
    places: Sequence[Box]
    area: float
    odd: AbstractSet[int] = frozenset()
    missed: list[Char] = field(default_factory=list)

    def checked(self, chars: Sequence[Char]) -> list[Char]:
        """The characters that are seen, those in doubt as UNREADABLE. The others are ``missed``."""
        nearby, close = _Places(self.places), _Places([place for place in self.places if not self._is_wide(place)])
        text: dict[int, str | None] = {}
        for number in _numbers(chars):
            if nearby.touch(_region([chars[i] for i in number])):
                text.update(self._number(chars, number))
        for index, char in enumerate(chars):
            if index not in text and not char.text.isspace() and close.touch(_box(char)):
                text[index] = self._state(char)
        self.missed = [chars[index] for index, state in text.items() if state is None]
        return [
            char if text.get(index, char.text) == char.text else char._replace(text=UNREADABLE)
            for index, char in enumerate(chars)
            if text.get(index, "") is not None
        ]

    def _is_wide(self, place: Box) -> bool:
        """Is it the ground of the page? Under that only figures are looked at."""
        return (place.x1 - place.x0) * (place.bottom - place.top) > self.area / 4

    def _number(self, chars: Sequence[Char], number: Sequence[int]) -> dict[int, str | None]:
        """What is seen of each digit of a number: itself, UNREADABLE, or None for nothing."""
        digits = [chars[index] for index in number]
        if self.shown.is_like(self.understood, _region(digits)) and not any(char.run in self.odd for char in digits):
            return {}
        states = {index: self._state(chars[index]) for index in number}
        if all(state is None for state in states.values()):
            return states
        if any(states[index] != chars[index].text for index in number) or self._goes_on(digits):
            return dict.fromkeys(number, UNREADABLE)
        return states

    def _state(self, char: Char) -> str | None:
        box = _box(char)
        if char.run not in self.odd and self.shown.is_like(self.understood, box):
            return char.text
        shown, understood = self.shown.ink(box), self.understood.ink(box)
        due, area = count(understood.seen), understood.width * len(understood.seen)
        if char.text.isdigit() and due < max(2, _LEAST_INK * area):
            return None if _is_empty(shown) and _is_empty(understood) else UNREADABLE
        if not due:
            return char.text
        found = count([a & b for a, b in zip(shown.seen, understood.seen, strict=True)])
        if found >= _WHOLE * due:
            return char.text
        return None if found <= _GONE * due and _is_empty(shown) else UNREADABLE

    def _goes_on(self, digits: Sequence[Char]) -> bool:
        """Is there ink at the number that no understood object left? Paler ink than its own is that of a watermark."""
        region = _region(digits)
        dark = self.understood.contrast(_around(digits))
        shown, known = self.shown.ink(region, round(_PALE * dark)), spread(self.understood.ink(region).faint)
        return count([a & ~b for a, b in zip(shown.seen, known, strict=True)]) >= _STRAY

    def shows_ink(self, cell: Box) -> bool:
        """Is something printed in a cell without text, or does something dark cover it?"""
        if any(_holds(cell, char) for char in self.missed):
            return True  # hidden by something odd: another viewer may show it
        if not any(_meet(cell, place) for place in self.places):
            return False
        inner = Box(cell.x0 + _INSET, cell.top + _INSET, cell.x1 - _INSET, cell.bottom - _INSET)
        shown, understood = self.shown.ink(inner), self.understood.ink(inner)
        return count(shown.seen) >= _STRAY or abs(shown.ground - understood.ground) > _SHIFTED


class _Places:
    """The compared places by the strips of the page that they lie in."""

    def __init__(self, places: Sequence[Box]) -> None:
        self._tall = [place for place in places if place.bottom - place.top > 4 * _STRIP]
        self._by_strip: dict[int, list[Box]] = defaultdict(list)
        for place in places:
            if place.bottom - place.top <= 4 * _STRIP:
                for strip in range(int(place.top // _STRIP), int(place.bottom // _STRIP) + 1):
                    self._by_strip[strip].append(place)

    def touch(self, box: Box) -> bool:
        """Does one of them meet the box?"""
        if any(_meet(box, place) for place in self._tall):
            return True
        strips = range(int(box.top // _STRIP), int(box.bottom // _STRIP) + 1)
        return any(_meet(box, place) for strip in strips for place in self._by_strip.get(strip, ()))


def _numbers(chars: Sequence[Char]) -> Iterator[list[int]]:
    """Digits that stand together, as indices from left to right."""
    digits = [index for index, char in enumerate(chars) if char.text.isdigit()]
    digits.sort(key=lambda index: (round(chars[index].bottom), chars[index].x0))
    number: list[int] = []
    for index in digits:
        char = chars[index]
        if number:
            last = chars[number[-1]]
            if round(char.bottom) != round(last.bottom) or char.x0 - last.x1 > _JOINED * (char.bottom - char.top):
                yield number
                number = []
        number.append(index)
    if number:
        yield number


def _region(digits: Sequence[Char]) -> Box:
    """A number with what may belong to it on either side."""
    size = max(char.bottom - char.top for char in digits)
    base = max(char.bottom for char in digits) - DESCENT * size
    return Box(
        min(char.x0 for char in digits) - _MARGIN * size,
        min(char.top for char in digits) + _ABOVE * size,
        max(char.x1 for char in digits) + _MARGIN * size,
        base + _BELOW * size,
    )


def _around(digits: Sequence[Char]) -> Box:
    return Box(
        min(char.x0 for char in digits), min(char.top for char in digits),
        max(char.x1 for char in digits), max(char.bottom for char in digits),
    )  # fmt: skip


def _box(char: Char) -> Box:
    return Box(char.x0, char.top, char.x1, char.bottom)


def _is_empty(ink: Ink) -> bool:
    return count(ink.faint) < _STRAY


def _holds(cell: Box, char: Char) -> bool:
    return cell.x0 <= (char.x0 + char.x1) / 2 <= cell.x1 and cell.top <= (char.top + char.bottom) / 2 <= cell.bottom


def _meet(a: Box, b: Box) -> bool:
    return a.x0 <= b.x1 and a.x1 >= b.x0 and a.top <= b.bottom and a.bottom >= b.top
