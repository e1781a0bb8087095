"""What the crawl costs: CPU beside Scrapy, pace against the limit of politeness, memory over a long run, a second night.

Run: ``python bench/crawl.py`` (a few minutes), ``python bench/crawl.py --long`` for 50,000 pages. Sites are served by a
process of their own on loopback, so their CPU is nobody's; each crawl is a process of its own, measured by the kernel.
Scrapy (``pip install scrapy``, not a dependency) crawls the same lists with the same manners: robots.txt, one request per
host, AutoThrottle. It keeps nothing; gongkai's figure includes the archive, the log and their fsyncs.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

PER_LIST = 20
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
_CELL = (
    '<td style="border:windowtext 1pt solid;padding:0cm 5.4pt" width="65"><p align="center"><span>{}</span></p></td>'
)


@dataclass(frozen=True)
class Cost:
    """What a child process used."""

    cpu: float
    elapsed: float
    peak_mb: float
    told: dict[str, float]


def report_page(name: str, kilobytes: int) -> bytes:
    """A page of the usual weight: headings, prose, and a table as Word pastes it."""
    seed = int(hashlib.md5(name.encode()).hexdigest()[:8], 16)
    rows = "".join(
        f"<tr>{''.join(_CELL.format((seed >> (r + c) % 24) % 97) for c in range(10))}</tr>" for r in range(28)
    )
    head = f"<title>{name}2023年政府信息公开工作年度报告</title>一、总体情况 二、主动公开政府信息情况 信息内容 四、行政复议"
    page = f"<html><head><meta charset=utf-8></head><body>{head}<table>申请人情况{rows}</table>"
    filler = f"<p>{name}本年度公开信息{seed % 997}条，受理申请{seed % 89}件。</p>"
    while len(page) < kilobytes * 700:  # Chinese text: about 1.4 bytes a character here
        page += filler
    return f"{page}</body></html>".encode()


def list_page(folder: str, number: int, total: int, n: int) -> bytes:
    """One page of a TRS column."""
    rows = "".join(
        f"<li><a href='{folder}2024/{item}.html'>第{item}局2023年政府信息公开工作年度报告</a></li>"
        for item in range(number * PER_LIST, min((number + 1) * PER_LIST, n))
    )
    pager = f"createPageHTML({total}, {number}, 'index', 'html')"
    following = f"<a class=next href='{folder}index_{number + 1}.html'>next</a>" if number + 1 < total else ""
    return f"<html><body><ul>{rows}</ul>{following}<script>{pager}</script></body></html>".encode()


async def serve(hosts: int, per_column: int, kilobytes: int, port: int) -> None:
    """Many hosts, one process: HTTP/1.1 with ETag, no more than the crawl needs. Columns are ``/nb/``, ``/nb1/``, …"""
    total = (per_column + PER_LIST - 1) // PER_LIST
    pages = [report_page(f"第{item}局", kilobytes) for item in range(min(per_column, 400))]
    place = re.compile(r"(/nb\d*/)(?:(2024/)(\d+)\.html|index_(\d+)\.html)?")

    def find(path: str) -> bytes | None:
        if (found := place.fullmatch(path)) is None:
            return None
        folder, is_report, item, number = found.groups()
        if is_report:
            return pages[int(item) % len(pages)] + f"<!--{folder}{item}-->".encode()
        return list_page(folder, int(number or 0), total, per_column)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                body = find(head.split(" ", 2)[1])
                tag = f'"{len(body)}-{hashlib.md5(body).hexdigest()}"' if body is not None else ""
                if body is None:
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                elif tag in head:
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode())
                else:
                    line = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: {tag}\r\n"
                    writer.write(f"{line}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        writer.close()

    for host in addresses(hosts):
        await asyncio.start_server(answer, host, port)
    await asyncio.Event().wait()


def addresses(hosts: int) -> list[str]:
    return [f"127.0.{3 + number // 200}.{1 + number % 200}" for number in range(hosts)]


@contextlib.contextmanager
def sites(hosts: int, per_column: int, kilobytes: int = 40, columns: int = 1) -> Iterator[list[str]]:
    """Addresses of the columns on every host, while the server process runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, "--serve", json.dumps([hosts, per_column, kilobytes, port])]
    server = subprocess.Popen(command)
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex((addresses(hosts)[-1], port)) == 0:
                    break
            time.sleep(0.05)
        yield [f"http://{host}:{port}/nb{column or ''}/" for column in range(columns) for host in addresses(hosts)]
    finally:
        server.terminate()
        server.wait()


def crawl_child(given: dict[str, object]) -> None:
    """One gongkai crawl; tells pages, time and memory at the marks asked for."""
    from pipelines.crawl.crawl import crawl
    from pipelines.crawl.policy import CrawlPolicy
    from pipelines.crawl.progress import CrawlProgress
    from pipelines.home import Home
    from schemas.sources import Source

    columns, delay = list(given["columns"]), given["delay"]  # type: ignore[call-overload]
    sources = [
        Source.model_validate(
            {
                "id": f"s{i}",
                "url": url,
                "province": "jiangsu",
                "delay_seconds": delay,
                "allow_hosts": [url.split("/")[2]],
            }
        )
        for i, url in enumerate(columns)
    ]
    marks: dict[str, float] = {}

    def watch(state: CrawlProgress) -> None:
        if state.done // 5000 and f"rss_mb_at_{state.done // 5000 * 5000}" not in marks:
            marks[f"rss_mb_at_{state.done // 5000 * 5000}"] = round(rss_mb(), 1)

    policy = CrawlPolicy(
        threads=int(str(given["threads"])),
        revisit_reports=bool(given["revisit"]),
        lists="run",
    )
    now = datetime.now(UTC) + timedelta(days=int(str(given["day"])))
    started = time.monotonic()
    summary = crawl(
        Home(Path(str(given["home"]))), sources, policy, run_id=f"day-{given['day']}", now=now, on_progress=watch
    )
    counts = {f"n_{outcome}": n for outcome, n in summary.outcomes.items()}
    told = {
        "seconds": time.monotonic() - started,
        "requests": summary.n_requests,
        "versions": summary.n_new_versions,
        **counts,
        **marks,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def scrapy_child(given: dict[str, object]) -> None:
    """The same lists with Scrapy, politely."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Reports(scrapy.Spider):
        name = "reports"
        start_urls = list(given["columns"])  # type: ignore[call-overload]  # noqa: RUF012 - Scrapy's own idiom

        def parse(self, response):  # type: ignore[no-untyped-def]
            for href in response.css("li a::attr(href)").getall():
                yield response.follow(href, self.parse_report)
            for href in response.css("a.next::attr(href)").getall():
                yield response.follow(href, self.parse)

        def parse_report(self, response):  # type: ignore[no-untyped-def]
            yield {"url": response.url, "digest": hashlib.sha256(response.body).hexdigest()}

    settings = {
        "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True, "AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": given["delay"],
        "DOWNLOAD_DELAY": given["delay"], "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "CONCURRENT_REQUESTS": given["threads"],
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0, "TELNETCONSOLE_ENABLED": False, "COOKIES_ENABLED": False,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
    }  # fmt: skip
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Reports)
    process.crawl(crawler)
    process.start()
    sys.stdout.write(json.dumps({"items": crawler.stats.get_value("item_scraped_count")}) + "\n")


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def run(child: str, **given: object) -> Cost:
    """Run a child to its end and ask the kernel what it used."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, __file__, child, json.dumps(given)], stdout=subprocess.PIPE, env=ENVIRONMENT
    )
    assert process.stdout is not None
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{child} failed")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, time.monotonic() - started, usage.ru_maxrss / 1024, json.loads(output.splitlines()[-1]))


def bench_cpu(folder: Path, pages: int, rounds: int = 2) -> None:
    """CPU of a first night beside Scrapy, and of a second night beside the first. The best of the rounds counts."""
    hosts = 10
    empty = min(
        run("--crawl", columns=[], delay=0, threads=1, revisit=False, day=0, home=str(folder / "none")).cpu
        for _ in range(2)
    )
    first, rivals, nightly, asked = [], [], [], []
    with sites(hosts, pages // hosts) as columns:
        for number in range(rounds):
            home = folder / f"cpu{number}"
            common = {"columns": columns, "delay": 0, "threads": hosts}
            first.append(run("--crawl", **common, revisit=False, day=0, home=str(home)))
            nightly.append(run("--crawl", **common, revisit=False, day=1, home=str(home)))
            asked.append(run("--crawl", **common, revisit=True, day=2, home=str(home)))
            if shutil.which("scrapy") or _has_scrapy():
                rivals.append(run("--scrapy", **common))
    best = min(cost.cpu for cost in first)
    say(
        f"first night, {pages} pages of 40 kB",
        f"{best / pages * 1000:.2f} CPU s per 1,000 pages (start-up {empty:.2f} s included)",
    )
    if rivals:
        other = min(cost.cpu for cost in rivals)
        say("Scrapy, same lists and manners, no archive", f"{other / pages * 1000:.2f} CPU s per 1,000 pages")
        say("gongkai / Scrapy", f"{best / other:.2f} (target 0.60 at most)")
    second = min(cost.cpu for cost in nightly)
    say("unchanged second night", f"{second:.2f} CPU s, {second / best:.2f} of the first (target 0.25 at most); "
        f"{nightly[0].told['requests']:.0f} requests, {nightly[0].told['versions']:.0f} to parse")  # fmt: skip
    third = min(cost.cpu for cost in asked)
    say("night that asks again for every report", f"{third:.2f} CPU s, {third / best:.2f} of the first; "
        f"{asked[0].told['requests']:.0f} requests, {asked[0].told['versions']:.0f} to parse")  # fmt: skip


def bench_pace(folder: Path, hosts: int = 40, delay: float = 0.5, per_host: int = 40) -> None:
    """Pages per second against hosts / delay, the most that politeness allows."""
    with sites(hosts, per_host, kilobytes=10) as columns:
        cost = run("--crawl", columns=columns, delay=delay, threads=16, revisit=False, day=0, home=str(folder / "pace"))
    limit = hosts / delay
    pace = (cost.told["requests"] - hosts) / (cost.told["seconds"])  # the first request of a host waits for nothing
    say(
        f"{hosts} hosts, {delay} s apart",
        f"{pace:.1f} requests/s of {limit:.0f} allowed: {pace / limit:.1%} (target 95 %)",
    )


def bench_memory(folder: Path, pages: int) -> None:
    """Resident memory along a long run: 20 hosts, 250 reports in a column, as many columns as it takes."""
    with sites(20, 250, kilobytes=4, columns=pages // 5000) as columns:
        cost = run("--crawl", columns=columns, delay=0, threads=20, revisit=False, day=0, home=str(folder / "memory"))
    marks = {int(key.rpartition("_")[2]): value for key, value in cost.told.items() if key.startswith("rss_mb_at_")}
    say(
        f"memory over {pages} pages",
        ", ".join(f"{value:.0f} MB at {mark}" for mark, value in sorted(marks.items()))
        + f"; peak {cost.peak_mb:.0f} MB",
    )
    say("", f"{cost.elapsed:.0f} s, {cost.cpu / pages * 1000:.2f} CPU s per 1,000 small pages")


def say(what: str, value: str) -> None:
    sys.stdout.write(f"{what:45} {value}\n")
    sys.stdout.flush()


def _has_scrapy() -> bool:
    from importlib.util import find_spec

    return find_spec("scrapy") is not None


def main() -> None:
    """Command line; the flags with a JSON argument are the children."""
    parser = argparse.ArgumentParser(description="Benchmarks of the crawl.")
    parser.add_argument("--long", action="store_true", help="50,000 pages for the memory figure instead of 15,000")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--only", choices=["cpu", "pace", "memory"])
    for child in ("--serve", "--crawl", "--scrapy"):
        parser.add_argument(child, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(*json.loads(given.serve)))
    elif given.crawl:
        crawl_child(json.loads(given.crawl))
    elif given.scrapy:
        scrapy_child(json.loads(given.scrapy))
    else:
        with tempfile.TemporaryDirectory() as folder:
            if given.only in (None, "cpu"):
                bench_cpu(Path(folder), given.pages)
            if given.only in (None, "pace"):
                bench_pace(Path(folder))
            if given.only in (None, "memory"):
                bench_memory(Path(folder), 50_000 if given.long else 15_000)


if __name__ == "__main__":
    main()
