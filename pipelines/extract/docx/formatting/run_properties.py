"""How Word shows a run: not at all, struck out, raised, in a font of symbols, or so that it cannot be told."""

import re
from collections.abc import Hashable, Mapping, Sequence
from enum import Flag, auto
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.extract.docx.formatting.colours import Grounds, Theme, highlight, inks, shading, visibility
from pipelines.extract.docx.formatting.styles import Properties, Styles, properties
from pipelines.extract.docx.names import OFF, W

_THEME_FONT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SYMBOL_FONT = re.compile(r"dings|^symbol|marlett|barcode|code ?(?:39|128)|3 of 9|ean-?13|mt extra|ornament|bookshelf")
_SYMBOL_CHARSET = ("02", "2")
_USUAL_SIZE = 20  # half points
_SMALLEST, _SMALL = 4, 8  # half points: below the first nothing is seen, below the second it is in doubt
_NARROWEST, _NARROW = 10, 20  # per cent of the width of a character
_LEAST_FIT = 150  # twips into which a text may be squeezed and still be read
_ON_THE_LINE = 3  # half points by which letters may be moved up or down and still stand on their line
_TOGGLED = ("vanish", "strike")
"""Properties that styles of several levels switch on and off again."""
# What changes the look of letters, and not what they say. Everything else that is not handled below puts the run in doubt.
_HARMLESS = frozenset((
    "rStyle", "b", "bCs", "i", "iCs", "caps", "smallCaps", "outline", "shadow", "emboss", "imprint", "noProof",
    "snapToGrid", "webHidden", "szCs", "u", "effect", "bdr", "cs", "em", "lang", "kern", "oMath",
    "rPrChange", "ins", "moveTo", "glow", "reflection", "textOutline", "scene3d", "props3d", "ligatures", "numForm",
    "numSpacing", "stylisticSets", "cntxtAlts", "woUserID",
))  # fmt: skip
_EDGES = ("outline", "shadow", "emboss", "imprint", "textOutline", "glow", "reflection")
"""What draws letters beside their colour, so that they may be seen on a ground of the same."""
_HANDLED = frozenset((
    "vanish", "strike", "dstrike", "vertAlign", "color", "shd", "sz", "rFonts", "position", "highlight", "textFill",
    "w", "spacing", "eastAsianLayout", "fitText", "specVanish", "rtl",
))  # fmt: skip


class RunEffect(Flag):
    """What is out of the ordinary about a run."""

    PLAIN = 0
    HIDDEN = auto()
    STRUCK = auto()
    RAISED = auto()
    SYMBOLS = auto()
    UNCLEAR = auto()  # whether it is seen, or what is seen, cannot be told


class Surroundings(NamedTuple):
    """What a run inherits: formatting from the outside in (document, table style, paragraph style), and what is below it."""

    levels: tuple[Properties, ...]
    grounds: Grounds


class RunProperties:
    """The effect of formatting on the runs of a document."""

    def __init__(self, styles: Styles, theme: Theme, theme_part: Element | None, fonts: Element | None) -> None:
        self._styles, self._theme = styles, theme
        self._fonts = _theme_fonts(theme_part)
        self._symbol_fonts = _symbol_fonts(fonts)
        self._known: dict[Hashable, RunEffect] = {}  # the styles hold what the keys name by id

    def effects(self, run: Element, around: Sequence[Surroundings]) -> RunEffect:
        """How a run looks; ``around`` are its possible surroundings."""
        direct = run.find(f"{W}rPr")
        key = (_key(direct), *((*map(id, place.levels), place.grounds) for place in around))
        if key not in self._known:
            reference = direct.find(f"{W}rStyle") if direct is not None else None
            style, own = self._styles.find("character", reference).run, properties(direct)
            found = {self._effects_of((*place.levels, style), own, place.grounds) for place in around}
            self._known[key] = found.pop() if len(found) == 1 else RunEffect.UNCLEAR
        return self._known[key]

    def _effects_of(self, levels: tuple[Properties, ...], own: Properties, grounds: Grounds) -> RunEffect:
        merged: Properties = {}
        for level in levels:
            merged |= level
        merged |= own
        if merged.keys() <= _HARMLESS:
            return RunEffect.PLAIN
        found = RunEffect.PLAIN
        for name, effect in (("vanish", RunEffect.HIDDEN), ("strike", RunEffect.STRUCK)):
            is_on = _toggled(name, levels, own)
            found |= RunEffect.UNCLEAR if is_on is None else effect if is_on else RunEffect.PLAIN
        if _is_on(merged, "dstrike"):
            found |= RunEffect.STRUCK
        found |= self._ink_effect(merged, grounds) | _shape_effect(merged)
        if merged.keys() - _HARMLESS - _HANDLED:
            found |= RunEffect.UNCLEAR
        return found | (RunEffect.SYMBOLS if self._has_symbol_font(merged) else RunEffect.PLAIN)

    def _ink_effect(self, merged: Properties, grounds: Grounds) -> RunEffect:
        marked = highlight(merged)
        below = marked or shading(merged.get("shd"), self._theme) or grounds
        seen = visibility(inks(merged, self._theme), below, is_marked=bool(marked))
        if seen is None or (not seen and any(_is_on(merged, name) for name in _EDGES)):
            return RunEffect.UNCLEAR
        return RunEffect.PLAIN if seen else RunEffect.HIDDEN

    def _has_symbol_font(self, merged: Properties) -> bool:
        """Whether digits are shown in a font that has pictures or bars in their place. The theme counts before the name."""
        fonts = merged.get("rFonts")
        if fonts is None:
            return False
        names = []
        for key in ("ascii", "hAnsi"):
            themed = self._fonts.get(fonts.get(f"{W}{key}Theme", "")[:5])
            names.append(str(themed or fonts.get(f"{W}{key}", "")).lower())
        return any(_SYMBOL_FONT.search(name) or name in self._symbol_fonts for name in names)


def _key(formatting: Element | None) -> Hashable:
    """What formatting says, to be found again."""
    if formatting is None:
        return None
    return tuple((part.tag, *part.items()) if len(part) == 0 else id(part) for part in formatting)


def _toggled(name: str, levels: tuple[Properties, ...], own: Properties) -> bool | None:
    """A property that styles toggle. The run itself decides; two styles that both set it leave it in doubt (None)."""
    if name in own:
        return _is_on(own, name)
    count = sum(_is_on(level, name) for level in levels)
    return None if count > 1 else count == 1


def _shape_effect(merged: Properties) -> RunEffect:
    """Size, width, distance and place of the letters."""
    size = _number(merged, "sz") or _USUAL_SIZE
    width = _number(merged, "w") or 100
    if size < _SMALLEST or width < _NARROWEST:
        return RunEffect.HIDDEN
    found = RunEffect.PLAIN
    is_crowded = -_number(merged, "spacing") > size * 5 // 2  # twips: half of the width of a digit
    is_crowded |= 0 < _number(merged, "fitText") < _LEAST_FIT
    if (
        size < _SMALL
        or width < _NARROW
        or is_crowded
        or "eastAsianLayout" in merged
        or _is_on(merged, "rtl")
        or _is_on(merged, "specVanish")
    ):
        found |= RunEffect.UNCLEAR
    raised = _value(merged, "vertAlign") in ("superscript", "subscript")
    moved = abs(_number(merged, "position"))
    if moved > 2 * size:
        found |= RunEffect.UNCLEAR
    return found | (RunEffect.RAISED if raised or moved > _ON_THE_LINE else RunEffect.PLAIN)


def _is_on(merged: Mapping[str, Element], name: str) -> bool:
    return name in merged and merged[name].get(f"{W}val", "1") not in OFF


def _value(merged: Properties, name: str) -> str:
    return merged[name].get(f"{W}val", "") if name in merged else ""


def _number(merged: Properties, name: str) -> int:
    value = _value(merged, name).removesuffix("%")
    digits = value.lstrip("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(value) < 6 else 0


def _theme_fonts(theme: Element | None) -> dict[str, str]:
    """Latin fonts of a theme by how the names of their uses begin: ``minor`` and ``major``."""
    found = {}
    for kind in ("minor", "major"):
        latin = theme.find(f".//{_THEME_FONT}{kind}Font/{_THEME_FONT}latin") if theme is not None else None
        if latin is not None:
            found[kind] = latin.get("typeface", "")
    return found


def _symbol_fonts(fonts: Element | None) -> frozenset[str]:
    """Fonts that the document declares to hold symbols."""
    return frozenset(
        font.get(f"{W}name", "").lower()
        for font in (fonts if fonts is not None else ())
        if (charset := font.find(f"{W}charset")) is not None and charset.get(f"{W}val") in _SYMBOL_CHARSET
    )
