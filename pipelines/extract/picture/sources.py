"""The pictures of a document as things that can be recognised: files on a page, parts of a docx, pages of a scanned PDF.

A source has a key, under which what was recognised in it is kept, and is opened only when nothing is kept.
"""

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import unquote_to_bytes, urljoin

from pipelines.extract.document import Block, Document, Grid, Line, Picture
from pipelines.extract.picture.engine import is_installed
from pipelines.extract.picture.grid.blocks import blocks_of
from pipelines.extract.picture.grid.pixels import (
    MAX_FRAMES,
    Pixels,
    open_pixels,
)
from pipelines.extract.picture.page_renderer import render_page
from pipelines.extract.picture.result import CellText, PictureReading
from pipelines.extract.picture.strips import joined
from schemas.vocabulary import Carrier

MAX_PICTURES = 40
"""Of one document; the rest is reported as not read."""
DPI = 200
"""At which pages of a scanned PDF are rendered."""
_PAGE = re.compile(r"(?:pdf|ofd):page\[(\d+)\]")
_MOST_TEXT = 8  # lines of true text on a page that is a scan: a header, a page number


@dataclass(frozen=True)
class PictureSource:
    """Something to recognise.

    Attributes:
        key: Under which its reading is kept: the digest of its file, and which part of that it is.
        open: Its pixels; raises PictureRefusedError.
        content: Its file.
    """

    key: str
    open: Callable[[], Pixels]
    content: bytes


class Recogniser(Protocol):
    """Where readings of pictures come from: the engine, or what was kept. Never raises; ``problem`` says why there is none."""

    def __call__(self, source: PictureSource, /) -> PictureReading: ...


class FetchedPicture(Protocol):
    """A picture that was archived with the page."""

    @property
    def url(self) -> str: ...
    @property
    def data(self) -> bytes: ...


Sources = Mapping[str, Sequence[PictureSource]]
"""By evidence of the Picture block: one source, or several frames of one file; none for a strip that the picture before it was
joined with."""


def sources_of(document: Document, data: bytes, fetched: Mapping[str, bytes], url: str | None) -> Sources:
    """What can be recognised in a document.

    Args:
        document: as extracted.
        data: the bytes of its file.
        fetched: pictures that were archived with it, by address.
        url: its address, against which relative addresses of pictures are resolved.
    """
    found: dict[str, Sequence[PictureSource]] = {}
    files: list[tuple[str, bytes]] = []  # pictures with nothing between them
    for block in document.blocks:
        if not isinstance(block, Picture):
            found |= _of_files(files)
            files = []
            continue
        if len(found) + len(files) >= MAX_PICTURES:
            break
        page = _PAGE.match(block.evidence)
        if document.carrier == Carrier.IMAGE:
            found[block.evidence] = of_file(data)
        elif page is not None:
            if document.carrier == Carrier.PDF and _is_scan(document, page[0]):
                found[block.evidence] = [of_page(data, int(page[1]))]
            elif block.content and _is_scan(document, page[0]):
                found[block.evidence] = of_file(block.content)
        elif content := block.content or _fetched(block.source, fetched, url):
            files.append((block.evidence, content))
    return found | _of_files(files)


def _of_files(files: Sequence[tuple[str, bytes]]) -> dict[str, Sequence[PictureSource]]:
    """The sources of picture files that follow each other."""
    found: dict[str, Sequence[PictureSource]] = {}
    contents = [content for _, content in files]
    wholes = joined(contents) if len(files) > 1 and is_installed() else [(1, content) for content in contents]
    names = iter([evidence for evidence, _ in files])
    for count, content in wholes:
        found[next(names)] = of_file(content)
        found |= {next(names): () for _ in range(count - 1)}
    return found


def of_file(data: bytes) -> list[PictureSource]:
    """A picture file: one source, or as many as a TIFF has frames."""
    digest = hashlib.sha256(data).hexdigest()
    frames = _count_frames(data)
    if frames == 1:
        return [PictureSource(digest, lambda: open_pixels(data)[0], data)]
    return [PictureSource(f"{digest}-{n}", lambda n=n: open_pixels(data)[n], data) for n in range(frames)]  # type: ignore[misc]


def of_page(data: bytes, number: int) -> PictureSource:
    """A page of a PDF, counted from 1, as it would be printed."""
    return PictureSource(
        f"{hashlib.sha256(data).hexdigest()}-page-{number}-{DPI}",
        lambda: open_pixels(render_page(data, number, DPI))[0],
        data,
    )


def with_pictures_read(
    document: Document, sources: Sources, recogniser: Recogniser
) -> tuple[Document, list[PictureReading]]:
    """The document with what was recognised in place of its pictures, and the readings, also of those that failed."""
    read: list[tuple[str, PictureReading]] = []
    owners: list[str] = []
    for evidence, frames in sources.items():
        for source in frames:
            owners.append(evidence)
            read.append((place_of(evidence, len(read) + 1), recogniser(source)))
    recognised = blocks_of(read)
    by_owner: dict[str, list[Block]] = {}
    cells: dict[str, CellText] = {}
    for owner, (_, reading), found in zip(owners, read, recognised, strict=True):
        if reading.problem is None:
            by_owner.setdefault(owner, []).extend(found.blocks)
            cells |= found.cells
    by_owner |= {strip: [] for strip, first in _strips(sources) if first in by_owner}
    blocks = tuple(_replaced(document.blocks, by_owner))
    # A scan under recognised text is no problem any more once its pictures are read.
    problem = None if document.text_is_recognised and cells else document.problem
    return replace(document, blocks=blocks, recognised=cells, problem=problem), [reading for _, reading in read]


def _strips(sources: Sources) -> Iterator[tuple[str, str]]:
    """The pictures that were joined with one before them, and that one."""
    first = ""
    for evidence, frames in sources.items():
        if frames:
            first = evidence
        else:
            yield evidence, first


def place_of(evidence: str, number: int) -> str:
    """What the cells of a picture name it, of the ``number``-th that is read in a document."""
    page = _PAGE.match(evidence)
    return f"{page[0]}/picture[1]" if page else f"picture[{number}]"


def _replaced(blocks: Sequence[Block], by_owner: Mapping[str, list[Block]]) -> Iterator[Block]:
    """Pictures give way to what was recognised in them; on a scanned page, so does the little text around."""
    scanned = {page[0] for owner in by_owner if (page := _PAGE.match(owner))}
    for block in blocks:
        page = _PAGE.match(block.evidence)
        if block.evidence in by_owner:
            yield from by_owner[block.evidence]
        elif page is None or page[0] not in scanned:
            yield block


def _is_scan(document: Document, page: str) -> bool:
    """Does a picture make up the page? It has no table of text and next to no lines."""
    mine = [block for block in document.blocks if block.evidence.startswith(f"{page}/")]
    lines = sum(isinstance(block, Line) for block in mine)
    return not any(isinstance(block, Grid) for block in mine) and lines <= _MOST_TEXT


def _fetched(source: str, fetched: Mapping[str, bytes], url: str | None) -> bytes | None:
    """The archived picture that a page shows. Where a redirect led to the page, its addresses are relative to another one
    than its own: then the only picture whose address ends alike is meant."""
    try:
        content = fetched.get(urljoin(url or "", source.strip()).partition("#")[0])
    except ValueError:  # a broken IPv6 literal or the like
        return None
    if content is not None:
        return content
    tail = "/" + re.sub(r"^(?:\.{0,2}/)+", "", source.strip())
    alike = [data for address, data in fetched.items() if address.endswith(tail)]
    return alike[0] if len(alike) == 1 else None


def embedded(source: str) -> bytes | None:
    """The bytes of a ``data:`` address."""
    if not source.startswith("data:"):
        return None
    head, _, body = source.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(re.sub(r"\s+", "", body), validate=False)
    except (binascii.Error, ValueError):
        return None


def _count_frames(data: bytes) -> int:
    """Frames of a TIFF; 1 for everything else, also for what cannot be opened (opening it will say why)."""
    if not data.startswith((b"II*\0", b"MM\0*")):
        return 1
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["TIFF"]) as opened:
            return max(1, min(MAX_FRAMES, int(getattr(opened, "n_frames", 1))))
    except (OSError, EOFError, ValueError, SyntaxError, TypeError, LookupError):  # what Pillow raises on damaged files
        return 1
