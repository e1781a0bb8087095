"""What a search has found and what it may still request."""

from dataclasses import dataclass, field

from pipelines.crawl.discovery.portal_list import Portal
from pipelines.crawl.discovery.scoring import Says
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest

Trail = tuple[str, ...]
"""The links that led to a page, each as ``label → address``."""


@dataclass(frozen=True)
class Candidate:
    """A page to look at.

    Attributes:
        in_column: The label, or the page before, says that it is a column or a part of one.
        column: The column this page would prove: that of a year page, a frame or a data address is the page above it.
        asked: For a data address, what the family's adapter must know to read the answer.
        parent: The page that the link stands on.
    """

    request: Request
    says: Says
    score: int
    label: str = ""
    trail: Trail = ()
    in_column: bool = False
    column: "Column | None" = None
    asked: ListRequest | None = None
    parent: str = ""

    @property
    def url(self) -> str:
        return self.request.url


@dataclass(frozen=True)
class Column:
    """A column that is not proven yet: its address, name, family, and the way to it."""

    url: str
    label: str
    trail: Trail
    family: str
    says: Says = Says.COLUMN
    parent: str = ""


@dataclass(frozen=True)
class Proposal:
    """A column that was found. ``confidence`` is between 0 and 1."""

    url: str
    label: str
    trail: Trail
    family: str
    confidence: float
    titles: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    note: str = ""


@dataclass
class Outcome:
    """What the search of one portal came to. ``why`` says why there is nothing, when there is nothing."""

    portal: Portal
    proposals: list[Proposal] = field(default_factory=list)
    n_requests: int = 0
    why: str = ""
    is_final: bool = True
    """False when the host was in trouble: the portal is asked again by the next call."""
    site: str = ""
    region: str | None = None
