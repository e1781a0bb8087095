"""What is shown of a version's files: each as a page of its own cells, or as it was read, with the figures' places in it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gongkai.explore.anchors import source_anchor
from gongkai.explore.sources.archived import ArchivedFile
from gongkai.explore.sources.as_read import ShownBlock, blocks, places
from gongkai.explore.sources.html_page import cell_page
from gongkai.explore.sources.sheets import ReadPicture, Sheet, pdf_sheets, picture_sheets, read_pictures
from pipelines.content.sniffing import sniff
from pipelines.crawl.archive.warc import ArchiveError
from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.home import Home

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser shows of itself."""


@dataclass(frozen=True)
class FileView:
    """One file: a page of cells, or blocks as they were read, beside drawings of its pages and pictures."""

    file: ArchivedFile
    number: int
    kind: str
    html: str = ""
    blocks: Sequence[ShownBlock] = ()
    sheets: Sequence[Sheet] = ()
    is_picture: bool = False
    problem: str = ""
    n_placed: int = 0

    @property
    def on_sheets(self) -> frozenset[str]:
        """Anchors of the figures that have a box: no second element may have their ids."""
        return frozenset(mark.anchor for sheet in self.sheets for mark in sheet.marks)


def views(home: Home, files: Sequence[ArchivedFile], figures: Mapping[str, str]) -> list[FileView]:
    """Every file, each figure in the first file that prints it at its place.

    Args:
        figures: Evidence → what the report prints there.
    """
    left = dict(figures)
    found: list[FileView] = []
    on_sheets: set[str] = set()
    for number, file in enumerate(files):
        try:
            data = file.load(home)
        except ArchiveError as error:
            found.append(FileView(file, number, "missing", problem=str(error)))
            continue
        if picture_type(file, data) is not None:
            found.append(FileView(file, number, "image", is_picture=True))
            continue
        document = document_of(file, data)
        pictures = pictures_of(home, files, file, document, data) if any("picture[" in name for name in left) else []
        view, used = _view(
            FileView(file, number, document.carrier), document, data, left, picture_sheets(pictures, left)
        )
        on_sheets |= {picture.digest for picture in pictures} if view.sheets else set()
        left = {evidence: text for evidence, text in left.items() if evidence not in used}
        found.append(view)
    return [view for view in found if not (view.is_picture and view.file.digest in on_sheets)]


def picture_type(file: ArchivedFile, data: bytes) -> str | None:
    """The media type of a picture that a browser shows; None for every other file."""
    media_type = next(iter(sniff(data, file.content_type, file.name).media_types), "")
    return media_type if media_type in PICTURES else None


def document_of(file: ArchivedFile, data: bytes) -> Document:
    """The file as the reader extracts it."""
    return extract(data, url=file.url, content_type=file.content_type, name=file.name)


def pictures_of(
    home: Home, files: Sequence[ArchivedFile], file: ArchivedFile, document: Document, data: bytes
) -> list[ReadPicture]:
    """The pictures of a document whose text was recognised: its own, and those that were archived with it."""
    fetched: dict[str, bytes] = {}
    for other in files:
        if other is not file:
            with suppress(ArchiveError):
                fetched[other.url] = other.load(home)
    return read_pictures(home, document, data, fetched, file.url)


def _view(
    view: FileView, document: Document, data: bytes, figures: Mapping[str, str], drawn: Sequence[Sheet]
) -> tuple[FileView, set[str]]:
    """The view filled, and the figures that it shows."""
    own = _own(document, figures)
    anchors = {mark.anchor for sheet in drawn for mark in sheet.marks}
    used = set(own) | {evidence for evidence in figures if source_anchor(evidence) in anchors}
    view = replace(view, sheets=tuple(drawn), problem=document.problem or "", n_placed=len(used))
    kind = sniff(data, view.file.content_type, view.file.name).kind
    if kind == "html" and not any(":p[" in evidence for evidence in own):
        page = cell_page(data, view.file.content_type, own)
        if page is not None and page[1] == len(own):
            return replace(view, kind=kind, html=page[0]), used
    shown = blocks(document, own)
    if kind == "pdf" and not drawn:
        pages = max((block.page or 0 for block in shown), default=0)
        view = replace(view, sheets=tuple(pdf_sheets(view.file.digest, data, own, pages)))
    return replace(view, kind=kind, blocks=shown), used


def _own(document: Document, figures: Mapping[str, str]) -> dict[str, str]:
    """The figures that this document prints, at the place that their evidence names."""
    printed = places(document)
    return {evidence: text for evidence, text in figures.items() if _holds(printed.get(evidence), text)}


def _holds(printed: str | None, text: str) -> bool:
    return printed is not None and "".join(text.split()) in "".join(printed.split())
