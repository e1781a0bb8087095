"""The archived source of a report's version, as a page for the frame, and pictures of its pages."""

from collections.abc import Sequence
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.anchors import figure_anchor, parts, source_anchor
from gongkai.explore.pages.report import key_of
from gongkai.explore.parameters import shaped
from gongkai.explore.recent import Recent
from gongkai.explore.rendering import Links, as_file, language, page, store_of
from gongkai.explore.sources.archived import ArchivedFile, files_of_version
from gongkai.explore.sources.drawing import NotDrawn, page_png, recognised_png
from gongkai.explore.sources.html_page import with_links
from gongkai.explore.sources.view import FileView, document_of, picture_type, pictures_of, views
from gongkai.explore.store import Row, Store
from gongkai.explore.words import cell_name, word
from pipelines.content.sniffing import sniff
from pipelines.crawl.archive.warc import ArchiveError

_RECENT: Recent[list[FileView]] = Recent(32)


def show(request: Request) -> Response:
    """``/source/{report_id}/{version}``."""
    store, lang = store_of(request), language(request)
    asked = shaped({key: str(value) for key, value in request.path_params.items()}, ("report_id", "version"))
    report = store.ask("report", report_id=asked["report_id"]).first
    if report is None:
        raise HTTPException(404)
    is_current = asked["version"] == report["version"]
    cells = store.ask("report_cells", report_id=asked["report_id"]).rows if is_current else []
    files = _files(store, asked["report_id"], asked["version"])
    figures = {place: cell["raw_text"] or "" for cell in cells for place in parts(cell["evidence"])}
    key = (report["report_id"], asked["version"], store.identity())
    shown = _RECENT.get(key) or _RECENT.put(key, views(store.home, files, figures))
    back = _back(report["report_id"], cells, lang)
    return page(
        request, "source.html", title=word("source_of", lang), report=report, version=asked["version"], back=back,
        files=[(view, with_links(view.html, back)) for view in shown],
    )  # fmt: skip


def pdf_page(request: Request) -> Response:
    """``/source/…/{file}/page/{page}.png``: a page of a PDF, drawn."""
    file, data, _ = _load(request)
    if sniff(data, file.content_type, file.name).kind != "pdf":
        raise HTTPException(404)
    try:
        return as_file(page_png(file.digest, data, request.path_params["page"]), "image/png")
    except NotDrawn:
        raise HTTPException(404) from None


def recognised(request: Request) -> Response:
    """``/source/…/{file}/recognised/{number}.png``: a picture of a file, as its text was recognised."""
    file, data, files = _load(request)
    pictures = pictures_of(store_of(request).home, files, file, document_of(file, data), data)
    number: int = request.path_params["number"]
    if number >= len(pictures):
        raise HTTPException(404)
    one = pictures[number]
    try:
        png = recognised_png(one.digest, one.content, one.at, one.width, one.height, is_page=one.is_page)
    except NotDrawn:
        raise HTTPException(404) from None
    return as_file(png, "image/png")


def picture(request: Request) -> Response:
    """``/source/…/{file}/picture``: an archived picture, as it is."""
    file, data, _ = _load(request)
    media_type = picture_type(file, data)
    if media_type is None:
        raise HTTPException(404)
    return as_file(data, media_type)


def _files(store: Store, report_id: str, version: int) -> list[ArchivedFile]:
    versions = store.ask("report_versions", report_id=report_id).rows
    if version not in {row["version"] for row in versions}:
        raise HTTPException(404)
    later: Sequence[datetime] = [row["first_fetched_at"] for row in versions if row["version"] > version]
    fetches = store.ask("report_fetches", report_id=report_id).rows
    return files_of_version(fetches, min(later) if later else None)


def _load(request: Request) -> tuple[ArchivedFile, bytes, list[ArchivedFile]]:
    asked = shaped({key: str(value) for key, value in request.path_params.items()}, ("report_id", "version"))
    store = store_of(request)
    files = _files(store, asked["report_id"], asked["version"])
    number: int = request.path_params["file"]
    if number >= len(files):
        raise HTTPException(404)
    try:
        return files[number], files[number].load(store.home), files
    except ArchiveError:
        raise HTTPException(404) from None


def _back(report_id: str, cells: Sequence[Row], lang: str) -> dict[str, tuple[str, str]]:
    """Id of a place in the source → the address of its figure, and what the figure is called."""
    link = Links(lang)
    found: dict[str, tuple[str, str]] = {}
    for cell in cells:
        address = link("report", report_id, fragment=figure_anchor(cell["table_name"], *key_of(cell)))
        label = f"{word('figure_at', lang)}: {cell_name(cell['table_name'], key_of(cell), lang)}"
        for place in parts(cell["evidence"]):
            found.setdefault(source_anchor(place), (address, label))
    return found
