"""What the pseudo-elements of an element show: text that stands in no source, or an area over it."""

from pipelines.extract.html.css.boxes import SIDES, Values
from pipelines.extract.html.css.effects import Effect, effects
from pipelines.extract.html.css.properties import PLAIN_GLYPHS
from pipelines.extract.html.css.values import colour, length

_THIN = 6.0


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
