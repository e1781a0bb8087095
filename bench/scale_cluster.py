"""The cluster run of ``bench.scale``: generated reports crawled, read and published on two Dask workers and an S3 server.

Three runs of the same sites: on this machine alone; on cluster and store; on cluster and store while a worker is killed every
few seconds and the store answers one request in ten with 500 or 503. The last takes two nights, the second with the other
half of the sites, while a reader follows the release. The tables of all three must be equal.
"""

import contextlib
import os
import resource
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assets.runtime.workspace import workspace
from bench.loopback.sites import Sites, serving
from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.archive.captures import source_frame
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.distributed import crawl_by_host
from pipelines.execution.executor import open_executor
from pipelines.export.exporter import export
from pipelines.home import Home
from pipelines.replica.published_release import published_home
from pipelines.replica.store import StoreError
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_province
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.queries.query import query
from schemas.settings import load_settings
from schemas.sources import Source
from schemas.tables import TABLES
from tests.integration.scale import corpus, machines
from tests.integration.scale.store.flaky_store import flaky

HOSTS = 40
MODES = ("alone", "cluster", "chaos")
KILL_EVERY = 8.0
FAILING = 0.1
NOW = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
LOOK_EVERY = 2.0
STAMPED = {  # what a run itself stamps on its rows is left out: when it fetched
    "reports": "* EXCLUDE (first_fetched_at)",
    "history.report_versions": "* EXCLUDE (first_fetched_at)",
    "crawl.fetches": "DISTINCT url, payload_digest",  # what was fetched; one page may have been fetched twice
}

Digests = dict[str, str]


def cluster_run(count: int, at: Path, modes: Sequence[str]) -> None:
    """The runs, and whether their tables are equal. Without ``alone`` in ``modes``, the kept local run is the measure."""
    cache = at / f"cluster-{count}"
    for name in ("work", "reader", "follower", *(["local"] if "alone" in modes else [])):
        shutil.rmtree(cache / name, ignore_errors=True)
    os.environ.update(machines.CREDENTIALS, GONGKAI_CACHE=str(cache / "work"), AWS_EC2_METADATA_DISABLED="true")
    with sites(count, cache) as sources, machines.object_store() as url, machines.cluster() as made:
        if "alone" in modes:
            _say(f"{count} reports on {HOSTS} hosts; alone: {night(str(cache / 'local'), sources, 'processes')}")
        expected = digests(Home(cache / "local"))
        if not expected["reports"].startswith(f"{count} "):
            raise SystemExit(f"{count} reports are served, and others came in: {expected['reports']}")
        _say(f"  rows: {sum(int(found.split(' ')[0]) for found in expected.values())} in {len(expected)} tables")
        os.environ["AWS_ENDPOINT_URL"] = url
        if "cluster" in modes:
            calm = f"s3://{machines.BUCKET}/calm"
            _say(f"cluster and store: {night(calm, sources, made.address)}")
            _compare(expected, calm, cache)
        if "chaos" in modes:
            chaos(url, made, sources, expected, cache)


def chaos(url: str, made: machines.Cluster, sources: list[Source], expected: Digests, cache: Path) -> None:
    """Two nights with dying workers and a failing store, and a reader who looks at the release all the while."""
    storm = f"s3://{machines.BUCKET}/storm"
    nights = (("first", sources[: HOSTS // 2]), ("second", sources))
    with flaky(url, FAILING) as proxy, open_executor(made.address) as pool:
        os.environ["AWS_ENDPOINT_URL"] = proxy.url
        with machines.reaper(made, pool, KILL_EVERY) as kills, _reader(storm, cache / "follower") as seen:
            for number, (name, asked) in enumerate(nights):
                told = night(storm, asked, made.address, now=NOW + timedelta(days=number))
                _say(f"in chaos, {name} night: {told}; {kills[0]} workers killed so far")
        _say(f"  {proxy.failed} of {proxy.failed + proxy.passed} requests failed; a reader saw {dict(seen)}")
        if set(seen) - {"nothing", *(str(_listed(asked, sources, expected)) for _, asked in nights)}:
            raise SystemExit("a reader saw what is no release")
        _compare(expected, storm, cache)


def _listed(asked: list[Source], sources: list[Source], expected: Digests) -> int:
    return int(expected["reports"].split(" ")[0]) * len(asked) // len(sources)


@contextlib.contextmanager
def sites(count: int, cache: Path) -> Iterator[list[Source]]:
    """The sources of the served sites, in four provinces; at one port for ever, because addresses are in the tables."""
    kept = cache / "port"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        kept.write_text(str(machines.free_port()), "utf-8")
    with serving(Sites(HOSTS, count // HOSTS, int(kept.read_text("utf-8")))) as columns:
        yield [
            Source.model_validate(
                {"id": f"s{number}", "url": url, "delay_seconds": 0.02, "allow_hosts": [url.split("/")[2]],
                 "province": corpus.PROVINCES[number % len(corpus.PROVINCES)]}
            )
            for number, url in enumerate(columns)
        ]  # fmt: skip


def night(address: str, sources: list[Source], executor: str, now: datetime = NOW) -> dict[str, float]:
    """Crawl, read, check, publish. Returns the seconds of each, and the peak memory of this process so far."""
    settings, policy = load_settings(home=address, executor=executor), CrawlPolicy(max_list_pages=10_000)
    told: dict[str, float] = {}
    with workspace(settings, "bench") as work, open_executor(executor) as pool:
        with _lap(told, "crawl"):
            run_id = f"bench-{now:%d}"
            if executor == "processes":
                crawl(work.home, sources, policy, run_id=run_id, now=now)
            else:
                crawl_by_host(pool, work.home, sources, policy, run_id=run_id, now=now)
            work.save()
        with _lap(told, "read"):
            for province in corpus.PROVINCES:
                read_province(work.home, province, pool)
            work.save()
        with _lap(told, "check"):
            for province in tidy_provinces(work.home):
                validate_province(work.home, province)
            check_across_years(work.home)
            work.save()
        with _lap(told, "publish"):
            build_warehouse(work.home, source_frame(sources), keep_releases=0)
            export(work.home, work.home.exports, ("parquet",))
            work.publish()
    return told | {"peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


@contextlib.contextmanager
def _lap(told: dict[str, float], what: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    told[what] = round(time.monotonic() - started, 1)


def digests(home: Home) -> Digests:
    """Rows of every table and a sum of the hashes of all of them: equal for equal rows in whatever order."""
    found = {}
    for name in TABLES:
        rows = f"SELECT {STAMPED.get(name, '*')} FROM {name}"
        told = query(home, f"SELECT count(*), coalesce(sum(hash(t)::HUGEINT), 0)::VARCHAR FROM ({rows}) t").row(0)
        found[name] = f"{told[0]} {told[1]}"
    return found


@contextlib.contextmanager
def _reader(address: str, cache: Path) -> Iterator[Counter[str]]:
    """How many reports a reader of the release sees, again and again while the block runs, and how often."""
    seen, stop = Counter[str](), threading.Event()

    def look() -> None:
        while not stop.wait(LOOK_EVERY):
            try:
                held = query(published_home(address, cache), "SELECT count(*) FROM reports")
                seen[str(held.item())] += 1
            except WarehouseMissing:
                seen["nothing"] += 1
            except StoreError:  # the flaky proxy refused it several times: the reader retries
                continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _compare(expected: Digests, address: str, cache: Path) -> None:
    found = digests(published_home(address, cache / "reader"))
    different = [
        f"{name}: {found[name]} against {expected[name]}" for name in expected if found[name] != expected[name]
    ]
    if different:
        raise SystemExit(f"{address} differs from the local run: {'; '.join(different)}")
    _say(f"  all {len(expected)} tables equal to the local run's")


def _say(line: str) -> None:
    print(f"{datetime.now():%H:%M:%S} (load {os.getloadavg()[0]:.0f}) {line}", flush=True)
