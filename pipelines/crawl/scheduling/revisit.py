"""When a page is due again. Pure rules over what the index holds."""

from datetime import datetime, timedelta

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy

_ASK_AGAIN = frozenset({Outcome.ROBOTS_UNREACHABLE, Outcome.TLS_FAILED, Outcome.DEFERRED})

_INTO_THE_NIGHT = timedelta(hours=2)
"""How late in a run a page may have been looked at and still be due when a later run begins: "weekly" is every seventh
night, not every eighth because last week's crawl took a minute to get there."""


def is_due(held: Held | None, policy: CrawlPolicy, *, run_id: str, now: datetime, deep: bool = False) -> bool:
    """Whether to ask the server for a page in this run.

    What this very run has looked at is never due again: that is how a killed run continues. ``deep``: a list page
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
    """How long a look at this page stays good enough."""
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
        return timedelta(0)  # costs the site nothing, and the operator may have changed the list
    if not held.outcome.is_good:
        return _growing(policy.failure_interval, held.failures, policy.failure_interval_cap)
    age = now - (held.first_held_at or now)
    return next((wait for limit, wait in policy.report_intervals if age < limit), policy.oldest_report_interval)


def due_at(held: Held, policy: CrawlPolicy, *, now: datetime) -> datetime:
    """When the page will be asked for again."""
    return held.looked_at + interval(held, policy, now=now)


def _growing(first: timedelta, failures: int, cap: timedelta) -> timedelta:
    return min(first * float(2 ** min(max(failures - 1, 0), 16)), cap)
