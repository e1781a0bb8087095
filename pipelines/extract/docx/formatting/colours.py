"""Colours of Word: of letters and of what they stand on. Several are possible where programs differ.

A text is seen if it stands out in every combination of ink and ground, hidden if in none, and unclear otherwise.
"""

import colorsys
import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from pipelines.extract.docx.names import OFF, W
from pipelines.extract.html.css.values import BLACK, WHITE, Colour, colour, is_seen

Inks = tuple[Colour | None, ...]
"""Possible colours of letters; None is the automatic one, which Word chooses by the shading below."""
Grounds = tuple[Colour, ...]

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WORD_2010 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SCHEME = {
    "background1": "bg1", "background2": "bg2", "text1": "t1", "text2": "t2", "light1": "lt1", "light2": "lt2",
    "dark1": "dk1", "dark2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink", "tx1": "t1", "tx2": "t2",
}  # fmt: skip
_USUAL_MAPPING = {"bg1": "lt1", "bg2": "lt2", "t1": "dk1", "t2": "dk2"}
_USUAL_THEME = {"lt1": WHITE, "dk1": BLACK}
_PERCENT = re.compile(r"pct(\d{1,2})")
_MOST_TRANSPARENT = 30_000  # thousandths of a per cent


class Theme:
    """The colours that a document calls by name."""

    def __init__(self, theme: Element | None, settings: Element | None) -> None:
        scheme = theme.find(f".//{_DRAWING}clrScheme") if theme is not None else None
        self._colours: dict[str, Colour] = dict(_USUAL_THEME)
        for entry in scheme if scheme is not None else ():
            for value in entry:
                found = colour(f"#{value.get('lastClr') or value.get('val', '')}")
                if found is not None:
                    self._colours[entry.tag.rpartition("}")[2]] = found
        self._mapping = dict(_USUAL_MAPPING)
        mapping = settings.find(f"{W}clrSchemeMapping") if settings is not None else None
        for name, scheme_name in mapping.items() if mapping is not None else ():
            self._mapping[name.rpartition("}")[2]] = _SCHEME.get(scheme_name, scheme_name)

    def find(self, name: str) -> Colour | None:
        """The colour of a name such as ``background1`` or ``accent2``."""
        short = _SCHEME.get(name, name)
        return self._colours.get(self._mapping.get(short, short))

    def of(self, element: Element, value: str, prefix: str) -> tuple[Colour, ...]:
        """Possible colours of attributes such as ``val`` and ``themeColor``, ``themeTint``, ``themeShade``: none if automatic.

        Word goes by the theme, other programs by the value.
        """
        named = self.find(element.get(f"{W}{prefix}Color" if prefix == "theme" else f"{W}{prefix}", ""))
        if named is not None:
            tint = element.get(f"{W}{prefix}Tint")
            named = _lightened(named, tint, element.get(f"{W}{prefix}Shade"))
        found = (named, colour(as_css(element.get(f"{W}{value}", ""))))
        return tuple(dict.fromkeys(each for each in found if each is not None))


def as_css(value: str) -> str:
    """A colour of Word for a style sheet: empty if automatic."""
    return "" if value.lower() in ("", "auto") else f"#{value}" if len(value) == 6 else value


def inks(properties: Mapping[str, Element], theme: Theme) -> Inks:
    """Possible colours of the letters of a run."""
    found = properties.get("color")
    plain: Inks = (theme.of(found, "val", "theme") if found is not None else ()) or (None,)
    fill = properties.get("textFill")
    return plain if fill is None else plain + _filled(fill, theme)


def _filled(fill: Element, theme: Theme) -> Inks:
    """Letters filled as drawings are (since Word 2010), white standing for unfilled and transparent ones."""
    if fill.find(f"{_WORD_2010}noFill") is not None:
        return (WHITE, BLACK)
    found: list[Colour | None] = []
    for part in fill.iter():
        name, value = part.tag.rpartition("}")[2], part.get(f"{_WORD_2010}val", "")
        if name in ("srgbClr", "schemeClr"):
            found.append(colour(f"#{value}") if name == "srgbClr" else theme.find(value))
        elif name == "alpha" and (not value.isdigit() or int(value) > _MOST_TRANSPARENT):
            found += [WHITE, BLACK]
    return tuple(found) or (None,)


def shading(element: Element | None, theme: Theme) -> Grounds:
    """Possible colours of a shading; none where it lets through what is below."""
    if element is None:
        return ()
    fill = theme.of(element, "fill", "themeFill")
    pattern = element.get(f"{W}val", "clear")
    if pattern in ("clear", "nil", "none"):
        return fill
    front = theme.of(element, "color", "theme") or (BLACK,)
    if pattern == "solid":
        return front
    share = _PERCENT.fullmatch(pattern)
    back = fill or (WHITE,)
    if share is None:  # stripes and the like
        return front + back
    part = int(share[1]) / 100
    return tuple(Colour(*one[:3], part).over(other) for one in front for other in back)


def highlight(properties: Mapping[str, Element]) -> Grounds:
    """The colour of a marker pen."""
    found = properties.get("highlight")
    value = found.get(f"{W}val", "").lower() if found is not None else ""
    marked = colour(value) if value not in OFF else None
    return () if marked is None else (marked,)


def visibility(letters: Inks, grounds: Grounds, *, is_marked: bool) -> bool | None:
    """Whether letters stand out from their ground; None where that depends on the program.

    Args:
        letters: Their possible colours.
        grounds: Possible colours below.
        is_marked: The ground is a highlight, after which Word does not choose the automatic colour.
    """
    seen = {_stands_out(ink, ground, is_marked=is_marked) for ink in letters for ground in grounds}
    return seen.pop() if len(seen) == 1 else None


def _stands_out(ink: Colour | None, ground: Colour, *, is_marked: bool) -> bool:
    if ink is None:
        return not is_marked or is_seen(BLACK, ground)
    return is_seen(ink, ground)


def page_grounds(root: Element, settings: Element | None, theme: Theme) -> Grounds:
    """Paper, and the colour of the page, which Word shows on the screen and does not print."""
    background = root.find(f"{W}background")
    if background is None or settings is None or settings.find(f"{W}displayBackgroundShape") is None:
        return (WHITE,)
    return _distinct((WHITE, *theme.of(background, "color", "theme")))


def _distinct(colours: Iterable[Colour]) -> Grounds:
    return tuple(dict.fromkeys(colours))


def _lightened(base: Colour, tint: str | None, shade: str | None) -> Colour:
    """A theme colour with its lightness moved towards white (tint) or black (shade), each from 00 to FF."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*base[:3])
    if tint:
        part = _byte(tint)
        lightness = lightness * part + 1 - part
    if shade:
        lightness *= _byte(shade)
    return Colour(*colorsys.hls_to_rgb(hue, min(1.0, lightness), saturation), 1.0)


def _byte(value: str) -> float:
    try:
        return min(255, max(0, int(value, 16))) / 255
    except ValueError:
        return 1.0
