"""The rules of robots.txt of each authority during a run: remembered from an earlier run, else fetched."""

from collections.abc import Callable
from typing import Protocol

from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.http_client import REDIRECTS, Exchange, Request
from pipelines.crawl.fetching.robots import RobotsRules, authority, read_robots, robots_url
from pipelines.crawl.fetching.throttle import HostThrottle
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.frontier import Job

Perform = Callable[[Request], tuple[Exchange, float]]
"""Makes a request; the exchange, and when the request was sent (monotonic seconds)."""


class RobotsStore(Protocol):
    """Keeps the rules of robots.txt between runs."""

    def on_failure(self, callback: Callable[[BaseException], None], /) -> None: ...

    def remembered_robots(self, job: Job, /) -> RobotsRules | None: ...

    def robots(self, job: Job, exchange: Exchange, rules: RobotsRules, /) -> None: ...


class RobotsFiles:
    """The rules of every authority that the run has met. A host is served by one worker at a time."""

    def __init__(self, store: RobotsStore, policy: CrawlPolicy, clock: Clock) -> None:
        self._store, self._policy, self._clock = store, policy, clock
        self._rules: dict[str, RobotsRules] = {}
        self._moved: dict[str, str] = {}  # authority → where its robots.txt was redirected to
        self._tries: dict[str, int] = {}

    def rules_for(self, job: Job) -> RobotsRules | None:
        """The rules that hold for a job now; None when robots.txt has to be requested first."""
        rules = self._rules.get(authority(job.request.url)) or self._remembered(job)
        is_fresh = rules is not None and rules.is_fresh(self._clock.now(), self._policy.robots_ttl)
        return rules if is_fresh else None

    def allows(self, url: str) -> bool:
        """Whether rules that were read before allow a request; False where none were."""
        rules = self._rules.get(authority(url))
        return rules is not None and rules.allows(url, self._policy.robots_agent)

    def request(self, job: Job, throttle: HostThrottle, delay: float, perform: Perform) -> float:
        """Request robots.txt, follow one redirect or retry once. Returns when the request was sent.

        The caller asks again until ``rules_for`` finds rules: every step waits for the delay of the host.
        """
        key = authority(job.request.url)
        url = self._moved.get(key, robots_url(job.request.url))
        exchange, sent_at = perform(Request(url))
        target = exchange.target() if exchange.status in REDIRECTS else None
        tries = self._tries[key] = self._tries.get(key, 0) + 1
        if exchange.is_stale and tries == 1:
            return sent_at
        if target is not None and tries <= self._policy.max_redirects and authority(target) == authority(url):
            self._moved[key] = target
            return sent_at
        rules = read_robots(exchange, self._clock.now())
        if rules.unreachable is None:
            throttle.succeeded(exchange.latency, error_page=exchange.is_error_page, source_delay=delay)
        else:
            wait = self._policy.retry_backoff * 2 ** (tries - 1)
            throttle.failed(self._clock.monotonic(), rules.unreachable, wait=wait)
            if tries < self._policy.max_attempts and rules.failure in (Outcome.TIMEOUT, Outcome.CONNECTION_FAILED):
                return sent_at
        self._rules[key] = rules
        self._store.robots(job, exchange, rules)
        return sent_at

    def _remembered(self, job: Job) -> RobotsRules | None:
        """Rules of a run within the last day, looked up until the authority is asked."""
        key = authority(job.request.url)
        if key in self._tries:
            return None
        rules = self._store.remembered_robots(job)
        if rules is not None:
            self._rules[key] = rules
        return rules
