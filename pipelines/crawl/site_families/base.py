"""The interface of listing adapters: links found, and what to request next."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.links import Link
from schemas.site_families import ListingFamily

if TYPE_CHECKING:
    from pipelines.crawl.site_families.paging.pager import Pager


@dataclass(frozen=True)
class Extent:
    """How long a list says it is. ``pages`` and ``rows`` of the whole list; 0 when it does not say."""

    pages: int = 0
    rows: int = 0


@dataclass(frozen=True)
class ListRequest:
    """A list page to request.

    Attributes:
        page: Its number, from 1. The first answer of a data address is page 1 as the column page that named it is.
        state: What the adapter must know to read the answer and to ask for the next page.
        pager: What the pages before have said about going on.
        guess: The address is a guessed template, accepted only if it yields new links under the paths of page one.
        alternatives: Tried in order when this request fails or yields nothing new.
        promised: How many pages the list has by its own word; 0 when it has not said.
        linked: The page before links to it: it must be there.
        broken: A page that must be there was not to be had; this is an alternative to it.
        missed: Pages in a row that failed or held nothing new before this one.
    """

    request: Request
    family: ListingFamily
    page: int = 1
    state: dict[str, str] = field(default_factory=dict)
    pager: "Pager | None" = None
    guess: bool = False
    alternatives: tuple["ListRequest", ...] = ()
    promised: int = 0
    linked: bool = False
    broken: bool = False
    missed: int = 0

    @property
    def is_data(self) -> bool:
        """Whether it asks a data address that a column page has named."""
        return "column" in self.state

    def with_alternatives(self, *others: "ListRequest") -> "ListRequest":
        return replace(self, alternatives=others)


class Listed(NamedTuple):
    """What a list page holds. ``next`` is None at the end of the list.

    ``is_shell``: the list is not in this page but behind the next request, so an unchanged page says nothing about it.
    ``branches``: more lists of the same column, each with an address of its own. ``lost``: what the page says that it cannot be
    asked for ("older pages need a browser").
    """

    links: tuple[Link, ...]
    next: ListRequest | None = None
    is_shell: bool = False
    branches: tuple[ListRequest, ...] = ()
    extent: Extent = Extent()
    lost: str = ""


class Adapter(Protocol):
    """One family. ``fits`` examines a first page; ``read`` reads any page that this family requested.

    ``after`` is the request for the page behind ``asked`` when that failed, or None.
    """

    family: ListingFamily

    def fits(self, page: Page) -> bool: ...

    def read(self, page: Page, asked: ListRequest) -> Listed: ...

    def after(self, asked: ListRequest) -> ListRequest | None: ...


def site_root(url: str) -> str:
    """Scheme and authority of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def by_script(
    url: str,
    column: str,
    body: bytes | None = None,
    content_type: str = "application/x-www-form-urlencoded; charset=UTF-8",
) -> Request:
    """A request as the column page's own script sends it."""
    headers = [("Referer", column), ("X-Requested-With", "XMLHttpRequest")]
    if body is not None:
        headers.append(("Content-Type", content_type))
    return Request(url, body, tuple(headers))
