"""What the declared values of one element do to its content, in a few words."""

import re
from enum import Flag, auto

from pipelines.extract.html.css.boxes import (
    BLOCKS,
    OFF_SCREEN,
    TABLE_PARTS,
    Values,
    is_box,
    is_clipped,
    is_cut_off,
    is_off_screen,
)
from pipelines.extract.html.css.legibility import RELATIVE, SMALLEST, spoils
from pipelines.extract.html.css.measures import share_of
from pipelines.extract.html.css.placement import is_displaced, is_doubtful, is_shifted, pulls
from pipelines.extract.html.css.properties import PLAIN_GLYPHS
from pipelines.extract.html.css.values import length, lengths

LEAST_OPACITY = 0.1
_LINES_OF_ITS_OWN = ("block", "flex", "grid", "list-item", "table", "flow-root")
_ZERO_SCALE = re.compile(r"scale(?:[xy]|3d)?\(\s*0*\.?0*\s*[,)]")


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


def effects(values: Values, tag: str) -> Effect:
    """The effects of the values declared for an element of this tag."""
    pulled = Effect.PULLS if pulls(values, tag) else Effect.NONE
    if _is_hidden(values, tag) or is_clipped(values, tag) or is_off_screen(values, tag):
        return Effect.HIDDEN | pulled
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
    if spoils(values) or is_cut_off(values, tag):
        found |= Effect.SPOILS
    return found | pulled | _of_place(values, tag)


def _of_place(values: Values, tag: str) -> Effect:
    """Whether the text of an element, or its children, may be shown in another place."""
    found = Effect.NONE
    if is_displaced(values, tag) or is_doubtful(values, tag):
        found |= Effect.DISPLACED
    if is_shifted(values, tag):
        found |= Effect.DISPLACED | Effect.SHIFTED
    if "reverse" in values.get("flex-direction", "") or "override" in values.get("unicode-bidi", ""):
        found |= Effect.REORDERS
    return found


def _of_display(display: str, tag: str) -> Effect:
    """Whether an inline element stands on lines of its own, or a block does not."""
    if display.startswith(_LINES_OF_ITS_OWN) and tag not in BLOCKS | TABLE_PARTS:
        return Effect.BREAKS
    return Effect.RUNS_ON if display in ("inline", "contents") and tag in BLOCKS else Effect.NONE


def _is_hidden(values: Values, tag: str) -> bool:
    opacity = share_of(values["opacity"]) if "opacity" in values else None
    display = values.get("display", "")
    if display in ("none", "table-column", "table-column-group"):
        return tag not in ("col", "colgroup") or display == "none"
    if opacity is not None and opacity <= LEAST_OPACITY:
        return True
    if any(
        (share_of(found) or 0.0) <= LEAST_OPACITY
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
    if size <= SMALLEST and (size == 0 or not value.endswith(RELATIVE)):
        return Effect.TINY
    return Effect.SIZED if not value.endswith(("em", "%")) or value.endswith("rem") else Effect.NONE


def _is_raised(value: str) -> bool:
    return value in ("super", "sub")
