"""Finishing pages in a browser, with the requests of their scripts under the rules of the crawl."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.rendering.chromium import Renderer
from pipelines.crawl.rendering.subrequests import Answer, Subrequests

if TYPE_CHECKING:
    from pipelines.crawl.scheduling.frontier import Job


class PageRendering:
    """One browser for a crawl; the scripts of a host are requested once."""

    def __init__(self, user_agent: str, perform: Callable[["Job", Request], Exchange | None]) -> None:
        """``perform`` makes a request that a page asks for; None where guard or robots.txt refuse it."""
        self._renderer, self._perform = Renderer(user_agent), perform
        self._scripts: dict[str, dict[str, Answer]] = {}

    def finish(self, job: "Job", exchange: Exchange, verdict: Verdict, pause: float) -> tuple[Exchange, int]:
        """The exchange with the page as the browser shows it, and the number of requests that it took.

        Args:
            job: what was fetched.
            exchange: what the server sent.
            verdict: how it was classified.
            pause: seconds between two requests of the page.

        Raises:
            RenderingFailed: the browser could not finish the page.
        """
        scripts = self._scripts.setdefault(job.host, {})
        netloc = urlsplit(job.request.url).netloc
        requests = Subrequests(netloc, lambda request: self._perform(job, request), pause, scripts)
        body = self._renderer.render(job.request.url, exchange.body, verdict.content_type, requests)
        headers = (("content-type", "text/html; charset=utf-8"),)
        return replace(exchange, body=body, headers=headers, is_rendered=True), requests.count

    def close(self) -> None:
        """End the browser."""
        self._renderer.close()
