"""For the maintainer: what is odd about the sources, and what an entry for a new address could look like."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pipelines.crawl.canonical import canonical_url
from pipelines.crawl.choice import Role, role_of
from pipelines.crawl.connection import Sessions
from pipelines.crawl.exchange import Exchange, Exchanger, Request
from pipelines.crawl.guard import Guard, RefusedByGuard
from pipelines.crawl.listing.base import ListRequest
from pipelines.crawl.listing.families import adapter_for, fingerprint
from pipelines.crawl.look import Page
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.robots import read_robots, robots_url
from pipelines.crawl.walls import judge
from schemas.sources import ListingFamily, Source, SourceKind


@dataclass(frozen=True)
class Proposal:
    """What a probe found. ``entry`` holds the keys of a sources file; ``titles`` the first reports a column lists."""

    outcome: Outcome
    message: str
    entry: dict[str, str]
    titles: tuple[str, ...] = ()


def check_sources(sources: Iterable[Source], policy: CrawlPolicy) -> list[str]:
    """Say what the schema cannot: hosts the guard would refuse, pages that stand twice, a pace that is too quick.

    Nothing is fetched. One line per problem.
    """
    guard, problems = Guard(policy.allow_hosts), []
    first: dict[str, str] = {}
    for source in sources:
        url = source.url.replace("{year}", "2000")
        try:
            permit = guard.permit(url, source.allow_hosts)
        except RefusedByGuard as refusal:
            problems.append(f"source {source.id}: {refusal}")
            continue
        if not permit.listed and source.delay_seconds < policy.min_delay_seconds:
            problems.append(
                f"source {source.id}: delay_seconds {source.delay_seconds:g} is raised to {policy.min_delay_seconds:g}"
            )
        same = first.setdefault(canonical_url(url), source.id)
        if same != source.id:
            problems.append(f"source {source.id}: the same page as {same}")
    return problems


def propose_source(
    url: str, policy: CrawlPolicy, *, now: datetime, allow_hosts: tuple[str, ...] = (), guard: Guard | None = None
) -> Proposal:
    """Look at one page, under guard and robots, and propose a sources entry for it.

    At most three requests are made: robots.txt, the page, and one redirect. A wall or an error is an answer too:
    ``outcome`` says which, and ``entry`` then holds the address alone.
    """
    prober = _Prober(policy, guard or Guard(policy.allow_hosts), allow_hosts, now)
    try:
        exchange = prober.get(url)
    except RefusedByGuard as refusal:
        return Proposal(Outcome.REFUSED_BY_GUARD, str(refusal), {"url": url})
    finally:
        prober.exchanger.close()
    if exchange is None:
        return Proposal(Outcome.DISALLOWED_BY_ROBOTS, "robots.txt", {"url": url})
    verdict = judge(exchange, may_be_data=True)
    page = Page(exchange.request.url, exchange.body, verdict.content_type)
    known_shell = verdict.outcome is Outcome.NEEDS_RENDER and fingerprint(page) is not ListingFamily.STATIC
    if verdict.outcome is not Outcome.FETCHED and not known_shell:
        return Proposal(verdict.outcome, verdict.message, {"url": url})
    return _describe(page, now)


class _Prober:
    def __init__(self, policy: CrawlPolicy, guard: Guard, allow_hosts: tuple[str, ...], now: datetime) -> None:
        self.policy, self.guard, self.allow_hosts, self.now = policy, guard, allow_hosts, now
        self.exchanger = Exchanger(Sessions(guard, policy.ca_file), policy)

    def get(self, url: str) -> Exchange | None:
        """The page, one redirect followed; None when robots.txt does not allow it."""
        for _ in range(2):
            robots = read_robots(self._ask(robots_url(url)), self.now)
            if not robots.allows(url, self.policy.robots_agent):
                return None
            exchange = self._ask(url)
            target = exchange.target()
            if exchange.status not in (301, 302, 303, 307, 308) or target is None:
                return exchange
            url = target
        return exchange

    def _ask(self, url: str) -> Exchange:
        return self.exchanger.perform(Request(url), self.guard.permit(url, self.allow_hosts))


def _describe(page: Page, now: datetime) -> Proposal:
    entry = {"id": _id(page.url), "url": page.url}
    site = page.tree.css_first("meta[name='SiteName' i]")
    if site is not None and site.attributes.get("content"):
        entry["site"] = str(site.attributes["content"]).strip()
    if page.reads_like_report or not page.is_html:
        return Proposal(Outcome.FETCHED, "reads like one report", entry | {"kind": SourceKind.REPORT.value})
    family = fingerprint(page)
    listed = adapter_for(family, page).read(
        page, ListRequest(Request(page.url), family, state={"latest_year": str(now.year)})
    )
    titles = [link.title for link in listed.links if role_of(link, page.url, latest_year=now.year) is Role.REPORT]
    entry["listing"] = family.value
    if titles:
        message = f"a column of family {family}, {len(titles)} reports on its first page"
    elif listed.is_shell:
        message = f"a column of family {family}; its list comes from another address"
    else:
        message = f"no link on it names an annual report (family {family})"
    return Proposal(Outcome.FETCHED, message, entry, tuple(titles[:10]))


def _id(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removesuffix(".gov.cn")
    words = re.findall(r"[a-z0-9]+", f"{host} {parts.path}".lower())
    return "-".join(words)[:100].strip("-") or "source"
