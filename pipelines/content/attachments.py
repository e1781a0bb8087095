"""Documents that a page links or embeds: the report may be one of them (domain.md §4.4)."""

import re
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from pipelines.extract.document import Attachment

MAX_ATTACHMENTS = 200
_LONGEST_ATTRIBUTE = 4_000
_EXTENSION = r"\.(?:pdf|docx?|wps|xlsx?|ofd|rar|zip)"
_DOCUMENT = re.compile(rf"{_EXTENSION}(?:$|[?#&])", re.IGNORECASE)
_DOWNLOAD_ROUTE = re.compile(
    r"downfile\.jsp|/download\.jsp|DownloadAttachUrl|/OpennessAnnualReport/download/|downloadFile|/attach(?:ment)?/down",
    re.IGNORECASE,
)
_VIEWER = re.compile(r"viewer\.html?\b[^<>]{0,200}?[?&]file=([^&#]+)", re.IGNORECASE)
_QUOTED = re.compile(rf"""["']([^"'<>\s]{{1,500}}?{_EXTENSION}(?:[?#][^"'<>\s]{{0,200}})?)["']""", re.IGNORECASE)
# What the source of a page shows, in lower case, if any pattern above can match; or a character reference, which may hide
# it. Each begins with a fixed text, for which the scanner is fast.
_HINTS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"\.(?:pdf|docx?|wps|xlsx?|ofd|rar|zip)(?![a-z])",
        rb"down(?:file\.jsp|load\.jsp|loadattachurl|loadfile|(?<=report/down)load/|(?<=attach/down)|(?<=attachment/down))",
        rb"viewer\.htm",
        rb"&(?:#|period;|sol;)",
    )
)
_PROMISES = (".pdf", ".doc", ".wps", ".xls", ".ofd", ".rar", ".zip", "down", "viewer")
_CARRIERS = "a,iframe,embed,object,script,[onclick]"
_ADDRESSES = {"a": ("href", "onclick"), "iframe": ("src",), "embed": ("src",), "object": ("data",)}
_SCRIPTED = ("onclick",)
_SPACES = re.compile(r"\s+")


def may_link(source: bytes) -> bool:
    """Can the page lead to a document? Hundreds of menu links on every page lead nowhere near one."""
    lowered = source.lower()
    return any(hint.search(lowered) for hint in _HINTS)


def find_attachments(root: Any, url: str | None) -> tuple[Attachment, ...]:
    """Collect attachments in page order, once each; addresses are made absolute when the page's URL is known."""
    base = root.css_first("base[href]")
    origin = urljoin(url or "", base.attributes.get("href") or "") if base is not None else url or ""
    found: dict[str, Attachment] = {}
    for node in root.css(_CARRIERS):
        for text in _texts(node):
            for href in _QUOTED.findall(text) if node.tag == "script" else _in(text):
                absolute = _join(origin, href)
                if absolute not in found and len(found) < MAX_ATTACHMENTS:
                    found[absolute] = Attachment(absolute, _name(node, absolute))
    return tuple(found.values())


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


def _in(attribute: str) -> list[str]:
    """Addresses of documents in an attribute: an address itself, a viewer's argument, or quoted in a script."""
    if len(attribute) > _LONGEST_ATTRIBUTE:
        return []  # an inline image or a script
    viewer = _VIEWER.search(attribute)
    if viewer:
        return [unquote(viewer[1]).strip("'\" )")]
    if "(" in attribute and ("'" in attribute or '"' in attribute):
        return _QUOTED.findall(attribute)
    if _DOCUMENT.search(attribute) or _DOWNLOAD_ROUTE.search(attribute):
        return [attribute.strip()]
    return []


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
