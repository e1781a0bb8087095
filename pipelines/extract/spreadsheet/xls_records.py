"""Records of an ``.xls`` sheet that xlrd passes over: conditional formats, formulas without a result, and what lies over cells.

Formats: [MS-XLS] (records, DXFN, CF) and [MS-ODRAW] (shapes). Only workbooks of Excel 97 and later have them.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.extract.html.css.values import Colour
from pipelines.extract.spreadsheet.look import Look, Rule
from pipelines.extract.spreadsheet.sheet_blocks import Overlay

MAX_RULES = 2_000
_BOF, _EOF, _SHEET, _FORMULA, _CONTINUED = 0x0809, 0x000A, 0x0085, 0x0006, 0x003C
_AREAS, _RULE, _AREAS_2007, _RULE_2007 = 0x01B0, 0x01B1, 0x0879, 0x087A
_DRAWING, _OBJECT = 0x00EC, 0x005D
_WORKSHEET = 0
_EMPTY_TEXT = 0x03  # as the result of a formula
_OPERATORS = (
    None, "between", "notBetween", "equal", "notEqual", "greaterThan", "lessThan", "greaterThanOrEqual", "lessThanOrEqual",
)  # fmt: skip
_NUMBER_FORMAT, _FONT, _ALIGNMENT, _BORDER, _FILL = 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29
_FONT_BYTES, _ALIGNMENT_BYTES, _BORDER_BYTES = 118, 8, 8
_STRUCK = 0x80
_SOLID = 1
_SHAPE, _PROPERTIES, _ANCHOR = 0xF004, 0xF00B, 0xF010
_IS_FILLED = 0x01BF
_COVERING_OBJECTS = frozenset({0x02, 0x03, 0x05, 0x06, 0x08, 0x09, 0x1E})
"""Rectangle, oval, chart, text box, picture, polygon, drawing; no comment, line or list arrow."""
_WITH_CONTENT = frozenset({0x05, 0x06, 0x08, 0x1E})
_OPAQUE = frozenset({0x05, 0x08})  # charts and pictures; nothing here says whether a picture is transparent


@dataclass
class SheetRecords:
    """What else is known of one sheet; rows and columns count from 1.

    Attributes:
        rules: Each with its areas as (first row, last row, first column, last column), the most important first.
        without_result: Cells whose formula has an empty text as its result: xlwt and others write it and work nothing out.
        overlays: What is drawn over the cells.
    """

    rules: list[tuple[Rule, list[tuple[int, int, int, int]]]] = field(default_factory=list)
    without_result: set[tuple[int, int]] = field(default_factory=set)
    overlays: list[Overlay] = field(default_factory=list)

    def rules_of(self, row: int, column: int) -> list[Rule]:
        """The rules of one cell."""
        return [
            rule
            for rule, areas in self.rules
            if any(top <= row <= bottom and left <= column <= right for top, bottom, left, right in areas)
        ]


class Colours:
    """Colours and number formats by the numbers that records give them."""

    def __init__(self, colour: Callable[[int], Colour | None], formats: Mapping[int, str]) -> None:
        self.colour, self.formats = colour, formats


def sheet_records(stream: bytes, start: int, names: Colours) -> list[SheetRecords]:
    """One entry a worksheet, in the order of the workbook.

    Args:
        stream: The workbook's stream.
        start: Where it begins.
        names: Of the workbook.

    Raises:
        ValueError, struct.error: a record that cannot be.
    """
    places = []
    for kind, body in _records(stream, start):
        if kind == _SHEET and len(body) >= 6 and body[5] == _WORKSHEET:
            places.append(struct.unpack_from("<I", body)[0])
    return [_sheet(stream, start + place, names) for place in places]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from a BOF to its EOF; those of a chart within them are left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = bytes(stream[at + 4 : at + 4 + size])
        at += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 1:
            yield kind, body
        if depth <= 0:
            return


def _sheet(stream: bytes, at: int, names: Colours) -> SheetRecords:
    found = SheetRecords()
    areas: list[tuple[int, int, int, int]] = []
    drawing, objects = bytearray(), []
    before = 0
    for kind, body in _records(stream, at):
        if kind in (_AREAS, _AREAS_2007):
            areas = _areas(body[12:] if kind == _AREAS_2007 else body)
        elif kind in (_RULE, _RULE_2007):
            found.rules.append((_rule_2007(body, names) if kind == _RULE_2007 else _rule(body, names), areas))
            if len(found.rules) > MAX_RULES:
                raise ValueError(f"the sheet has more than {MAX_RULES} conditional formats")
        elif kind == _FORMULA and len(body) >= 14 and body[6] == _EMPTY_TEXT and body[12:14] == b"\xff\xff":
            row, column = struct.unpack_from("<HH", body)
            found.without_result.add((row + 1, column + 1))
        elif kind == _DRAWING or (kind == _CONTINUED and before == _DRAWING):
            drawing += body
        elif kind == _OBJECT and len(body) >= 6:
            objects.append(struct.unpack_from("<H", body, 4)[0])
        before = before if kind == _CONTINUED else kind
    found.overlays = list(_overlays(bytes(drawing), objects))
    return found


def _areas(body: bytes) -> list[tuple[int, int, int, int]]:
    (count,) = struct.unpack_from("<H", body, 12)
    rows_and_columns = (struct.unpack_from("<4H", body, 14 + 8 * n) for n in range(count))
    return [(top + 1, bottom + 1, left + 1, right + 1) for top, bottom, left, right in rows_and_columns]


def _rule(body: bytes, names: Colours) -> Rule:
    """CF: kind, operator, sizes of two formulas, the look, the formulas."""
    kind, operator, size, other = struct.unpack_from("<BBHH", body)
    formulas = body[len(body) - size - other :]
    return _compared(_look(body[6:], names), kind, operator, [formulas[:size], formulas[size:]])


def _rule_2007(body: bytes, names: Colours) -> Rule:
    """CF12: the same behind a header of 12 bytes, with the size of the look before it."""
    kind, operator, size, other = struct.unpack_from("<BBHH", body, 12)
    (looks,) = struct.unpack_from("<I", body, 18)
    start = 22 + looks if looks else 24
    formulas = body[start : start + size + other]
    look = _look(body[22 : 22 + looks], names) if looks else Look()
    return _compared(look, kind, operator, [formulas[:size], formulas[size:]])


def _compared(look: Look, kind: int, operator: int, formulas: list[bytes]) -> Rule:
    bounds = [_number(formula) for formula in formulas if formula]
    if kind != 1 or operator >= len(_OPERATORS) or None in bounds:
        return Rule(look)
    return Rule(look, _OPERATORS[operator], tuple(bound for bound in bounds if bound is not None))


def _number(formula: bytes) -> float | None:
    """The number that a formula is, None for anything to be worked out."""
    if len(formula) == 3 and formula[0] == 0x1E:
        return float(struct.unpack_from("<H", formula, 1)[0])
    return float(struct.unpack_from("<d", formula, 1)[0]) if len(formula) == 9 and formula[0] == 0x1F else None


def _look(body: bytes, names: Colours) -> Look:
    """DXFN: flags that say which parts follow, then number format, font, alignment, border and fill."""
    flags, more = struct.unpack_from("<IH", body)
    at = 6
    number_format = ink = ground = None
    is_undetermined = False
    if flags & _NUMBER_FORMAT:
        if more & 1:  # a format of its own, as text
            (size,) = struct.unpack_from("<H", body, at)
            number_format = _text(body[at + 2 : at + size])
            at += size
        else:
            number_format = names.formats.get(body[at + 1], "?")
            at += 2
    if flags & _FONT:
        (style,) = struct.unpack_from("<I", body, at + 68)
        (raised,) = struct.unpack_from("<H", body, at + 74)
        (colour,) = struct.unpack_from("<I", body, at + 80)
        unset, raised_unset = struct.unpack_from("<II", body, at + 88)
        ink = names.colour(colour) if colour <= 0xFFFF else None
        is_undetermined = bool(style & _STRUCK and not unset & _STRUCK) or bool(raised and not raised_unset)
        at += _FONT_BYTES
    at += (_ALIGNMENT_BYTES if flags & _ALIGNMENT else 0) + (_BORDER_BYTES if flags & _BORDER else 0)
    if flags & _FILL:
        pattern, colours = struct.unpack_from("<HH", body, at)
        if pattern >> 10 in (0, _SOLID):  # of a solid fill the ground says the colour
            ground = names.colour(colours >> 7 & 0x7F)
    return Look(number_format, ink, ground, is_undetermined)


def _text(body: bytes) -> str:
    """XLUnicodeString: count, a flag that says two bytes a character, the characters."""
    (count,) = struct.unpack_from("<H", body)
    return body[3 : 3 + 2 * count].decode("utf-16-le") if body[2] & 1 else body[3 : 3 + count].decode("latin-1")


def _overlays(drawing: bytes, objects: list[int]) -> Iterator[Overlay]:
    """The shapes that lie over cells; the objects that belong to them are recorded beside them, in the same order."""
    shapes = [shape for shape in _shapes(drawing, 0, len(drawing), 0) if _ANCHOR in shape]
    for shape, kind in zip(shapes, objects, strict=False):
        if kind not in _COVERING_OBJECTS or len(shape[_ANCHOR]) < 18:
            continue
        left, dx0, top, dy0, right, dx1, bottom, dy1 = struct.unpack_from("<8H", shape[_ANCHOR], 2)
        yield Overlay(
            (top + dy0 / 256, left + dx0 / 1024),
            (bottom + dy1 / 256, right + dx1 / 1024),
            kind in _OPAQUE or _is_filled(shape.get(_PROPERTIES, b"")),
            kind in _WITH_CONTENT,
        )


def _shapes(drawing: bytes, at: int, end: int, depth: int) -> Iterator[dict[int, bytes]]:
    """The parts of each shape by their kind; groups are gone through."""
    while at + 8 <= end:
        version, kind, size = struct.unpack_from("<HHI", drawing, at)
        start, stop = at + 8, min(end, at + 8 + size)
        if kind == _SHAPE:
            yield dict(_parts(drawing, start, stop))
        elif version & 0xF == 0xF and depth < 8:
            yield from _shapes(drawing, start, stop, depth + 1)
        at = stop


def _parts(drawing: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while at + 8 <= end:
        _, kind, size = struct.unpack_from("<HHI", drawing, at)
        yield kind, drawing[at + 8 : min(end, at + 8 + size)]
        at += 8 + size


def _is_filled(properties: bytes) -> bool:
    """Shapes are filled unless a property says otherwise."""
    for at in range(0, len(properties) - 5, 6):
        name, value = struct.unpack_from("<HI", properties, at)
        if name & 0x3FFF == _IS_FILLED and value & 0x100000:
            return bool(value & 0x10)
    return True
