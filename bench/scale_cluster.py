"""The cluster run of ``bench.scale``: generated reports crawled, read and published on two Dask workers and an S3 server.

Three runs of the same sites: on this machine alone; on cluster and store; on cluster and store while a worker is killed every
few seconds and the store answers one request in ten with 500 or 503. The tables of all three must be equal.
"""

import asyncio
import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from assets.workspace import workspace
from bench.crawl import addresses
from pipelines.check.continuity import check_across_years
from pipelines.crawl.by_host import crawl_by_host
from pipelines.crawl.crawl import crawl
from pipelines.crawl.holdings import source_frame
from pipelines.crawl.policy import CrawlPolicy
from pipelines.executor import open_executor
from pipelines.home import Home
from pipelines.read.stage import read_province
from pipelines.replica.reading import published_home
from pipelines.warehouse.build import build_warehouse
from pipelines.warehouse.export import export
from pipelines.warehouse.query import query
from pipelines.warehouse.tidy import tidy_provinces, validate_province
from schemas.settings import load_settings
from schemas.sources import Source
from tests.integration.scale import corpus, machines
from tests.integration.scale.door import flaky

HOSTS = 40
PER_LIST = 20
KILL_EVERY = 8.0
FAILING = 0.1
NOW = datetime(2026, 2, 1, 18, 0, tzinfo=UTC)
COMPARED = {  # what a run itself stamps on its rows is left out: when it fetched
    "reports": "* EXCLUDE (first_fetched_at)", "quality.findings": "*", "sections": "*", "applications": "*",
    "disputes": "*", "proactive_disclosure": "*", "legacy_statistics": "*",
}  # fmt: skip


async def serve(count: int, port: int) -> None:
    """``count`` generated reports on HOSTS addresses, listed twenty to a page."""
    pages = [body for _, _, body in corpus.pages(count)]
    each = count // HOSTS

    def find(host: int, path: str) -> bytes | None:
        total = -(-each // PER_LIST)
        if path == "/nb/":
            return list_page(0, total, each)
        if path.startswith("/nb/index_"):
            return list_page(int(path[10:-5]), total, each)
        return pages[host * each + int(path[9:-5])] if path.startswith("/nb/2024/") else None

    async def answer(host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                body = find(host, head.split(" ", 2)[1])
                status, body = ("200 OK", body) if body is not None else ("404 Not Found", b"")
                line = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                writer.write(f"{line}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    for number, address in enumerate(addresses(HOSTS)):
        await asyncio.start_server(lambda r, w, number=number: answer(number, r, w), address, port)  # type: ignore[misc]
    await asyncio.Event().wait()


def list_page(number: int, total: int, count: int) -> bytes:
    """One page of a TRS column."""
    rows = "".join(
        f"<li><a href='/nb/2024/{item}.html'>第{item}局2023年政府信息公开工作年度报告</a></li>"
        for item in range(number * PER_LIST, min((number + 1) * PER_LIST, count))
    )
    pager = f"createPageHTML({total}, {number}, 'index', 'html')"
    following = f"<a class=next href='/nb/index_{number + 1}.html'>next</a>" if number + 1 < total else ""
    return f"<html><body><ul>{rows}</ul>{following}<script>{pager}</script></body></html>".encode()


@contextlib.contextmanager
def sites(count: int) -> Iterator[list[Source]]:
    """The sources of the served sites, in four provinces."""
    port = machines.free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.scale_cluster", str(count), str(port)])
    try:
        machines.wait_for(addresses(HOSTS)[-1], port, seconds=600)
        yield [
            Source.model_validate(
                {"id": f"s{number}", "url": f"http://{host}:{port}/nb/", "delay_seconds": 0.02,
                 "province": corpus.PROVINCES[number % len(corpus.PROVINCES)], "allow_hosts": [f"{host}:{port}"]}
            )
            for number, host in enumerate(addresses(HOSTS))
        ]  # fmt: skip
    finally:
        server.kill()
        server.wait()


def night(address: str, sources: list[Source], executor: str) -> dict[str, float]:
    """Crawl, read, check, publish. Returns the seconds of each."""
    settings, policy, told = load_settings(home=address, executor=executor), CrawlPolicy(max_list_pages=10_000), {}
    with workspace(settings, "bench") as work, open_executor(executor) as pool:
        started = time.monotonic()

        def lap(what: str) -> None:
            nonlocal started
            work.save()
            told[what], started = round(time.monotonic() - started, 1), time.monotonic()

        if executor == "processes":
            crawl(work.home, sources, policy, run_id="bench", now=NOW)
        else:
            crawl_by_host(pool, work.home, sources, policy, run_id="bench", now=NOW)
        lap("crawl")
        for province in corpus.PROVINCES:
            read_province(work.home, province, pool)
        lap("read")
        for province in tidy_provinces(work.home):
            validate_province(work.home, province)
        check_across_years(work.home)
        build_warehouse(work.home, source_frame(sources), keep_releases=0)
        export(work.home, work.home.exports, ("parquet",))
        work.publish()
        lap("check and publish")
    return told


def digests(home: Home) -> dict[str, tuple[int, str]]:
    """Rows and a digest of the content of every compared table."""
    found = {}
    for name, columns in COMPARED.items():
        frame = query(home, f"SELECT {columns} FROM {name} ORDER BY ALL")
        found[name] = (frame.height, hashlib.sha256(frame.write_csv().encode()).hexdigest()[:16])
    return found


def cluster_run(count: int, at: Path) -> None:
    """The three runs, and whether their tables are equal."""
    for name, value in {
        **machines.CREDENTIALS,
        "GONGKAI_CACHE": str(at / "cache"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        os.environ[name] = value
    with sites(count) as sources, machines.object_store() as url, machines.cluster() as made:
        local = at / "cluster-local"
        print(f"{count} reports on {HOSTS} hosts; alone: {night(str(local), sources, 'processes')}", flush=True)
        expected = digests(Home(local))
        print(f"  {expected['reports'][0]} reports, {sum(rows for rows, _ in expected.values())} rows", flush=True)
        if expected["reports"][0] != count:
            raise SystemExit(f"{count} reports are served and {expected['reports'][0]} came in")
        os.environ["AWS_ENDPOINT_URL"] = url
        calm = f"s3://{machines.BUCKET}/calm"
        print(f"cluster and store: {night(calm, sources, made.address)}", flush=True)
        _compare(expected, calm, at)
        with flaky(url, FAILING) as door, open_executor(made.address) as pool:
            os.environ["AWS_ENDPOINT_URL"], storm = door.url, f"s3://{machines.BUCKET}/storm"
            with machines.reaper(made, pool, KILL_EVERY) as kills:
                print(f"in chaos: {night(storm, sources, made.address)}", flush=True)
            print(
                f"  {kills[0]} workers killed, {door.failed} of {door.failed + door.passed} requests failed", flush=True
            )
            _compare(expected, storm, at)


def _compare(expected: dict[str, tuple[int, str]], address: str, at: Path) -> None:
    found = digests(published_home(address, at / "reader"))
    different = [name for name in expected if found[name] != expected[name]]
    if different:
        raise SystemExit(f"{address}: {', '.join(different)} differ from the local run: {found} against {expected}")
    print("  all tables equal to the local run's", flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
