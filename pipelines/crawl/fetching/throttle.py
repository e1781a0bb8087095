"""Politeness per host: the delay between requests, and a circuit breaker."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from pipelines.crawl.policy import CrawlPolicy


def throttled_delay(old: float, latency: float, *, succeeded: bool, floor: float, ceiling: float) -> float:
    """Scrapy's AutoThrottle rule for one request at a time.

    The delay moves half-way to the latency, is never below it, and is never lowered after an error, because error pages
    are fast.
    """
    new = min(max(latency, (old + latency) / 2, floor), ceiling)
    return new if succeeded else max(new, old)


def retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date. None when absent or unreadable."""
    if not value:
        return None
    try:
        return float(Retry().parse_retry_after(value))
    except (InvalidHeader, ValueError, OverflowError):  # the others of figures that no calendar and no float holds
        return None


@dataclass
class HostThrottle:
    """State of one host during a run. Times are monotonic seconds. Used by one thread at a time."""

    policy: CrawlPolicy
    delay: float = 0.0
    asked_delay: float = 0.0  # robots Crawl-delay
    failures: int = 0
    last_failure: str = ""
    open_until: float = 0.0
    failed_probes: int = 0
    parked: str | None = None  # why the host is not requested for the rest of the run
    schemes: dict[str, str] = field(default_factory=dict)  # authority → the only scheme that it speaks

    def speaks_only(self, url: SplitResult) -> None:
        """The other scheme of this authority has failed, and this one has answered."""
        self.schemes[url.netloc] = url.scheme

    def spoken(self, url: str) -> str:
        """The address in the scheme that the host is known to speak."""
        if not self.schemes:
            return url
        parts = urlsplit(url)
        return parts._replace(scheme=self.schemes.get(parts.netloc, parts.scheme)).geturl()

    def next_request_at(self, started: float, source_delay: float) -> float:
        """Earliest start of the next request, counted from the start of the last one. A parked host is asked nothing:
        what waits for it is put off at once."""
        if self.parked is not None:
            return started
        return max(started + max(self.delay, source_delay, self.asked_delay), self.open_until)

    def succeeded(self, latency: float, *, error_page: bool, source_delay: float) -> None:
        """Record a response, also a 404."""
        self.delay = throttled_delay(
            max(self.delay, source_delay), latency, succeeded=not error_page,
            floor=source_delay, ceiling=max(self.policy.max_delay_seconds, source_delay),
        )  # fmt: skip
        if not error_page:
            self.failures = self.failed_probes = 0

    def failed(self, now: float, why: str, *, wait: float) -> None:
        """Record a transient failure or a block: wait ``wait`` seconds, and open the circuit after several failures."""
        self.failures += 1
        self.last_failure = why
        self.open_until = max(self.open_until, now + wait)
        if self.failures < self.policy.breaker_failures:
            return
        if self.failures > self.policy.breaker_failures:
            self.failed_probes += 1
        if self.failed_probes >= self.policy.breaker_probes:
            self.parked = f"{self.failures} failures in a row, last: {why}"
        else:
            self.open_until = max(self.open_until, now + self.policy.breaker_cooldown)
