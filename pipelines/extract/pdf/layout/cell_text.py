"""Numbers that do not fit their cell: written across a ruling line, or broken over two lines.

A digit counts for the cell that its middle lies in. For a number that overflows a narrow cell that would cut digits off and
hand them to the neighbour: two wrong numbers, and nothing to show for it. So touching digits stay one word.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.extract.pdf.layout.text_lines import PrintedLine
from pipelines.extract.pdf.page.content import Char

CUT = "|"
"""Stands in the text of a number where a ruling line cuts it and its cell is not certain: no reader takes that for a number."""

OUTSIDE = -1
"""The "cell" of a character beside the table: a number may overflow the outermost column, too."""

NUMERIC = frozenset("0123456789０１２３４５６７８９,.，．+-＋－万亿元件项个条")
"""What numbers and their units are written with."""
_DIGIT = re.compile(r"[0-9０-９]")
TOUCH = 0.12
"""Of the font size: digits of one number are not further apart."""
_OVERLAP = 0.35  # of a glyph's width: two numbers printed over each other
_STRADDLE = 0.12  # of a glyph's width that must lie beyond the rule: the number is written across it
_MOST = 2 / 3  # of a word's width that its cell holds at least
_BREAKABLE = re.compile(r"^\s*[+\-＋－]?[0-9０-９,.，． ]+$")
_REST = re.compile(r"^[0-9０-９,.，． ]+(?:万元|亿元|元|件|项|个|条)?$|^(?:万元|亿元|元|件|项|个|条)$")
_PADDING = 12.0  # points that a cell keeps free beside its text: 5.4 on either side in office software


def keep_words(
    chars: Sequence[Char], slots: Mapping[int, int], borders: Sequence[float]
) -> tuple[dict[int, int], set[int]]:
    """Characters of numbers that cross a ruling line, with the cell they belong to.

    Args:
        chars: the characters of the page.
        slots: index of a character → the cell that its middle lies in, ``OUTSIDE`` beside the table.
        borders: where vertical rules stand.

    Returns:
        Index → cell for the words that clearly belong to one cell; indices behind which ``CUT`` must be printed because the
        word may belong to either cell, or be two numbers that touch.
    """
    moved: dict[int, int] = {}
    cut: set[int] = set()
    for word in _words(chars, slots):
        owners = [slots[index] for index in word]
        if len(set(owners)) == 1 or not any(_DIGIT.match(chars[index].text) for index in word):
            continue
        best = max(set(owners), key=owners.count)
        crossing = any(_straddles(chars[index], borders) for index in word)
        glyphs = [chars[index] for index in word]
        apart = all(b.x0 >= a.x1 - _OVERLAP * (a.x1 - a.x0) for a, b in pairwise(glyphs))
        inside = sum([_share_in(chars[index], borders, is_owner=slots[index] == best) for index in word])
        if best != OUTSIDE and crossing and apart and inside >= _MOST * len(word):
            moved |= dict.fromkeys(word, best)
        else:
            for before, after in pairwise(word):
                cut |= {before, after} if slots[before] != slots[after] else set()
    return moved, cut


def _words(chars: Sequence[Char], slots: Mapping[int, int]) -> Iterator[list[int]]:
    """Runs of touching digits, signs and units, as indices from left to right."""
    numeric = [index for index in slots if chars[index][0] in NUMERIC]
    numeric.sort(key=lambda index: chars[index][2] + chars[index][4])
    bands: list[list[int]] = []
    for index in numeric:
        middle = chars[index].top + chars[index].bottom
        first = chars[bands[-1][0]] if bands else None
        if first is not None and middle - (first.top + first.bottom) < 0.4 * (first.bottom - first.top):
            bands[-1].append(index)
        else:
            bands.append([index])
    for band in bands:
        band.sort(key=lambda index: chars[index].x0)
        word = band[:1]
        for index in band[1:]:
            last, char = chars[word[-1]], chars[index]
            if char.x0 - last.x1 > TOUCH * (char.bottom - char.top):
                yield word
                word = []
            word.append(index)
        yield word


def _share_in(char: Char, borders: Sequence[float], *, is_owner: bool) -> float:
    """Share of a character in the cell that owns its middle, or (``is_owner`` false) in the one across the rule."""
    border = next((border for border in borders if char.x0 < border < char.x1), None)
    if border is None:
        return float(is_owner)
    left = (border - char.x0) / (char.x1 - char.x0)
    return max(left, 1 - left) if is_owner else min(left, 1 - left)


def _straddles(char: Char, borders: Sequence[float]) -> bool:
    reach = _STRADDLE * (char.x1 - char.x0)
    return any(char.x0 + reach < border < char.x1 - reach for border in borders)


def least_room(cells: Iterable[tuple[Sequence[PrintedLine], float]]) -> float:
    """What the cells of a table keep free beside broken lines of words, at least, given their lines and widths.

    That is known to be ``_PADDING`` in office software; browsers keep less, and where less is seen to be kept a number has more
    room before it is broken.
    """
    kept = (
        width - max(line.x1 - line.x0 for line in lines)
        for lines, width in cells
        if len(lines) > 1 and not any(_BREAKABLE.match(line.text) for line in lines)
    )
    return max(0.0, min(kept, default=_PADDING))


def cell_text(lines: Sequence[PrintedLine], width: float, room: float = _PADDING) -> str:
    """The lines of a cell, one below the other; a number broken because its cell is too narrow is made whole.

    ``room``: points that the cells of the table keep free beside their text.

    Two numbers that stand above each other in a cell with room for both on one line stay two lines.
    """
    if len(lines) == 1:
        return lines[0].text.strip(" ")
    texts: list[str] = []
    full = False
    for line in lines:
        text = line.text.strip(" ")
        if not text:
            continue
        if full and texts and _BREAKABLE.match(texts[-1]) and _REST.match(text):
            texts[-1] += text
        else:
            texts.append(text)
        printed = text.strip()
        taken = line.x1 - line.x0 + text.count("\u3000") * line.size  # padding typed before a number takes room, too
        full = width - taken < (line.x1 - line.x0) / max(1, len(printed)) + min(room, _PADDING)
    return "\n".join(texts)
