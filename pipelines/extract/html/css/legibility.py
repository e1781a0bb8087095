"""Whether the text of an element is shown in its own signs, upright, whole and large enough to read."""

import re

from pipelines.extract.html.css.boxes import Values
from pipelines.extract.html.css.interest import NEARLY_NOTHING, largest, share_of
from pipelines.extract.html.css.properties import GLYPH_FORMS, PLAIN_GLYPHS, RAISED_FORMS
from pipelines.extract.html.css.values import length, lengths

SMALLEST = 1.4
"""Pixels of letters that nobody sees."""
_SQUEEZE, _OUTDENT, _FAR_INDENT = 4.0, 40.0, 400.0

_LEAST_ZOOM = 0.4
_OF_ALL_TEXT = ("clip-path", "mask-image", "-webkit-text-security", "font-size-adjust", "offset-path")
_SHARE = r"(?:0?\.[4-9]|[1-9])[\d.]*"
_MOVES = re.compile(
    rf"translate\w*\([^()]*\)|perspective\([^()]*\)|scale(?:x|y|3d)?\(\s*{_SHARE}(?:\s*,\s*{_SHARE})*\s*\)"
)
"""Transforms that move the element, or scale it so that it can still be read."""
HARMLESS_TRANSFORM = re.compile(
    r"none|translatez\([^)]*\)|translate(?:3d|x|y)?\(\s*0\w*%?(?:\s*,\s*0\w*%?)*\s*\)|scale\(\s*1\s*(?:,\s*1\s*)?\)|rotate\(\s*0\w*\s*\)"
    r"|matrix\(1,\s*0,\s*0,\s*1,\s*0,\s*0\)|\s+"
)


def is_hardly_seen(values: Values) -> bool:
    """Are its letters so small, or is its box, that nobody can tell whether it is seen?"""
    letters = values.get("font-size", "")
    if letters and not letters.endswith(("%", "em")) and SMALLEST < largest(letters) < NEARLY_NOTHING:
        return True
    if "(" in letters and largest(letters) <= SMALLEST:
        return True
    zoom = share_of(values.get("zoom", "1"))
    if zoom is None or zoom < _LEAST_ZOOM or _has_size_of_its_own(values):
        return True
    return length(values.get("line-height")) == 0 and values.get("overflow", "visible") != "visible"


def spoils(values: Values) -> bool:
    """Whether nobody can tell how the text is shown that stands in the element, in its tables included.

    To move an element as a whole, or to scale it, spoils nothing; to turn, mirror, cut or squeeze it does.
    """
    if any(values.get(name, "none") not in PLAIN_GLYPHS for name in _OF_ALL_TEXT) or has_raised_forms(values):
        return True
    if "blur" in values.get("filter", "") or is_upright(values) or "(" in values.get("opacity", ""):
        return True
    letters = values.get("font-size", "")
    if "(" in letters and largest(letters) <= SMALLEST:
        return True
    turns = _MOVES.sub("", HARMLESS_TRANSFORM.sub("", values.get("transform", "none")))
    turned = HARMLESS_TRANSFORM.sub("", values.get("rotate", "none")) not in ("", "0", "0deg")
    squeezed = any(size <= -_SQUEEZE for size in lengths(values.get("letter-spacing", "")))
    zoom = share_of(values.get("zoom", "1"))
    is_small = zoom is not None and zoom < _LEAST_ZOOM
    indented = any(not -_OUTDENT < size < _FAR_INDENT for size in lengths(values.get("text-indent", "")))
    piled = length(values.get("line-height")) == 0 or _has_size_of_its_own(values)
    return bool(turns) or turned or is_mirrored(values) or squeezed or is_small or indented or piled


def is_mirrored(values: Values) -> bool:
    """Whether ``scale`` turns the text around, or leaves next to nothing of it."""
    return any(size < _LEAST_ZOOM for size in lengths(values.get("scale", "")))


def _has_size_of_its_own(values: Values) -> bool:
    """Whether the size of the box does not follow what it holds (``contain: size``): what comes next lies over it."""
    return "size" in values.get("contain", "") or "strict" in values.get("contain", "")


def has_raised_forms(values: Values) -> bool:
    return any(RAISED_FORMS.search(values.get(name, "")) for name in GLYPH_FORMS)


def is_upright(values: Values) -> bool:
    return values.get("writing-mode", "horizontal-tb") not in (*PLAIN_GLYPHS, "horizontal-tb", "lr-tb")
