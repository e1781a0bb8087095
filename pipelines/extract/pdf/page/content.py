"""What one PDF page shows: characters with their boxes, ruling lines, images. Coordinates run from the top left, in points.

A rule is a thin thing: a stroked line, a side of a stroked box, or a filled box too narrow to hold text. WPS paints filled
boxes behind paragraphs and cells (seen in 洪泽区 2024); those are no rules, but what lies under a filled box is not seen.

A character's box is as wide as the character is set and reaches from a little below its base line to the height of the type,
whatever the font says of its own ascent: characters on one base line stand level.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""Takes the place of a glyph without a known character, and of one that is not seen as it was written."""
DESCENT = 0.14
"""Of the size of the type: how far a character's box reaches below its base line."""

FAR = 20_000.0
"""Points: beyond any page. Broken matrices give more."""


class Char(NamedTuple):
    """One glyph: its text (rarely more than one character) and box. ``run``: which run of text it was written with."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    run: int = -1


class Rule(NamedTuple):
    """A horizontal rule lies at y = ``at`` from x = ``start`` to ``end``; a vertical one at x = ``at``."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """A place on the page."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass
class PageContent:
    """One page as a reader of the printed page sees it."""

    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    scan: bytes | None = None
    """The file of the only image, where it makes up the page and is at hand."""
    outlines: list[Box] = field(default_factory=list)
    """Small painted shapes that are no rules: drawn figures, perhaps."""
    unmapped: int = 0
    """Characters whose font does not say what they are."""
    invisible: int = 0
    """Characters that are written without being painted, as recognised text is laid over a scan."""
    turned: int = 0
    """Quarter turns, clockwise, by which the coordinates differ from the page as a viewer shows it."""
    shows_ink: "Callable[[Box], bool] | None" = None
    """Tells of a cell without text whether something is seen in it; None where the objects of the page leave no doubt."""

    @property
    def drawings(self) -> list[Box]:
        """What a cell without text may hold and is not blank then."""
        return [*self.images, *self.outlines]
