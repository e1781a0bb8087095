"""Lines of a text whose cells are parted by another sign than a pipe, rewritten with pipes.

Tables copied out of a browser or a spreadsheet part their cells with tabs, exports with commas, terminals with box
drawing. Behind the pipe all of them are one layout, and a blank cell leaves a trace. A rule between two rows
(``|---|---|``) is no row.
"""

import csv
import re
from collections.abc import Sequence

from pipelines.extract.document import Line
from pipelines.read.tables.label_matching import Vocabulary, is_title
from pipelines.read.tables.values.numbers import UNITS, kind
from schemas.labels import REMARK_COLUMNS, normalise_label

MAX_ROW = 400  # characters of a row whose cells are parted by punctuation: more is a paragraph
_BARS = str.maketrans("｜│┃║", "||||")
_SIGNS = (",", "，", ";", "；", "、")
_MIN_BARE = 3  # values on a line without a label: fewer may be one number with thousands
# 45,130 may be two cells or one number: such a line is not cut, unless another one prints thousands without a comma.
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:,\d{3})+(?!\d)")
_DIGITS_AT_THE_END = re.compile(r"(?:(?:^|,)\d+){3,}(?=(?:,[^\d,]*)?$)")
_GROUPS = 4  # commas within one number: more of them part cells
_RULE = re.compile(r"[\s|+:─━═┄┼├┤┌┐└┘┬┴╞╡╪╬-]*(?:[-=]{3}|[─━═]{2})[\s|+:=─━═┄┼├┤┌┐└┘┬┴╞╡╪╬-]*")


def is_rule(text: str) -> bool:
    """Whether a line is only drawn (``|:---|---:|``, ``+----+----+``). Up to four dashes are a cell that says none."""
    return bool(_RULE.fullmatch(text)) and kind(text) != "mark"


def with_pipes(lines: Sequence[Line], words: Vocabulary) -> tuple[list[Line], frozenset[int]]:
    """The lines with pipes between their cells, and the indices of those that were rewritten: each of them is a row."""
    ends = (found[0] for line in lines if "," in line.text and (found := _DIGITS_AT_THE_END.search(line.text)))
    plain_thousands = any(len(digits) >= _GROUPS for end in ends for digits in end.split(","))
    remarked = _signs_before_remarks(lines)
    rewritten: set[int] = set()
    piped: list[Line] = []
    for index, line in enumerate(lines):
        text = line.text.translate(_BARS)
        cells = None if "|" in text else _cells(line, words, plain_thousands, remarked)
        if cells:
            rewritten.add(index)
            text = "".join(f"{cell}|" for cell in cells)
        piped.append(line if text == line.text else Line(text, line.evidence))
    return piped, frozenset(rewritten)


def _signs_before_remarks(lines: Sequence[Line]) -> str:
    """The signs behind which a header prints the head of the remarks: the last cell of a row may be any text then."""
    ends = (line.text.rstrip() for line in lines if len(line.text) <= MAX_ROW)
    before = {end.removesuffix(head)[-1:] for end in ends for head in REMARK_COLUMNS if end.endswith(head)}
    return "".join(before.intersection(_SIGNS))


def _cells(line: Line, words: Vocabulary, plain_thousands: bool, remarked: str) -> list[str] | None:
    """The cells of a line, None where it is not certain that it is a row. A tab says so only where it was typed."""
    if "\t" in line.text and line.evidence.startswith("text:"):
        return line.text.split("\t")
    if len(line.text) > MAX_ROW or (kind(line.text) == "number" and len(re.findall("[,，]", line.text)) <= _GROUPS):
        return None
    for sign in _SIGNS:
        cells = _parted(line.text, sign, words, has_remark=sign in remarked) if sign in line.text else None
        if cells and sign == "," and '"' not in line.text and not plain_thousands and _THOUSANDS.search(line.text):
            labels = [cell for cell in cells if kind(cell) == "label"]
            return [*labels, ",".join(cells[len(labels) :])]  # one cell that is unreadable
        if cells:
            return cells
    return None


def _fields(text: str) -> list[str]:
    """Fields of a line with commas, quoted ones whole. A carriage return within a line is white space."""
    try:
        return next(csv.reader([text.replace("\r", " ")]), [])
    except csv.Error:
        return text.split(",")


def _parted(text: str, sign: str, words: Vocabulary, *, has_remark: bool) -> list[str] | None:
    """``label,0,0``: known labels, then nothing but values, and perhaps a remark. A label may contain the sign."""
    parts = [part.strip() for part in (_fields(text) if sign == "," else text.split(sign))]
    remark = parts[-1:] if has_remark and len(parts) > _MIN_BARE and kind(parts[-1]) == "label" else []
    if remark and kind(parts[-2]) in ("number", "blank", "mark"):
        parts = parts[:-1]
    else:
        remark = []
    first = len(parts)
    while first and kind(parts[first - 1]) in ("number", "blank", "mark"):
        first -= 1
    labels, values = parts[:first], parts[first:]
    count = labels[:1] if len(labels) > 1 and labels[0].isdigit() else []  # the number of the row
    named = _named(labels[len(count) :], sign, words)
    if named is None or (not any(named) and len(values) < _MIN_BARE) or len(named) + len(values) < 2:
        return None
    return [*count, *named, *values, *remark]


def _named(parts: Sequence[str], sign: str, words: Vocabulary) -> list[str] | None:
    """The labels that the parts are, or spell together; None when one of them is unknown."""
    if all(not part or _is_known(part, words) or kind(part) == "mark" for part in parts):
        return list(parts)
    whole = sign.join(parts)
    return [whole] if _is_known(whole, words) else None


def _is_known(text: str, words: Vocabulary) -> bool:
    name = normalise_label(text)
    known = name in words.labels or name in words.whole or name in words.cut_heads
    return known or name in UNITS or is_title(name, ())
