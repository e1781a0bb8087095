"""Numbers of which a part is hidden: what is left of them is not the number."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipelines.extract.pdf.page.content import UNREADABLE, Char
from pipelines.extract.pdf.page.strikes import STRIP

_JOINED = 0.2  # of the size: characters that are no further apart belong to one number
_SAME_LINE = 0.35  # of the size


def with_broken_numbers_marked(seen: list[Char], hidden: Sequence[Char]) -> list[Char]:
    """The seen characters, with the digit beside a hidden part of its number made UNREADABLE.

    A number that is hidden whole under a seen one was replaced: the seen one stays.
    """
    lines: dict[int, list[int]] = defaultdict(list)
    for index, char in enumerate(seen):
        lines[int(char.bottom // STRIP)].append(index)
    marked: set[int] = set()
    for word in _words(hidden):
        first, size = word[0], word[0].bottom - word[0].top
        strip = int(first.bottom // STRIP)
        near = [index for s in (strip - 1, strip, strip + 1) for index in lines.get(s, ())]
        level = [index for index in near if abs(seen[index].bottom - first.bottom) <= _SAME_LINE * size]
        x0, x1 = first.x0, word[-1].x1
        if not any(_overlap(seen[index], x0, x1) > 0.5 for index in level):
            reach = _JOINED * size
            marked |= {i for i in level if abs(seen[i].x0 - x1) < reach or abs(x0 - seen[i].x1) < reach}
    for index in marked:
        if seen[index].text.isdigit():
            seen[index] = seen[index]._replace(text=UNREADABLE)
    return seen


def _overlap(char: Char, x0: float, x1: float) -> float:
    wide = max(0.1, char.x1 - char.x0)
    return (min(char.x1, x1) - max(char.x0, x0)) / wide


def _words(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Hidden characters that stand together and may be part of a number."""
    word: list[Char] = []
    for char in sorted((c for c in chars if not c.text.isspace()), key=lambda c: (round(c.bottom), c.x0)):
        size = char.bottom - char.top
        if word and (abs(char.bottom - word[-1].bottom) > 1 or char.x0 - word[-1].x1 > _JOINED * size):
            yield word
            word = []
        word.append(char)
    if word:
        yield word
