"""Colours of an ``.xlsx`` workbook, and whether a text in one of them can be seen on its ground."""

import colorsys
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from openpyxl.styles.colors import COLOR_INDEX

from pipelines.extract.html.css.values import WHITE, Colour, colour, is_seen

_OFFICE_THEME = (
    "FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1", "954F72",
)  # fmt: skip
_SLOTS = (
    "lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink",
)  # fmt: skip
"""In the order in which ``theme="0"`` and so on count them: light comes before dark, unlike in the theme itself."""


class Palette:
    """Resolves the colours of a workbook.

    Args:
        theme: ``xl/theme/theme1.xml``; None for the theme of the program.
    """

    def __init__(self, theme: bytes | None) -> None:
        self._theme = _theme_colours(theme) if theme else _OFFICE_THEME

    def colour(self, color: Any) -> Colour | None:
        """What an openpyxl ``Color`` is; None for an automatic one, which the program chooses so that it is seen."""
        if color is None:
            return None
        if color.type == "rgb" and isinstance(color.rgb, str):
            found = color.rgb[-6:]
        elif color.type == "theme" and color.theme < len(self._theme):
            found = self._theme[color.theme]
        elif color.type == "indexed" and color.indexed < len(COLOR_INDEX):
            found = COLOR_INDEX[color.indexed][-6:]
        else:
            return None
        plain = colour(f"#{found}")
        return _tinted(plain, float(color.tint or 0.0)) if plain is not None else None

    def ground(self, fill: Any) -> Colour | None:
        """What a cell is filled with; None for a pattern or a gradient."""
        kind = getattr(fill, "fill_type", None)
        if kind is None:
            return WHITE
        return self.colour(fill.fgColor) if kind == "solid" else None

    def hides(self, font: Any, fill: Any) -> bool:
        """Is a text in this font unseen on this fill?"""
        ink, ground = self.colour(font.color if font is not None else None), self.ground(fill)
        return ink is not None and ground is not None and not is_seen(ink, ground)


def _theme_colours(theme: bytes) -> tuple[str, ...]:
    """Twelve colours as six hexadecimal digits each; those of the program where the theme names none."""
    scheme = next((e for e in fromstring(theme).iter() if e.tag.endswith("}clrScheme")), None)
    named = {slot.tag.rpartition("}")[2]: _digits(slot) for slot in (scheme if scheme is not None else ())}
    return tuple(named.get(slot) or usual for slot, usual in zip(_SLOTS, _OFFICE_THEME, strict=True))


def _digits(slot: Element) -> str | None:
    return next((child.get("lastClr") or child.get("val") for child in slot), None)


def _tinted(plain: Colour, tint: float) -> Colour:
    """Lightened by a positive tint, darkened by a negative one (ECMA-376, 18.8.19)."""
    if not tint:
        return plain
    hue, light, saturation = colorsys.rgb_to_hls(*plain[:3])
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return Colour(*colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation), 1.0)
