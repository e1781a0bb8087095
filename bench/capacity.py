"""Capacity on paper: what governments, organs and years cost, from unit costs that were measured.

    python -m bench.capacity            # the tables of docs/scale.md
    python -m bench.capacity --write    # put them into docs/scale.md

A unit cost is changed here when bench/RESULTS.md has a better figure; a test holds page and figures together.
"""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
BLOCK = re.compile(r"(<!-- (\w+): python -m bench\.capacity -->\n).*?(?=<!-- end -->)", re.DOTALL)

# Measured: bench/RESULTS.md names the command of each.
CRAWL_CPU = 1.57 / 1000  # seconds a request, archive and log included
READ_HTML = 0.0067  # processor seconds a report of 155 kB
READ_PDF_PAGES = 120  # pages a second and core, worker and reader together
LOG_LINE = 545  # bytes of the fetch log a request
TIDY, CHECK, PUBLISH, PARTITION = 0.00027, 0.00004, 0.00023, 0.00014  # processor seconds a report, of a million
TABLE_BYTES = {"staged": 1_800, "tidy": 2_190, "warehouse": 4_730, "partitioned": 1_800}  # a report
PEAK_BASE, PEAK_EACH = 0.55e9, 900  # bytes of the process, up to 1,000,000 reports made of rows
DUCKDB = 1.6e9  # bytes that DuckDB takes at most while it builds: pipelines/warehouse/database.py
DUCKDB_EACH = 3_500  # bytes of them a report, until that is reached

# Assumed: change them to your own.
YEARS = 18  # 2008 to 2025
HOSTS = 3_200  # organs publish on the site of their government
LARGEST_HOST = 0.02  # share of all reports that stand on one provincial platform
DELAY = 2.0  # seconds between requests to a host, the default of a source
LATENCY = 1.0  # seconds an answer takes
FILES = 1.2  # requests a report: the page, and the attachments of every fifth
LINKS = 20  # reports a list page
ARCHIVED = 22_000  # bytes of a page of 150 kB in the archive
PDF_SHARE, PDF_PAGES = 0.15, 10
VCPU_HOUR, GB_MONTH, PUT_1000 = 0.04, 0.023, 0.005  # dollars; list prices of large providers, rounded

SIZES = {
    "3,200 governments, one year": 3_200,
    "3,200 governments, all years": 3_200 * YEARS,
    "100,000 organs, one year": 100_000,
    "100,000 organs, all years": 100_000 * YEARS,
}


@dataclass(frozen=True)
class Cost:
    """What a first full run of so many reports costs."""

    reports: int

    @property
    def requests(self) -> float:
        return HOSTS + max(2 * HOSTS, 1.5 * self.reports / LINKS) + self.reports * FILES

    @property
    def polite_days(self) -> float:
        """The largest host sets the pace, however many machines there are."""
        return self.reports * LARGEST_HOST * (FILES + 1.5 / LINKS) * DELAY / 86_400

    def threads(self, days: float = 1.0) -> float:
        """Requests in flight that are needed to be done in so many days."""
        return self.requests * LATENCY / (86_400 * days)

    @property
    def read_seconds(self) -> float:
        return self.reports * ((1 - PDF_SHARE) * READ_HTML + PDF_SHARE * PDF_PAGES / READ_PDF_PAGES)

    @property
    def publish_seconds(self) -> float:
        return self.reports * (TIDY + CHECK + PUBLISH + PARTITION)

    @property
    def cpu_hours(self) -> float:
        return (self.requests * CRAWL_CPU + self.read_seconds + self.publish_seconds) / 3600

    @property
    def gigabytes(self) -> float:
        return (self.reports * (ARCHIVED * FILES + sum(TABLE_BYTES.values())) + self.requests * LOG_LINE) / 1e9

    @property
    def peak_gigabytes(self) -> float:
        return (PEAK_BASE + PEAK_EACH * self.reports + min(DUCKDB, DUCKDB_EACH * self.reports)) / 1e9

    @property
    def objects(self) -> float:
        """Objects that a first run writes to the store: a part a minute and province while it crawls, and the tables."""
        return 31 * max(10, self.polite_days * 1440) + 31 * 20 + 6 * 31 * YEARS

    @property
    def dollars(self) -> tuple[float, float]:
        """(the first run, a month of storage)."""
        return self.cpu_hours * VCPU_HOUR + self.objects / 1000 * PUT_1000, self.gigabytes * GB_MONTH


def sizes_table() -> str:
    """A column a size."""
    costs = [Cost(reports) for reports in SIZES.values()]
    rows = [
        ("reports", [f"{c.reports:,}" for c in costs]),
        ("requests of the first crawl", [f"{c.requests:,.0f}" for c in costs]),
        ("days under politeness (largest host)", [f"{c.polite_days:.2f}" for c in costs]),
        ("requests in flight to be done in a day", [f"{max(1, c.threads()):.0f}" for c in costs]),
        ("GB: archive, logs, tables, releases", [f"{c.gigabytes:,.1f}" for c in costs]),
        ("CPU hours: crawl", [f"{c.requests * CRAWL_CPU / 3600:.2f}" for c in costs]),
        ("CPU hours: read", [f"{c.read_seconds / 3600:.1f}" for c in costs]),
        ("CPU hours: check and publish", [f"{c.publish_seconds / 3600:.2f}" for c in costs]),
        ("memory while publishing, GB", [f"{c.peak_gigabytes:.1f}" for c in costs]),
        ("dollars: first run, then a month of storage", ["{:.2f}, {:.2f}".format(*c.dollars) for c in costs]),
    ]
    head = f"| | {' | '.join(SIZES)} |\n|---|{'---:|' * len(SIZES)}\n"
    return head + "".join(f"| {name} | {' | '.join(cells)} |\n" for name, cells in rows)


def reading_table() -> str:
    """Hours to read everything again, after a change of the reader, by cores."""
    cores = (2, 8, 32)
    head = f"| hours to read all again | {' | '.join(f'{n} cores' for n in cores)} |\n|---|{'---:|' * len(cores)}\n"
    lines = [
        f"| {name} | {' | '.join(f'{Cost(reports).read_seconds / 3600 / n:.1f}' for n in cores)} |\n"
        for name, reports in SIZES.items()
    ]
    return head + "".join(lines)


TABLES = {"sizes": sizes_table, "reading": reading_table}


def page() -> str:
    """docs/scale.md with the tables as they come out now."""
    return BLOCK.sub(lambda found: found[1] + TABLES[found[2]](), PAGE.read_text("utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        PAGE.write_text(page(), "utf-8")
        return
    for table in TABLES.values():
        print(table())


if __name__ == "__main__":
    main()
