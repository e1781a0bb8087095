"""When a page is due again, and how it is then requested: pure functions of its state in the index."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy

_ASK_AGAIN = frozenset({Outcome.ROBOTS_UNREACHABLE, Outcome.TLS_FAILED, Outcome.DEFERRED})

_INTO_THE_NIGHT = timedelta(hours=2)
"""Tolerance of intervals: a weekly page is due every seventh night, although last week's crawl requested it some minutes
after its start."""


def is_due(held: Held | None, policy: CrawlPolicy, *, run_id: str, now: datetime, deep: bool = False) -> bool:
    """Whether to request a page in this run.

    Pages that this run has requested are not due again, so that a killed run continues. ``deep``: a list page
    behind one that has not changed, or at a guessed address.
    """
    if held is None:
        return True
    if held.run_id == run_id:
        return False
    if held.kind is PageKind.LIST and policy.lists == "run" and not deep:
        return True
    wait = interval(held, policy, now=now, deep=deep)
    return now - held.looked_at >= (wait - _INTO_THE_NIGHT if wait >= timedelta(days=1) else wait)


def interval(held: Held, policy: CrawlPolicy, *, now: datetime, deep: bool = False) -> timedelta:
    """Interval until the page is due again."""
    if held.outcome.is_wall or held.outcome is Outcome.NEEDS_RENDER:
        return _growing(policy.wall_interval, held.failures, policy.failure_interval_cap)
    if held.outcome.is_transient or held.outcome in _ASK_AGAIN:
        return timedelta(0)
    if held.kind is PageKind.LIST:
        if deep and not held.outcome.is_good:
            return _growing(policy.failure_interval, held.failures, policy.failure_interval_cap)
        if deep:
            return policy.deep_list_interval
        in_season = now.month in policy.season_months
        return policy.list_interval_in_season if in_season else policy.list_interval_off_season
    if policy.revisit_reports:
        return timedelta(0)
    if held.outcome in (Outcome.REFUSED_BY_GUARD, Outcome.DISALLOWED_BY_ROBOTS):
        return timedelta(0)  # costs the site nothing, and the operator may have changed the sources
    if not held.outcome.is_good:
        return _growing(policy.failure_interval, held.failures, policy.failure_interval_cap)
    age = now - (held.first_held_at or now)
    return next((wait for limit, wait in policy.report_intervals if age < limit), policy.oldest_report_interval)


def due_at(held: Held, policy: CrawlPolicy, *, now: datetime) -> datetime:
    """Time at which the page is due again."""
    return held.looked_at + interval(held, policy, now=now)


def _growing(first: timedelta, failures: int, cap: timedelta) -> timedelta:
    return min(first * float(2 ** min(max(failures - 1, 0), 16)), cap)


def conditional_request(request: Request, held: Held | None) -> Request:
    """The request with the validators of the held version, where that came from the same address by GET."""
    if held is None or request.body is not None or (held.digest is None and held.outcome is not Outcome.SOFT_404):
        return request
    if not _same_address(request.url, (held.final_url if held.digest else None) or held.url):
        return request
    validators = [("If-None-Match", held.etag), ("If-Modified-Since", held.last_modified)]
    return replace(request, headers=(*request.headers, *((name, value) for name, value in validators if value)))


def _same_address(url: str, other: str) -> bool:
    """Whether validators of the one hold for the other: the same page of the same host, whatever the order of arguments."""
    return url == other or (urlsplit(url)[:2] == urlsplit(other)[:2] and canonical_url(url) == canonical_url(other))
