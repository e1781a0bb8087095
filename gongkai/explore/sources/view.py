"""What is shown of a version's files: each as a page of its own cells, or as it was read, with the figures' places in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongkai.explore.sources.archived import ArchivedFile
from gongkai.explore.sources.as_read import ShownBlock, blocks, places
from gongkai.explore.sources.html_page import cell_page
from pipelines.content.sniffing import sniff
from pipelines.crawl.archive.warc import ArchiveError
from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.home import Home

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True)
class FileView:
    """One file. Exactly one of ``html``, ``blocks`` and ``problem`` is shown; ``pages`` are pictures beside the blocks."""

    file: ArchivedFile
    kind: str
    html: str = ""
    blocks: Sequence[ShownBlock] = ()
    pages: int = 0
    is_picture: bool = False
    problem: str = ""
    n_placed: int = 0


def views(home: Home, files: Sequence[ArchivedFile], figures: Mapping[str, str]) -> list[FileView]:
    """Every file, each figure in the first file that prints it at its place.

    Args:
        figures: Evidence → what the report prints there.
    """
    left = dict(figures)
    found: list[FileView] = []
    for file in files:
        try:
            data = file.load(home)
        except ArchiveError as error:
            found.append(FileView(file, "missing", problem=str(error)))
            continue
        view, used = _view(file, data, left)
        left = {evidence: text for evidence, text in left.items() if evidence not in used}
        found.append(view)
    return found


def _view(file: ArchivedFile, data: bytes, figures: Mapping[str, str]) -> tuple[FileView, set[str]]:
    kind = sniff(data, file.content_type, file.name)
    if kind.media_types and kind.media_types[0] in _PICTURES:
        return FileView(file, "image", is_picture=True), set()
    document = extract(data, url=file.url, content_type=file.content_type, name=file.name)
    own = _own(document, figures)
    if kind.kind == "html" and not any(":p[" in evidence for evidence in own):
        page = cell_page(data, file.content_type, own)
        if page is not None and page[1] == len(own):
            return FileView(file, "html", html=page[0], n_placed=len(own)), set(own)
    shown = blocks(document, own)
    pages = max((block.page or 0 for block in shown), default=0) if kind.kind == "pdf" else 0
    return FileView(file, kind.kind, blocks=shown, pages=pages, problem=document.problem or "", n_placed=len(own)), set(
        own
    )


def _own(document: Document, figures: Mapping[str, str]) -> dict[str, str]:
    """The figures that this document prints, at the place that their evidence names."""
    printed = places(document)
    return {evidence: text for evidence, text in figures.items() if _holds(printed.get(evidence), text)}


def _holds(printed: str | None, text: str) -> bool:
    return printed is not None and "".join(text.split()) in "".join(printed.split())
