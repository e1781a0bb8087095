"""Characters of a PDF page → printed lines → paragraphs."""

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from pipelines.extract.pdf.page.content import UNREADABLE, Char
from pipelines.extract.pdf.page.radicals import unify_radicals

_WORD_GAP = 0.5  # of the font size: narrower gaps are the automatic spacing between 汉字 and digits
_COLUMN_GAP = 2.0
_SAME_PLACE = 0.25  # of a glyph's width: bold type imitated by printing twice
_NEAR = 0.3  # points: the least of it
_TIGHT = -0.2  # points: letters that overlap no more touch
_OVERLAP = 0.45  # of a glyph's width: characters of two runs that overlap more stand on one place
_OVERLAP_WITHIN = 0.7  # the same within a run, where letters may be set tight
_SQUEEZED = frozenset("，。、；：？！（）《》〈〉【】「」“”‘’·")  # full-width marks that typesetting lets overlap
_FULL = 2.5  # characters that may be missing at the end of a full line
_INDENT = 0.8
_CLOSE = 1.9  # line pitch in line heights within one paragraph, at most
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,2}\s*[、.．]|[（(][一二三四五六七八九十]{1,2}[）)]|第[一二三四五六七八九十]+部分)"
)
_PAGE_NUMBER = re.compile(
    r"^[\s\-—－–_·.]*(?:第\s*)?\d{1,3}(?:\s*[/／页]\s*(?:共\s*)?(?:\d{1,3}\s*页?)?)?[\s\-—－–_·.]*$"
)
# What browsers print around a page: its address with the page's number, or when it was printed with its title.
_ADDRESS = re.compile(r"^(?:https?|file|ﬁle)://\S")
_PRINTED_AT = re.compile(
    r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[,，]?\s*(?:[上下]午\s*)?\d{1,2}:\d\d(?::\d\d)?(?:\s*[AP]M)?\b"
)
_MARGIN = 0.12  # of the page's height: where page numbers stand


class PrintedLine(NamedTuple):
    """One printed line with its box; ``size`` is the height of its tallest character."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


def printed_lines(chars: Iterable[Char]) -> list[PrintedLine]:
    """Group characters into printed lines, top to bottom, each read from left to right."""
    given = list(chars)
    if not given:
        return []
    _, _, top, _, bottom, _ = given[0]
    if all(char[2] == top and char[4] == bottom for char in given):
        line = _level_line(given) or _line(given)
        return [line] if line is not None else []
    return [line for band in bands(enumerate(given)) if (line := _line([char for _, char in band])) is not None]


def bands(chars: Iterable[tuple[int, Char]]) -> list[list[tuple[int, Char]]]:
    """Numbered characters by the line they stand on, top to bottom."""
    found: list[list[tuple[int, Char]]] = []
    low = high = 0.0
    for middle, entry in sorted([((entry[1][2] + entry[1][4]) / 2, entry) for entry in chars], key=itemgetter(0)):
        if found and low <= middle <= high:
            found[-1].append(entry)
        else:
            found.append([entry])
            quarter = max(0.5, (entry[1].bottom - entry[1].top) * 0.4)
            low, high = middle - quarter, middle + quarter
    return found


def _level_line(chars: list[Char]) -> PrintedLine | None:
    """The line of characters of one height that stand one behind the other without a blank: most lines. None for others."""
    chars.sort(key=itemgetter(1))
    text, last, top, end, bottom, _ = chars[0]
    close = _WORD_GAP * max(1.0, bottom - top)
    for _, x0, _, x1, _, _ in chars[1:]:
        gap = x0 - end
        if not _TIGHT <= gap <= close or (gap < 0 and x0 - last < max(_NEAR, (x1 - x0) * _SAME_PLACE)):
            return None
        last, end = x0, x1
    if len(chars) > 1:
        text = "".join([char[0] for char in chars])
        end = max([char[3] for char in chars])
    if len(text.split()) != 1 or text[0].isspace() or text[-1].isspace():
        return None
    return PrintedLine(unify_radicals(text), chars[0][1], top, end, bottom, bottom - top)


def _line(band: list[Char]) -> PrintedLine | None:
    if len(band) == 1 and not band[0][0].isspace():
        text, x0, top, x1, bottom, _ = band[0]
        return PrintedLine(unify_radicals(text), x0, top, x1, bottom, bottom - top)
    band.sort(key=itemgetter(1))
    close = _WORD_GAP * max(1.0, min([char[4] - char[2] for char in band]))
    kept: list[Char] = []
    pieces: list[str] = []
    end, was_blank = 0.0, True
    for char in band:
        text, x0 = char[0], char[1]
        gap = x0 - end
        is_blank = text.isspace()
        if kept:
            if gap < 0 and _printed_twice(char, kept):
                continue
            if not (_TIGHT <= gap <= close or was_blank or is_blank):
                pieces.append(_between(kept[-1], char))
        pieces.append(text)
        kept.append(char)
        end, was_blank = char[3], is_blank
    printed = [char for char in kept if not char[0].isspace()]
    if not printed:
        return None
    text = unify_radicals("".join(pieces)).strip("\r\n\t\f")
    top, bottom = min([c[2] for c in printed]), max([c[4] for c in printed])
    size = max([c[4] - c[2] for c in printed])
    return PrintedLine(text, printed[0][1], top, max([c[3] for c in printed]), bottom, size)


def _between(last: Char, char: Char) -> str:
    """What a gap between two characters stands for; they collide where two different ones are printed on one place."""
    gap = char[1] - last[3]
    if gap > 0:
        gap /= max(1.0, min(char[4] - char[2], last[4] - last[2]))
        if gap > _WORD_GAP and last[0].isdigit() and char[0].isdigit():
            return "  "  # no thin space between thousands is so wide
        return "  " if gap > _COLUMN_GAP else " " if gap > _WORD_GAP else ""
    wide = min(char[3] - char[1], last[3] - last[1])
    most = _OVERLAP_WITHIN if char[5] == last[5] >= 0 else _OVERLAP
    if -gap <= most * wide or not (char[0].isdigit() or last[0].isdigit()):
        return ""
    return "" if char[0] in _SQUEEZED or last[0] in _SQUEEZED else UNREADABLE


def _printed_twice(char: Char, kept: Sequence[Char]) -> bool:
    text, x0, top, x1, _, _ = char
    near = max(_NEAR, (x1 - x0) * _SAME_PLACE)
    return any(c[0] == text and abs(c[1] - x0) < near and abs(c[2] - top) < near * 2 for c in kept[-3:])


def without_furniture(line: PrintedLine, page_height: float, *, opens_document: bool) -> PrintedLine | None:
    """The line without what stands in the upper or lower margin: ``- 3 -``, ``第 3 页 共 5 页``, or what a browser prints there.

    At the head of the first page the browser's title is kept, for it may be the only one, but not the time before it, which
    says when the page was printed and not when the report was published.
    """
    is_head = line.bottom < page_height * _MARGIN
    if not is_head and line.top <= page_height * (1 - _MARGIN):
        return line
    if printed_at := _PRINTED_AT.match(line.text):
        title = line.text[printed_at.end() :].strip()
        return line._replace(text=title) if title and is_head and opens_document else None
    return None if any(pattern.match(line.text) for pattern in (_PAGE_NUMBER, _ADDRESS)) else line


def continues(line: PrintedLine, previous: PrintedLine, left: float, right: float, *, next_page: bool = False) -> bool:
    """Is ``line`` the next line of the paragraph that ``previous`` belongs to?

    So it is when ``previous`` fills the measure, ``line`` starts at the left edge without indent, and it is no heading.
    """
    size = max(line.size, previous.size)
    if abs(line.size - previous.size) > 0.25 * size or _HEADING.match(line.text):
        return False
    if previous.x1 < right - _FULL * size or line.x0 > left + _INDENT * size:
        return False
    if "  " in line.text.strip() or "  " in previous.text.strip():
        return False  # columns of a table without rules
    return next_page or line.top - previous.top <= _CLOSE * size + 12


def join(first: str, second: str) -> str:
    """Join two printed lines of a paragraph: a space only between two Latin words."""
    spaced = first.endswith(" ") or second.startswith(" ")
    first, second = first.rstrip(" "), second.lstrip(" ")
    if first[-1:].isascii() and second[:1].isascii() and (spaced or (first[-1:].isalpha() and second[:1].isalpha())):
        return f"{first} {second}"
    return first + second
