"""JSON in which an article stands: the answer of a CMS interface (seen at www.dxx.gov.cn), or data that a page holds for scripts.

The article is one string among others, and fields beside it say what it is called and when it was published. The same data
may hold more articles: the next one, related ones, a draft. Where two print statutory tables and differ, neither is read, for
nothing says which of them is shown; and what stands in another object of the data says nothing of the article.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.extract.document import Document
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.html.page.page_layout import page_layout
from pipelines.extract.text.extractor import extract_text
from schemas.labels import squeeze
from schemas.vocabulary import Carrier

_MAX_FIELDS = 10_000
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z]")
_SHORTEST_PROSE = 200  # characters

Path = tuple[str | int, ...]
"""The keys and the places in lists that lead to a value."""


class _Place(NamedTuple):
    path: Path
    text: str


class _Article:
    """A string long enough to be an article."""

    def __init__(self, place: _Place) -> None:
        self.path = place.path
        self.text = place.text if _TAG.search(place.text) else html.unescape(place.text)
        self.is_tagged = _TAG.search(self.text) is not None

    @cached_property
    def words(self) -> str:
        """What it prints, without tags and blanks."""
        return squeeze(html.unescape(_TAG.sub("", self.text)))

    def document(self) -> Document:
        """It, read as a page or as text."""
        return extract_html(self.text.encode("utf-8", "replace")) if self.is_tagged else extract_text(self.text)


def extract_envelope(text: str) -> Document:
    """The article of a JSON document, read as a page. Text that only looks like JSON is read as plain text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return extract_text(text)
    return article_in(value)


def article_in(value: Any) -> Document:
    """The article that JSON data hold, with the fields beside it as meta entries. It has a ``problem`` where there is none, or
    where several are a report."""
    strings = list(_strings(value))
    articles = _articles(strings)
    if not articles:
        return Document(Carrier.FLAT_TEXT, problem="JSON answer without an article in it")
    if len(articles) > 1:
        problem = "JSON with several reports in it: nothing says which of them the page shows"
        return Document(Carrier.FLAT_TEXT, problem=problem)
    page = articles[0].document()
    meta = _meta(strings, articles[0].path)
    return replace(page, title=page.title or meta.get("articletitle"), meta={**meta, **page.meta})


def _articles(strings: Sequence[_Place]) -> list[_Article]:
    """The articles with statutory tables that differ from each other, two at most; without any, the longest one."""
    found = [_Article(place) for place in strings if _is_long(place.text)]
    found.sort(key=lambda article: (article.is_tagged, len(article.text)), reverse=True)
    kept: list[_Article] = []
    for article in found:
        is_report = page_layout().words.hold_tables(article.words)
        if is_report and not any(article.words in other.words or other.words in article.words for other in kept):
            kept.append(article)
            if len(kept) > 1:
                break
    return kept or found[:1]


def _is_long(text: str) -> bool:
    return len(text) >= _SHORTEST_PROSE or _TAG.search(text) is not None or _ESCAPED_TAG.search(text) is not None


def _meta(strings: Sequence[_Place], article: Path) -> dict[str, str]:
    """The short fields of the object in which the article stands and of those around it, the nearest first.

    What stands around a list speaks of all that is in it, and not of the article.
    """
    depth = next((at for at in range(len(article) - 1, 0, -1) if isinstance(article[at - 1], int)), 0)
    around = [article[:at] for at in range(len(article) - 1, depth - 1, -1)]
    known = page_layout().envelope_meta
    meta: dict[str, str] = {}
    for parent in around:
        for path, text in strings:
            if path[:-1] == parent and path != article and len(text) < _SHORTEST_PROSE and path:
                key = str(path[-1]).lower()
                meta.setdefault(known.get(key, key), text)
    return meta


def _strings(root: Any) -> Iterator[_Place]:
    """All strings in document order, up to a bound."""
    stack: list[tuple[Path, Any]] = [((), root)]
    for _ in range(_MAX_FIELDS):
        if not stack:
            return
        path, value = stack.pop()
        if isinstance(value, dict):
            stack += reversed([((*path, str(key)), item) for key, item in value.items()])
        elif isinstance(value, list):
            stack += reversed([((*path, at), item) for at, item in enumerate(value)])
        elif isinstance(value, str):
            yield _Place(path, value)
