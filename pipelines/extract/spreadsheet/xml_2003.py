"""A workbook in the XML of Excel 2003 ("XML Spreadsheet", usually named ``.xls``) → its shown sheets.

Cells that are empty are left out, and ``ss:Index`` says where the next one stands: [MS-XMLSS].
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, fromstring

from pipelines.content.decoding import decode
from pipelines.extract.html.css.values import WHITE, colour
from pipelines.extract.spreadsheet.displayed import UNDETERMINED
from pipelines.extract.spreadsheet.look import LEAST_TYPE, Look, Rule, shown_under
from pipelines.extract.spreadsheet.sheet_blocks import MAX_CELLS, Sheet

MAX_BYTES = 32 << 20
MAX_SHEETS = 64
MAX_RULES = 500
_Area = tuple[int, int, int, int]
"""First and last row, first and last column."""
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NAMED_FORMATS = {
    "General Number": "General", "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
}  # fmt: skip
_OPERATORS = {
    "Between": "between", "NotBetween": "notBetween", "Equal": "equal", "NotEqual": "notEqual", "Greater": "greaterThan",
    "Less": "lessThan", "GreaterOrEqual": "greaterThanOrEqual", "LessOrEqual": "lessThanOrEqual",
}  # fmt: skip
_LAST = 1 << 31
_USUAL_WIDTH = 48.0  # points
_DIGIT_WIDTH = 0.477  # of the size of the type: 5.25 points at 11
_SHOWN_OTHERWISE = frozenset({"Sup", "Sub", "S", "Del"})
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass
class _Style:
    """What a cell style says of its text; None where nothing is said."""

    number_format: str = "General"
    ink: str | None = None
    ground: str | None = None
    is_struck_or_raised: bool = False
    size: float = 11.0


@dataclass
class _Reader:
    styles: dict[str, _Style] = field(default_factory=dict)
    seen: int = 0

    def count_cell(self) -> None:
        self.seen += 1
        if self.seen > MAX_CELLS:
            raise ValueError(f"the workbook has more than {MAX_CELLS} cells")


def read_xml_2003(data: bytes) -> tuple[list[Sheet], dict[str, str]]:
    """Shown sheets and properties. Raises ValueError for what is no safe XML, or larger than a report."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"the workbook has more than {MAX_BYTES} bytes")
    source = _DECLARATION.sub("", decode(data).text.lstrip("\ufeff"))
    if _DTD.search(source):
        raise ValueError("the workbook declares entities, which no spreadsheet program writes")
    root = fromstring(source)
    reader = _Reader(dict(_styles(root)))
    sheets = [
        _sheet(reader, worksheet, f"xls:sheet[{number}]")
        for number, worksheet in enumerate(root.findall(f"{_SS}Worksheet")[:MAX_SHEETS], 1)
        if worksheet.findtext(f"{_X}WorksheetOptions/{_X}Visible", "SheetVisible") == "SheetVisible"
    ]
    return sheets, {}


def _styles(root: Element) -> Iterator[tuple[str, _Style]]:
    """Styles by their id, with what they take over from their parent, which stands before them."""
    found: dict[str, _Style] = {}
    for element in root.iterfind(f"{_SS}Styles/{_SS}Style"):
        parent = found.get(element.get(f"{_SS}Parent") or "Default", _Style())
        form, font, interior = (element.find(f"{_SS}{name}") for name in ("NumberFormat", "Font", "Interior"))
        number_format = parent.number_format
        if form is not None:
            written = form.get(f"{_SS}Format", "General")
            number_format = _NAMED_FORMATS.get(written, written)
        ink, struck, size = parent.ink, parent.is_struck_or_raised, parent.size
        if font is not None:
            ink = font.get(f"{_SS}Color")
            size = _points(font, "Size", size)
            struck = font.get(f"{_SS}StrikeThrough") == "1" or font.get(f"{_SS}VerticalAlign") in (
                "Superscript",
                "Subscript",
            )
        ground = interior.get(f"{_SS}Color") if interior is not None else parent.ground
        style = _Style(number_format, ink, ground, struck, size)
        found[element.get(f"{_SS}ID", "")] = style
        yield element.get(f"{_SS}ID", ""), style


def _sheet(reader: _Reader, worksheet: Element, evidence: str) -> Sheet:
    sheet = Sheet(evidence)
    table = worksheet.find(f"{_SS}Table")
    if table is None:
        return sheet
    rules = list(_rules(worksheet))
    options = worksheet.find(f"{_X}WorksheetOptions")
    shows_zeros = options is None or options.find(f"{_X}DoNotDisplayZeros") is None
    column_styles: dict[int, str] = {}
    usual = _points(table, "DefaultColumnWidth", _USUAL_WIDTH)
    widths: dict[int, float] = {}
    for first, last, column in _placed(table, "Column"):
        if _is_hidden(column, "Width"):
            sheet.hidden_columns |= set(range(first, last + 1))
        widths |= dict.fromkeys(range(first, last + 1), _points(column, "Width", usual))
        column_styles |= dict.fromkeys(range(first, last + 1), column.get(f"{_SS}StyleID", ""))
    for number, last, row in _placed(table, "Row"):
        if _is_hidden(row, "Height"):
            sheet.hidden_rows |= set(range(number, last + 1))
        for at, cell in _cells(row):
            reader.count_cell()
            name = cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or column_styles.get(at) or "Default"
            mine = [rule for rule, areas in rules if any(_holds_place(area, number, at) for area in areas)]
            across, down = _count(cell, "MergeAcross"), _count(cell, "MergeDown")
            wide = sum(widths.get(column, usual) for column in range(at, at + min(across, 100) + 1))
            text = _shown(cell, reader.styles.get(name, _Style()), mine, wide, shows_zeros=shows_zeros)
            if text:
                sheet.cells[(number, at)] = text
            if across or down:
                sheet.merge((number, at), (number + down, at + across))
    return sheet


def _is_hidden(element: Element, size: str) -> bool:
    return element.get(f"{_SS}Hidden") == "1" or element.get(f"{_SS}{size}") == "0"


def _placed(table: Element, name: str) -> Iterator[tuple[int, int, Element]]:
    """Rows or columns with the numbers of the first and the last that each stands for."""
    at = 0
    for element in table.findall(f"{_SS}{name}"):
        at = _count(element, "Index") or at + 1
        last = at + _count(element, "Span")
        yield at, last, element
        at = last


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    at = 0
    for cell in row.findall(f"{_SS}Cell"):
        at = _count(cell, "Index") or at + 1
        yield at, cell
        at += _count(cell, "MergeAcross")


def _count(element: Element, name: str) -> int:
    """A whole number of an attribute, 0 where it is absent. Raises ValueError for one that no sheet has."""
    value = int(element.get(f"{_SS}{name}", "0"))
    if not 0 <= value <= MAX_CELLS:
        raise ValueError(f"ss:{name} is {value}")
    return value


def _rules(worksheet: Element) -> Iterator[tuple[Rule, list[_Area]]]:
    """The conditional formats of a sheet, the most important first."""
    for number, formatting in enumerate(worksheet.findall(f"{_X}ConditionalFormatting")):
        if number > MAX_RULES:
            raise ValueError(f"the sheet has more than {MAX_RULES} conditional formats")
        areas = [_area(area) for area in (formatting.findtext(f"{_X}Range") or "").split(",")]
        for condition in formatting.findall(f"{_X}Condition"):
            qualifier = condition.findtext(f"{_X}Qualifier") or ""
            written = [condition.findtext(f"{_X}{name}") for name in ("Value1", "Value2")]
            bounds = [float(text) for text in written if text and _NUMBER.fullmatch(text)]
            is_known = len(bounds) == sum(text is not None for text in written)
            form = condition.find(f"{_X}Format")
            look = _look(form.get("Style", "") if form is not None else "")
            yield Rule(look, _OPERATORS.get(qualifier), tuple(bounds)) if is_known else Rule(look), areas


def _area(text: str) -> _Area:
    """``R4C2:R99C26`` as rows and columns from … to; all of them where a part is left out (``C2:C26``)."""
    ends = (text.split(":") * 2)[:2]
    found = [[int(n) for n in re.findall(rf"{letter}(\d{{1,7}})", end)] for letter in "RC" for end in ends]
    top, bottom, left, right = (numbers[0] if numbers else None for numbers in found)
    return top or 1, bottom or _LAST, left or 1, right or _LAST


def _holds_place(area: _Area, row: int, column: int) -> bool:
    top, bottom, left, right = area
    return top <= row <= bottom and left <= column <= right


def _look(style: str) -> Look:
    """What the style of a condition changes, which is written as CSS."""
    pairs = (part.partition(":") for part in style.lower().split(";"))
    said = {name.strip(): value.strip() for name, _, value in pairs}
    struck = "line-through" in said.get("text-decoration", "") or "text-line-through" in said
    return Look(None, colour(said.get("color", "")), colour(said.get("background", "")), struck)


def _points(element: Element, name: str, usual: float) -> float:
    written = element.get(f"{_SS}{name}", "")
    return float(written) if _NUMBER.fullmatch(written) else usual


def _shown(cell: Element, style: _Style, rules: Sequence[Rule], wide: float, *, shows_zeros: bool) -> str:
    data = cell.find(f"{_SS}Data")
    if data is None:
        return UNDETERMINED if cell.get(f"{_SS}Formula") else ""
    value = _value(data)
    if value == 0 and not shows_zeros and not isinstance(value, bool):
        return ""
    if value is None:
        return UNDETERMINED
    ink, ground = (colour(written) if written else None for written in (style.ink, style.ground))
    is_undetermined = style.is_struck_or_raised or style.size < LEAST_TYPE
    room = wide / (_DIGIT_WIDTH * max(style.size, 1.0))
    own = Look(style.number_format, ink, ground or WHITE, is_undetermined, room)
    return shown_under(rules, own, value)


def _value(data: Element) -> str | float | bool | None:
    """The stored value; None for a date or an error, whose look is not imitated."""
    text = "".join(_texts(data))
    kind = data.get(f"{_SS}Type", "String")
    if kind == "String":
        return text
    if kind == "Number" and _NUMBER.fullmatch(text.strip()):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    return text.strip() == "1" if kind == "Boolean" else None


def _texts(element: Element) -> Iterator[str]:
    """The text of a cell without its raised, lowered and struck-out pieces."""
    if element.tag.rpartition("}")[2] not in _SHOWN_OTHERWISE:
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
