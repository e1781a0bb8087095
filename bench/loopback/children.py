"""Crawls that run as processes of their own and are measured by the kernel: gongkai's, and Scrapy's with the same politeness.

Scrapy keeps nothing; gongkai's figure includes the archive, the log and their fsyncs.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.progress import CrawlProgress
from pipelines.home import Home
from schemas.sources import Source
from tests.integration.scale import machines


@dataclass(frozen=True)
class Cost:
    """What a child process used."""

    cpu: float
    elapsed: float
    peak_mb: float
    told: dict[str, float]


def crawl_child(given: dict[str, object]) -> None:
    """One gongkai crawl; tells pages, time and memory at the marks asked for."""
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

    policy = CrawlPolicy(threads=int(str(given["threads"])), revisit_reports=bool(given["revisit"]), lists="run")
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
        [sys.executable, "-m", __name__, child, json.dumps(given)], stdout=subprocess.PIPE, cwd=machines.PROJECT
    )
    assert process.stdout is not None
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{child} failed")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, time.monotonic() - started, usage.ru_maxrss / 1024, json.loads(output.splitlines()[-1]))


if __name__ == "__main__":
    {"crawl": crawl_child, "scrapy": scrapy_child}[sys.argv[1]](json.loads(sys.argv[2]))
