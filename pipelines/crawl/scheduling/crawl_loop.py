"""Runs a crawl: worker threads take jobs from the frontier and make one request at a time.

Every request, also a redirect, a retry and robots.txt, is scheduled separately, so the delay of a host applies to all of
them. What a page means is decided in ``pipelines.crawl.scheduling.response_handler``.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.clock import Clock
from pipelines.crawl.fetching.guard import Guard, Permit, RefusedByGuard
from pipelines.crawl.fetching.http_client import REDIRECTS, Exchange, Exchanger, Request
from pipelines.crawl.fetching.robots import RobotsRules
from pipelines.crawl.fetching.sessions import Sessions
from pipelines.crawl.fetching.throttle import HostThrottle, retry_after
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.rendering.need import needs_rendering
from pipelines.crawl.rendering.page_rendering import PageRendering
from pipelines.crawl.rendering.page_visit import RenderingFailed
from pipelines.crawl.scheduling.frontier import Frontier, Job, in_other_scheme
from pipelines.crawl.scheduling.handler import Handler
from pipelines.crawl.scheduling.robots_files import RobotsFiles
from pipelines.crawl.turns import Turn, Waiting
from schemas.errors import GongkaiError

_TICK = 0.5  # seconds between two looks at the workers
_MOST_JUMPS = 2  # redirects by meta refresh or script: a page may lead back to itself
_ENDING_SECONDS = 10.0  # for workers whose exchange has been cut


class _Aborted(GongkaiError):
    """The exchange was aborted because the crawl is stopping."""


class CrawlLoop:
    """The worker threads of a crawl. ``handler`` interprets responses and adds the jobs that follow."""

    def __init__(self, handler: Handler, guard: Guard, policy: CrawlPolicy, clock: Clock) -> None:
        self._handler, self._guard, self._policy, self._clock = handler, guard, policy, clock
        self.sessions = Sessions(guard, policy.ca_file)
        self._exchanger = Exchanger(self.sessions, policy)
        self._hosts: dict[str, HostThrottle] = {}
        self._robots = RobotsFiles(handler.store, policy, clock)
        self._lock = threading.Lock()
        self._computing = Turn()
        renders = policy.render == "chromium"
        self._rendering = PageRendering(policy.user_agent, self._perform_for_page) if renders else None
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
            if self._rendering is not None:
                self._rendering.close()
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
            with self._computing:
                while (job := self._next_job()) is not None:
                    ready_at = self._clock.monotonic()
                    try:
                        ready_at = self._request(job)
                    finally:
                        self.frontier.release(job.host, ready_at)
        except _Aborted:
            return
        except BaseException as error:  # noqa: BLE001 - carried to the caller of run(); a dead thread would hang the crawl
            self.fail(error)

    def _next_job(self) -> Job | None:
        job = self.frontier.take(wait=False)
        if job is None:
            with Waiting():
                job = self.frontier.take()
        return job

    def _request(self, job: Job) -> float:
        """Make one request to a host. Returns the earliest time of the next one."""
        started = self._clock.monotonic()
        throttle = self._throttle(job.host)
        if throttle.parked is not None:
            self._handler.deferred(job, throttle.parked)
            return started
        if (spoken := throttle.spoken(job.request.url)) != job.request.url:
            job = replace(job, request=replace(job.request, url=spoken))
        try:
            permit = self._guard.permit(job.request.url, job.source.allow_hosts)
        except RefusedByGuard as error:
            self._handler.failed(job, Verdict(Outcome.REFUSED_BY_GUARD, str(error)))
            return started
        delay = self._delay(job, permit)
        rules = self._robots.rules_for(job)
        if rules is None:
            perform = partial(self._perform, permit=permit, job=job)
            sent_at = self._robots.request(job, throttle, delay, perform)
            self.frontier.add(job, first=True)
            return throttle.next_request_at(sent_at, delay)
        if not self._is_allowed(job, rules, throttle):
            return started
        request = self._handler.conditional(job)
        if request is None:
            return started
        exchange, sent_at = self._perform(request, permit, job)
        self._settle(job, exchange, throttle, delay)
        return throttle.next_request_at(sent_at, delay)

    def _is_allowed(self, job: Job, rules: RobotsRules, throttle: HostThrottle) -> bool:
        """Whether robots.txt allows a request now; if not, the job is ended or deferred."""
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
        if job.scheme_failure is not None and exchange.status is not None and exchange.status not in REDIRECTS:
            throttle.speaks_only(urlsplit(job.request.url))
        if exchange.status in REDIRECTS and (target := exchange.target()):
            throttle.succeeded(exchange.latency, error_page=False, source_delay=delay)
            self._redirect(job, exchange, target)
            return
        verdict = self._handler.verdict(job, exchange)
        if verdict.jump is not None and job.jumps < _MOST_JUMPS:
            throttle.succeeded(exchange.latency, error_page=False, source_delay=delay)
            self.frontier.add(replace(job.moved(verdict.jump), jumps=job.jumps + 1), first=True)
            return
        if verdict.outcome.is_transient or verdict.outcome is Outcome.TLS_FAILED or verdict.outcome.is_wall:
            if verdict.outcome.is_wall:
                self.sessions.forget_cookies(job.host)
            self._retry_or_end(job, exchange, verdict, throttle, now)
            return
        throttle.succeeded(exchange.latency, error_page=exchange.is_error_page, source_delay=delay)
        if exchange.failure is not None:
            self._handler.failed(job, verdict)
        elif self._rendering is not None and needs_rendering(job, exchange, verdict):
            self._render(self._rendering, job, exchange, verdict, max(delay, throttle.asked_delay))
        else:
            self._handler.landed(job, exchange, verdict)

    def _render(self, rendering: PageRendering, job: Job, exchange: Exchange, verdict: Verdict, pause: float) -> None:
        """Let a browser finish the page; what the server sent is archived beside the page that it shows."""
        try:
            with Waiting():
                finished, n_requests = rendering.finish(job, exchange, verdict, pause)
        except RenderingFailed as error:
            self._handler.landed(job, exchange, replace(verdict, outcome=Outcome.NEEDS_RENDER, message=str(error)))
            return
        self._handler.beside(job, exchange, verdict)
        seen = self._handler.verdict(job, finished)
        if seen.outcome is Outcome.FETCHED:
            seen = replace(seen, message=f"rendered with {n_requests} requests")
        self._handler.landed(job, finished, seen)

    def _perform_for_page(self, job: Job, request: Request) -> Exchange | None:
        """One request of a page's script, where guard and robots.txt allow it."""
        if self._aborted or not self._robots.allows(request.url):
            return None
        try:
            permit = self._guard.permit(request.url, job.source.allow_hosts)
        except RefusedByGuard:
            return None
        return self._perform(request, permit, job)[0]

    def _retry_or_end(self, job: Job, exchange: Exchange, verdict: Verdict, throttle: HostThrottle, now: float) -> None:
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
        """Try the other of https and http, once: many county sites speak only one of them."""
        other = in_other_scheme(job, verdict.outcome, verdict.message)
        if other is not None:
            self.frontier.add(other, first=True)
        return other is not None

    def _redirect(self, job: Job, exchange: Exchange, target: str) -> None:
        if job.hops >= self._policy.max_redirects:
            message = f"more than {self._policy.max_redirects} redirects, last to {target[:200]}"
            self._handler.failed(job, Verdict(Outcome.TOO_MANY_REDIRECTS, message))
            return
        moved = job.moved(target)
        if exchange.status in (301, 302, 303) and moved.request.body is not None:
            moved = replace(moved, request=replace(moved.request, body=None))
        self.frontier.add(moved, first=True)

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
