"""What ten years of nights in a fetch log cost to ask: ``python -m bench.crawl_log [years]``.

One province with 20 list pages, looked at nightly in season and weekly outside, and 400 reports that are asked for ever more
rarely. Lines are made, not crawled; times are processor seconds of this process.
"""

import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.crawl.archive.captures import captures, fetch_frame
from pipelines.crawl.archive.fetch_log import FetchRecord, PageKind, log_file
from pipelines.crawl.archive.page_index import PageIndex
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from pipelines.home import Home

PROVINCE, LISTS, REPORTS = "jiangsu", 20, 400
BEGUN = datetime(2020, 1, 1, 18, tzinfo=UTC)


def nights(years: int, policy: CrawlPolicy) -> Iterator[datetime]:
    """The nights on which lists are looked at."""
    for night in range(years * 365):
        at = BEGUN + timedelta(days=night)
        if at.month in policy.season_months or night % 7 == 0:
            yield at


def looks(
    at: datetime, run_id: str, chance: random.Random, due: list[datetime], policy: CrawlPolicy
) -> list[FetchRecord]:
    """The lines of one night: every list, and the reports that are due."""
    lines = [record(at, run_id, PageKind.LIST, f"20xsq{number}/", False) for number in range(LISTS)]
    for number, moment in enumerate(due):
        if moment > at:
            continue
        first = at - BEGUN < timedelta(days=1)
        lines.append(record(at, run_id, PageKind.REPORT, f"nb/content/{number:08x}.html", first))
        wait = next((wait for age, wait in policy.report_intervals if at - BEGUN < age), policy.oldest_report_interval)
        due[number] = at + wait * (1 + chance.random() / 10)
    return lines


def record(at: datetime, run_id: str, kind: PageKind, path: str, is_new: bool) -> FetchRecord:
    """A line as a crawl writes it: a first fetch with bytes, or a 304."""
    return FetchRecord(
        fetch_id=str(uuid.uuid4()), run_id=run_id, kind=kind, url=f"https://www.nantong.gov.cn/ntsrmzf/{path}",
        canonical_url=f"http://nantong.gov.cn/ntsrmzf/{path}", source_id="nantong-counties-2020", province=PROVINCE,
        fetched_at=at.isoformat(timespec="milliseconds"), outcome=Outcome.FETCHED if is_new else Outcome.NOT_MODIFIED,
        report_id=path[-16:] if kind is PageKind.REPORT else None, http_status=200 if is_new else 304, content_type="text/html",
        payload_digest=path.rjust(64, "0")[-64:], has_payload=is_new, warc_file=f"{run_id}.warc.gz", warc_offset=123_456,
        warc_length=640, etag='"5f8d-abc"', elapsed_ms=120,
    )  # fmt: skip


def timed(what: str, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    sys.stdout.write(f"{what:40} {time.process_time() - started:.2f} CPU s\n")


def main() -> None:
    """Make the log, then ask it as a night does."""
    years, policy, chance = int(sys.argv[1]) if len(sys.argv) > 1 else 10, CrawlPolicy(), random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        home, due, n_lines = Home(Path(folder)), [BEGUN] * REPORTS, 0
        for at in nights(years, policy):
            lines = looks(at, str(uuid.uuid4()), chance, due, policy)
            path = log_file(home, PROVINCE, at)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as log:
                log.writelines(line.to_line() for line in lines)
            n_lines += len(lines)
        files = list(home.fetches.glob("*/*.jsonl"))
        size = sum(path.stat().st_size for path in files)
        sys.stdout.write(f"{years} years: {n_lines} lines in {len(files)} files, {size / 1e6:.1f} MB\n")
        timed("index rebuilt from the log", lambda: PageIndex(home, PROVINCE).close())
        timed("index opened", lambda: PageIndex(home, PROVINCE).close())
        timed("captures", lambda: captures(home, PROVINCE))
        timed("the log as a frame", lambda: fetch_frame(home))


if __name__ == "__main__":
    main()
