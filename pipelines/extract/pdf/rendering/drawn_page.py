"""Draws a page where its objects leave doubts, and holds what was read of it against the drawing."""

from collections.abc import Iterator, Sequence

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.objects.page_objects import PageObjects
from pipelines.extract.pdf.objects.painted import Doubt, Run
from pipelines.extract.pdf.page.annotations import Annotations
from pipelines.extract.pdf.page.content import Box, Char, PageContent
from pipelines.extract.pdf.page.geometry import Matrix
from pipelines.extract.pdf.rendering.bitmap import Bitmap
from pipelines.extract.pdf.rendering.doubts import doubts_near_figures
from pipelines.extract.pdf.rendering.proof import Proof

_SLANT = 0.1  # tangent of an angle
_PALE, _VEILED = 150, 128  # of 255: shade and opacity of watermarks
_AROUND = 60.0  # points above and below the doubts that are drawn: the height of most cells


class DrawnPage:
    """A page as it is shown. To be made before objects are switched off, and asked after it is known what is seen."""

    def __init__(
        self,
        page: int,
        objects: PageObjects,
        content: PageContent,
        turn: Matrix,
        annotations: Annotations | None,
        covered: Sequence[Char],
    ) -> None:
        self._page, self._objects, self._content = page, objects, content
        self._doubts = _doubts(objects, content, turn, annotations.places if annotations else ())
        # PDFium calls a pattern white: what seems to be covered, or white, may be seen
        self._doubts += [Doubt(Box(*char[1:5]), 0) for char in covered if char.text.isdigit()]
        self._shown: Bitmap | None = None
        if self._doubts:
            annotated = annotations.shown if annotations and not content.turned else None
            for handle, run in objects.runs.items():
                if run.is_odd and _is_watermark(run):
                    pdfium.set_active(
                        handle, 0
                    )  # PDFium's substitutes for fonts would cover what the letters leave open
            self._shown = annotated or self._draw()

    def _draw(self) -> Bitmap:
        content = self._content
        band = (
            min(doubt.box.top for doubt in self._doubts) - _AROUND,
            max(doubt.box.bottom for doubt in self._doubts) + _AROUND,
        )
        return Bitmap.of(self._page, content.turned, (content.width, content.height), band)

    def check(self, seen: list[Char]) -> tuple[list[Char], list[Char]]:
        """The characters that the drawing bears out, those in doubt as UNREADABLE; and those that it does not show.

        Switches off all objects in doubt and all text that is not seen.
        """
        if self._shown is None:
            return seen, []
        numbers = {char.run for char in seen}
        odd = set()
        for number, (handle, run) in enumerate(self._objects.runs.items()):
            if run.is_odd:
                odd.add(number)
            if run.chars and number not in numbers:
                pdfium.set_active(handle, 0)
        for doubt in self._doubts:
            if doubt.handle and doubt.handle not in self._objects.runs:
                pdfium.set_active(doubt.handle, 0)
        area = self._content.width * self._content.height
        proof = Proof(self._shown, self._draw(), [doubt.box for doubt in self._doubts], area, odd)
        self._content.shows_ink = proof.shows_ink
        return proof.checked(seen), proof.missed


def _doubts(objects: PageObjects, content: PageContent, turn: Matrix, annotations: Sequence[Box]) -> list[Doubt]:
    """The doubts of a page that matter, in coordinates from its top left."""
    doubts = [*objects.doubts, *(Doubt(box, 0) for box in annotations)]
    if objects.has_odd_runs:
        doubts += [
            Doubt(box, handle)
            for handle, run in objects.runs.items()
            if run.is_odd and run.chars and not _is_watermark(run)
            for box in _boxes(run)
        ]
    if not doubts:
        return []
    placed = [doubt._replace(box=Box(*turn.box(*doubt.box))) for doubt in doubts]
    digits = [Box(*turn.box(*box)) for run in objects.runs.values() for text, *box in run.chars if text.isdigit()]
    return doubts_near_figures(placed, content, digits)


def _is_watermark(run: Run) -> bool:
    """Slanted and pale."""
    a, b = abs(run.matrix.a), abs(run.matrix.b)
    return min(a, b) > _SLANT * max(a, b) and (min(run.color) > _PALE or run.alpha < _VEILED)


def _boxes(run: Run) -> Iterator[Box]:
    """Where the characters of a run stand: one box around those of a level line."""
    if run.matrix.b and run.matrix.c and run.matrix.a and run.matrix.d:  # slanted
        yield from (Box(*box) for _, *box in run.chars)
        return
    _, lefts, lows, rights, highs = zip(*run.chars, strict=True)
    yield Box(min(lefts), min(lows), max(rights), max(highs))
