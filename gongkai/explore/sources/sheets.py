"""Pages and pictures as sheets: what is drawn of them, and the places of figures as boxes over the drawing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongkai.explore.anchors import source_anchor
from gongkai.explore.sources.drawing import Box, NotDrawn, page_places
from pipelines.extract.document import Document
from pipelines.extract.picture.result import PictureReading
from pipelines.extract.picture.sources import PictureSource, place_of, sources_of
from pipelines.home import Home
from pipelines.staging.picture_recognition import PictureStore

_PIXELS = re.compile(r" at (\d+),(\d+),(\d+),(\d+) px$")
_PAGE_PICTURE = re.compile(r"pdf:page\[(\d+)\]/picture")


@dataclass(frozen=True)
class Mark:
    """The place of a figure on a sheet, in the sheet's units."""

    anchor: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """One drawing. ``path``: its address below that of the file; ``page``: of a paginated file."""

    path: tuple[str, str]
    width: float
    height: float
    marks: tuple[Mark, ...] = ()
    page: int | None = None


@dataclass(frozen=True)
class ReadPicture:
    """A picture whose text was recognised.

    Attributes:
        place: As its cells name it.
        content: The picture file, or the PDF of a scanned page.
        digest: SHA-256 of the content.
        at: Frame of the file from 0; page of the PDF from 1.
        width, height: In pixels, straightened.
    """

    place: str
    content: bytes
    digest: str
    at: int
    is_page: bool
    width: int
    height: int


def pdf_sheets(digest: str, data: bytes, figures: Mapping[str, str], pages: int) -> list[Sheet]:
    """The pages of a PDF; without boxes where the program that places them fails."""
    try:
        placed = page_places(digest, data)
    except NotDrawn:
        placed = ()
    found = []
    for number in range(1, pages + 1):
        page = placed[number - 1] if number <= len(placed) else None
        marks = tuple(_mark(name, page.boxes[name]) for name in figures if name in page.boxes) if page else ()
        width, height = (page.width, page.height) if page else (595.0, 842.0)
        found.append(Sheet(("page", f"{number}.png"), width, height, marks, number))
    return found


def picture_sheets(pictures: Sequence[ReadPicture], figures: Mapping[str, str]) -> list[Sheet]:
    """The pictures that figures were recognised in."""
    found = []
    for number, picture in enumerate(pictures):
        marks = tuple(
            _mark(evidence, (float(box[1]), float(box[2]), float(box[3]), float(box[4])))
            for evidence in figures
            if evidence.startswith((f"{picture.place}/", f"{picture.place} ")) and (box := _PIXELS.search(evidence))
        )
        if marks:
            page = picture.at if picture.is_page else None
            found.append(Sheet(("recognised", f"{number}.png"), picture.width, picture.height, marks, page))
    return found


def read_pictures(
    home: Home, document: Document, data: bytes, fetched: Mapping[str, bytes], url: str
) -> list[ReadPicture]:
    """The pictures of a document whose readings are still kept, numbered as the reader numbers them.

    Args:
        data: The document's file.
        fetched: Pictures that were archived with it, by address.
    """
    frames = [(evidence, one) for evidence, some in sources_of(document, data, fetched, url).items() for one in some]
    kept = PictureStore(home).load([source.key for _, source in frames])
    return [
        picture
        for number, (evidence, source) in enumerate(frames, start=1)
        if source.key in kept
        and (picture := _read(place_of(evidence, number), source, PictureReading.from_json(kept[source.key])))
        is not None
    ]


def _read(place: str, source: PictureSource, reading: PictureReading) -> ReadPicture | None:
    digest, _, rest = source.key.partition("-")
    if reading.problem is not None:
        return None
    page = _PAGE_PICTURE.match(place)
    at = int(page[1]) if page else int(rest or 0)
    return ReadPicture(place, source.content, digest, at, page is not None, reading.width, reading.height)


def _mark(evidence: str, box: Box) -> Mark:
    x0, y0, x1, y1 = box
    return Mark(source_anchor(evidence), round(x0, 1), round(y0, 1), round(x1 - x0, 1), round(y1 - y0, 1))
