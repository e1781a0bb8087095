"""What the scripts of a page ask for, answered by the crawler: guard, robots, pace and caps hold as for any request.

A page may ask its own host only. Pictures, fonts, media and style sheets are not asked for: they print no figure that is read.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipelines.crawl.fetching.http_client import Exchange, Request

MAX_REQUESTS = 40
MAX_BYTES = 20_000_000
_KINDS = frozenset({"script", "xhr", "fetch", "frame"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Answer:
    """What a script is given. Status 0: the request is refused."""

    status: int
    content_type: str = ""
    body: bytes = b""


REFUSED = Answer(0)


@dataclass
class Subrequests:
    """The requests of one page.

    Attributes:
        host: ``host:port`` of the page.
        perform: Makes one request under the guard and robots.txt of the crawl; None when it may not be made.
        delay: Seconds between two requests of this host.
        cache: Scripts of this host that an earlier page of the run was given.
    """

    host: str
    perform: Callable[[Request], Exchange | None]
    delay: float
    cache: dict[str, Answer]
    sleep: Callable[[float], object] = time.sleep
    refused: list[str] = field(default_factory=list)
    count: int = 0
    n_bytes: int = 0

    def answer(self, url: str, kind: str, body: bytes | None, headers: tuple[tuple[str, str], ...]) -> Answer:
        """Answer one request of the page."""
        if urlsplit(url).scheme not in ("http", "https") or urlsplit(url).netloc != self.host or kind not in _KINDS:
            self.refused.append(url)
            return REFUSED
        if body is None and url in self.cache:
            return self.cache[url]
        if self.count >= MAX_REQUESTS or self.n_bytes >= MAX_BYTES:
            self.refused.append(url)
            return REFUSED
        self.count += 1
        self.sleep(self.delay)
        exchange = self.perform(Request(url, body, headers))
        if exchange is None or exchange.failure is not None or exchange.status is None or exchange.status in _REDIRECTS:
            self.refused.append(url)
            return REFUSED
        self.n_bytes += len(exchange.body)
        answer = Answer(exchange.status, exchange.header("content-type") or "", exchange.body)
        if kind == "script" and exchange.status == 200:
            self.cache[url] = answer
        return answer
