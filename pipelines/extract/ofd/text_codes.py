"""The characters of an OFD text object and where each stands, in the coordinates of the object."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.attributes import number

_REPEAT = re.compile(r"^g$", re.I)
_NARROW = ".,:;'!|"
_WIDE = re.compile(r"[⺀-鿿豈-﫿＀-￯　-〿]")


class Start(NamedTuple):
    """Where the first character of a code stands."""

    x: float
    y: float


def starts_of(codes: Sequence[Element]) -> list[Start]:
    """For each code of an object; one that leaves out X or Y has that of the code before it (GB/T 33190-2016, 11.3)."""
    found: list[Start] = []
    x = y = 0.0
    for code in codes:
        x, y = number(code.get("X"), x), number(code.get("Y"), y)
        found.append(Start(x, y))
    return found


def placed_chars(
    code: Element, start: Start, size: float, scale: float, *, vertical: bool
) -> Iterator[tuple[str, float, float, float]]:
    """(character, x, y of its base line, width) in the object's coordinates.

    Where no distance to the next character is given, one is assumed from the kind of character.
    """
    text = code.text or ""
    x, y = start
    right, down = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
    chars = list(text if "\n" not in text else text.strip("\r\n\t "))
    for at, char in enumerate(chars):
        natural = size * scale * (1.0 if _WIDE.match(char) else 0.25 if char in _NARROW else 0.5)
        step = right[at] if at < len(right) else (0.0 if vertical or down else natural)
        yield char, x, y, min(natural, step) if 0 < step < natural else natural
        x += step
        y += down[at] if at < len(down) else (size if vertical and not right else 0.0)


def _deltas(text: str | None) -> list[float]:
    """``g 3 2.5 4`` is three times 2.5 and 4."""
    found: list[float] = []
    pieces = iter((text or "").replace(",", " ").split())
    for piece in pieces:
        if _REPEAT.match(piece):
            count, step = int(number(next(pieces, None), 0.0)), number(next(pieces, None), 0.0)
            found += [step] * min(max(count, 0), 10_000)
        else:
            found.append(number(piece, 0.0))
    return found
