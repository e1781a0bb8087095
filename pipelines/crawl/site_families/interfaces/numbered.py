"""Lists that a script fetches page by page from a data address. A family says where, and how an answer is read."""

import json
from typing import Any, NamedTuple

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Extent, Listed, ListRequest
from pipelines.crawl.site_families.data_links import data_rows
from pipelines.crawl.site_families.links import Link, anchors
from schemas.site_families import ListingFamily

State = dict[str, str]


class Answer(NamedTuple):
    """One answer of a data address.

    ``rows`` and ``pages`` count the whole list by its own word, ``size`` the rows of a page; 0: not said. ``size`` of the first
    answer holds for all: the last page is shorter.
    """

    links: tuple[Link, ...]
    rows: int = 0
    pages: int = 0
    size: int = 0


class NumberedList:
    """A column page names data addresses; their answers are numbered pages, from ``first`` (1 when the state has none)."""

    family: ListingFamily

    def fits(self, page: Page) -> bool:
        """Whether a first page has the marks of the family."""
        raise NotImplementedError

    def units(self, page: Page, asked: ListRequest) -> list[list[State]]:
        """The lists that the column page names; each as alternative requests, best first."""
        raise NotImplementedError

    def request(self, state: State, number: int) -> Request:
        """How a page is asked for."""
        raise NotImplementedError

    def answer(self, page: Page, state: State) -> Answer:
        """What an answer holds. ValueError, LookupError and TypeError of a wrong answer mean that it holds nothing."""
        raise NotImplementedError

    def read(self, page: Page, asked: ListRequest) -> Listed:
        """Links of the column page and the requests for its lists, or links of an answer and the request for the next."""
        if "number" not in asked.state:
            first, *others = [*map(self._unit, self.units(page, asked))] or [None]
            return Listed(anchors(page), first, is_shell=first is not None, branches=tuple(filter(None, others)))
        try:
            answer = self.answer(page, asked.state)
        except (ValueError, LookupError, TypeError, AttributeError):
            answer = Answer(())
        if not answer.links:
            answer = Answer(*data_rows(page))
        size = int(asked.state.get("size", 0)) or answer.size
        pages = answer.pages or (-(-answer.rows // size) if size else 0) or asked.promised
        following = None
        if asked.page < pages or (not pages and answer.links):
            following = self._ask({**asked.state, "size": str(size)}, asked.page + 1, pages)
        return Listed(answer.links, following, extent=Extent(pages, answer.rows))

    def after(self, asked: ListRequest) -> ListRequest | None:
        """The page behind one that failed."""
        return self._ask(asked.state, asked.page + 1, asked.promised) if "number" in asked.state else None

    def _unit(self, ways: list[State]) -> ListRequest | None:
        asked = [self._ask(state, 1) for state in ways]
        return asked[0].with_alternatives(*asked[1:]) if asked else None

    def _ask(self, state: State, page: int, promised: int = 0) -> ListRequest:
        number = page - 1 + int(state.get("first", 1))
        state = {**state, "number": str(number)}
        return ListRequest(self.request(state, number), self.family, page, state, promised=promised)


def json_of(page: Page) -> Any:
    """The JSON of an answer, also inside a JSONP call."""
    text = page.text.strip()
    if text[:1] not in "{[":
        text = text[text.index("(") + 1 : text.rindex(")")]
    return unpacked(json.loads(text))


def unpacked(answer: Any) -> Any:
    """An answer whose parts may be JSON in strings (``"data": "{…}"``)."""
    if not isinstance(answer, dict):
        return answer
    return {key: _parsed(value) if isinstance(value, str) else value for key, value in answer.items()}


def _parsed(value: str) -> Any:
    if value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def whole(value: object) -> int:
    """A count as a site gives it, number or text; 0 when it is none."""
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isdigit() and len(text) < 10 else 0
