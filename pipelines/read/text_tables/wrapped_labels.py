"""Labels that a narrow column wrapped around the line of their values, made whole again.

Text taken out of a PDF prints the row of a table in several lines, its values on one of them::

    6.属于四类过程 130 0 1 45 130 1204 0
    性信息

A label counts only when the pieces spell a row of the form exactly, and the neighbouring lines spell no other. Right below a
line of values that nothing names, it does not: a number that is wider than its column wraps, too (``135`` over ``23``).
"""

import re
from collections.abc import Mapping

from pipelines.read.tables.label_matching import SUBTOTAL, Vocabulary
from pipelines.read.tables.values.numbers import kind
from schemas.labels import normalise_label

_MIN_VALUES = 3  # behind a piece of a label; fewer may be part of a sentence
_LINES_AROUND = 4  # that a label may take before or behind its values
_SPACES = re.compile(r"[\s\u3000]+")


def whole_labels(texts: Mapping[int, str], words: Vocabulary) -> dict[int, str]:
    """The lines with wrapped labels put in front of their values; a line that was used up is left empty."""
    lines = dict(texts)
    order = list(lines)
    nameless = -1  # the last line of values that nothing names
    for at, index in enumerate(order):
        parts = _SPACES.split(lines[index])
        first = len(parts)
        while first and kind(parts[first - 1]) != "label":
            first -= 1
        if not first or len(parts) - first < _MIN_VALUES or _names_row(parts[first - 1], words):
            continue
        below_nameless, nameless = nameless == at - 1, at
        if below_nameless:
            continue
        before = _text_lines([lines[i] for i in reversed(order[max(0, at - _LINES_AROUND) : at])])
        behind = _text_lines([lines[i] for i in order[at + 1 : at + 1 + _LINES_AROUND]])
        spelled = {
            (up, down): "".join([*reversed(before[:up]), parts[first - 1], *behind[:down]])
            for up in range(len(before) + 1)
            for down in range(len(behind) + 1)
        }
        found = [around for around, label in spelled.items() if _names_row(label, words)]
        up, down = max(found, key=sum, default=(0, 0))
        label = spelled[up, down]
        # A label may go on behind a shorter one that is known, too (逾期不补正 and 、行政机关不再处理…): the whole of it counts.
        if found and all(normalise_label(spelled[around]) in normalise_label(label) for around in found):
            nameless = -1
            lines[index] = " ".join([*parts[: first - 1], label, *parts[first:]])
            lines |= dict.fromkeys([*order[at - up : at], *order[at + 1 : at + 1 + down]], "")
    return lines


def _text_lines(lines: list[str]) -> list[str]:
    """The lines up to the first that holds a value, names a row or is used up."""
    kept: list[str] = []
    for text in lines:
        if not text or any(kind(part) not in ("label", "garbled") for part in _SPACES.split(text)):
            break
        kept.append(text)
    return kept


def _names_row(text: str, words: Vocabulary) -> bool:
    name = normalise_label(text)
    return SUBTOTAL not in text and any(name in rows for rows in words.rows.values())
