"""Page numbers, running heads and feet of a printed document that was saved as text: no cells, though they stand among them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipelines.content.report_titles import parse_title
from pipelines.extract.document import Line
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import fold_text, kind
from pipelines.read.tables.values.shifted_rows import refuse_row
from schemas.labels import normalise_label, squeeze

_PAGE = re.compile(
    r"[\W_]*第\s*(\d{1,3})\s*页(?:[\W_]*共\s*\d{1,3}\s*页)?[\W_]*|(?:[-~·•]\s*)+(\d{1,3})(?:\s*[-~·•])+|(\d{1,3})\s*/\s*\d{1,3}"
    r"|(?:page|p\.)\s*(\d{1,3})(?:\s*(?:of|/)\s*\d{1,3})?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}")
_LONGEST_HEAD = 60
_MOST_PAGES = 99
_LEAST_PAGES = 3


def page_furniture(lines: Sequence[Line], first_heading: int, words: Vocabulary) -> frozenset[int]:
    """Indices of lines that the page prints and not the report: page numbers, and heads that recur.

    A running head is a line of the report's own head (before ``first_heading``) that is printed again, or any line, be it the
    title of another report in the file, that recurs with a number beside it which counts up. A number alone on its line is a
    page number where it stands beside a running head, or behind a form feed, each time one more than the last.
    """
    texts = [squeeze(line.text) for line in lines]
    head = {text for text in texts[:first_heading] if 4 <= len(text) <= _LONGEST_HEAD and kind(text) == "label"}
    again = Counter(texts)
    running = {text for text in head if again[text] > 1 and normalise_label(text) not in words.labels}
    found = {i for i, line in enumerate(lines) if _PAGE.fullmatch(fold_text(line.text))}
    found |= {
        i for i, text in enumerate(texts) if i >= first_heading and (text in running or _is_title(lines[i].text, text))
    }
    return frozenset(found | _counted_heads(lines, texts, words) | _beside(lines, texts, found))


def _counted_heads(lines: Sequence[Line], texts: Sequence[str], words: Vocabulary) -> set[int]:
    """Lines that recur, and the numbers right before or right behind each of them, where these count up one by one."""
    places: dict[str, list[int]] = {}
    for index, text in enumerate(texts):
        if 4 <= len(text) <= _LONGEST_HEAD and "|" not in text and kind(text) == "label":
            places.setdefault(text, []).append(index)
    found: set[int] = set()
    for text, at in places.items():
        if (
            len(at) < _LEAST_PAGES
            or normalise_label(text) in words.labels
            or _PAGE.fullmatch(fold_text(lines[at[0]].text))
        ):
            continue
        for step in (-1, 1):
            numbered = [i for i in at if 0 <= i + step < len(texts) and _BARE.fullmatch(texts[i + step])]
            counts = [int(texts[i + step]) for i in numbered]
            if len(numbered) >= max(_LEAST_PAGES, len(at) - 1) and all(b - a == 1 for a, b in pairwise(counts)):
                found |= {place for i in numbered for place in (i, i + step)}
    return found


def _is_title(line: str, text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and "公" in text and "|" not in line and parse_title(line) is not None


def _beside(lines: Sequence[Line], texts: Sequence[str], furniture: set[int]) -> set[int]:
    """Numbers beside running heads, always on the same side, or behind form feeds, that count the pages."""
    bare = {i for i, text in enumerate(texts) if _BARE.fullmatch(text)}
    sides = (
        sorted(i + step for i in furniture if i + step in bare and _PAGE.fullmatch(fold_text(lines[i].text)) is None)
        for step in (-1, 1)
    )
    feeds = sorted(i for i in bare if "\f" in lines[i].text)
    counting = [
        places
        for places in (*sides, feeds)
        if places and all(int(texts[b]) - int(texts[a]) == 1 for a, b in pairwise(places))
    ]
    longest = max(map(len, counting), default=0)
    fullest = [places for places in counting if len(places) == longest]
    return set(fullest[0]) if len(fullest) == 1 else set()


def page_numbers(lines: Sequence[Line], used: frozenset[int], furniture: frozenset[int]) -> dict[int, int]:
    """Numbers that count pages, by index of their line: in furniture, beside a running head, alone on a line of the prose."""
    heads = {index for index in furniture if not _BARE.fullmatch(fold_text(lines[index].text))}
    beside = {index + step for index in heads for step in (-1, 1)}
    found: dict[int, int] = {}
    for index, line in enumerate(lines):
        text = fold_text(line.text)
        page = (
            _PAGE.fullmatch(text)
            if index in furniture
            else _BARE.fullmatch(text)
            if index not in used or index in beside
            else None
        )
        if page:
            found[index] = int(next((part for part in page.groups() if part), page.group().strip("- ")))
    return found


def refuse_rows_with_a_page_number(reading: TableReading, pages: Mapping[int, int], lines: Sequence[Line]) -> None:
    """Refuse rows that add up without one of their numbers, where that one may count the pages.

    Where blanks leave no trace, a page number that stands among the cells of a row takes the place of a blank.
    """
    if not pages or not any(cell.is_total for cell in reading.cells):
        return
    index_of = {line.evidence: index for index, line in enumerate(lines)}
    rows: dict[str, list[PrintedCell]] = {}
    for cell in reading.cells:
        rows.setdefault(cell.keys[0], []).append(cell)
    for row in rows.values():
        if _holds_a_page_number(row, pages, index_of):
            refuse_row(reading, row)


def _holds_a_page_number(row: Sequence[PrintedCell], pages: Mapping[int, int], index_of: Mapping[str, int]) -> bool:
    texts = [fold_text(cell.raw_text) for cell in row]
    if len(row) < 2 or any(cell.unreadable for cell in row) or not all(text.isdigit() for text in texts):
        return False
    values = [int(text) for text in texts]
    if sum(values[:-1]) == values[-1]:
        return False
    for at, cell in enumerate(row):
        rest = values[:at] + values[at + 1 :]
        place = index_of.get(cell.evidence, -1)
        before = max((page for index, page in pages.items() if index < place), default=0)
        after = min((page for index, page in pages.items() if index > place), default=_MOST_PAGES)
        if before < values[at] < after and sum(rest[:-1]) == rest[-1]:
            return True
    return False
