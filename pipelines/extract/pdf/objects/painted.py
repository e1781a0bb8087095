"""What a page paints, in the page's own coordinates: runs of text and filled shapes; and how much a document may paint."""

from typing import NamedTuple

from pipelines.extract.pdf.page.content import Box
from pipelines.extract.pdf.page.geometry import Matrix
from schemas.errors import GongkaiError

MAX_OBJECTS = 60_000
"""Objects, path segments and characters that a document may draw; a report draws a few thousand a page."""

Color = tuple[int, int, int]
Glyph = tuple[str, float, float, float, float]
"""A character with its left, lower, right and upper edge."""


class TooManyObjectsError(GongkaiError):
    """A page, or a document, draws more than any report does."""


class Budget:
    """What the whole document may still draw, so that work is bounded by counting."""

    def __init__(self, left: int = MAX_OBJECTS) -> None:
        self._left = left

    def spend(self, count: int) -> None:
        """Raises TooManyObjectsError when nothing is left."""
        self._left -= max(0, count)
        if self._left < 0:
            raise TooManyObjectsError(f"the PDF draws more than {MAX_OBJECTS} objects")


class Run(NamedTuple):
    """A run of text: one showing operator. ``color`` is what paints it; ``chars`` are filled in later, text and box."""

    order: int
    matrix: Matrix
    size: float
    color: Color
    alpha: int
    mode: int
    clip: Box | None
    is_layered: bool
    chars: list[Glyph]


class Shape(NamedTuple):
    """A filled area or an image. ``color`` is None for an image; ``is_rectangle``: the area is its box."""

    order: int
    box: Box
    color: Color | None
    is_rectangle: bool
    image: int  # handle of an image, 0 otherwise
