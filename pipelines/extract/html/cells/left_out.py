"""Struck-out text and notes: a cell is read without them where the rest says what it prints."""

import re
from collections.abc import Iterable
from typing import Any

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.marks import DIGIT, around, cell_of, is_figure, mark, printed_length
from pipelines.extract.html.css.effects import Effect

_LONGEST_NOTE = 3

_POWER = re.compile(r"(?:^|[×xX*·])\s*10$")
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def leave_out(parts: dict[int, tuple[Any, Effect]]) -> None:
    """Remove struck and raised parts from cells, outermost first. Around tables struck text goes, raised digits stay raised."""
    outer = [(node, effect) for node, effect in parts.values() if not _inside(node, parts)]
    by_cell: dict[int, tuple[Any, list[tuple[Any, Effect]]]] = {}
    for node, effect in outer:
        cell = cell_of(node)
        if cell is not None:
            by_cell.setdefault(cell.mem_id, (cell, []))[1].append((node, effect))
        elif effect & Effect.STRUCK:
            node.replace_with(OBJECT if is_figure(node.text_lexbor() or "") else "")
        elif (text := (node.text_lexbor() or "").strip()).isdecimal() and len(text) <= _LONGEST_NOTE:
            node.replace_with(text.translate(_RAISED_DIGITS))
    for cell, members in by_cell.values():
        _leave_out_of(cell, members)


def _inside(node: Any, parts: Iterable[int]) -> bool:
    return any(place.mem_id in parts for place in around(node))


def _leave_out_of(cell: Any, members: list[tuple[Any, Effect]]) -> None:
    texts = [(node.text_lexbor() or "").strip() for node, _ in members]
    is_all = printed_length(cell) == sum(len("".join(text.split())) for text in texts)
    if is_all and not any(effect & Effect.STRUCK for _, effect in members) and not DIGIT.search("".join(texts)):
        return  # a label that is set above the line as a whole
    for node, _ in members:
        node.replace_with("")
    rest = (cell.text_lexbor() or "").strip()
    is_power = _POWER.search(rest) and any(DIGIT.search(text) for text in texts)
    if (is_all and any(texts)) or is_power:
        mark(cell)
