"""Whether the text of an element is shown in its own signs, upright, whole and large enough to read."""

import re

from pipelines.extract.html.css.boxes import Values
from pipelines.extract.html.css.measures import NEARLY_NOTHING, is_of_interest, is_unresolved, largest, share_of
from pipelines.extract.html.css.properties import DOUBTFUL, GLYPH_FORMS, PLAIN_GLYPHS, RAISED_FORMS
from pipelines.extract.html.css.values import colour, is_without_sign, length, lengths

SMALLEST = 1.4
"""Pixels of letters that nobody sees."""
_SQUEEZE, _OUTDENT, _FAR_INDENT = 4.0, 12.0, 400.0
RELATIVE = ("em", "%", "ex", "ch")
_UNMODELLED = DOUBTFUL - {"box-shadow"} | {"filter", "mix-blend-mode", "animation-name", "text-decoration-line"}
_CUTTING = frozenset(
    ["opacity", "font-size", "height", "max-height", "width", "max-width", "text-indent", "letter-spacing"]
)
_MEASURED_BY_LENGTH = _CUTTING | {
    "color", "display", "visibility", "transform", "translate", "scale", "rotate", "zoom", "line-height", "left", "right", "top",
    "bottom", "margin-left", "margin-right", "margin-top", "margin-bottom", "clip", "clip-path", "position", "order", "float",
    "direction", "writing-mode", "overflow", "z-index", "background-color",
}  # fmt: skip


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
    if letters and SMALLEST < largest(letters) < NEARLY_NOTHING and not letters.endswith(RELATIVE):
        return True
    if letters.endswith(RELATIVE) and 0 < largest(letters) <= SMALLEST:
        return True  # Chromium shows letters of a relative size at six pixels, others at none
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
    if is_upright(values) or is_redrawn(values):
        return True
    turns = _MOVES.sub("", HARMLESS_TRANSFORM.sub("", values.get("transform", "none")))
    turned = HARMLESS_TRANSFORM.sub("", values.get("rotate", "none")) not in ("", "0", "0deg")
    squeezed = any(size <= -_SQUEEZE for size in lengths(values.get("letter-spacing", "")))
    zoom = share_of(values.get("zoom", "1"))
    is_small = zoom is not None and zoom < _LEAST_ZOOM
    piled = is_of_interest("line-height", values.get("line-height", "normal")) or _has_size_of_its_own(values)
    return bool(turns) or turned or is_mirrored(values) or squeezed or is_small or _is_outdented(values) or piled


def is_redrawn(values: Values) -> bool:
    """Is something declared whose outcome is not worked out here: filters, variables, sums, properties that are not modelled?"""
    for name, value in values.items():
        is_struck = name == "text-decoration-line" and "line-through" in value
        if name in _UNMODELLED and not is_struck and is_of_interest(name, value):
            return True
        if value == "revert-layer" or (name == "color" and is_without_sign(value)):
            return True
        if name in _MEASURED_BY_LENGTH and ("var(" in value or "attr(" in value):
            return True
        if "(" in value and name in _MEASURED_BY_LENGTH and _is_unknown(name, value):
            return True
    return False


def _is_unknown(name: str, value: str) -> bool:
    return colour(value) is None if name == "color" else is_unresolved(value) and name in _CUTTING


def _is_outdented(values: Values) -> bool:
    """Is the first line moved out of the element, by more than margin and padding make room for?"""
    room = sum(length(values.get(side)) or 0.0 for side in ("margin-left", "padding-left"))
    return any(
        size + max(room, 0.0) < -_OUTDENT or size > _FAR_INDENT for size in lengths(values.get("text-indent", ""))
    )


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
