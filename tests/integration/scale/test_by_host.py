"""A crawl divided by host: the pages of a local crawl, each host with one worker at a time, nothing lost on the way."""

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.crawl.archive.archive_writer import CrawlError
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling import crawl_task, distributed
from pipelines.crawl.scheduling.crawl_task import CrawlTask, TaskResult, share_of
from pipelines.execution.executor import open_executor
from pipelines.home import Home
from schemas.sources import Source
from tests.integration.scale import corpus, machines
from tests.integration.scale.sites import Here, held, report_sites, sources_of
from tests.web.server import NOT_FOUND, Answer, Asked, Handle, Site


def crawl_here(home: Path, sources: list[Source], shares: int = 1) -> None:
    distributed.crawl_by_host(
        Here(shares),  # type: ignore[arg-type]
        Home(home), sources, CrawlPolicy(lists="run"), run_id="r", now=corpus.BEGUN,
    )  # fmt: skip


def watch(monkeypatch: pytest.MonkeyPatch, seen: Callable[[CrawlTask], None]) -> None:
    """Call ``seen`` with every task before it runs."""
    run_task: Callable[[CrawlTask], TaskResult] = vars(distributed)["run_task"]

    def watched(given: CrawlTask) -> TaskResult:
        seen(given)
        return run_task(given)

    monkeypatch.setattr(distributed, "run_task", watched)


@pytest.mark.slow
def test_a_crawl_by_host_brings_what_a_local_crawl_brings(
    dask: machines.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the second night, with what is held; also in slices so short that most jobs go out twice."""
    alone, spread = Home(tmp_path / "alone"), Home(tmp_path / "spread")
    with report_sites(5, 6) as sites:
        sources, policy, now = sources_of(sites), CrawlPolicy(lists="run", revisit_reports=True), corpus.BEGUN
        crawl(alone, sources, policy, run_id="first", now=now)
        asked = [len(site.asked) for site in sites]
        monkeypatch.setattr(distributed, "SLICE_SECONDS", 0.05)
        with open_executor(dask.address) as pool:
            summary = distributed.crawl_by_host(pool, spread, sources, policy, run_id="first", now=now)
            assert held(spread) == held(alone)
            assert len(held(spread)) == 34
            assert summary.n_new_versions == 34
            assert [len(site.asked) for site in sites] == [2 * n for n in asked], "a page was asked for twice"
            monkeypatch.setattr(distributed, "SLICE_SECONDS", 60.0)
            again = distributed.crawl_by_host(pool, spread, sources, policy, run_id="second", now=now.replace(day=20))
        local = crawl(alone, sources, policy, run_id="second", now=now.replace(day=20))
    assert again.n_new_versions == local.n_new_versions == 0
    assert again.outcomes == local.outcomes


def test_a_host_is_always_in_the_same_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share is with one worker at a time, so the pace of a host holds over all workers, also of one met on the way."""
    served_by: dict[str, set[int]] = {}

    def note(given: CrawlTask) -> None:
        for host in given.hosts:
            served_by.setdefault(host, set()).add(given.share)

    with report_sites(5, 4) as sites:
        hosts = {site.authority.partition(":")[0] for site in sites}
        shares = next(n for n in range(2, 100) if len({share_of(host, n) for host in hosts}) > 1)
        watch(monkeypatch, note)
        monkeypatch.setattr(distributed, "SLICE_SECONDS", 0.05)
        crawl_here(tmp_path, sources_of(sites), shares)
    assert len(held(Home(tmp_path))) == 24
    assert served_by.keys() == hosts
    assert all(len(found) == 1 for found in served_by.values())
    assert len(set.union(*served_by.values())) > 1


def test_a_host_rests_between_two_slices_as_within_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second slice must not begin with a request at once; nor with knowledge of hosts that it has nothing to ask."""
    tasks: list[CrawlTask] = []

    def second(given: CrawlTask) -> None:
        tasks.append(given)
        if len(tasks) == 2:
            raise CrawlError("seen enough")

    with report_sites(1, 3) as sites:
        watch(monkeypatch, second)
        monkeypatch.setattr(crawl_task, "MAX_RESULT_BYTES", 1)  # robots.txt alone is enough for the first
        with pytest.raises(CrawlError, match="seen enough"):
            crawl_here(tmp_path, sources_of(sites, delay=600))
        host = sites[0].authority.partition(":")[0]
        assert len(sites[0].asked) == 1
    assert tasks[0].waits == {}
    assert 0 < tasks[1].waits[host] <= 600


def test_a_harvest_is_brought_in_before_it_grows_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks: list[CrawlTask] = []
    with report_sites(1, 12) as sites:
        watch(monkeypatch, tasks.append)
        monkeypatch.setattr(crawl_task, "MAX_RESULT_BYTES", 1)
        crawl_here(tmp_path, sources_of(sites))
        asked = [request.path for request in sites[0].asked]
    assert len(tasks) == len(asked) > 12, "one request is enough for a result"
    assert sorted(set(asked)) == sorted(asked), "a page was asked for twice"
    assert len(held(Home(tmp_path))) == 12


def test_the_cookies_of_a_visit_go_on_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that wants the cookie of its column page is asked by one task after the other."""
    tasks: list[CrawlTask] = []

    def wants_cookie(site: Site) -> Handle:
        handle = site.handle

        def answer(asked: Asked) -> Answer:
            found = handle(asked)
            if "visited=1" in asked.headers.get("cookie", "") or asked.path == "/robots.txt":
                return found
            first = not any("cookie" in earlier.headers for earlier in site.asked)
            return replace(found, headers={**found.headers, "Set-Cookie": "visited=1; Path=/"}) if first else NOT_FOUND

        return answer

    with report_sites(1, 4) as sites:
        sites[0].handle = wants_cookie(sites[0])
        watch(monkeypatch, lambda given: tasks.append(pickle.loads(pickle.dumps(given))))
        monkeypatch.setattr(crawl_task, "MAX_RESULT_BYTES", 1)
        crawl_here(tmp_path, sources_of(sites))
        pages = [asked for asked in sites[0].asked if asked.path != "/robots.txt"]
    assert len(tasks) > 4
    assert all("visited=1" in asked.headers["cookie"] for asked in pages[1:])
    assert len(held(Home(tmp_path))) == 4


class Mortal(Here):
    """Its workers live for ten seconds: a slice that would take longer is retried with a shorter limit, as on a cluster."""

    def submit(self, task: Callable[..., Any], *given: Any) -> Future[Any]:
        (slice_of_time,) = given
        while slice_of_time.seconds > 10:
            slice_of_time = slice_of_time.reduced()
        return super().submit(task, slice_of_time)  # type: ignore[no-any-return]


def test_slices_shrink_when_workers_die_and_grow_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slice that no worker survives would be fetched again and again, and the crawl never end."""
    tasks: list[CrawlTask] = []
    with report_sites(1, 12) as sites:
        watch(monkeypatch, tasks.append)
        monkeypatch.setattr(crawl_task, "MAX_RESULT_BYTES", 1)  # many slices
        distributed.crawl_by_host(
            Mortal(1),  # type: ignore[arg-type]
            Home(tmp_path), sources_of(sites), CrawlPolicy(), run_id="r", now=corpus.BEGUN,
        )  # fmt: skip
    seconds = [given.seconds for given in tasks]
    assert seconds[:3] == [5.0, 7.5, 2.8125]
    assert all(1 <= each <= 10 for each in seconds)


def test_fetches_that_get_lost_on_the_way_fail_the_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_task: Callable[[CrawlTask], TaskResult] = vars(distributed)["run_task"]
    monkeypatch.setattr(distributed, "run_task", lambda given: replace(run_task(given), n_jobs=0))
    with (
        report_sites(1, 2) as sites,
        pytest.raises(CrawlError, match="share 0 went out with 1 jobs and 0 came back"),
    ):
        crawl_here(tmp_path, sources_of(sites))
