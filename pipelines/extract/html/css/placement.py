"""Whether an element is drawn where it stands in the source: by position, margins, transforms."""

import re

from pipelines.extract.html.css.boxes import (
    BLOCKS,
    FAR_RIGHT,
    GONE,
    OFF_SCREEN,
    SIDES,
    TABLE_PARTS,
    Values,
    is_box,
    is_cut_off,
)
from pipelines.extract.html.css.legibility import (
    HARMLESS_TRANSFORM,
    has_raised_forms,
    is_hardly_seen,
    is_mirrored,
    is_redrawn,
    is_upright,
)
from pipelines.extract.html.css.measures import NEAR, is_of_interest
from pipelines.extract.html.css.properties import PLAIN_GLYPHS
from pipelines.extract.html.css.values import length, lengths

_FAR = 5.0  # pixels
_LEAST_RISE = 3.0
_LINE = 10.0
_ARRANGED = ("grid-row", "grid-column", "animation-name")
_REDRAWN = (
    "float", "clip-path", "mask-image", "mix-blend-mode", "-webkit-text-security", "content", "offset-path", "font-size-adjust",
)  # fmt: skip
"""Properties that show the text elsewhere, in part, or as other signs, unless they have a value of ``PLAIN_GLYPHS``."""
_OVER_OTHERS = 100.0
_SPREAD = ("box-shadow", "outline", "outline-width", "text-shadow", "box-reflect", "animation-name")


def pulls(values: Values, tag: str) -> bool:
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


def is_doubtful(values: Values, tag: str) -> bool:
    """Is something declared whose outcome is not worked out here: variables, sums, moving or hardly visible text?"""
    if is_redrawn(values):
        return True
    if values.get("z-index", "").startswith("-") and values.get("position", "static") not in ("static", *PLAIN_GLYPHS):
        return True
    if tag not in TABLE_PARTS and abs(length(values.get("vertical-align")) or 0.0) >= _LEAST_RISE:
        return True
    return is_hardly_seen(values) or any(values.get(name, "auto") not in PLAIN_GLYPHS for name in _ARRANGED)


def is_shifted(values: Values, tag: str) -> bool:
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
    if "matrix" in HARMLESS_TRANSFORM.sub("", values.get("transform", "none")):
        return True
    if _overlaps(values) and not _is_gone_sideways(values):
        return True
    return tag not in BLOCKS and any(is_of_interest(name, values[name]) for name in _SPREAD if name in values)


def _is_gone_sideways(values: Values) -> bool:
    """Whether a negative margin takes a part of a line, with what follows it, so far aside that it lies over no other cell."""
    near = [side for side in SIDES if -GONE < (length(values.get(f"margin-{side}")) or 0.0) <= -NEAR]
    upright = [length(values.get(f"margin-{side}")) or 0.0 for side in ("top", "bottom")]
    return not near and min(upright) > -NEAR


def is_displaced(values: Values, tag: str) -> bool:
    """Whether the text may be shown in another place, in part, or as other signs."""
    if _is_positioned(values) or _is_redrawn(values) or (length(values.get("order")) or 0) != 0:
        return True
    if any(HARMLESS_TRANSFORM.sub("", values.get(name, "none")) for name in ("transform", "rotate", "translate")):
        return True
    if any(abs(size) >= 4 for size in lengths(values.get("letter-spacing", ""))) or is_mirrored(values):
        return True
    if _overlaps(values) or _is_far_aside(values):
        return True
    return is_cut_off(values, tag)


def _is_positioned(values: Values) -> bool:
    position = values.get("position", "")
    if position == "relative":
        return any((length(values.get(side)) or 0) != 0 for side in SIDES)
    return position in ("absolute", "fixed")


def _is_redrawn(values: Values) -> bool:
    if any(values.get(name, "none") not in PLAIN_GLYPHS for name in _REDRAWN):
        return True
    return values.get("display") == "ruby-text" or has_raised_forms(values) or is_upright(values)


def _overlaps(values: Values) -> bool:
    """Whether a negative margin pulls the element over what stands beside it."""
    return any((length(values.get(f"margin-{side}")) or 0.0) <= -NEAR for side in SIDES)


def _is_far_aside(values: Values) -> bool:
    """Whether a margin or padding takes the element, or what follows it, out of sight."""
    margins = (length(values.get(f"margin-{side}")) or 0.0 for side in SIDES)
    paddings = (length(values.get(f"padding-{side}")) or 0.0 for side in ("left", "right"))
    return any(size >= FAR_RIGHT for size in margins) or any(size >= -OFF_SCREEN for size in paddings)
