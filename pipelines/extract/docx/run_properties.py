"""How Word shows a run: not at all, struck out, raised, in a font of symbols. Direct formatting counts before styles."""

from enum import Flag, auto
from xml.etree.ElementTree import Element

from pipelines.extract.html.css.values import BLACK, WHITE, Colour, colour, is_seen

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF = ("0", "false", "off", "none")
_MAX_BASES = 20
_SMALLEST = 4  # half points
_LOOKED_AT = (
    "vanish",
    "webHidden",
    "strike",
    "dstrike",
    "vertAlign",
    "color",
    "shd",
    "sz",
    "rFonts",
    "position",
    "effect",
    "highlight",
    "textFill",
    "w",
)
_SYMBOL_FONTS = ("wingdings", "webdings", "symbol", "marlett")
_NARROWEST = 10  # per cent of the width of a character
_THEME = {"background1": WHITE, "light1": WHITE, "text1": BLACK, "dark1": BLACK}
"""Colours of a theme that themes do not change in practice; the others stand out from white and black alike."""


class RunEffect(Flag):
    """What is out of the ordinary about a run."""

    PLAIN = 0
    HIDDEN = auto()
    STRUCK = auto()
    RAISED = auto()
    SYMBOLS = auto()


Properties = dict[str, Element]


class RunProperties:
    """The run formatting of a document's styles, and their effect on runs."""

    def __init__(self, styles: Element | None) -> None:
        self._styles: dict[str, Properties] = {}
        based: dict[str, str] = {}
        own: dict[str, Properties] = {}
        for style in styles.iter(f"{W}style") if styles is not None else ():
            name = style.get(f"{W}styleId", "")
            own[name] = _properties(style.find(f"{W}rPr"))
            base = style.find(f"{W}basedOn")
            based[name] = base.get(f"{W}val", "") if base is not None else ""
        for name in own:
            chain = [name]
            while based.get(chain[-1]) and len(chain) < _MAX_BASES:
                chain.append(based[chain[-1]])
            found: Properties = {}
            for link in reversed(chain):
                found |= own.get(link, {})
            if found:
                self._styles[name] = found

    def effects(self, run: Element, paragraph: Element | None, ground: str = "") -> RunEffect:
        """How a run looks in its paragraph; ``ground`` is the fill of the cell around it."""
        direct = run.find(f"{W}rPr")
        if direct is None and not self._styles:
            return RunEffect.PLAIN
        properties = (
            self._of_style(paragraph, "pPr/{}pStyle") | self._of_style(run, "rPr/{}rStyle") | _properties(direct)
        )
        return _effects_of(properties, ground) if properties else RunEffect.PLAIN

    def _of_style(self, element: Element | None, path: str) -> Properties:
        if element is None or not self._styles:
            return {}
        style = element.find(f"{W}{path.format(W)}")
        return self._styles.get(style.get(f"{W}val", ""), {}) if style is not None else {}


def _properties(properties: Element | None) -> Properties:
    if properties is None:
        return {}
    return {name: child for child in properties if (name := child.tag.rpartition("}")[2]) in _LOOKED_AT}


def _effects_of(properties: Properties, ground: str) -> RunEffect:
    found = RunEffect.PLAIN
    if _is_on(properties, "vanish") or _has_no_ink(properties, ground) or _has_no_size(properties):
        found |= RunEffect.HIDDEN
    if _is_on(properties, "strike") or _is_on(properties, "dstrike"):
        found |= RunEffect.STRUCK
    if _value(properties, "vertAlign") in ("superscript", "subscript") or _number(_value(properties, "position")):
        found |= RunEffect.RAISED
    fonts = properties.get("rFonts")
    names = [fonts.get(f"{W}{key}", "").lower() for key in ("ascii", "hAnsi")] if fonts is not None else []
    if any(name.startswith(_SYMBOL_FONTS) for name in names):
        found |= RunEffect.SYMBOLS
    return found


def _is_on(properties: Properties, name: str) -> bool:
    return name in properties and properties[name].get(f"{W}val", "1") not in _OFF


def _value(properties: Properties, name: str) -> str:
    return properties[name].get(f"{W}val", "") if name in properties else ""


def _has_no_size(properties: Properties) -> bool:
    return 0 < _number(_value(properties, "sz")) < _SMALLEST or 0 < _number(_value(properties, "w")) < _NARROWEST


def _number(value: str) -> int:
    value = value.removesuffix("%")
    return int(value) if value.lstrip("-").isascii() and value.lstrip("-").isdigit() and len(value) < 6 else 0


def _has_no_ink(properties: Properties, ground: str) -> bool:
    """White on white, or a colour that does not stand out from the shading of run or cell, or letters without filling."""
    fill = properties.get("textFill")
    if fill is not None and any(child.tag.endswith("}noFill") for child in fill):
        return True
    ink = _ink(properties)
    return ink is not None and not is_seen(ink, _ground(properties, ground))


def _ink(properties: Properties) -> Colour | None:
    """The colour of the letters; None for the automatic one, which Word chooses by the ground."""
    found = properties.get("color")
    if found is None:
        return None
    if found.get(f"{W}themeColor") and not {f"{W}themeShade", f"{W}themeTint"} & found.attrib.keys():
        return _THEME.get(found.get(f"{W}themeColor", ""))
    return colour(_hex(found.get(f"{W}val", "")))


def _ground(properties: Properties, ground: str) -> Colour:
    """What the letters stand on: the highlight, the shading of the run, that of the cell, paper."""
    shading = properties.get("shd")
    marks = (
        _value(properties, "highlight").lower(),
        _hex(shading.get(f"{W}fill", "") if shading is not None else ""),
        _hex(ground),
    )
    return next((found for mark in marks if (found := colour(mark)) is not None), WHITE)


def _hex(value: str) -> str:
    return "" if value.lower() in ("", "auto") else f"#{value}" if len(value) == 6 else value
