"""JSON in which an article stands: the answer of a CMS interface (seen at www.dxx.gov.cn), or data that a page holds for scripts.

The article is one string among others, and fields beside it say what it is called and when it was published. The same data
may hold more articles: the next one, related ones, a draft. Where two print statutory tables and differ, neither is read, for
nothing says which of them is shown; nor is one beside another article, or on a page, under the title of another report. What
stands in another object of the data says nothing of the article.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from pipelines.content.report_titles import agree, parse_title
from pipelines.extract.document import Document, Line
from pipelines.extract.html.extractor import extract_html
from pipelines.extract.html.page.page_layout import page_layout
from pipelines.extract.text.extractor import extract_text
from schemas.labels import squeeze
from schemas.vocabulary import Carrier

_MAX_FIELDS = 10_000
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z]")
_SHORTEST_PROSE = 200  # characters
_HEAD = 5  # lines of an article among which its title is looked for

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


def article_in(value: Any, shown: Sequence[str | None] = ()) -> Document:
    """The article that JSON data hold, with the fields beside it as meta entries.

    Args:
        value: The data.
        shown: Titles of the page that holds them.

    Returns:
        The article. It has a ``problem`` where there is none, or where it may not be the one that is shown.
    """
    strings = list(_strings(value))
    found = [_Article(place) for place in strings if _is_long(place.text)]
    articles = _articles(found)
    if not articles:
        return Document(Carrier.FLAT_TEXT, problem="JSON answer without an article in it")
    page = articles[0].document()
    meta = _meta(strings, articles[0].path)
    if len(articles) > 1 or _is_of_another(page, meta, shown, _titles_beside(articles[0], found, strings)):
        problem = "JSON with several reports in it: nothing says which of them the page shows"
        return Document(Carrier.FLAT_TEXT, problem=problem)
    return replace(page, title=page.title or meta.get("articletitle"), meta={**meta, **page.meta})


def _is_of_another(page: Document, meta: Mapping[str, str], shown: Sequence[str | None], beside: Sequence[str]) -> bool:
    """Whether the page, or an article as near to the top of the data, is titled as another report.

    An article without a title may be the page's, but is not told from one beside it that has one.
    """
    heads = (block.text for block in page.blocks[:_HEAD] if isinstance(block, Line))
    own = next((title for text in (meta.get("articletitle", ""), *heads) if (title := parse_title(text))), None)
    others = (title for text in beside if (title := parse_title(text)))
    if own is None:
        return any(title.agency or title.year for title in others)
    on_page = (title for text in shown if text and (title := parse_title(text)))
    return not all(agree(own, title) for title in (*on_page, *others))


def _titles_beside(article: _Article, found: Sequence[_Article], strings: Sequence[_Place]) -> list[str]:
    """Titles of other objects that hold an article, no deeper in the data: entries of a list beside the text stand deeper."""
    known = page_layout().envelope_meta
    titles = {path[:-1]: text for path, text in strings if path and known.get(str(path[-1]).lower()) == "articletitle"}
    owners = {other.path[:-1] for other in found if len(other.path) <= len(article.path)} - {article.path[:-1]}
    return [titles[owner] for owner in owners if owner in titles]


def _articles(found: list[_Article]) -> list[_Article]:
    """The articles with statutory tables that differ from each other, two at most; without any, the longest one."""
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
