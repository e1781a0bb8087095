"""Politeness against real servers: pace, one request at a time, robots.txt in every state."""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.fetching.sessions import GuardedSession
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.site_families.page_lists.printed import guessed_templates
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.web.pages import from_pages, items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Handle, Site

REPORT = SourceKind.REPORT


def column(n: int, robots: Answer = NOT_FOUND) -> dict[str, str | Answer]:
    return {"/robots.txt": robots, "/nb/": page(items([f"/nb/2024/{number}.html" for number in range(n)]))}


def column_site(pages: dict[str, str | Answer]) -> Handle:
    return from_pages(pages, reports_at="/nb/2024/")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[float]]:
    """Moments at which requests were sent, by host. A server's own clock wavers with the load of the machine."""
    moments: dict[str, list[float]] = defaultdict(list)
    send = GuardedSession.send

    def noted(self: GuardedSession, sent: Any, **options: Any) -> Any:
        moments[self.line.permit.host].append(time.monotonic())
        return send(self, sent, **options)

    monkeypatch.setattr(GuardedSession, "send", noted)
    return moments


def closest(moments: list[float]) -> float:
    return min(later - earlier for earlier, later in itertools.pairwise(moments))


def test_requests_of_a_host_keep_their_distance_and_never_overlap(
    serve: Callable[..., Site], night: Night, sent: dict[str, list[float]]
) -> None:
    sites = [serve(column_site(column(6))) for _ in range(3)]
    night.crawl(*(source(site, "/nb/", delay_seconds=0.1) for site in sites))
    for site in sites:
        assert closest(sent[site.host]) >= 0.099
        assert site.most_in_flight == 1
        assert len(site.asked) == 8 + len(
            guessed_templates(Page(site.url("/nb/"), b"", "text/html"))
        )  # page two is looked for


def test_a_redirect_hop_and_robots_count_as_requests(
    serve: Callable[..., Site], night: Night, sent: dict[str, list[float]]
) -> None:
    site = serve(from_pages({"/a.html": Answer("", 301, {"Location": "/b.html"}), "/b.html": report("甲局", 2023)}))
    night.crawl(source(site, "/a.html", kind=REPORT, delay_seconds=0.1))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a.html", "/b.html"]
    assert closest(sent[site.host]) >= 0.099


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (NOT_FOUND, Outcome.FETCHED),
        (Answer("", 403), Outcome.FETCHED),
        (Answer("<html>首页</html>"), Outcome.FETCHED),
        (Answer("User-agent: *\nDisallow:\n"), Outcome.FETCHED),
        (Answer("User-agent: *\nDisallow: /nb/private\n"), Outcome.FETCHED),
        (Answer("User-agent: *\nDisallow: /\n\nUser-agent: gongkai\nAllow: /\n"), Outcome.FETCHED),
        (Answer("\ufeffUser-agent: *\nDisallow: /nb\n"), Outcome.DISALLOWED_BY_ROBOTS),
        (Answer("User-agent: gongkai\nDisallow: /\n"), Outcome.DISALLOWED_BY_ROBOTS),
        (Answer("", 500), Outcome.ROBOTS_UNREACHABLE),
        (Answer("", 521), Outcome.ROBOTS_UNREACHABLE),
        (Answer("", 412), Outcome.ROBOTS_UNREACHABLE),
        (Answer("", 429), Outcome.ROBOTS_UNREACHABLE),
        (Answer("", 301, {"Location": "http://127.9.9.9/robots.txt"}), Outcome.FETCHED),
    ],
)  # fmt: skip
def test_robots_in_every_state(robots: Answer, outcome: Outcome, serve: Callable[..., Site], night: Night) -> None:
    site = serve(column_site(column(1, robots)))
    night.crawl(source(site, "/nb/"))
    assert night.outcome(site.url("/nb/")) == outcome
    assert ("/nb/" in site.paths()) is (outcome is Outcome.FETCHED)


def test_robots_that_moved_on_the_same_host_is_read_where_it_is(serve: Callable[..., Site], night: Night) -> None:
    pages = column(1, Answer("", 302, {"Location": "/rules.txt"})) | {
        "/rules.txt": Answer("User-agent: *\nDisallow: /nb/")
    }
    site = serve(column_site(pages))
    night.crawl(source(site, "/nb/"))
    assert night.outcome(site.url("/nb/")) == Outcome.DISALLOWED_BY_ROBOTS


def test_robots_of_a_silent_host_is_asked_again_in_the_next_run(serve: Callable[..., Site], night: Night) -> None:
    site = serve(column_site(column(1, Answer("", 503))))
    night.crawl(source(site, "/nb/"))
    site.handle = column_site(column(1))
    night.crawl(source(site, "/nb/"))
    assert night.outcome(site.url("/nb/")) == Outcome.FETCHED


def test_robots_is_kept_for_a_day(serve: Callable[..., Site], night: Night) -> None:
    site = serve(column_site(column(1, Answer("User-agent: *\nAllow: /"))))
    night.crawl(source(site, "/nb/"))
    night.crawl(source(site, "/nb/"))
    assert site.paths(robots=True).count("/robots.txt") == 1
    night.now = night.now.replace(day=3)
    night.crawl(source(site, "/nb/"))
    assert site.paths(robots=True).count("/robots.txt") == 2


def test_crawl_delay_is_kept(serve: Callable[..., Site], night: Night, sent: dict[str, list[float]]) -> None:
    site = serve(column_site(column(3, Answer("User-agent: *\nCrawl-delay: 0.15"))))
    night.crawl(source(site, "/nb/"))
    assert closest(sent[site.host][1:]) >= 0.149


def test_an_absurd_crawl_delay_parks_the_host(serve: Callable[..., Site], night: Night) -> None:
    site = serve(column_site(column(3, Answer("User-agent: *\nCrawl-delay: 86400"))))
    summary = night.crawl(source(site, "/nb/"))
    assert summary.n_deferred == 1
    assert site.paths() == []


def test_a_slow_host_is_asked_more_slowly(serve: Callable[..., Site], night: Night) -> None:
    """AutoThrottle: the delay follows the latency."""

    slow = column_site(column(4))

    def handle(asked):
        time.sleep(0.1)
        return slow(asked)

    site = serve(handle)
    night.crawl(source(site, "/nb/"))
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(site.asked)]
    assert min(gaps[2:]) >= 0.1


def test_a_name_that_resolves_to_loopback_is_not_connected_to(serve: Callable[..., Site], night: Night) -> None:
    """A registered suffix does not help a name whose address is this machine; the resolver's answer is what is checked."""
    site = serve(from_pages({"/report.html": report("甲局", 2023)}))
    guard = Guard(resolver=lambda host, port: [site.host])
    entry = source(None, "/", url=f"http://rebound.invalid.gov.cn:{site.port}/report.html", kind=REPORT)
    night.crawl(entry, guard=guard)
    assert night.outcome(entry.url) == Outcome.REFUSED_BY_GUARD
    assert site.asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(
    serve: Callable[..., Site], night: Night, contacted: list[str]
) -> None:
    """A name that changes its answer between check and connection gains nothing: it is resolved once a connection."""
    site = serve(from_pages({"/report.html": report("甲局", 2023)}))
    answers = iter([[site.host]])
    guard = Guard(resolver=lambda host, port: next(answers, ["127.9.9.9"]))
    url = f"http://rebound.invalid:{site.port}/report.html"
    night.crawl(source(None, "/", url=url, kind=REPORT, allow_hosts=("rebound.invalid",)), guard=guard)
    assert night.outcome(url) == Outcome.FETCHED
    assert set(contacted) == {site.host}
    assert [asked.headers["host"] for asked in site.asked] == [f"rebound.invalid:{site.port}"] * 2


def test_an_unlisted_host_is_refused_without_a_connection(night: Night, contacted: list[str]) -> None:
    entry = source(None, "/", url="http://127.9.9.9/nb/")
    summary = night.crawl(entry)
    assert night.outcome(entry.url) == Outcome.REFUSED_BY_GUARD
    assert contacted == []
    assert summary.n_requests == 0


def test_a_304_counts_as_an_answer_not_as_an_error(serve: Callable[..., Site], night: Night) -> None:
    """An error never lowers the delay; if 304 were one, every night of an unchanged site would slow down to a crawl."""

    pages, slow = column_site(column(12)), iter([0.3])

    def handle(asked: Asked) -> Answer:
        time.sleep(next(slow, 0.0) if asked.path == "/nb/" and night.runs == 2 else 0.0)
        return pages(asked)

    site = serve(handle)
    night.crawl(source(site, "/nb/"))
    before = len(site.asked)
    night.crawl(source(site, "/nb/"), revisit_reports=True)
    gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(site.asked[before:])]
    assert gaps[0] >= 0.3
    assert min(gaps[3:]) < gaps[0] / 2
