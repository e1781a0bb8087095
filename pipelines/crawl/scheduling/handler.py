"""What a crawl loop needs of the object that interprets its responses."""

from typing import Protocol

from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.scheduling.frontier import Frontier, Job
from pipelines.crawl.scheduling.robots_files import RobotsStore


class RequestCounter(Protocol):
    """Counts requests."""

    def requested(self) -> None: ...


class Handler(Protocol):
    """Interprets responses: that of a crawl, or a search that keeps nothing.

    ``conditional`` is the request of a job as it is to be sent; None when it is not to be sent after all.
    """

    @property
    def frontier(self) -> Frontier: ...

    @property
    def store(self) -> RobotsStore: ...

    @property
    def tally(self) -> RequestCounter: ...

    def conditional(self, job: Job) -> Request | None: ...

    def verdict(self, job: Job, exchange: Exchange) -> Verdict: ...

    def landed(self, job: Job, exchange: Exchange, verdict: Verdict) -> None: ...

    def beside(self, job: Job, exchange: Exchange, verdict: Verdict) -> None: ...

    def failed(self, job: Job, verdict: Verdict) -> None: ...

    def deferred(self, job: Job, why: str) -> None: ...
