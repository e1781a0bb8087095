"""What the crawl costs: CPU beside Scrapy, pace against the limit of politeness, memory over a long run, a second night.

Run: ``python -m bench.crawl`` (a few minutes), ``python -m bench.crawl --long`` for 50,000 pages. Scrapy (``pip install
scrapy``, not a dependency) crawls the same lists: robots.txt, one request per host, AutoThrottle.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from bench.loopback.children import run
from bench.loopback.sites import Sites, serving
from tests.integration.scale import machines


@contextmanager
def sites(hosts: int, per_column: int, kilobytes: int = 40, columns: int = 1) -> Iterator[list[str]]:
    """Addresses of the columns on every host."""
    with serving(Sites(hosts, per_column, machines.free_port(), kilobytes), columns) as found:
        yield found


def bench_cpu(folder: Path, pages: int, rounds: int = 2) -> None:
    """CPU of a first night beside Scrapy, and of a second night beside the first. The best of the rounds counts."""
    hosts = 10
    empty = min(
        run("crawl", columns=[], delay=0, threads=1, revisit=False, day=0, home=str(folder / "none")).cpu
        for _ in range(2)
    )
    first, rivals, nightly, asked = [], [], [], []
    with sites(hosts, pages // hosts) as columns:
        for number in range(rounds):
            home = folder / f"cpu{number}"
            common = {"columns": columns, "delay": 0, "threads": hosts}
            first.append(run("crawl", **common, revisit=False, day=0, home=str(home)))
            nightly.append(run("crawl", **common, revisit=False, day=1, home=str(home)))
            asked.append(run("crawl", **common, revisit=True, day=2, home=str(home)))
            if find_spec("scrapy") is not None:
                rivals.append(run("scrapy", **common))
    best = min(cost.cpu for cost in first)
    say(
        f"first night, {pages} pages of 40 kB",
        f"{best / pages * 1000:.2f} CPU s per 1,000 pages (start-up {empty:.2f} s included)",
    )
    if rivals:
        other = min(cost.cpu for cost in rivals)
        say("Scrapy, same lists and throttle, no archive", f"{other / pages * 1000:.2f} CPU s per 1,000 pages")
        say("gongkai / Scrapy", f"{best / other:.2f} (target 0.60 at most)")
    second = min(cost.cpu for cost in nightly)
    say("unchanged second night", f"{second:.2f} CPU s, {second / best:.2f} of the first (target 0.25 at most); "
        f"{nightly[0].told['requests']:.0f} requests, {nightly[0].told['versions']:.0f} to parse")  # fmt: skip
    third = min(cost.cpu for cost in asked)
    say("night that asks again for every report", f"{third:.2f} CPU s, {third / best:.2f} of the first; "
        f"{asked[0].told['requests']:.0f} requests, {asked[0].told['versions']:.0f} to parse")  # fmt: skip


def bench_pace(folder: Path, hosts: int, delay: float, per_host: int) -> None:
    """Pages per second against hosts / delay, the most that politeness allows."""
    with sites(hosts, per_host, kilobytes=10) as columns:
        cost = run("crawl", columns=columns, delay=delay, threads=16, revisit=False, day=0, home=str(folder / "pace"))
    limit = hosts / delay
    pace = (cost.told["requests"] - hosts) / (cost.told["seconds"])  # the first request of a host waits for nothing
    say(
        f"{hosts} hosts, {delay} s apart",
        f"{pace:.1f} requests/s of {limit:.0f} allowed: {pace / limit:.1%} (target 95 %)",
    )


def bench_memory(folder: Path, pages: int) -> None:
    """Resident memory along a long run: 20 hosts, 250 reports in a column, as many columns as it takes."""
    with sites(20, 250, kilobytes=4, columns=pages // 5000) as columns:
        cost = run("crawl", columns=columns, delay=0, threads=20, revisit=False, day=0, home=str(folder / "memory"))
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


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Benchmarks of the crawl.")
    parser.add_argument("--long", action="store_true", help="50,000 pages for the memory figure instead of 15,000")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--only", choices=["cpu", "pace", "memory"])
    parser.add_argument(
        "--hosts", type=int, default=40, help="of the pace; --hosts 500 --delay 5 asks 100 pages a second"
    )
    parser.add_argument("--delay", type=float, default=0.5, help="of the pace: seconds between requests to a host")
    parser.add_argument("--per-host", type=int, default=40, help="of the pace: reports of a host")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if given.only in (None, "cpu"):
            bench_cpu(Path(folder), given.pages)
        if given.only in (None, "pace"):
            bench_pace(Path(folder), given.hosts, given.delay, given.per_host)
        if given.only in (None, "memory"):
            bench_memory(Path(folder), 50_000 if given.long else 15_000)


if __name__ == "__main__":
    main()
