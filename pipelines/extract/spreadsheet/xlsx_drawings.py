"""What is drawn over the cells of an ``.xlsx`` sheet: pictures, shapes, text boxes, charts (ECMA-376, SpreadsheetML drawings)."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from pipelines.extract.spreadsheet.sheet_blocks import Overlay

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FILLS = {f"{_A}{name}" for name in ("solidFill", "gradFill", "pattFill", "blipFill")}
_EMU_A_POINT, _EMU_A_CHARACTER = 12_700, 7 * 9_525
_USUAL_HEIGHT, _USUAL_WIDTH = 15.0, 9.14
"""Points and characters of a row and a column that name no size."""
_HALF = 50_000  # thousandths of a percent of opacity
MAX_OVERLAYS = 1_000
MAX_STEPS = 2_000  # rows or columns that one shape may reach over

Sizes = Callable[[int], int]
"""EMU of a row or a column, counted from 0."""


class Drawn(NamedTuple):
    """An anchor of a drawing, and whether nothing is seen through the picture in it."""

    anchor: Element
    is_opaque_picture: bool


def drawn_on_sheets(package: zipfile.ZipFile) -> list[list[Drawn]]:
    """What is drawn on each worksheet, in the order of the workbook."""
    book = "xl/workbook.xml"
    targets = _targets(package, book)
    named = [
        element.get(_ID, "") for element in fromstring(package.read(book)).iter() if element.tag.endswith("}sheet")
    ]
    sheets = [targets.get(name, ("", "")) for name in named]
    return [list(_anchors(package, part)) for kind, part in sheets if kind == "worksheet"]


def _targets(package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Kind and name of the parts that a part relates to, by their id."""
    folder, name = posixpath.split(part)
    try:
        relations = fromstring(package.read(f"{folder}/_rels/{name}.rels"))
    except KeyError:
        return {}
    return {
        found.get("Id", ""): (
            found.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, found.get("Target", ""))).lstrip("/"),
        )
        for found in relations.iter(_RELATION)
    }


def _anchors(package: zipfile.ZipFile, sheet: str) -> Iterator[Drawn]:
    for kind, part in _targets(package, sheet).values():
        if kind != "drawing" or part not in package.namelist():
            continue
        pictures = _targets(package, part)
        for anchor in list(fromstring(package.read(part)))[:MAX_OVERLAYS]:
            blip = anchor.find(f"{_XDR}pic/{_XDR}blipFill/{_A}blip")
            _, picture = pictures.get(blip.get(_EMBED, ""), ("", "")) if blip is not None else ("", "")
            yield Drawn(anchor, picture in package.namelist() and _is_opaque(package.read(picture)))


def _is_opaque(picture: bytes) -> bool:
    """Has a picture no transparency? A seal has; a photograph has none. Also True for what cannot be opened."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            return not opened.has_transparency_data
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return True


def overlay(drawn: Drawn, source: Any) -> Overlay:
    """What is drawn as what lies over cells. ``source``: the sheet, for the sizes of its rows and columns."""
    anchor = drawn.anchor
    rows, columns = _sizes(source)
    begin, end = anchor.find(f"{_XDR}from"), anchor.find(f"{_XDR}to")
    if begin is None or anchor.find(f"{_XDR}cxnSp") is not None:  # a line, or nothing among the cells
        return Overlay((0.0, 0.0), (0.0, 0.0), False, False)
    start = _corner(begin, rows, columns)
    if end is not None:
        last = _corner(end, rows, columns)
    else:
        size = anchor.find(f"{_XDR}ext")
        reach = (_emu(size, "cy"), _emu(size, "cx"))
        last = _beyond(start[0], reach[0], rows), _beyond(start[1], reach[1], columns)
    return Overlay(start, last, _hides(anchor, drawn.is_opaque_picture), _prints(anchor))


def _sizes(source: Any) -> tuple[Sizes, Sizes]:
    from openpyxl.utils import get_column_letter

    usual = source.sheet_format.defaultRowHeight or _USUAL_HEIGHT
    usual_width = source.sheet_format.defaultColWidth or _USUAL_WIDTH

    def row(number: int) -> int:
        known = source.row_dimensions[number + 1].height if number + 1 in source.row_dimensions else None
        return max(1, round((known or usual) * _EMU_A_POINT))

    def column(number: int) -> int:
        letter = get_column_letter(number + 1)
        known = source.column_dimensions[letter].width if letter in source.column_dimensions else None
        return max(1, round((known or usual_width) * _EMU_A_CHARACTER))

    return row, column


def _corner(place: Element, rows: Sizes, columns: Sizes) -> tuple[float, float]:
    def at(name: str) -> int:
        return int(place.findtext(f"{_XDR}{name}") or 0)

    row, column = at("row"), at("col")
    return row + min(1.0, at("rowOff") / rows(row)), column + min(1.0, at("colOff") / columns(column))


def _emu(size: Element | None, name: str) -> int:
    return int(size.get(name, "0")) if size is not None else 0


def _beyond(start: float, reach: int, sizes: Sizes) -> float:
    """Where a shape ends that begins at ``start`` and reaches so many EMU."""
    at = int(start)
    left = reach + (start - at) * sizes(at)
    for number in range(at, at + MAX_STEPS):
        if left <= sizes(number):
            return number + left / sizes(number)
        left -= sizes(number)
    return float(at + MAX_STEPS)


def _hides(anchor: Element, is_opaque_picture: bool) -> bool:
    """Is nothing seen through a shape: is it a chart, an opaque picture, or filled by itself or by its style?"""
    if anchor.find(f"{_XDR}graphicFrame") is not None or is_opaque_picture:
        return True
    for shape in anchor.iter(f"{_XDR}sp"):
        properties = shape.find(f"{_XDR}spPr")
        own = [part for part in (properties if properties is not None else ()) if part.tag in _FILLS]
        styled = shape.find(f"{_XDR}style/{_A}fillRef")
        is_bare = properties is not None and properties.find(f"{_A}noFill") is not None
        if own:
            opacity = [int(alpha.get("val", "100000")) for fill in own for alpha in fill.iter(f"{_A}alpha")]
            if min(opacity, default=100_000) >= _HALF:
                return True
        elif not is_bare and styled is not None and styled.get("idx", "0") != "0":
            return True
    return False


def _prints(anchor: Element) -> bool:
    """May it print something itself?"""
    if anchor.find(f"{_XDR}graphicFrame") is not None or next(anchor.iter(f"{_XDR}pic"), None) is not None:
        return True
    return any((text.text or "").strip() for text in anchor.iter(f"{_A}t"))
