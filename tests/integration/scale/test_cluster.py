"""Reading and crawling on a Dask cluster: the bytes of the local run, also when workers die; and one line when it cannot be."""

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines import executor as executors
from pipelines.crawl import by_host
from pipelines.crawl.crawl import crawl
from pipelines.crawl.holdings import captures, load_capture
from pipelines.crawl.parcel import share_of
from pipelines.crawl.policy import CrawlPolicy
from pipelines.executor import ExecutorError, WrongVersion, open_executor
from pipelines.home import Home
from pipelines.read import stage
from pipelines.read.stage import BatchLost, read_province
from schemas.sources import Source
from tests.integration.scale import corpus, machines
from tests.web.server import Answer, Asked, Site


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "BATCH", 12)


def read_all(home: Home, pool: Any = None, on_progress: Any = None) -> dict[str, bytes]:
    """Read every province; the staged files."""
    for province in corpus.PROVINCES:
        read_province(home, province, pool, on_progress)
    return corpus.files_of(home.staged)


@pytest.fixture(scope="session")
def staged(archived: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What this process alone reads."""
    return read_all(copy(archived, tmp_path_factory.mktemp("alone")))


def copy(home: Home, to: Path) -> Home:
    shutil.copytree(home.root, to, dirs_exist_ok=True)
    return Home(to)


@pytest.mark.slow
def test_a_cluster_reads_the_same_bytes_while_workers_die(
    archived: Home, staged: dict[str, bytes], dask: machines.Cluster, tmp_path: Path
) -> None:
    """A worker is killed when the first batch of a province has come back: others are on their way then."""
    home, killed = copy(archived, tmp_path), []

    def kill(done: int, of: int) -> None:
        if done < of and len(killed) < 3:
            killed.append(done)
            dask.kill_worker()

    with open_executor(dask.address) as pool:
        assert read_all(home, pool, kill) == staged
    assert len(killed) == 3


def test_a_worker_with_other_code_is_refused(dask: machines.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_executor(dask.address) as pool:
        monkeypatch.setattr(executors, "code_version", lambda: "another")
        with pytest.raises(
            WrongVersion, match=r"a Dask worker runs gongkai \w+, this machine another: deploy the same"
        ):
            pool.submit(os.getpid).result(timeout=60)


def test_a_scheduler_that_goes_away_is_told_and_nothing_is_staged(archived: Home, tmp_path: Path) -> None:
    home = copy(archived, tmp_path)
    with machines.cluster(workers=1) as doomed, open_executor(doomed.address) as pool:
        threading.Timer(0.5, doomed.kill_scheduler).start()
        with pytest.raises(ExecutorError, match="the Dask scheduler has gone"):
            read_province(home, "jiangsu", pool)
    assert not home.staged.exists()


def test_nobody_at_the_address_and_a_cluster_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(executors, "WORKERS_SECONDS", 1)
    nobody = f"dask://127.0.0.1:{machines.free_port()}"
    with pytest.raises(ExecutorError, match="no Dask scheduler answers there"), open_executor(nobody):
        pass
    with (
        machines.cluster(workers=0) as empty,
        pytest.raises(ExecutorError, match="the scheduler has no workers"),
        open_executor(empty.address),
    ):
        pass


def test_a_lost_document_fails_the_reading(archived: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that loses work and reports success must not go unnoticed."""
    home = copy(archived, tmp_path)

    class Loses:
        def submit(self, task: Callable[..., Any], batch: Any) -> Any:
            return executors.ReluctantPool(None, 1).submit(task, batch[1:])  # type: ignore[arg-type]

    with pytest.raises(BatchLost, match="60 documents were handed out to be read and 55 came back"):
        read_province(home, "jiangsu", Loses())  # type: ignore[arg-type]
    assert not home.staged.exists()


LIST = "<html><body><ul>{}</ul></body></html>"


def site_of(pages: dict[str, bytes], links: str) -> Callable[[Asked], Answer]:
    def handle(asked: Asked) -> Answer:
        if asked.path == "/nb/":
            return Answer(LIST.format(links), headers={"Content-Type": "text/html; charset=utf-8"})
        body = pages.get(asked.path)
        return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"}) if body else Answer("", 404)

    return handle


def report_sites(count: int, per_site: int) -> list[Site]:
    """Sites whose lists also link to a report of the next site: a host met in the middle of another's share."""
    made = [(f"/nb/2024/{n}.html", page) for n, (_, _, page) in enumerate(corpus.pages(count * per_site))]
    sites: list[Site] = []
    for number in range(count):
        mine = dict(made[number * per_site : (number + 1) * per_site])
        abroad = (
            f'<li><a href="{sites[-1].url("/nb/2024/abroad.html")}">第九局2023年政府信息公开工作年度报告</a></li>'
            if sites
            else ""
        )
        listed = "".join(
            f"<li><a href='{path}'>第{path[9:-5]}局2023年政府信息公开工作年度报告</a></li>" for path in mine
        )
        sites.append(Site(site_of({**mine, "/nb/2024/abroad.html": made[0][1]}, listed + abroad)))
    return sites


def sources_of(sites: list[Site]) -> list[Source]:
    allowed = [site.authority for site in sites]
    return [
        Source.model_validate(
            {"id": f"s{n}", "url": site.url("/nb/"), "province": "jiangsu", "delay_seconds": 0, "allow_hosts": allowed}
        )
        for n, site in enumerate(sites)
    ]


def held(home: Home) -> dict[str, tuple[str, bytes]]:
    """Digest and bytes of every report held, by its id."""
    return {c.report_id: (c.payload_digest, load_capture(home, c).data) for c in captures(home, "jiangsu")}


@pytest.mark.slow
def test_a_crawl_by_host_brings_what_a_local_crawl_brings(
    dask: machines.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the second night, with what is held; also in slices so short that most jobs go out twice."""
    sites = report_sites(5, 6)
    try:
        sources, policy, now = sources_of(sites), CrawlPolicy(lists="run", revisit_reports=True), corpus.BEGUN
        alone, spread = Home(tmp_path / "alone"), Home(tmp_path / "spread")
        crawl(alone, sources, policy, run_id="first", now=now)
        asked = [len(site.asked) for site in sites]
        monkeypatch.setattr(by_host, "SLICE_SECONDS", 0.05)
        with open_executor(dask.address) as pool:
            summary = by_host.crawl_by_host(pool, spread, sources, policy, run_id="first", now=now)
            assert held(spread) == held(alone)
            assert len(held(spread)) == 34
            assert summary.n_new_versions == 34
            assert [len(site.asked) for site in sites] == [2 * n for n in asked], "a page was asked for twice"
            monkeypatch.setattr(by_host, "SLICE_SECONDS", 60.0)
            again = by_host.crawl_by_host(pool, spread, sources, policy, run_id="second", now=now.replace(day=20))
        local = crawl(alone, sources, policy, run_id="second", now=now.replace(day=20))
        assert again.n_new_versions == local.n_new_versions == 0
        assert again.outcomes == local.outcomes
    finally:
        for site in sites:
            site.close()


def test_a_host_is_always_in_the_same_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share is with one worker at a time, so the pace of a host holds over all workers, also of one met on the way."""
    sites, asked = report_sites(5, 4), dict[str, set[int]]()
    work_off = by_host.work_off

    def watched(parcel: Any) -> Any:
        before = [len(site.asked) for site in sites]
        harvest = work_off(parcel)
        for site, seen in zip(sites, before, strict=True):
            if len(site.asked) > seen:
                asked.setdefault(site.authority, set()).add(parcel.share)
        return harvest

    hosts = {site.authority.partition(":")[0] for site in sites}
    shares = next(n for n in range(2, 100) if len({share_of(host, n) for host in hosts}) > 1)
    monkeypatch.setattr(by_host, "work_off", watched)
    monkeypatch.setattr(by_host, "SLICE_SECONDS", 0.05)
    try:
        by_host.crawl_by_host(
            Here(shares),
            Home(tmp_path),
            sources_of(sites),
            CrawlPolicy(lists="run"),
            run_id="r",
            now=corpus.BEGUN,  # type: ignore[arg-type]
        )
    finally:
        for site in sites:
            site.close()
    assert len(held(Home(tmp_path))) == 24
    assert len(asked) == 5
    assert all(len(served_by) == 1 for served_by in asked.values())
    assert len(set.union(*asked.values())) > 1


def test_fetches_that_get_lost_on_the_way_fail_the_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sites = report_sites(1, 2)
    work_off = by_host.work_off
    monkeypatch.setattr(by_host, "work_off", lambda parcel: replace(work_off(parcel), n_jobs=0))
    try:
        with pytest.raises(Exception, match="share 0 went out with 1 jobs and 0 came back"):
            by_host.crawl_by_host(
                Here(1),
                Home(tmp_path),
                sources_of(sites),
                CrawlPolicy(),
                run_id="r",
                now=corpus.BEGUN,  # type: ignore[arg-type]
            )
    finally:
        for site in sites:
            site.close()


class Here:
    """An executor that does its tasks at once, and says that it does so many at a time."""

    def __init__(self, width: int) -> None:
        self.width = width

    def submit(self, task: Callable[..., Any], *given: Any) -> Any:
        return executors.ReluctantPool(None, 1).submit(task, *given)  # type: ignore[arg-type]
