"""What kind of file the bytes are. Bytes decide before names and headers do: a ``.doc`` may be HTML, a ``.wps`` a docx."""

import re
from functools import cache

from pipelines.content.containers import Parts, container_of
from pipelines.content.decoding import decode
from schemas.carriers import CARRIERS, CarrierEntry, by_extension, by_media_type, carrier

_OPENING = re.compile(
    r"\s*<(?:!doctype|!--|\?xml|html|head|body|meta|title|script|style|link|div|p|table|span|section|frameset)\b",
    re.I,
)
_OPENING_BYTES = re.compile(_OPENING.pattern.encode("ascii"), re.IGNORECASE)
_TAG = re.compile(r"<(?:/?(?:p|div|td|tr|table|span|li|h\d|strong|a|body)|br\s*/?)(?=[\s>])", re.I)
_HEAD = 8192
_TAGS_OF_A_FRAGMENT = 4  # a plain text may quote a tag or two
_HTML_NAMES = tuple(f".{extension}" for extension in carrier("html").extensions)


def sniff(data: bytes, content_type: str | None = None, name: str | None = None) -> CarrierEntry:
    """Tell the kind of a file from its bytes, then from the header and the name where bytes leave it open.

    Returns:
        Its entry in the registry of carriers; ``empty`` and ``binary`` are entries, too.
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        return carrier("empty")
    return _by_parts(data, name) or _by_magic(data) or carrier(_kind_of_text(data, content_type, name))


def media_type(data: bytes, declared: str | None = None) -> str:
    """The type to record of an answer: that of its bytes; of text the declared one, with its charset.

    A declared type of another kind of file is not believed.
    """
    entry = sniff(data, declared)
    if entry.kind not in ("html", "json", "text", "empty"):
        return entry.media_types[0]
    claimed = by_media_type(declared or "")
    if entry.kind == "html":
        _, semicolon, parameters = (declared or "").partition(";")
        return declared if declared and claimed is entry else f"{entry.media_types[0]}{semicolon}{parameters}"
    is_text = claimed is None or claimed.kind in ("html", "json", "text")
    return declared if declared and is_text else carrier("binary").media_types[0]


@cache
def _magic() -> tuple[tuple[re.Pattern[bytes], CarrierEntry], ...]:
    return tuple(
        (re.compile(entry.magic.encode("latin-1"), re.DOTALL), entry) for entry in CARRIERS if entry.magic is not None
    )


def _by_magic(data: bytes) -> CarrierEntry | None:
    return next((entry for pattern, entry in _magic() if pattern.match(data)), None)


def _by_parts(data: bytes, name: str | None) -> CarrierEntry | None:
    container = container_of(data)
    if container is None:
        return None
    parts = Parts(data, container)
    entries = [entry for entry in CARRIERS if entry.container is container]
    found = next((entry for entry in entries if entry.parts and _has_parts(entry, parts)), None)
    if found is None and not parts.are_listed:
        named = by_extension((name or "").rpartition(".")[2])
        found = named if named in entries else None
    return found or next(entry for entry in entries if not entry.parts)


def _has_parts(entry: CarrierEntry, parts: Parts) -> bool:
    return any(all(parts.have(name) for name in together) for together in entry.parts)


def _kind_of_text(data: bytes, content_type: str | None, name: str | None) -> str:
    if _OPENING_BYTES.match(data):
        return "html"
    head = decode(data[:_HEAD], content_type).text
    if _looks_binary(head):
        return "binary"
    if _OPENING.match(head):
        return "html"
    if head.lstrip()[:1] in ("{", "[") and data.rstrip()[-1:] in (b"}", b"]"):
        return "json"
    if len(_TAG.findall(head)) >= _TAGS_OF_A_FRAGMENT:
        return "html"
    declared_html = "html" in (content_type or "").lower() or (name or "").lower().endswith(_HTML_NAMES)
    return "html" if declared_html and "<" in head else "text"


def _looks_binary(head: str) -> bool:
    """Control characters and undecodable bytes do not fill a page of text."""
    odd = sum(1 for char in head if char == "\N{REPLACEMENT CHARACTER}" or (char < " " and char not in "\t\r\n\f\x1a"))
    return odd > max(16, len(head) * 0.1)
