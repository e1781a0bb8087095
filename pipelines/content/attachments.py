"""Documents that a page links or embeds: the report may be one of them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from schemas.carriers import by_extension, document_extensions

MAX_ATTACHMENTS = 200
_LONGEST_ATTRIBUTE = 4_000
_EXTENSION = rf"\.(?:{'|'.join(document_extensions())})"
_DOCUMENT = re.compile(rf"{_EXTENSION}(?:$|[?#&])", re.IGNORECASE)
_DOWNLOAD_ROUTE = re.compile(
    r"/(?:downfile|download)\w*\.(?:jsp|do|aspx?|php)|/download\?|downfile\.jsp|DownloadAttachUrl"
    r"|/OpennessAnnualReport/download/|downloadFile|/attach(?:ment)?/down",
    re.IGNORECASE,
)
_VIEWER = re.compile(r"viewer\.html?\b[^<>]{0,200}?[?&]file=([^&#]+)", re.IGNORECASE)
_VIEWER_KEYS = ("file", "filename", "url", "path", "src")
_QUOTED = re.compile(rf"""["']([^"'<>\s]{{1,500}}?{_EXTENSION}(?:[?#][^"'<>\s]{{0,200}})?)["']""", re.IGNORECASE)
_PROMISES = (*(f".{extension}" for extension in document_extensions()), "down", "viewer")
_CARRIERS = "a,iframe,embed,object,script,[onclick]"
_ADDRESSES = {"a": ("href", "onclick"), "iframe": ("src",), "embed": ("src",), "object": ("data",)}
_FRAMES = ("iframe", "embed", "object")
_SCRIPTED = ("onclick",)
_SPACES = re.compile(r"\s+")


class Attachment(NamedTuple):
    """A document that a page leads to, which may hold its report.

    ``is_shown``: the page shows it in a frame or by a script, as its own content.
    """

    href: str
    name: str
    is_shown: bool = False


def find_attachments(root: Any, url: str | None) -> tuple[Attachment, ...]:
    """Collect attachments in page order, once each; addresses are made absolute when the page's URL is known."""
    base = root.css_first("base[href]")
    origin = _join(url or "", base.attributes.get("href") or "") if base is not None else url or ""
    found: dict[str, Attachment] = {}
    for node in root.css(_CARRIERS):
        for text in _texts(node):
            for href in _QUOTED.findall(text) if node.tag == "script" else _in(text, framed=node.tag in _FRAMES):
                absolute = _join(origin, href)
                if absolute not in found and len(found) < MAX_ATTACHMENTS:
                    is_shown = node.tag == "script" or node.tag in _FRAMES
                    found[absolute] = Attachment(absolute, _name(node, absolute), is_shown)
    return tuple(found.values())


def has_document_extension(url: str) -> bool:
    """Does the path of an address end in the extension of a document?"""
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    entry = by_extension(path.rpartition(".")[2])
    return entry is not None and entry.is_document


def _texts(node: Any) -> list[str]:
    """What may name a document: the addresses of an element, or the source of a script."""
    tag = node.tag
    if tag == "script":
        texts = [node.text_lexbor()]
    else:
        attributes = node.attributes
        texts = [attributes[key] for key in _ADDRESSES.get(tag, _SCRIPTED) if key in attributes]
    return [text for text in texts if text and _is_promising(text)]


def _is_promising(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _PROMISES)


def _in(attribute: str, *, framed: bool) -> list[str]:
    """Addresses of documents in an attribute: an address itself, a viewer's argument, or quoted in a script."""
    if len(attribute) > _LONGEST_ATTRIBUTE:
        return []  # an inline image or a script
    if viewer := _VIEWER.search(attribute):
        return [unquote(viewer[1]).strip("'\" )")]
    if "(" in attribute and ("'" in attribute or '"' in attribute):
        return _QUOTED.findall(attribute)
    if framed and not has_document_extension(attribute):
        inner = next(_arguments(attribute), None)
        if inner is not None:
            return [inner]
    if _DOCUMENT.search(attribute) or _DOWNLOAD_ROUTE.search(attribute):
        return [attribute.strip()]
    return []


def _arguments(address: str) -> Iterator[str]:
    """Documents that the query of a frame's address names: what a viewer is to show."""
    try:
        query = parse_qs(urlsplit(address).query)
    except ValueError:
        return
    for key, values in query.items():
        if key.lower() in _VIEWER_KEYS and has_document_extension(values[0].partition("?")[0]):
            yield values[0]


def _join(origin: str, href: str) -> str:
    try:
        return urljoin(origin, href)
    except ValueError:  # a broken IPv6 literal or the like
        return href


def _name(node: Any, href: str) -> str:
    """The printed link text, else the title attribute, else the file name in the address."""
    if node.tag == "a":
        text = _SPACES.sub(" ", node.text_lexbor() or "").strip() or (node.attributes.get("title") or "").strip()
        if text:
            return text
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    query = parse_qs(parts.query)
    shown = query.get("showname") or query.get("filename")
    return shown[0] if shown else unquote(parts.path.rsplit("/", 1)[-1])
