"""Every mart under the questions people ask first, beside a plain scan of the same file; no answer takes longer than a bound.

    python -m bench.marts --reports 100000              # generates, publishes, asks
    python -m bench.marts --at HOME                     # asks a published warehouse

Each mart is counted, asked for ten rows, for one agency, and for all its rows. Exits with 1 when an answer misses its
bound by the clock; what is printed are processor seconds, which say more on a machine with other work.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.warehouse import FETCHES, SOURCES, stage_reports
from pipelines.comparison.continuity import check_across_years
from pipelines.home import Home
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.marts import mart_files
from pipelines.warehouse.queries.live_query import QueryStuck, QueryTimedOut, ask
from pipelines.warehouse.queries.query import query

CHARACTERS = 1_200
"""Length of a section's text: half of the reports at hand have more, half less."""

BOUND = 10.0
"""Seconds by the clock for a count, ten rows or one agency."""
BOUND_WHOLE = 60.0
"""The same for all rows of a mart."""
PLAIN = "SELECT count(*), sum(value), count(DISTINCT report_id) FROM applications"


@contextmanager
def published(count: int, at: Path | None) -> Iterator[Home]:
    """The data folder ``at``, or one that is made with so many reports and removed."""
    if at is not None:
        yield Home(at)
        return
    folder = Path(tempfile.mkdtemp(prefix="gongkai-marts-"))
    try:
        home = Home(folder)
        stage_reports(home, count, changed=100, characters=CHARACTERS)
        validate_provinces(home, tidy_provinces(home))
        check_across_years(home)
        build_warehouse(home, SOURCES, fetches_frame=FETCHES, keep_releases=0)
        yield home
    finally:
        shutil.rmtree(folder)


def statements(home: Home, mart: str) -> dict[str, str]:
    """Question → SQL. One agency is asked for by what the mart has of it: the agency, its report, its region, or its year."""
    columns = query(home, f"DESCRIBE marts.{mart}")["column_name"].to_list()
    report = "SELECT agency_id, report_id, lineage_code, report_year FROM reports WHERE is_primary LIMIT 1"
    one = query(home, report).row(0, named=True)
    key = next((name for name in one if name in columns), None)
    asked = {"count": f"SELECT count(*) FROM marts.{mart}", "ten rows": f"FROM marts.{mart} LIMIT 10"}
    if key is not None:
        value = one[key] if key == "report_year" else f"'{one[key]}'"
        asked["one agency"] = f"FROM marts.{mart} WHERE {key} = {value}"
    return asked | {"all rows": f"SELECT count(*), bit_xor(hash(m)) FROM marts.{mart} m"}


def seconds(home: Home, sql: str, bound: float) -> float | None:
    """Processor seconds of an answer; None when it takes longer than the bound by the clock."""
    started = time.process_time()
    try:
        with ask(home, sql, seconds=bound) as answer:
            for _ in answer.rows():
                pass
    except (QueryTimedOut, QueryStuck):
        return None
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--at", type=Path)
    parser.add_argument("--marts", nargs="+", default=mart_files())
    asked = parser.parse_args()
    missed = 0
    with published(asked.reports, asked.at) as home:
        plain = min(seconds(home, PLAIN, BOUND_WHOLE) or BOUND_WHOLE for _ in range(3))
        print(
            f"{PLAIN}: {plain:.2f} s; the others in multiples of it\n\n| mart | count | ten rows | one agency | all rows |"
        )
        print("|---|---:|---:|---:|---:|")
        for mart in asked.marts:
            cells = []
            for question, sql in statements(home, mart).items():
                bound = BOUND_WHOLE if question == "all rows" else BOUND
                took = seconds(home, sql, bound)
                missed += took is None
                cells.append(f"> {bound:g} s" if took is None else f"{took:.2f} s ({took / plain:.1f})")
            if len(cells) == 3:
                cells.insert(2, "")
            print(f"| {mart} | {' | '.join(cells)} |", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
