"""The styles of a Word document: what they say of runs, paragraphs and cells, base styles included.

Formatting is looked up from the outside in: defaults of the document, table style, paragraph style, character style, the run
itself. A table style may say other things of its first row, its last column and so on.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.docx.names import OFF, W, inner

Properties = dict[str, Element]
"""Formatting elements by their local name."""
_MAX_BASES = 20
_WHOLE = "wholeTable"
_LOOK = {
    "firstRow": 0x20,
    "lastRow": 0x40,
    "firstColumn": 0x80,
    "lastColumn": 0x100,
    "noHBand": 0x200,
    "noVBand": 0x400,
}
_CORNERS = {
    "nwCell": ("firstRow", "firstCol"), "neCell": ("firstRow", "lastCol"),
    "swCell": ("lastRow", "firstCol"), "seCell": ("lastRow", "lastCol"),
}  # fmt: skip


class Formatting(NamedTuple):
    """What a style says, for one part of a table or for everything."""

    run: Properties
    paragraph: Properties
    cell: Properties

    def over(self, below: "Formatting") -> "Formatting":
        """This formatting, and that below it where this says nothing."""
        return Formatting(*({**old, **new} for old, new in zip(below, self, strict=True)))


NOTHING = Formatting({}, {}, {})


class CellPlace(NamedTuple):
    """Where in its table a cell stands, as far as table styles tell cells apart."""

    is_first_row: bool = False
    is_last_row: bool = False
    is_first_column: bool = False
    is_last_column: bool = False
    is_heading_row: bool = False  # below the first one, repeated on each page


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, styles: Element | None) -> None:
        self._own: dict[str, dict[str, Formatting]] = {}
        self._base: dict[str, str] = {}
        self._default: dict[str, str] = {}
        self._merged: dict[tuple[str, str], dict[str, Formatting]] = {}
        self._of_cells: dict[tuple[int, CellPlace], list[Formatting]] = {}  # by table, which the document holds
        self.defaults = NOTHING
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self._add(style)
        found = styles.find(f"{W}docDefaults") if styles is not None else None
        if found is not None:
            run, paragraph = inner(found, "rPrDefault", "rPr"), inner(found, "pPrDefault", "pPr")
            self.defaults = Formatting(properties(run), properties(paragraph), {})

    def _add(self, style: Element) -> None:
        name = style.get(f"{W}styleId", "")
        base = style.find(f"{W}basedOn")
        self._own[name] = {_WHOLE: _formatting(style)}
        for part in style.findall(f"{W}tblStylePr"):
            self._own[name][part.get(f"{W}type", "")] = _formatting(part)
        self._base[name] = base.get(f"{W}val", "") if base is not None else ""
        if style.get(f"{W}default", "0") not in OFF:
            self._default.setdefault(style.get(f"{W}type", "paragraph"), name)

    def find(self, kind: str, reference: Element | None) -> Formatting:
        """The formatting of a style of a kind (``paragraph``, ``character``); of the default one where none is named."""
        return self._parts(kind, reference).get(_WHOLE, NOTHING)

    def _parts(self, kind: str, reference: Element | None) -> dict[str, Formatting]:
        name = reference.get(f"{W}val", "") if reference is not None else ""
        name = name if name in self._own else self._default.get(kind, "")
        key = (kind, name)
        if key not in self._merged:
            parts: dict[str, Formatting] = {}
            for link in reversed(self._chain(name)):
                for part, formatting in self._own.get(link, {}).items():
                    parts[part] = formatting.over(parts.get(part, NOTHING))
            self._merged[key] = parts
        return self._merged[key]

    def _chain(self, name: str) -> list[str]:
        chain = [name] if name else []
        while chain and self._base.get(chain[-1]) and len(chain) < _MAX_BASES:
            chain.append(self._base[chain[-1]])
        return chain

    def of_cell(self, table: Element | None, place: CellPlace) -> list[Formatting]:
        """What the style of a table says of a cell: the possibilities, more than one where programs count bands differently."""
        key = (id(table), place)
        if key not in self._of_cells:
            self._of_cells[key] = self._possibilities(table, place)
        return self._of_cells[key]

    def _possibilities(self, table: Element | None, place: CellPlace) -> list[Formatting]:
        parts = self._parts("table", inner(table, "tblPr", "tblStyle"))
        if not parts:
            return [NOTHING]
        found: list[Formatting] = []
        for names in _conditions(_look(table), place, parts):
            merged = NOTHING
            for name in (_WHOLE, *names):
                merged = parts.get(name, NOTHING).over(merged)
            if merged not in found:
                found.append(merged)
        return found


def _formatting(element: Element) -> Formatting:
    run, paragraph, cell, table = (properties(element.find(f"{W}{name}")) for name in ("rPr", "pPr", "tcPr", "tblPr"))
    # A table is shaded below its cells.
    return Formatting(run, paragraph, {"shd": table["shd"], **cell} if "shd" in table else cell)


def properties(element: Element | None) -> Properties:
    """The children of a formatting element by their local names."""
    return {child.tag.rpartition("}")[2]: child for child in element} if element is not None else {}


def _look(table: Element | None) -> dict[str, bool]:
    """Which parts of its style a table uses."""
    look = inner(table, "tblPr", "tblLook")
    mask = look.get(f"{W}val", "") if look is not None else ""
    try:
        bits = int(mask or "0", 16)
    except ValueError:
        bits = 0
    said = {name: look.get(f"{W}{name}") if look is not None else None for name in _LOOK}
    return {name: bool(bits & bit) if (own := said[name]) is None else own not in OFF for name, bit in _LOOK.items()}


def _conditions(look: dict[str, bool], place: CellPlace, parts: dict[str, Formatting]) -> Iterator[tuple[str, ...]]:
    """The parts of a table style that may apply to a cell, the stronger behind the weaker."""
    edges = {
        "firstCol": look["firstColumn"] and place.is_first_column,
        "lastCol": look["lastColumn"] and place.is_last_column,
        "lastRow": look["lastRow"] and place.is_last_row,
        "firstRow": look["firstRow"] and place.is_first_row,
    }
    corners = [name for name, sides in _CORNERS.items() if all(edges[side] for side in sides)]
    certain = [name for name, applies in edges.items() if applies] + corners
    bands = [
        ("", *(name for name in (f"band1{way}", f"band2{way}") if name in parts and not look[f"no{way[0]}Band"]))
        for way in ("Vert", "Horz")
    ]
    headings = ("", "firstRow") if look["firstRow"] and place.is_heading_row else ("",)
    for vertical, horizontal, heading in product(*bands, headings):
        yield tuple(name for name in (vertical, horizontal, *certain, heading) if name)
