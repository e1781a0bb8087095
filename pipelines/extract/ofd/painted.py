"""What the pages of an OFD document paint, in points from the top left corner."""

from dataclasses import dataclass

from pipelines.extract.html.css.values import BLACK
from pipelines.extract.ofd.attributes import Paint
from schemas.errors import GongkaiError


class TooMuchDrawn(GongkaiError, ValueError):
    """The document draws more than any report does."""


@dataclass(frozen=True)
class Glyph:
    """A painted character and its box. ``quarter``: how many quarter turns, clockwise, its line is turned by."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    run: int
    quarter: int = 0
    ink: Paint = BLACK

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x0, self.top, self.x1, self.bottom


@dataclass(frozen=True)
class Stroke:
    """A painted path: subpaths of corner points, the colours of its line and of its area.

    ``stroked``, ``filled``: whether it has them at all; ``width``: of its line, in points.
    """

    subpaths: tuple[tuple[tuple[float, float], ...], ...]
    stroked: bool
    filled: bool
    ink: Paint = BLACK
    ground: Paint = BLACK
    width: float = 1.0
    is_curved: bool = False


@dataclass(frozen=True)
class Slanted:
    """The box of a digit on a slanted line, as of a watermark: no figure is printed so, but there is ink."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True)
class Image:
    """A painted image's box. ``resource``: the id of its file, where that is shown as it is: whole, upright and opaque."""

    x0: float
    top: float
    x1: float
    bottom: float
    resource: str = ""


Painted = Glyph | Slanted | Stroke | Image
