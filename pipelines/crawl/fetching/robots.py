"""robots.txt as RFC 9309 has it: 4xx allows, 5xx and silence disallow for now, an answer is kept for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from pipelines.crawl.fetching.http_client import Exchange
from pipelines.crawl.outcomes import Outcome

_MAX_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB
_NOTHING_FORBIDDEN = Protego.parse("")


@dataclass(frozen=True)
class RobotsRules:
    """What one authority (scheme, host and port) allows. ``unreachable`` disallows everything until it is asked again."""

    rules: Protego
    fetched_at: datetime
    unreachable: str | None = None
    failure: Outcome | None = None  # the class, when the host itself did not answer

    def allows(self, url: str, agent: str) -> bool:
        return self.unreachable is None and bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Seconds between requests that the site asks for: Crawl-delay, or the pace of Request-rate."""
        asked = float(self.rules.crawl_delay(agent) or 0.0)
        rate = self.rules.request_rate(agent)
        return max(asked, rate.seconds / rate.requests if rate is not None and rate.requests else 0.0)

    def is_fresh(self, now: datetime, ttl: timedelta) -> bool:
        return now - self.fetched_at < ttl


def authority(url: str) -> str:
    """Key of the robots cache: robots.txt holds for one scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def robots_url(url: str) -> str:
    return f"{authority(url)}/robots.txt"


def read_robots(exchange: Exchange, now: datetime) -> RobotsRules:
    """Read the answer to a robots.txt request.

    A challenge (521, 512, 412) or 429 is not an answer about robots: it counts as unreachable, like a 5xx. An HTML
    page in place of the file is a soft 404. A redirect to another host leaves this authority without rules of its own:
    a page that goes the same way meets the rules of that host when it gets there.
    """
    if exchange.failure is not None:
        return RobotsRules(_NOTHING_FORBIDDEN, now, f"robots.txt: {exchange.message}", exchange.failure)
    status = exchange.status or 0
    if status >= 500 or status in (412, 429):
        return RobotsRules(_NOTHING_FORBIDDEN, now, f"robots.txt answered {status}")
    if status >= 300:
        return RobotsRules(_NOTHING_FORBIDDEN, now)
    text = exchange.body[:_MAX_BYTES].decode("utf-8-sig", errors="replace")
    if text.lstrip()[:1] == "<":
        return RobotsRules(_NOTHING_FORBIDDEN, now)
    return RobotsRules(Protego.parse(text), now)
