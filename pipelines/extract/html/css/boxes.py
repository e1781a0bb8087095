"""The box of an element by its declared values: whether it is cut off, clipped away, or off the screen."""

import re

from pipelines.extract.html.css.measures import share_of
from pipelines.extract.html.css.properties import PLAIN_GLYPHS
from pipelines.extract.html.css.values import length, lengths

Values = dict[str, str]

OFF_SCREEN = -400.0
FAR_RIGHT = 5_000.0
GONE = 5_000.0
SIDES = ("left", "right", "top", "bottom")
_WHOLE = lengths("100%")[0]
BLOCKS = frozenset([
    "div", "p", "li", "dd", "dt", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "form",
    "blockquote", "center", "main", "header", "footer", "aside", "figure", "pre", "fieldset",
])  # fmt: skip
_FEW_DIGITS = 24.0  # pixels
TABLE_PARTS = frozenset(["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"])
_BLOCK_DISPLAYS = (
    "block",
    "inline-block",
    "flex",
    "grid",
    "inline-flex",
    "inline-grid",
    "flow-root",
    "table",
    "list-item",
)


def is_clipped(values: Values, tag: str) -> bool:
    """Whether the element itself takes all that it holds out of sight: by a clip, an indent, or a box of next to no size."""
    path = values.get("clip-path", "")
    if _is_clipped_to_a_line(values) or _is_inset_to_nothing(path) or re.match(r"circle\(\s*0\D", path):
        return True
    boxed = is_box(values, tag)
    is_cut = values.get("overflow", "").startswith(("hidden", "clip", "scroll", "auto"))
    if boxed or tag in ("td", "th"):
        indents = lengths(values.get("text-indent", ""))
        if any(size <= OFF_SCREEN or (is_cut and size >= 800) for size in indents):
            return True
    return is_cut and boxed and _has_side_of_at_most(1, values)


def _is_inset_to_nothing(path: str) -> bool:
    """``clip-path: inset(…)`` from both sides up to the middle, or further than any table is wide."""
    sides = path[6:-1].split("round")[0].split() if path.startswith("inset(") else []
    if not sides:
        return False
    top, right, bottom, left = (
        sides[at] if at < len(sides) else sides[at % 2 if len(sides) > 1 else 0] for at in range(4)
    )
    shares = [share_of(side) if side.endswith("%") else None for side in (top, bottom, right, left)]
    cut = [(one or 0.0) + (other or 0.0) for one, other in (shares[:2], shares[2:])]
    return max(cut) >= 1 or any(size >= 400 for side in sides if not side.endswith("%") for size in lengths(side))


def _is_clipped_to_a_line(values: Values) -> bool:
    """``clip: rect(…)`` of an area without height or width; it applies to positioned elements only."""
    if values.get("position", "") not in ("absolute", "fixed") or not values.get("clip", "").startswith("rect"):
        return False
    sides = lengths(values["clip"].replace("auto", "9999"))
    return len(sides) == 4 and (abs(sides[2] - sides[0]) <= 1 or abs(sides[1] - sides[3]) <= 1)


def is_cut_off(values: Values, tag: str) -> bool:
    """Whether the element is a box too small for what it holds, and the rest of it is not shown."""
    if values.get("overflow", "visible") == "visible" or not is_box(values, tag):
        return False
    widths = (length(values.get(side)) for side in ("width", "max-width"))
    return _has_side_of_at_most(8, values) or any(size is not None and size <= _FEW_DIGITS for size in widths)


def _has_side_of_at_most(limit: float, values: Values) -> bool:
    sizes = (length(values.get(side)) for side in ("height", "max-height", "width", "max-width"))
    return any(size is not None and size <= limit for size in sizes)


def is_box(values: Values, tag: str) -> bool:
    """Do width, height and overflow apply to the element at all?"""
    display = values.get("display", "")
    if tag in TABLE_PARTS:
        return display.startswith(("block", "flex", "grid", "inline-")) and display != "inline-table"
    if values.get("position") in ("absolute", "fixed") or values.get("float", "none") not in PLAIN_GLYPHS:
        return True
    return display.startswith(_BLOCK_DISPLAYS) or (tag in BLOCKS and display not in ("inline", "contents"))


def _shares(value: str) -> list[float]:
    return lengths(value) if value.endswith("%") else []


def is_off_screen(values: Values, tag: str) -> bool:
    """Whether the element is drawn where no one can scroll to."""
    position = values.get("position")
    if position == "fixed" and any(abs(size) >= _WHOLE for side in SIDES for size in _shares(values.get(side, ""))):
        return True
    if position in ("absolute", "fixed", "relative"):
        for side in SIDES:
            size = length(values.get(side))
            if size is not None and (size <= OFF_SCREEN or size >= FAR_RIGHT):
                return True
    # What follows on the line of a part that is drawn aside goes with it; so does what follows below a block.
    if not (tag == "table" or (is_box(values, tag) and tag in BLOCKS)):
        return False
    aside, up = (length(values.get(side)) or 0.0 for side in ("margin-left", "margin-top"))
    return aside <= OFF_SCREEN or aside >= FAR_RIGHT or up <= -GONE
