"""For the maintainer: what is odd about the sources, and what an entry for a new address could look like."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipelines.crawl.canonical_urls import canonical_url, source_name
from pipelines.crawl.classification.block_detection import judge
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.guard import Guard, RefusedByGuard
from pipelines.crawl.fetching.http_client import Exchange, Exchanger, Request
from pipelines.crawl.fetching.robots import RobotsRules, read_robots, robots_url
from pipelines.crawl.fetching.sessions import Sessions
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.link_selection import Role, role_of
from pipelines.crawl.site_families.base import ListRequest
from pipelines.crawl.site_families.detection import adapter_for, fingerprint
from schemas.site_families import ListingFamily
from schemas.sources import Source, SourceKind, TlsMode


@dataclass(frozen=True)
class Proposal:
    """What a probe found. ``entry`` holds the keys of a sources file; ``titles`` the first reports a column lists.

    ``listing`` is the family of a column. It does not go into the entry: ``auto`` decides by the page's marks each time, so
    that a site which changes its system is still read.

    ``is_sound``: a crawl from this entry would find reports. Otherwise ``message`` says what the page is instead.
    """

    outcome: Outcome
    message: str
    entry: dict[str, str]
    titles: tuple[str, ...] = ()
    listing: ListingFamily | None = None
    is_sound: bool = False


def refusals(sources: Iterable[Source], guard: Guard) -> list[str]:
    """One line for every source whose own address the guard refuses: it could never be fetched."""
    lines = []
    for source in sources:
        try:
            guard.permit(_example(source), source.allow_hosts)
        except RefusedByGuard as refusal:
            lines.append(f"source {source.id}: {refusal}")
    return lines


def check_sources(sources: Sequence[Source], policy: CrawlPolicy) -> list[str]:
    """Say what the schema cannot: hosts the guard would refuse, pages that stand twice, a pace that is too quick.

    Nothing is fetched. One line per problem.
    """
    guard = Guard(policy.allow_hosts)
    problems = refusals(sources, guard)
    first: dict[str, str] = {}
    for source in sources:
        same = first.setdefault(canonical_url(_example(source)), source.id)
        if same != source.id:
            problems.append(f"source {source.id}: the same page as {same}")
        slow = policy.min_delay_seconds
        if source.delay_seconds < slow and not refusals([source], Guard()):
            problems.append(f"source {source.id}: delay_seconds {source.delay_seconds:g} is raised to {slow:g}")
    return problems


def _example(source: Source) -> str:
    return source.url.replace("{year}", "2000")


def propose_source(
    url: str, policy: CrawlPolicy, *, now: datetime, allow_hosts: tuple[str, ...] = (), tls: TlsMode = TlsMode.DEFAULT,
    guard: Guard | None = None,
) -> Proposal:  # fmt: skip
    """Look at one page, under guard and robots, and propose a sources entry for it.

    At most four requests are made: robots.txt and the page, and the same again after one redirect. A wall or an error is
    an answer too: ``outcome`` says which, and ``entry`` then holds the address alone.
    """
    prober = _Prober(policy, guard or Guard(policy.allow_hosts), allow_hosts, now, tls)
    try:
        exchange = prober.get(url)
    except RefusedByGuard as refusal:
        return Proposal(Outcome.REFUSED_BY_GUARD, str(refusal), {"url": url})
    finally:
        prober.exchanger.close()
    if isinstance(exchange, RobotsRules):
        if exchange.unreachable is None:
            return Proposal(Outcome.DISALLOWED_BY_ROBOTS, "robots.txt forbids it", {"url": url})
        return Proposal(exchange.failure or Outcome.ROBOTS_UNREACHABLE, exchange.unreachable, {"url": url})
    verdict = judge(exchange, may_be_data=True)
    page = Page(exchange.request.url, exchange.body, verdict.content_type)
    known_shell = verdict.outcome is Outcome.NEEDS_RENDER and fingerprint(page) is not ListingFamily.STATIC
    if verdict.outcome is not Outcome.FETCHED and not known_shell:
        return Proposal(verdict.outcome, verdict.message, {"url": url})
    return _describe(page, now)


class _Prober:
    def __init__(
        self, policy: CrawlPolicy, guard: Guard, allow_hosts: tuple[str, ...], now: datetime, tls: TlsMode
    ) -> None:
        self.policy, self.guard, self.allow_hosts = policy, guard, allow_hosts
        self.now, self.tls = now, tls
        self.exchanger = Exchanger(Sessions(guard, policy.ca_file), policy)
        self.asked_at: float | None = None

    def get(self, url: str) -> Exchange | RobotsRules:
        """The page, one redirect followed; the rules when robots.txt does not allow it."""
        for _ in range(2):
            robots = read_robots(self._ask(robots_url(url)), self.now)
            if not robots.allows(url, self.policy.robots_agent):
                return robots
            exchange = self._ask(url)
            target = exchange.target()
            if exchange.status not in (301, 302, 303, 307, 308) or target is None:
                return exchange
            url = target
        return exchange

    def _ask(self, url: str) -> Exchange:
        permit = self.guard.permit(url, self.allow_hosts)
        if self.asked_at is not None and not permit.listed:
            time.sleep(max(0.0, self.asked_at + self.policy.min_delay_seconds - time.monotonic()))
        self.asked_at = time.monotonic()
        exchange = self.exchanger.perform(Request(url), permit, tls=self.tls)
        return exchange if not exchange.is_stale else self._ask(url)  # on a new connection, after the delay


def _describe(page: Page, now: datetime) -> Proposal:
    entry = {"id": source_name(page.url), "url": page.url, "kind": SourceKind.COLUMN.value}
    site = page.tree.css_first("meta[name='SiteName' i]")
    if site is not None and site.attributes.get("content"):
        entry["site"] = str(site.attributes["content"]).strip()
    if page.reads_like_report or not page.is_html:
        return Proposal(Outcome.FETCHED, "one report", entry | {"kind": SourceKind.REPORT.value}, is_sound=True)
    family = fingerprint(page)
    listed = adapter_for(family, page).read(
        page, ListRequest(Request(page.url), family, state={"latest_year": str(now.year)})
    )
    titles = [link.title for link in listed.links if role_of(link, page.url, latest_year=now.year) is Role.REPORT]
    if titles:
        message = f"a column ({family}), {len(titles)} reports on its first page"
    elif listed.is_shell:
        message = f"a column ({family}); its list comes from another address"
    else:
        message = "no link on the page names an annual disclosure report"
    is_sound = bool(titles) or listed.is_shell
    return Proposal(Outcome.FETCHED, message, entry, tuple(titles[:10]), family, is_sound)
