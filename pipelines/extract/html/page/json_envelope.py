"""JSON answers of a CMS interface: the article's HTML stands in one field (seen at www.dxx.gov.cn, interface-cms)."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipelines.extract.document import Document
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.html.page.page_layout import page_layout
from pipelines.extract.text.extractor import extract_text

_MAX_FIELDS = 10_000
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z]")
_SHORTEST_PROSE = 200  # characters


def extract_envelope(text: str) -> Document:
    """Find the longest HTML field of a JSON document and read it as a page; other fields become meta entries.

    Text that only looks like JSON is read as plain text.
    """
    try:
        fields = list(_fields(json.loads(text)))
    except (ValueError, RecursionError):
        return extract_text(text)
    tagged = [value for _, value in fields if _TAG.search(value) or _ESCAPED_TAG.search(value)]
    untagged = [value for _, value in fields if len(value) >= _SHORTEST_PROSE]
    body = max(tagged or untagged, key=len, default=None)
    if body is None:
        return replace(extract_text(""), problem="JSON answer without an article in it")
    markup = body if _TAG.search(body) else html.unescape(body)
    page = extract_html(markup.encode("utf-8", "replace")) if _TAG.search(markup) else extract_text(body)
    meta = _meta([(key, value) for key, value in fields if value != body and len(value) < _SHORTEST_PROSE])
    return replace(page, title=page.title or meta.get("articletitle"), meta={**meta, **page.meta})


def _meta(fields: list[tuple[str, str]]) -> dict[str, str]:
    known = page_layout().envelope_meta
    meta: dict[str, str] = {}
    for key, value in fields:
        meta.setdefault(known.get(key.lower(), key.lower()), value)
    return meta


def _fields(root: Any) -> Iterator[tuple[str, str]]:
    """Yield (key, text) of all string fields, in document order, up to a bound."""
    stack: list[tuple[str, Any]] = [("", root)]
    for _ in range(_MAX_FIELDS):
        if not stack:
            return
        key, value = stack.pop()
        if isinstance(value, dict):
            stack += reversed([(str(k), v) for k, v in value.items()])
        elif isinstance(value, list):
            stack += reversed([(key, v) for v in value])
        elif isinstance(value, str):
            yield key, value
