"""``sources add`` looks at a page before it proposes an entry."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_inspection import Proposal, propose_source
from tests.integration.crawl.conftest import QUICK, Night
from tests.web import families
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Site

FAMILIES: dict[str, Callable[[], Any]] = {
    "trs": families.trs, "hanweb_jpage": families.hanweb_jpage, "jpaas": families.jpaas, "truecms": families.truecms,
    "gkmlpt": families.gkmlpt, "vsb": families.vsb, "epoint": families.epoint, "anhui": families.anhui,
    "static": families.static, "hanweb_annual": families.hanweb_annual,
}  # fmt: skip


def probe(site: Site, path: str, night: Night) -> Proposal:
    return propose_source(site.url(path), CrawlPolicy(**QUICK), now=night.now, allow_hosts=(site.authority,))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_family_of_a_column_is_told(family: str, serve: Callable[..., Site], night: Night) -> None:
    built = FAMILIES[family]()
    site = serve(built.handle)
    proposal = probe(site, built.column, night)
    assert proposal.outcome == Outcome.FETCHED
    assert proposal.listing == family
    assert len(site.asked) == 2


def test_a_report_is_told_from_a_column(serve: Callable[..., Site], night: Night) -> None:
    body = report("甲局", 2023).replace("<head>", "<head><meta name='SiteName' content='甲市人民政府'>")
    proposal = probe(serve(from_pages({"/r.html": body})), "/r.html", night)
    assert (proposal.entry["kind"], proposal.entry["site"]) == ("report", "甲市人民政府")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer("", 404), Outcome.NOT_FOUND), (Answer("", 521), Outcome.BLOCKED_JS_CHALLENGE),
     (Answer("", 302, {"Location": "http://127.9.9.9/"}), Outcome.REFUSED_BY_GUARD)],
)  # fmt: skip
def test_a_wall_is_an_answer(answer: Answer, outcome: Outcome, serve: Callable[..., Site], night: Night) -> None:
    assert probe(serve(from_pages({"/nb/": answer}, reports_at="/none/")), "/nb/", night).outcome == outcome


def test_robots_is_asked_first(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/robots.txt": "User-agent: *\nDisallow: /", "/nb/": page("")}))
    assert probe(site, "/nb/", night).outcome == Outcome.DISALLOWED_BY_ROBOTS
    assert site.paths() == []


def test_an_unregistered_host_is_not_asked(night: Night, contacted: list[str]) -> None:
    proposal = propose_source("http://127.9.9.9/nb/", CrawlPolicy(), now=night.now)
    assert proposal.outcome == Outcome.REFUSED_BY_GUARD
    assert contacted == []
