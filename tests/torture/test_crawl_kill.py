"""kill -9 at random moments of a crawl: the archive verifies, nothing logged is lost, nothing archived is fetched again,
and the tables made of it equal an undisturbed run's.

``GONGKAI_KILLS`` and ``GONGKAI_KILL_PAGES`` set the size; the issue's proof is 50 kills over 2,000 pages
(``GONGKAI_KILLS=50 GONGKAI_KILL_PAGES=2000 pytest tests/torture/test_crawl_kill.py``).
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.crawl.archive.captures import captures, load_capture
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind, log_files, read_log
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.stored_rows import rows_in
from pipelines.tidy.tidy_store import FOLDERS, tidy_files
from pipelines.tidy.validation import validate_province
from tests.web.pages import items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Site

KILLS = int(os.environ.get("GONGKAI_KILLS", "8"))
PAGES = int(os.environ.get("GONGKAI_KILL_PAGES", "240"))
PER_LIST, SITES = 20, 4
PAGES_OF_REPORTS = (PageKind.REPORT, PageKind.ATTACHMENT)

# The child is a crawl as the operator would start it: its own process, a new run id each time.
CHILD = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.home import Home
from schemas.sources import Source
given = json.loads(sys.argv[1])
sources = [Source.model_validate(source) for source in given["sources"]]
crawl(Home(Path(given["home"])), sources, CrawlPolicy(retry_backoff=0.05), run_id=given["run"], now=datetime.now(UTC))
"""


def column(n: int) -> "dict[str, str]":
    """A TRS-like column of ``n`` reports; every fifth report is carried by a file."""
    pages: dict[str, str] = {}
    total = (n + PER_LIST - 1) // PER_LIST
    for number in range(total):
        hrefs = [f"/nb/2024/{item}.html" for item in range(number * PER_LIST, min((number + 1) * PER_LIST, n))]
        pager = f"<script>createPageHTML({total}, {number}, 'index', 'html')</script>"
        pages["/nb/" if number == 0 else f"/nb/index_{number}.html"] = page(items(hrefs, number * PER_LIST) + pager)
    return pages


@pytest.fixture(scope="module")
def sites() -> Iterator[list[Site]]:
    lists = column(PAGES // SITES)

    def handle(asked: Asked) -> Answer:
        if asked.path in lists:
            return Answer(lists[asked.path])
        name = asked.path.rpartition("/")[2].partition(".")[0]
        if asked.path.endswith(".pdf"):
            return Answer(b"%PDF-1.4 " + name.encode() * 200)
        if not asked.path.startswith("/nb/2024/"):
            return NOT_FOUND
        if int(name) % 5 == 0:
            return Answer(page(f"<p>第{name}局年度报告见附件</p><a href='/files/{name}.pdf'>{name}号年报</a>"))
        return Answer(report(f"第{name}局", 2023))

    running = [Site(handle) for _ in range(SITES)]
    yield running
    for site in running:
        site.close()


def start(home: Path, sites: list[Site], run: str) -> subprocess.Popen[bytes]:
    sources = [
        {
            "id": f"s{number}",
            "url": site.url("/nb/"),
            "province": "jiangsu",
            "delay_seconds": 0,
            "allow_hosts": [site.authority],
        }
        for number, site in enumerate(sites)
    ]
    given = json.dumps({"sources": sources, "home": str(home), "run": run})
    return subprocess.Popen([sys.executable, "-c", CHILD, given], cwd=Path(__file__).parents[2])


def logged(home: Home) -> list[FetchRecord]:
    return [record for path in log_files(home, "jiangsu") for record in read_log(path)]


def holdings(home: Home) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the later stages see, without the times of the fetches."""
    found = {}
    for capture in captures(home, "jiangsu"):
        assert capture.url not in found, "one version per page"
        loaded = load_capture(home, capture)
        found[capture.url] = (capture.payload_digest, tuple(item.payload_digest for item in capture.attachments))
        assert loaded.data
    return found


@pytest.mark.slow
def test_kill_minus_nine_loses_nothing_and_repeats_nothing(sites: list[Site], tmp_path: Path) -> None:
    undisturbed = Home(tmp_path / "undisturbed")
    began = time.monotonic()
    assert start(undisturbed.root, sites, "whole").wait() == 0
    whole_run = time.monotonic() - began
    for site in sites:
        site.asked.clear()

    home, moments = Home(tmp_path / "killed"), random.Random(4)
    lost: set[str] = set()
    repeated: list[str] = []
    for kill in range(KILLS + 1):
        known, archived = {record.fetch_id for record in logged(home)}, pages_archived(home)
        child = start(home.root, sites, f"run-{kill}")
        try:
            child.wait(timeout=0.35 + moments.uniform(0, whole_run * 1.5 / KILLS) if kill < KILLS else None)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        lost |= known - {record.fetch_id for record in logged(home)}
        repeated += [url for url in pages_asked_for(sites) if url in archived]
    assert child.returncode == 0

    assert lost == set()
    assert repeated == []
    assert holdings(home) == holdings(undisturbed)
    assert max(Counter(record.url for record in logged(home) if record.kind in PAGES_OF_REPORTS).values()) == 1
    assert_verifies(home)
    killed, whole = final_tables(home), final_tables(undisturbed)
    assert len(whole["report_versions"]) == len(holdings(undisturbed))
    assert killed.keys() == whole.keys()
    for name, table in whole.items():
        assert_frame_equal(killed[name], table)


def final_tables(home: Home) -> dict[str, pl.DataFrame]:
    """What is made of the archive: every tidy table, without the moment at which a page was fetched."""
    read_province(home, "jiangsu")
    validate_province(home, "jiangsu")
    files = {table: tidy_files(home, table) for table in (*FOLDERS.values(), "quarantine")}
    rows = {table: rows_in(paths, table).collect() for table, paths in files.items()}
    return {table: frame.drop("first_fetched_at", strict=False) for table, frame in rows.items()}


def pages_archived(home: Home) -> set[str]:
    return {record.url for record in logged(home) if record.kind in PAGES_OF_REPORTS and record.warc_file}


def pages_asked_for(sites: list[Site]) -> list[str]:
    """Report pages and files that were asked for since the last question."""
    asked = [site.url(path) for site in sites for path in site.paths() if "/nb/2024/" in path or "/files/" in path]
    for site in sites:
        site.asked.clear()
    return asked


def assert_verifies(home: Home) -> None:
    warcio = Path(sys.executable).parent / "warcio"
    files = [str(path) for path in home.archive.rglob("*.warc.gz")]
    done = subprocess.run([str(warcio), "check", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
