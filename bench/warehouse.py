"""What the warehouse costs: synthetic reports through tidy → checks → DuckDB, beside a bare CREATE TABLE AS.

python bench/warehouse.py --reports 10000 30000 100000     # one line per size, growth, changed reports, queries
python bench/warehouse.py --concurrency                    # 300 publishes against 4 readers that never pause
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipelines import parts
from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.staging.part_writer import Staging
from pipelines.staging.reading_version import reading_version
from pipelines.tidy.tidy_store import tidy_files
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.queries.query import query
from schemas.regions import divisions
from schemas.tables import FACTS, STAGED, staged_schema
from schemas.tables.keys import APPLICANTS, LINES, OUTCOMES, PROCEDURES
from schemas.vocabulary import PROVINCES

YEARS = (2021, 2022, 2023, 2024)
CHANGED = 100
PARTS_AT_ONCE = 16
TABLES = ("report_versions", "sections", *FACTS)
SOURCES = pl.DataFrame({"source_id": ["s"], "province": ["jiangsu"], "url": ["https://s.gov.cn/"]})
FETCHES = pl.DataFrame(
    {"fetch_id": ["f"], "run_id": ["r"], "fetched_at": [datetime(2026, 1, 1, tzinfo=UTC)], "province": ["jiangsu"],
     "url": ["https://s.gov.cn/"], "outcome": ["fetched"]}
)  # fmt: skip
QUERIES = {
    "national trend": "FROM marts.trends ORDER BY report_year",
    "disclosure rate of one county": "FROM marts.disclosure_rates WHERE region_code = '320681'",
    "top 20 by requests": "SELECT agency_name, received FROM marts.disclosure_rates ORDER BY received DESC LIMIT 20",
    "exemptions by year": "SELECT report_year, line, sum(value) FROM marts.denial_structure GROUP BY ALL",
    "review correction by province": "SELECT province, sum(corrected), sum(closed) FROM marts.dispute_outcomes GROUP BY ALL",
    "broken carry-over": "SELECT count(*) FROM marts.carry_over_continuity WHERE continuity = 'differs'",
    "coverage of 2024": "FROM marts.coverage WHERE report_year = 2024",
    "findings by rule": "SELECT rule, count(*) FROM quality.findings GROUP BY ALL",
    "one cell with its evidence": "FROM applications WHERE report_id = (SELECT min(report_id) FROM reports) AND line = 'granted'",
    "blank cells by year": "SELECT report_year, count(*) FROM applications JOIN reports USING (report_id)"
    " WHERE value_status = 'blank' GROUP BY ALL",
}


def stage_reports(home: Home, n_reports: int, *, changed: int = 0, characters: int = 0, findings: int = 0) -> int:
    """Write staged tables for ``n_reports``, of which ``changed`` have a second version. Returns the number of cells.

    Args:
        characters: Length of the text of each of two sections, beside one sentence.
        findings: How many findings each report has.
    """
    per_province = -(-n_reports // (len(PROVINCES) - 1))
    cells = 0
    for number, province in enumerate(p for p in PROVINCES if p != "central"):
        size = min(per_province, n_reports - number * per_province)
        if size > 0:
            mine = changed // 31 + (number < changed % 31)
            cells += _stage_province(home, province, size, mine, (characters, findings))
    return cells


def _stage_province(home: Home, province: str, size: int, changed: int, extra: tuple[int, int]) -> int:
    code = PROVINCES[province][0][:2]
    places = [d.code for d in divisions() if d.code.startswith(code) and d.holds_in(2023)]
    number = pl.DataFrame({"n": range(size)})
    documents = number.with_columns(
        report_id=pl.col("n").map_elements(lambda n: report_id(f"https://{province}.gov.cn/{n}"), return_dtype=pl.String),
        agency=pl.col("n") // len(YEARS), report_year=pl.col("n") % len(YEARS) + YEARS[0],
    )  # fmt: skip
    documents = documents.with_columns(
        payload_digest=pl.format("{}-1", "report_id"),
        region_code=pl.lit(places).list.get(pl.col("agency") % len(places)),
        agency_name=pl.format("第{}局", "agency"), value=(pl.col("agency") % 97).cast(pl.Int64),
        first_fetched_at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC)),
    )  # fmt: skip
    if changed:
        edited = documents.head(changed).with_columns(
            payload_digest=pl.format("{}-2", "report_id"), value=pl.col("value") + 1,
            first_fetched_at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=1)),
        )  # fmt: skip
        documents = pl.concat([documents, edited])
    held = documents.select("report_id", "payload_digest")
    staging = Staging(home, province, reading_version(), held.iter_rows(), afresh=True)
    part_of, cells = parts.places(documents["report_id"], staging.count), 0
    for start in range(0, len(staging.due), PARTS_AT_ONCE):
        numbers = staging.due[start : start + PARTS_AT_ONCE]
        frames = _frames(province, documents.filter(part_of.is_in(numbers)), *extra)
        cells += sum(frames[name].height for name in FACTS)
        staging.stage(numbers, [frames])
    staging.finish()
    return cells


def _frames(province: str, documents: pl.DataFrame, characters: int, findings: int) -> dict[str, pl.DataFrame]:
    """Staged rows of these documents; ``characters`` is the length of a section's text beside its one sentence."""
    keys = documents.select("report_id", "payload_digest", "value")
    applications = _cross(
        keys, pl.DataFrame({"line": LINES[:20] + LINES[21:]}), pl.DataFrame({"applicant": APPLICANTS})
    )
    disputes = _cross(keys, pl.DataFrame({"procedure": PROCEDURES}), pl.DataFrame({"outcome": OUTCOMES}))
    metrics = pl.DataFrame({"article": ["20(1)"] * 6, "item": ["regulations"] * 3 + ["normative_documents"] * 3,
                            "metric": ["issued", "repealed", "in_force"] * 2})  # fmt: skip
    zero_stock = _cross(keys.with_columns(value=pl.lit(0, pl.Int64)), metrics).with_columns(
        unit=pl.lit("件"), value=pl.lit(0).cast(pl.Decimal(20, 6))
    )
    sections = keys.join(pl.DataFrame({"section_no": [1, 5]}), how="cross").with_columns(
        heading=pl.lit("一、总体情况"), text=pl.format("本机关新收申请{}件。{}", "value", _prose(characters))
    )
    described = documents.with_columns(
        url=pl.format("https://{}.gov.cn/{}", pl.lit(province), "n"), source_id=pl.lit("s"),
        document_url=pl.format("https://{}.gov.cn/{}", pl.lit(province), "n"),
        province=pl.lit(province), content_hash="payload_digest", title=pl.lit("年度报告"), level=pl.lit("department"),
        scope=pl.lit("department"), published_date=pl.date(pl.col("report_year") + 1, 1, 20), carrier=pl.lit("html_table"),
        form_table2=pl.lit("2021"), form_table3=pl.lit("2021"), extraction_status=pl.lit("complete"),
        problem=pl.lit(None, pl.String), n_cells=pl.lit(196), n_reported=pl.lit(196), n_blank=pl.lit(0),
        n_none_mark=pl.lit(0), n_unreadable=pl.lit(0), n_recognised=pl.lit(0), converted_by=pl.lit(None, pl.String),
    )  # fmt: skip
    number = pl.DataFrame({"number": range(findings)}, schema={"number": pl.Int64})
    contradictions = keys.join(number, how="cross").select(
        "report_id", "payload_digest", evidence=pl.lit("html:table[2]/tr[20]/td[9]"),
        rule=pl.lit("results_sum_to_total"), severity=pl.lit("error"),
        table_name=pl.lit("applications"), printed="value", expected=pl.col("value") + pl.col("number") + 1,
        message=pl.format("{}: the results add up to {} and the total says {}", pl.lit("received"), "number", "value"),
        message_zh=pl.format("办理结果各项之和为{}，总计印为{}。", "number", "value"),
    )  # fmt: skip
    frames = {"documents": described, "findings": contradictions, "applications": applications, "disputes": disputes,
              "proactive_disclosure": zero_stock, "sections": sections}  # fmt: skip
    empty = {name: pl.DataFrame(schema=staged_schema(name)) for name in STAGED}
    shaped = {
        n: f.select(
            (pl.col(c) if c in f.columns else pl.lit(None)).cast(t).alias(c) for c, t in empty[n].schema.items()
        )
        for n, f in frames.items()
    }
    return empty | shaped


def _prose(characters: int) -> pl.Expr:
    """Text of which one report's differs from another's, as much as two sections of one organ in two years do."""
    sentence = pl.format(
        "{}年，本机关依法公开政府信息{}条，组织培训{}次。", pl.col("value") + 2000, pl.col("value") * 7, "value"
    )
    return sentence.repeat_by(characters // 24).list.join("") if characters else pl.lit("")


def _cross(keys: pl.DataFrame, *dimensions: pl.DataFrame) -> pl.DataFrame:
    frame = keys
    for dimension in dimensions:
        frame = frame.join(dimension, how="cross")
    last = frame.columns[-1]
    row = pl.int_range(pl.len()) % 200
    return frame.with_columns(
        raw_text=pl.col("value").cast(pl.String), value_status=pl.lit("reported"),
        evidence=pl.format("html:table[2]/tr[{}]/td[{}]", row // 7 + 4, row % 7 + 2), is_total=pl.col(last) == "total",
        reading=pl.lit("printed"), confidence=pl.lit(None, pl.Float64),
    )  # fmt: skip


def processor() -> float:
    """Processor seconds of this process: comparable on a machine that is busy with other things."""
    used = os.times()
    return used.user + used.system


@contextmanager
def timed(times: dict[str, float], what: str) -> Iterator[None]:
    started, used = time.monotonic(), processor()
    yield
    times[what] = round(time.monotonic() - started, 2)
    times[f"{what}:cpu"] = round(processor() - used, 2)


def run_once(home: Home, times: dict[str, float], prefix: str = "") -> None:
    with timed(times, f"{prefix}tidy"):
        for summary in validate_provinces(home, tidy_provinces(home)):
            assert not summary.quarantined, summary
    with timed(times, f"{prefix}check"):
        check_across_years(home)
    with timed(times, f"{prefix}build"):
        build_warehouse(home, SOURCES, fetches_frame=FETCHES, keep_releases=0)
    for unit in ("", ":cpu"):
        pieces = [times[f"{prefix}{k}{unit}"] for k in ("tidy", "check", "build")]
        times[f"{prefix}total{unit}"] = round(sum(pieces), 2)


def bare(home: Home, times: dict[str, float]) -> None:
    with timed(times, "bare"):
        create_tables_as(home)


def create_tables_as(home: Home) -> None:
    """The same rows from Parquet into a DuckDB file, and nothing else."""
    path = home.root / "bare.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name in TABLES:
            if files := [str(path) for path in tidy_files(home, name)]:
                connection.execute(f"CREATE TABLE {name} AS FROM read_parquet({files})")
    path.unlink()


def measure(n_reports: int, root: Path) -> dict[str, float]:
    """One size, in this process: its peak memory is this process's."""
    home = Home(root)
    times: dict[str, float] = {}
    with timed(times, "generate"):
        cells = stage_reports(home, n_reports)
    generated = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run_once(home, times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bare(home, times)
    times |= {"reports": n_reports, "cells": cells, "peak_gib": round(max(peak, generated) / 2**20, 2),
              "mb_per_million_cells": round(home.warehouse.stat().st_size / 1e6 / (cells / 1e6), 2)}  # fmt: skip
    run_once(home, times, "unchanged_")
    stage_reports(home, n_reports, changed=CHANGED)
    run_once(home, times, "changed_")
    for name, sql in QUERIES.items():
        with timed(times, f"query: {name}"):
            query(home, sql)
    return times


def concurrency(publishes: int, readers: int) -> None:
    """Publish without pause under readers that check an invariant over two tables in every read."""
    from tests.integration.warehouse.hammer import hammer

    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        met = hammer(Home(Path(folder)), publishes, readers)
    errors = [m for m in met if not isinstance(m, tuple)]
    reads = sum(m[0] for m in met if isinstance(m, tuple))
    print(f"{publishes} publishes, {readers} readers, {reads} reads: {len(errors)} errors or torn reads {errors}"
          f" in {time.monotonic() - started:.0f} s")  # fmt: skip
    if errors:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--concurrency", action="store_true")
    parser.add_argument("--publishes", type=int, default=300)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.at)))
    elif asked.concurrency:
        concurrency(asked.publishes, asked.readers)
    else:
        for n_reports in asked.reports:
            show(n_reports)


def show(n_reports: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="gongkai-bench-"))
    try:
        command = [sys.executable, __file__, "--one", str(n_reports), "--at", str(root)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    finally:
        shutil.rmtree(root)
    print(f"{n_reports} reports, {told['cells'] / 1e6:.1f} M cells, peak {told['peak_gib']} GiB,"
          f" {told['mb_per_million_cells']} MB per million cells")  # fmt: skip
    for unit, name in (("", "wall"), (":cpu", "processor")):
        whole, least = told[f"total{unit}"], told[f"bare{unit}"]
        print(f"  {name:>9}: {_parts(told, '', unit)} = {whole} s, {1000 * whole / n_reports:.2f} s per 1000 reports;"
              f" bare CREATE TABLE AS {least} s: ×{whole / least:.1f}")  # fmt: skip
        for which, what in (("unchanged_", "nothing changed"), ("changed_", f"{CHANGED} changed reports")):
            share = told[f"{which}total{unit}"] / whole
            print(f"             {what}: {_parts(told, which, unit)} = {told[f'{which}total{unit}']} s, {share:.0%}")
    slow = {k.removeprefix("query: "): v for k, v in told.items() if k.startswith("query: ") and not k.endswith(":cpu")}
    print("    queries: " + ", ".join(f"{k} {v} s" for k, v in slow.items()), flush=True)


def _parts(told: dict[str, float], prefix: str, unit: str) -> str:
    return " + ".join(f"{k} {told[f'{prefix}{k}{unit}']}" for k in ("tidy", "check", "build"))


if __name__ == "__main__":
    main()
