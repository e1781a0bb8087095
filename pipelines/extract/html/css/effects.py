"""What the declared values of one element do to its content, in a few words."""

import re
from enum import Flag, auto

from pipelines.extract.html.css.boxes import (
    BLOCKS,
    FAR_RIGHT,
    GONE,
    OFF_SCREEN,
    SIDES,
    TABLE_PARTS,
    Values,
    is_box,
    is_clipped,
    is_cut_off,
    is_off_screen,
)
from pipelines.extract.html.css.declarations import (
    GLYPH_FORMS,
    NEAR,
    NEARLY_NOTHING,
    PLAIN_GLYPHS,
    RAISED_FORMS,
    largest,
    share_of,
)
from pipelines.extract.html.css.values import colour, length, lengths


class Effect(Flag):
    """How an element's style changes what a person sees of it."""

    NONE = 0
    HIDDEN = auto()  # nothing of it is shown, whatever its parts declare
    INVISIBLE = auto()  # visibility: parts of it may be shown again
    VISIBLE = auto()
    TINY = auto()  # no font size: parts may have one
    SIZED = auto()
    STRUCK = auto()
    RAISED = auto()  # a note, above or below the line
    DISPLACED = auto()  # its text may be shown elsewhere, in another order or in other signs
    REORDERS = auto()  # its children stand in another order
    BREAKS = auto()  # stands on lines of its own
    RUNS_ON = auto()  # does not
    SHIFTED = auto()  # far from its place, over what stands there
    PICTURED = auto()  # has a picture as its ground
    PULLS = auto()  # takes what follows it, or itself, over other parts of the page or above its top
    SPOILS = auto()  # all text in it may be shown as other signs, mirrored, cut off or over each other


_LEAST_OPACITY = 0.1
_FAR = 5.0  # pixels
_LEAST_RISE = 3.0
_LINE = 10.0
_LEAST_ZOOM = 0.4
_ARRANGED = ("grid-row", "grid-column", "animation-name")
_SMALLEST = 1.4  # pixels of letters that nobody sees
_REDRAWN = (
    "float", "clip-path", "mask-image", "mix-blend-mode", "-webkit-text-security", "content", "offset-path", "font-size-adjust",
)  # fmt: skip
"""Properties that show the text elsewhere, in part, or as other signs, unless they have a value of ``PLAIN_GLYPHS``."""
_OF_ALL_TEXT = ("clip-path", "mask-image", "-webkit-text-security", "font-size-adjust", "offset-path")
_SHARE = r"(?:0?\.[4-9]|[1-9])[\d.]*"
_MOVES = re.compile(
    rf"translate\w*\([^()]*\)|perspective\([^()]*\)|scale(?:x|y|3d)?\(\s*{_SHARE}(?:\s*,\s*{_SHARE})*\s*\)"
)
"""Transforms that move the element, or scale it so that it can still be read."""
_SQUEEZE, _OUTDENT, _FAR_INDENT = 4.0, 40.0, 400.0
_OVER_OTHERS = 100.0
_THIN = 6.0
_LINES_OF_ITS_OWN = ("block", "flex", "grid", "list-item", "table", "flow-root")
_ZERO_SCALE = re.compile(r"scale(?:[xy]|3d)?\(\s*0*\.?0*\s*[,)]")
_HARMLESS_TRANSFORM = re.compile(
    r"none|translatez\([^)]*\)|translate(?:3d|x|y)?\(\s*0\w*%?(?:\s*,\s*0\w*%?)*\s*\)|scale\(\s*1\s*(?:,\s*1\s*)?\)|rotate\(\s*0\w*\s*\)"
    r"|matrix\(1,\s*0,\s*0,\s*1,\s*0,\s*0\)|\s+"
)


def effects(values: Values, tag: str) -> Effect:
    """The effects of the values declared for an element of this tag."""
    pulls = Effect.PULLS if _pulls(values, tag) else Effect.NONE
    if _is_hidden(values, tag) or is_clipped(values, tag) or is_off_screen(values, tag):
        return Effect.HIDDEN | pulls
    found = _of_size(values.get("font-size", "")) | _of_display(values.get("display", ""), tag)
    visibility = values.get("visibility", "")
    if visibility in ("hidden", "collapse"):
        found |= Effect.INVISIBLE
    elif visibility == "visible":
        found |= Effect.VISIBLE
    if "line-through" in values.get("text-decoration-line", ""):
        found |= Effect.STRUCK
    if _is_raised(values.get("vertical-align", "")):
        found |= Effect.RAISED
    elif tag in ("sup", "sub") and "vertical-align" in values:
        found |= Effect.DISPLACED  # marked up as a note, and shown like a digit
    if values.get("background-image", "none") not in PLAIN_GLYPHS:
        found |= Effect.PICTURED
    if _spoils(values) or is_cut_off(values, tag):
        found |= Effect.SPOILS
    return found | pulls | _of_place(values, tag)


def _pulls(values: Values, tag: str) -> bool:
    """Does a block in the flow take what follows it, or a table itself, far from its place?

    Columns of equal height have a padding that makes up for their margin.
    """
    if (tag not in BLOCKS and tag != "table") or values.get("display") == "none":
        return False
    position = values.get("position", "")
    if tag == "table" and position == "relative":
        shifts = (length(values[side]) for side in ("top", "bottom") if not values.get(side, "%").endswith("%"))
        if any(abs(size or 0.0) >= _OVER_OTHERS for size in shifts):
            return True
    if position in ("absolute", "fixed") or values.get("float", "none") not in PLAIN_GLYPHS:
        return False
    up, down, room = (length(values.get(name)) or 0.0 for name in ("margin-top", "margin-bottom", "padding-bottom"))
    return min(up, down + room) <= OFF_SCREEN and (tag == "table" or is_box(values, tag))


def _of_place(values: Values, tag: str) -> Effect:
    """Whether the text of an element, or its children, may be shown in another place."""
    found = Effect.NONE
    if _is_displaced(values, tag) or _is_doubtful(values, tag):
        found |= Effect.DISPLACED
    if _is_shifted(values, tag):
        found |= Effect.DISPLACED | Effect.SHIFTED
    if "reverse" in values.get("flex-direction", "") or "override" in values.get("unicode-bidi", ""):
        found |= Effect.REORDERS
    return found


def _is_doubtful(values: Values, tag: str) -> bool:
    """Is something declared whose outcome is not worked out here: variables, sums, moving or hardly visible text?"""
    if any("var(" in value or "attr(" in value for name, value in values.items() if name != "content"):
        return True
    text = values.get("color", "")
    if ("(" in text and colour(text) is None) or "(" in values.get("opacity", ""):
        return True
    if values.get("z-index", "").startswith("-") and values.get("position", "static") not in ("static", *PLAIN_GLYPHS):
        return True
    if tag not in TABLE_PARTS and abs(length(values.get("vertical-align")) or 0.0) >= _LEAST_RISE:
        return True
    return _is_hardly_seen(values) or any(values.get(name, "auto") not in PLAIN_GLYPHS for name in _ARRANGED)


def _is_hardly_seen(values: Values) -> bool:
    """Are its letters so small, or is its box, that nobody can tell whether it is seen?"""
    letters = values.get("font-size", "")
    if letters and not letters.endswith(("%", "em")) and _SMALLEST < largest(letters) < NEARLY_NOTHING:
        return True
    if "(" in letters and largest(letters) <= _SMALLEST:
        return True
    zoom = share_of(values.get("zoom", "1"))
    if zoom is None or zoom < _LEAST_ZOOM or _has_size_of_its_own(values):
        return True
    return length(values.get("line-height")) == 0 and values.get("overflow", "visible") != "visible"


def _of_display(display: str, tag: str) -> Effect:
    """Whether an inline element stands on lines of its own, or a block does not."""
    if display.startswith(_LINES_OF_ITS_OWN) and tag not in BLOCKS | TABLE_PARTS:
        return Effect.BREAKS
    return Effect.RUNS_ON if display in ("inline", "contents") and tag in BLOCKS else Effect.NONE


def shows_content(values: Values) -> bool:
    """Does a pseudo-element print something?"""
    content = values.get("content", "none").strip()
    if content.strip("\"'").strip() in PLAIN_GLYPHS or set(content.lower().strip("\"'").split("\\")) <= {
        "",
        "200b",
        "20",
        "a0",
        "00a0",
    }:
        return False
    hidden = effects(values, "div") & (Effect.HIDDEN | Effect.INVISIBLE | Effect.TINY)
    return not hidden and length(values.get("height")) != 0


def covers(values: Values) -> bool:
    """Is a pseudo-element an area of one colour that lies over its element?"""
    if values.get("position") not in ("absolute", "fixed") or values.get("content", "none") in ("none", "normal"):
        return False
    ground = colour(values.get("background-color", ""))
    if ground is None or ground.alpha < 0.5 or values.get("z-index", "").startswith("-"):
        return False
    for size, ends in (("width", SIDES[:2]), ("height", SIDES[2:])):
        extent = length(values.get(size))
        if (extent is not None and extent <= _THIN) or (extent is None and not values.keys() >= set(ends)):
            return False
    return not effects(values, "div") & (Effect.HIDDEN | Effect.INVISIBLE)


def _is_hidden(values: Values, tag: str) -> bool:
    opacity = share_of(values["opacity"]) if "opacity" in values else None
    display = values.get("display", "")
    if display in ("none", "table-column", "table-column-group"):
        return tag not in ("col", "colgroup") or display == "none"
    if opacity is not None and opacity <= _LEAST_OPACITY:
        return True
    if any(
        (share_of(found) or 0.0) <= _LEAST_OPACITY
        for found in re.findall(r"opacity\(([^()]*)\)", values.get("filter", ""))
    ):
        return True
    if not (is_box(values, tag) or tag in TABLE_PARTS):
        return False  # neither transforms nor containment apply to a part of a line
    if values.get("content-visibility") == "hidden":
        return True
    transform = values.get("transform", "")
    if _ZERO_SCALE.search(transform) or lengths(values.get("scale", "1"))[:1] == [0.0]:
        return True
    moved = [abs(size) for part in re.findall(r"translate\w*\(([^)]*)\)", transform) for size in lengths(part)]
    return any(size >= -OFF_SCREEN for size in (*moved, *map(abs, lengths(values.get("translate", "")))))


def _of_size(value: str) -> Effect:
    size = length(value)
    if size is None:
        is_named = value and value not in ("inherit", "unset", "smaller", "larger", "initial") and "(" not in value
        return Effect.SIZED if is_named else Effect.NONE
    if size <= _SMALLEST:
        return Effect.TINY
    return Effect.SIZED if not value.endswith(("em", "%")) or value.endswith("rem") else Effect.NONE


def _is_raised(value: str) -> bool:
    return value in ("super", "sub")


def _is_shifted(values: Values, tag: str) -> bool:
    """Is the element moved so far that it may lie over another cell? A part of a line may be raised within it, as notes are."""
    sides = {side: abs(length(values.get(side)) or 0.0) for side in SIDES}
    up_or_down = _FAR if tag in BLOCKS | TABLE_PARTS else _LINE
    position = values.get("position", "")
    is_far = max(sides["left"], sides["right"]) >= _FAR or max(sides["top"], sides["bottom"]) >= up_or_down
    if position in ("absolute", "fixed") or (position == "relative" and is_far):
        return True
    moves = [*re.findall(r"translate\w*\(([^)]*)\)", values.get("transform", "")), values.get("translate", "")]
    if any(abs(size) >= _FAR for part in moves for size in lengths(part)):
        return True
    return _overlaps(values) and not _is_gone_sideways(values)


def _is_gone_sideways(values: Values) -> bool:
    """Whether a negative margin takes a part of a line, with what follows it, so far aside that it lies over no other cell."""
    near = [side for side in SIDES if -GONE < (length(values.get(f"margin-{side}")) or 0.0) <= -NEAR]
    upright = [length(values.get(f"margin-{side}")) or 0.0 for side in ("top", "bottom")]
    return not near and min(upright) > -NEAR


def _is_displaced(values: Values, tag: str) -> bool:
    """Whether the text may be shown in another place, in part, or as other signs."""
    if _is_positioned(values) or _is_redrawn(values) or (length(values.get("order")) or 0) != 0:
        return True
    if any(_HARMLESS_TRANSFORM.sub("", values.get(name, "none")) for name in ("transform", "rotate", "translate")):
        return True
    if any(abs(size) >= 4 for size in lengths(values.get("letter-spacing", ""))) or _is_mirrored(values):
        return True
    if _overlaps(values) or _is_far_aside(values):
        return True
    return is_cut_off(values, tag)


def _spoils(values: Values) -> bool:
    """Whether nobody can tell how the text is shown that stands in the element, in its tables included.

    To move an element as a whole, or to scale it, spoils nothing; to turn, mirror, cut or squeeze it does.
    """
    if any(values.get(name, "none") not in PLAIN_GLYPHS for name in _OF_ALL_TEXT) or _has_raised_forms(values):
        return True
    if "blur" in values.get("filter", "") or _is_upright(values) or "(" in values.get("opacity", ""):
        return True
    letters = values.get("font-size", "")
    if "(" in letters and largest(letters) <= _SMALLEST:
        return True
    turns = _MOVES.sub("", _HARMLESS_TRANSFORM.sub("", values.get("transform", "none")))
    turned = _HARMLESS_TRANSFORM.sub("", values.get("rotate", "none")) not in ("", "0", "0deg")
    squeezed = any(size <= -_SQUEEZE for size in lengths(values.get("letter-spacing", "")))
    zoom = share_of(values.get("zoom", "1"))
    is_small = zoom is not None and zoom < _LEAST_ZOOM
    indented = any(not -_OUTDENT < size < _FAR_INDENT for size in lengths(values.get("text-indent", "")))
    piled = length(values.get("line-height")) == 0 or _has_size_of_its_own(values)
    return bool(turns) or turned or _is_mirrored(values) or squeezed or is_small or indented or piled


def _is_mirrored(values: Values) -> bool:
    """Whether ``scale`` turns the text around, or leaves next to nothing of it."""
    return any(size < _LEAST_ZOOM for size in lengths(values.get("scale", "")))


def _has_size_of_its_own(values: Values) -> bool:
    """Whether the size of the box does not follow what it holds (``contain: size``): what comes next lies over it."""
    return "size" in values.get("contain", "") or "strict" in values.get("contain", "")


def _has_raised_forms(values: Values) -> bool:
    return any(RAISED_FORMS.search(values.get(name, "")) for name in GLYPH_FORMS)


def _is_upright(values: Values) -> bool:
    return values.get("writing-mode", "horizontal-tb") not in (*PLAIN_GLYPHS, "horizontal-tb", "lr-tb")


def _is_positioned(values: Values) -> bool:
    position = values.get("position", "")
    if position == "relative":
        return any((length(values.get(side)) or 0) != 0 for side in SIDES)
    return position in ("absolute", "fixed")


def _is_redrawn(values: Values) -> bool:
    if any(values.get(name, "none") not in PLAIN_GLYPHS for name in _REDRAWN):
        return True
    if "blur" in values.get("filter", "") or values.get("display") == "ruby-text":
        return True
    return _has_raised_forms(values) or _is_upright(values)


def _overlaps(values: Values) -> bool:
    """Whether a negative margin pulls the element over what stands beside it."""
    return any((length(values.get(f"margin-{side}")) or 0.0) <= -NEAR for side in SIDES)


def _is_far_aside(values: Values) -> bool:
    """Whether a margin or padding takes the element, or what follows it, out of sight."""
    margins = (length(values.get(f"margin-{side}")) or 0.0 for side in SIDES)
    paddings = (length(values.get(f"padding-{side}")) or 0.0 for side in ("left", "right"))
    return any(size >= FAR_RIGHT for size in margins) or any(size >= -OFF_SCREEN for size in paddings)
