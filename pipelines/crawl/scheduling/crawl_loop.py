"""Runs a crawl: worker threads take jobs from the frontier and make one request at a time.

Every request, also a redirect, a retry and robots.txt, is scheduled separately, so the delay of a host applies to all of
them. What a page means is decided in ``pipelines.crawl.scheduling.response_handler``.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol
from urllib.parse import urlsplit

from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard, Permit, RefusedByGuard
from pipelines.crawl.fetching.guarded_transport import Sessions
from pipelines.crawl.fetching.http_client import Exchange, Exchanger, Request
from pipelines.crawl.fetching.robots import RobotsRules, authority, read_robots, robots_url
from pipelines.crawl.fetching.throttle import HostThrottle, retry_after
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.rendering.chromium import Renderer, RenderingFailed
from pipelines.crawl.rendering.need import needs_rendering
from pipelines.crawl.rendering.subrequests import Answer, Subrequests
from pipelines.crawl.scheduling.frontier import Frontier, Job
from schemas.errors import GongkaiError

_ANSWERS = (200, 304)  # Scrapy counts any other status as an error, which never lowers the delay
_TICK = 0.5  # seconds between two looks at the workers
_ENDING_SECONDS = 10.0  # for workers whose exchange has been cut
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Aborted(GongkaiError):
    """The exchange was aborted because the crawl is stopping."""


class RobotsStore(Protocol):
    """Keeps the rules of robots.txt between runs."""

    def on_failure(self, callback: Callable[[BaseException], None], /) -> None: ...

    def remembered_robots(self, job: Job, /) -> RobotsRules | None: ...

    def robots(self, job: Job, exchange: Exchange, rules: RobotsRules, /) -> None: ...


class RequestCounter(Protocol):
    """Told of every request."""

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


class CrawlLoop:
    """The worker threads of a crawl. ``handler`` interprets responses and adds the jobs that follow."""

    def __init__(self, handler: Handler, guard: Guard, policy: CrawlPolicy, clock: Clock) -> None:
        self._handler, self._guard, self._policy, self._clock = handler, guard, policy, clock
        self._exchanger = Exchanger(Sessions(guard, policy.ca_file), policy)
        self._hosts: dict[str, HostThrottle] = {}
        self._robots: dict[str, RobotsRules] = {}
        self._robots_moved: dict[str, str] = {}  # authority → where its robots.txt was redirected to
        self._robots_tries: dict[str, int] = {}
        self._lock = threading.Lock()
        self._renderer = Renderer(policy.user_agent) if policy.render == "chromium" else None
        self._scripts: dict[str, dict[str, Answer]] = {}  # of each host, as given to pages that were rendered
        self._error: BaseException | None = None
        self._aborted = False
        self.frontier: Frontier = handler.frontier
        handler.store.on_failure(self.fail)

    def run(self) -> None:
        """Run until the frontier is empty. Re-raises the first error of a worker (a full disk, a bug) after all have stopped.

        An error or an interrupt aborts running exchanges, so that the crawl ends within seconds.
        """
        workers = [
            threading.Thread(target=self._work, name=f"crawl-{number}", daemon=True)
            for number in range(self._policy.threads)
        ]
        started: list[threading.Thread] = []
        try:
            for worker in workers:
                worker.start()
                started.append(worker)
            while self._error is None and any(worker.is_alive() for worker in workers):
                next(worker for worker in workers if worker.is_alive()).join(_TICK)
        finally:
            self._abort(started)
            self._exchanger.close()
            if self._renderer is not None:
                self._renderer.close()
        if self._error is not None:
            raise self._error

    def _abort(self, workers: Sequence[threading.Thread]) -> None:
        """Start no more requests and abort running ones; the next run repeats them."""
        self.frontier.stop()
        self._aborted = True
        self._exchanger.watchdog.cut_all()
        ends = time.monotonic() + _ENDING_SECONDS
        for worker in workers:
            worker.join(max(ends - time.monotonic(), 0.0))

    def fail(self, error: BaseException) -> None:
        """End the crawl with this error; called from any thread."""
        self._error = self._error or error
        self.frontier.stop()

    def _work(self) -> None:
        try:
            while (job := self.frontier.take()) is not None:
                ready_at = self._clock.monotonic()
                try:
                    ready_at = self._turn(job)
                finally:
                    self.frontier.release(job.host, ready_at)
        except _Aborted:
            return
        except BaseException as error:  # noqa: BLE001 - carried to the caller of run(); a dead thread would hang the crawl
            self.fail(error)

    def _turn(self, job: Job) -> float:
        """Make one request to a host. Returns the earliest time of the next one."""
        started = self._clock.monotonic()
        throttle = self._throttle(job.host)
        if throttle.parked is not None:
            self._handler.deferred(job, throttle.parked)
            return started
        job = replace(job, request=replace(job.request, url=throttle.spoken(job.request.url)))
        try:
            permit = self._guard.permit(job.request.url, job.source.allow_hosts)
        except RefusedByGuard as error:
            self._handler.failed(job, Verdict(Outcome.REFUSED_BY_GUARD, str(error)))
            return started
        delay = self._delay(job, permit)
        rules = self._robots.get(authority(job.request.url)) or self._remembered(job)
        if rules is None or not rules.is_fresh(self._clock.now(), self._policy.robots_ttl):
            sent_at = self._ask_robots(job, permit, throttle, delay)
            self.frontier.add(job, first=True)
            return throttle.next_request_at(sent_at, delay)
        if not self._admitted(job, rules, throttle):
            return started
        request = self._handler.conditional(job)
        if request is None:
            return started
        exchange, sent_at = self._perform(request, permit, job)
        self._settle(job, exchange, throttle, delay)
        return throttle.next_request_at(sent_at, delay)

    def _remembered(self, job: Job) -> RobotsRules | None:
        """Rules of a run within the last day, looked up once per authority."""
        key = authority(job.request.url)
        if key in self._robots_tries:
            return None
        rules = self._handler.store.remembered_robots(job)
        if rules is not None:
            self._robots[key] = rules
        return rules

    def _admitted(self, job: Job, rules: RobotsRules, throttle: HostThrottle) -> bool:
        if rules.failure is not None and rules.unreachable is not None:
            self._give_up(job, Verdict(rules.failure, rules.unreachable))
            return False
        if rules.unreachable is not None:
            self._handler.failed(job, Verdict(Outcome.ROBOTS_UNREACHABLE, rules.unreachable))
            return False
        if not rules.allows(job.request.url, self._policy.robots_agent):
            self._handler.failed(job, Verdict(Outcome.DISALLOWED_BY_ROBOTS, "robots.txt"))
            return False
        throttle.asked_delay = max(throttle.asked_delay, rules.delay(self._policy.robots_agent))
        if throttle.asked_delay > self._policy.crawl_delay_cap:
            throttle.parked = f"robots.txt asks for {throttle.asked_delay:g} s between requests"
            self._handler.deferred(job, throttle.parked)
            return False
        return True

    def _settle(self, job: Job, exchange: Exchange, throttle: HostThrottle, delay: float) -> None:
        """Update the throttle, then follow a redirect, retry, or pass the response to the handler."""
        now = self._clock.monotonic()
        if exchange.is_stale and not job.renewed:  # asked again after the delay, as anything else
            self.frontier.add(replace(job, renewed=True), first=True)
            return
        if job.scheme_failure is not None and exchange.status is not None and exchange.status not in _REDIRECTS:
            throttle.speaks_only(urlsplit(job.request.url))
        if exchange.status in _REDIRECTS and (target := exchange.target()):
            throttle.succeeded(exchange.latency, error_page=False, source_delay=delay)
            self._redirect(job, exchange, target)
            return
        verdict = self._handler.verdict(job, exchange)
        if verdict.jump is not None and not job.jumped:
            throttle.succeeded(exchange.latency, error_page=False, source_delay=delay)
            self.frontier.add(replace(job.moved(verdict.jump), jumped=True), first=True)
            return
        if verdict.outcome.is_transient or verdict.outcome is Outcome.TLS_FAILED or verdict.outcome.is_wall:
            if verdict.outcome.is_wall:
                self._exchanger.sessions.forget_cookies(job.host)
            self._trouble(job, exchange, verdict, throttle, now)
            return
        throttle.succeeded(exchange.latency, error_page=exchange.status not in _ANSWERS, source_delay=delay)
        if exchange.failure is not None:
            self._handler.failed(job, verdict)
        elif self._renderer is not None and needs_rendering(job, exchange, verdict):
            self._rendered(self._renderer, job, exchange, verdict, throttle, delay)
        else:
            self._handler.landed(job, exchange, verdict)

    def _rendered(
        self, renderer: Renderer, job: Job, exchange: Exchange, verdict: Verdict, throttle: HostThrottle, delay: float
    ) -> None:
        """Let a browser finish the page: what it shows lands in place of what the server sent, which is archived beside it."""
        pause = max(delay, throttle.asked_delay)
        scripts = self._scripts.setdefault(job.host, {})
        requests = Subrequests(
            urlsplit(job.request.url).netloc, lambda request: self._asked_by_page(job, request), pause, scripts
        )
        try:
            body = renderer.render(job.request.url, exchange.body, verdict.content_type, requests)
        except RenderingFailed as error:
            self._handler.landed(job, exchange, replace(verdict, outcome=Outcome.NEEDS_RENDER, message=str(error)))
            return
        self._handler.beside(job, exchange, verdict)
        finished = replace(
            exchange, body=body, headers=(("content-type", "text/html; charset=utf-8"),), is_rendered=True
        )
        seen = self._handler.verdict(job, finished)
        if seen.outcome is Outcome.FETCHED:
            seen = replace(seen, message=f"rendered with {requests.count} requests")
        self._handler.landed(job, finished, seen)

    def _asked_by_page(self, job: Job, request: Request) -> Exchange | None:
        """One request of a page's script, where guard and robots.txt allow it."""
        rules = self._robots.get(authority(request.url))
        if self._aborted or rules is None or not rules.allows(request.url, self._policy.robots_agent):
            return None
        try:
            permit = self._guard.permit(request.url, job.source.allow_hosts)
        except RefusedByGuard:
            return None
        return self._perform(request, permit, job)[0]

    def _trouble(self, job: Job, exchange: Exchange, verdict: Verdict, throttle: HostThrottle, now: float) -> None:
        if self._other_scheme(job, verdict):
            return
        wait = self._policy.retry_backoff * 2**job.attempts if verdict.outcome.is_transient else 0.0
        asked = retry_after(exchange.header("retry-after"))
        if asked is not None and asked > self._policy.max_retry_after:
            throttle.parked = f"the server asks to come back in {asked:g} s"
        if not exchange.is_damaged:
            throttle.failed(now, f"{verdict.outcome} {verdict.message}".strip(), wait=max(wait, asked or 0.0))
        if verdict.outcome.is_transient and job.attempts + 1 < self._policy.max_attempts and throttle.parked is None:
            self.frontier.add(replace(job, attempts=job.attempts + 1), first=True)
        elif exchange.failure is not None:
            self._handler.failed(job, verdict)
        else:
            self._handler.landed(job, exchange, verdict)

    def _give_up(self, job: Job, verdict: Verdict) -> None:
        if not self._other_scheme(job, verdict):
            self._handler.failed(job, verdict)

    def _other_scheme(self, job: Job, verdict: Verdict) -> bool:
        """https and http are both tried: many county sites speak only one of them (docs/domain/site-behaviour.md#transport)."""
        parts = urlsplit(job.request.url)
        default_port = parts.port in (None, 80, 443)
        hopeless = verdict.outcome is not Outcome.TLS_FAILED and not (
            verdict.outcome is Outcome.CONNECTION_FAILED and default_port
        )
        if job.scheme_failure is not None or hopeless:
            return False
        netloc = parts.hostname or "" if default_port else parts.netloc
        other = parts._replace(scheme="http" if parts.scheme == "https" else "https", netloc=netloc).geturl()
        request = replace(job.request, url=other)
        self.frontier.add(replace(job, request=request, scheme_failure=(verdict.outcome, verdict.message)), first=True)
        return True

    def _redirect(self, job: Job, exchange: Exchange, target: str) -> None:
        if job.hops >= self._policy.max_redirects:
            message = f"more than {self._policy.max_redirects} redirects, last to {target[:200]}"
            self._handler.failed(job, Verdict(Outcome.TOO_MANY_REDIRECTS, message))
            return
        moved = job.moved(target)
        if exchange.status in (301, 302, 303) and moved.request.body is not None:
            moved = replace(moved, request=replace(moved.request, body=None))
        self.frontier.add(moved, first=True)

    def _ask_robots(self, job: Job, permit: Permit, throttle: HostThrottle, delay: float) -> float:
        """Ask for robots.txt, or take the next step towards it. Returns when the request was sent."""
        key = authority(job.request.url)
        url = self._robots_moved.get(key, robots_url(job.request.url))
        exchange, sent_at = self._perform(Request(url), permit, job)
        target = exchange.target() if exchange.status in _REDIRECTS else None
        tries = self._robots_tries[key] = self._robots_tries.get(key, 0) + 1
        if exchange.is_stale and tries == 1:
            return sent_at
        if target is not None and tries <= self._policy.max_redirects and authority(target) == authority(url):
            self._robots_moved[key] = target
            return sent_at
        rules = read_robots(exchange, self._clock.now())
        if rules.unreachable is not None:
            wait = self._policy.retry_backoff * 2 ** (tries - 1)
            throttle.failed(self._clock.monotonic(), rules.unreachable, wait=wait)
            if tries < self._policy.max_attempts and rules.failure in (Outcome.TIMEOUT, Outcome.CONNECTION_FAILED):
                return sent_at
        else:
            throttle.succeeded(exchange.latency, error_page=exchange.status not in _ANSWERS, source_delay=delay)
        self._robots[key] = rules
        self._handler.store.robots(job, exchange, rules)
        return sent_at

    def _perform(self, request: Request, permit: Permit, job: Job) -> tuple[Exchange, float]:
        """The exchange, and when its request was sent: the distance to the next one counts from there."""
        self._handler.tally.requested()
        began = self._clock.monotonic()
        exchange = self._exchanger.perform(request, permit, tls=job.source.tls)
        if self._aborted and exchange.failure is not None:
            raise _Aborted  # aborted by the crawl: no failure of the site, nothing to record
        return exchange, began + exchange.sent_after

    def _throttle(self, host: str) -> HostThrottle:
        with self._lock:
            return self._hosts.setdefault(host, HostThrottle(self._policy))

    def _delay(self, job: Job, permit: Permit) -> float:
        """The delay of the source; for hosts that are not listed explicitly at least that of the policy."""
        return (
            job.source.delay_seconds if permit.listed else max(job.source.delay_seconds, self._policy.min_delay_seconds)
        )
