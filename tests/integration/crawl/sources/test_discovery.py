"""From portals to columns: what is found, what is not taken for one, and at what cost in requests."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from pipelines.crawl.canonical_urls import canonical_url
from pipelines.crawl.discovery.candidates import Outcome
from pipelines.crawl.discovery.discover import MOST_REQUESTS, discover
from pipelines.crawl.discovery.portal_list import Portal, province_of
from pipelines.crawl.policy import CrawlPolicy
from tests.conftest import Gongkai
from tests.web.portals import BUILDS, COUNTIES, Build, PortalSite, build_portal, handle_of, upper_site
from tests.web.server import NOT_FOUND, Site

NOW = datetime(2026, 2, 1, tzinfo=UTC)


class Served:
    """One portal on its hosts, with the truth about it."""

    def __init__(self, build: Build, number: int, upper: Site) -> None:
        self.sites = [Site(lambda asked: NOT_FOUND) for _ in range(3)]
        first, second, third = (site.url("") for site in self.sites)
        self.built: PortalSite = build_portal(build, number, (first, second, third), upper.url(""))
        for site, pages in zip(self.sites, self.built.pages, strict=True):
            site.handle = handle_of(pages, self.built.region)
        self.portal = Portal(
            self.sites[0].url("/"), "/".join(self.built.region), "县区", "", province_of(self.built.region[0])
        )

    @property
    def truth(self) -> set[str]:
        return {canonical_url(self.sites[host].url(path)) for host, path in self.built.columns}

    def asked(self) -> int:
        return sum(len(site.paths()) for site in self.sites)


@contextmanager
def portals() -> Iterator[tuple[list[Served], list[Site]]]:
    uppers = [Site(upper_site(region)) for region in COUNTIES]
    served = [Served(build, number, uppers[number % len(uppers)]) for number, build in enumerate(BUILDS)]
    try:
        yield served, uppers
    finally:
        for site in [*uppers, *(site for portal in served for site in portal.sites)]:
            site.close()


@pytest.fixture(scope="module")
def searched() -> Iterator[dict[str, tuple[Served, Outcome]]]:
    with portals() as (served, uppers):
        sites = [*uppers, *(site for portal in served for site in portal.sites)]
        policy = CrawlPolicy(allow_hosts=tuple(site.authority for site in sites), min_delay_seconds=0.0, threads=16)
        outcomes: dict[str, Outcome] = {}
        discover(
            [portal.portal for portal in served], policy, now=NOW,
            on_done=lambda outcome: outcomes.__setitem__(outcome.portal.url, outcome),
        )  # fmt: skip
        yield {portal.built.build.name: (portal, outcomes[portal.portal.url]) for portal in served}


@pytest.mark.parametrize("name", [build.name for build in BUILDS])
def test_each_build(searched: dict[str, tuple[Served, Outcome]], name: str) -> None:
    served, outcome = searched[name]
    found = {canonical_url(proposal.url) for proposal in outcome.proposals}
    assert found == served.truth, outcome.why
    assert outcome.n_requests <= MOST_REQUESTS
    assert all(proposal.trail for proposal in outcome.proposals)


def test_forty_portals_in_all(searched: dict[str, tuple[Served, Outcome]]) -> None:
    assert len(searched) >= 40
    wanted = {url for served, _ in searched.values() for url in served.truth}
    found = {canonical_url(item.url) for _, outcome in searched.values() for item in outcome.proposals}
    assert len(wanted & found) >= 0.95 * len(wanted)
    assert not found - wanted
    assert max(served.asked() for served, _ in searched.values()) <= MOST_REQUESTS


def test_the_command_writes_proposals_and_goes_on(gongkai: Gongkai, tmp_path: Path) -> None:
    upper = Site(upper_site(COUNTIES[0]))
    served = [
        Served(Build("plain", "standard", "list"), 0, upper),
        Served(Build("none", "standard", "parts"), 8, upper),
    ]
    served[1].sites[0].handle = lambda asked: NOT_FOUND
    listed, to = tmp_path / "portals.csv", tmp_path / "found.yaml"
    with listed.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["region_path", "level", "portal_url", "reached", "final_url", "checked_on"])
        rows.writerows([item.portal.region_path, "县区", item.portal.url, "direct", "", ""] for item in served)
    allowed = [part for site in served[0].sites + served[1].sites for part in ("--allow-host", site.authority)]
    call = ("sources", "discover", "--portals", listed, "--to", to, "--sources", tmp_path / "none", *allowed)
    said = gongkai(*call)
    assert said.code == 0, said.err
    (entry,) = yaml.safe_load(to.read_text(encoding="utf-8"))["sources"]
    assert (entry["url"], entry["known"]) == (served[0].sites[0].url("/zfxxgk/zfxxgknb/"), "discovered")
    assert entry["discovery"]["trail"][-1].endswith("/zfxxgk/zfxxgknb/")
    assert "not_found" in said.out
    before, asked = to.read_text(encoding="utf-8"), served[0].asked()
    assert gongkai(*call).code == 0
    assert (to.read_text(encoding="utf-8"), served[0].asked()) == (before, asked)
    assert gongkai(*call, "--again").code == 0
    assert to.read_text(encoding="utf-8") == before
    assert served[0].asked() > asked
    for site in [upper, *served[0].sites, *served[1].sites]:
        site.close()
