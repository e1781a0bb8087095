"""The style properties that decide what is seen, under the names of their longhands.

A property counts as harmless only where it is known to be (``plain`` in ``properties.yaml``). What a browser knows besides, and
what is not modelled here, makes unreadable what it applies to (``DOUBTFUL``).
"""

import re
from pathlib import Path

from schemas.yaml_text import load_yaml

_KNOWN = load_yaml(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
PLAIN = frozenset(_KNOWN["plain"].split())
"""Properties that change neither which text is shown nor where."""
DOUBTFUL = frozenset(_KNOWN["doubtful"].split())
"""Properties that may, in a way that is not worked out."""

PLAIN_GLYPHS = ("none", "normal", "auto", "initial", "unset", "inherit", "revert", "")
OF_THE_TEXT = "currentcolor"
"""The colour of a ground that is that of its text."""
COLOURS = frozenset(["color", "background-color", "background-image"])
# Properties that are understood only together: where a value of one matters, the others are kept, too.
TOGETHER = (
    COLOURS,
    frozenset(
        [
            "height",
            "width",
            "max-height",
            "max-width",
            "overflow",
            "position",
            "display",
            "float",
            "text-indent",
            "table-layout",
            "min-width",
        ]
    ),
    frozenset(["position", "left", "right", "top", "bottom"]),
    frozenset(["clip", "clip-path", "position"]),
    frozenset(["margin-top", "margin-bottom", "padding-bottom", "position", "float", "display"]),
    frozenset(["z-index", "position"]),
    frozenset(["line-height", "overflow"]),
    frozenset(["unicode-bidi", "direction"]),
    frozenset(["background-image", "background-color"]),
    frozenset(["text-indent", "margin-left", "padding-left"]),
)
GLYPH_FORMS = ("font-variant", "font-variant-position", "font-variant-numeric", "font-feature-settings")
RAISED_FORMS = re.compile("super|sub|sups|subs|sinf|frac|numr|dnom|ordn|ordinal")
"""Values of ``GLYPH_FORMS`` that show digits as notes or as parts of a fraction."""
RELEVANT = frozenset().union(*TOGETHER) | {
    "visibility", "opacity", "font-size", "filter", "content-visibility", "text-decoration-line", "vertical-align", "content",
    "order", "flex-direction", "transform", "translate", "scale", "rotate", "letter-spacing", "-webkit-text-security",
    "mask-image", "mix-blend-mode", "margin-left", "margin-right", "margin-top", "margin-bottom", "padding-left",
    "padding-right", "font-family", "zoom", "z-index", "contain", "animation-name",
    "line-height", "grid-row", "grid-column", "text-transform", "writing-mode", "font-size-adjust", "offset-path",
    *GLYPH_FORMS, *DOUBTFUL,
}  # fmt: skip
NAMES = {
    "-webkit-text-fill-color": "color", "-webkit-transform": "transform", "-webkit-filter": "filter",
    "-webkit-mask-image": "mask-image", "-webkit-mask": "mask-image", "mask": "mask-image", "overflow-x": "overflow",
    "overflow-y": "overflow", "flex-flow": "flex-direction", "text-decoration": "text-decoration-line",
    "-webkit-clip-path": "clip-path", "-webkit-text-decoration": "text-decoration-line",
    "margin-inline-start": "margin-left", "margin-inline-end": "margin-right", "padding-inline-start": "padding-left",
    "padding-inline-end": "padding-right", "inline-size": "width", "block-size": "height", "max-inline-size": "max-width",
    "max-block-size": "max-height", "inset-inline-start": "left", "inset-inline-end": "right", "inset-block-start": "top",
    "inset-block-end": "bottom", "margin-block-start": "margin-top", "margin-block-end": "margin-bottom",
    "grid-row-start": "grid-row", "grid-column-start": "grid-column", "grid-area": "grid-row", "animation": "animation-name",
    "-webkit-margin-start": "margin-left", "-webkit-margin-end": "margin-right", "-webkit-margin-before": "margin-top",
    "-webkit-margin-after": "margin-bottom", "-webkit-padding-start": "padding-left", "-webkit-padding-end": "padding-right",
    "offset": "offset-path", "overflow-block": "overflow", "overflow-inline": "overflow", "-webkit-logical-height": "height",
    "-webkit-logical-width": "width", "-webkit-max-logical-height": "max-height", "-webkit-max-logical-width": "max-width",
}  # fmt: skip
OF_TWO_SIDES = {
    "margin-inline": ("margin-left", "margin-right"), "padding-inline": ("padding-left", "padding-right"),
    "inset-inline": ("left", "right"), "inset-block": ("top", "bottom"), "margin-block": ("margin-top", "margin-bottom"),
}  # fmt: skip
OF_ANY_PROPERTY = frozenset(["inherit", "initial", "unset", "revert", "revert-layer"])
KEYWORDS = {
    "display": frozenset([
        "none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "table", "inline-table",
        "table-row", "table-cell", "table-column", "table-row-group", "table-header-group", "table-footer-group",
        "table-column-group", "table-caption", "list-item", "contents", "flow-root", "ruby", "ruby-text", "ruby-base", "run-in",
        "math", "-webkit-box", "-webkit-inline-box", "-webkit-flex", "-webkit-inline-flex",
    ]),
    "visibility": frozenset(["visible", "hidden", "collapse"]),
    "position": frozenset(["static", "relative", "absolute", "fixed", "sticky", "-webkit-sticky"]),
    "content-visibility": frozenset(["visible", "hidden", "auto"]),
}  # fmt: skip
# What a browser does of itself, as declarations: an author's count for more. With the tags and attributes that it is about.
BROWSER_STYLES = (
    ("[hidden]:not([hidden=until-found])", "display:none", "hidden"),
    ("[hidden=until-found]", "content-visibility:hidden", "hidden"),
    ("dialog:not([open])", "display:none", "dialog"),
    ("dialog[open]", "position:absolute;background-color:#fff", "dialog"),
    ("[popover]", "display:none;position:fixed;background-color:#fff", "popover"),
    ("rp", "display:none", "rp"),
    ("s", "text-decoration-line:line-through", "s"),
    ("strike", "text-decoration-line:line-through", "strike"),
    ("del", "text-decoration-line:line-through", "del"),
    ("sup", "vertical-align:super", "sup"),
    ("sub", "vertical-align:sub", "sub"),
    ("bdo", "unicode-bidi:bidi-override", "bdo"),
)
