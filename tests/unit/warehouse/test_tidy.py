"""Rows that fail their schema are set aside with a reason; the rest goes on, and the bytes are the same every time."""

import json
from datetime import timedelta

import polars as pl
import pytest

from pipelines.home import Home
from pipelines.tidy.validation import validate_province, validate_provinces
from tests.unit.warehouse.reports import Report, stage, totals, write_staged

GOOD = Report(
    applications=totals(received=309, carried_in=8, processed_total=308, carried_out=9),
    disputes={("review", "upheld"): "38", ("review", "total"): "49"},
    sections={1: "总体情况", 6: "其他"},
)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def quarantine(home: Home) -> pl.DataFrame:
    return pl.read_parquet(home.tidy_table("quarantine", "jiangsu"))


def spoil(home: Home, table: str, change: pl.Expr | None = None, *, append: pl.DataFrame | None = None) -> None:
    """Change one column of the first staged row, or add rows."""
    frame = pl.read_parquet(home.staged_table(table, "jiangsu"))
    if change is not None:
        first = pl.int_range(pl.len()) == 0
        name = change.meta.output_name()
        frame = frame.with_columns(pl.when(first).then(change).otherwise(pl.col(name)).alias(name))
    if append is not None:
        frame = pl.concat([frame, append], how="vertical_relaxed")
    write_staged(home, table, "jiangsu", frame)


def test_good_rows_become_tidy(home):
    stage(home, [GOOD])
    summary = validate_province(home, "jiangsu")
    assert summary.rows["applications"] == 8
    assert summary.quarantined == {}
    tidy = pl.read_parquet(home.tidy_table("applications", "jiangsu"))
    assert tidy["version"].unique().to_list() == [1]
    assert tidy["corrected_value"].null_count() == tidy.height


@pytest.mark.parametrize(
    ("table", "change", "reason"),
    [
        ("applications", pl.lit("twelve").alias("value"), "value: 'twelve' is not Int64"),  # type
        ("applications", pl.lit(-1, pl.Int64).alias("value"), "value: -1 fails greater_than_or_equal_to(0)"),  # range
        ("applications", pl.lit("recieved").alias("line"), "line: recieved fails isin"),  # enum
        ("applications", pl.lit(None, pl.String).alias("evidence"), "evidence: null fails not_nullable"),
        ("disputes", pl.lit("maybe").alias("value_status"), "value_status: maybe fails isin"),
        ("applications", pl.lit("f" * 64).alias("payload_digest"), "orphan: no document"),  # orphan
        ("sections", pl.lit(99, pl.Int64).alias("section_no"), "section_no: 99 fails less_than_or_equal_to(20)"),
        ("documents", pl.lit("paper").alias("carrier"), "carrier: paper fails isin"),
    ],
)
def test_a_wrong_row_is_caught_named_and_set_aside(home, table, change, reason):
    stage(home, [GOOD, GOOD.but(url="https://www.qidong.gov.cn/other.html")])
    spoil(home, table, change)
    summary = validate_province(home, "jiangsu")
    rows = quarantine(home).filter(pl.col("table_name").str.ends_with(table.replace("documents", "report_versions")))
    assert rows.height == 1
    assert reason in rows["reason"][0]
    assert json.loads(rows["row_json"][0])["report_id"]
    assert summary.rows["applications"] >= 7  # one bad table does not stop the rest


def test_a_duplicate_key_sets_both_rows_aside(home):
    """Keeping the first would be a guess about which of the two is printed."""
    stage(home, [GOOD])
    double = pl.read_parquet(home.staged_table("applications", "jiangsu")).head(1)
    spoil(home, "applications", append=double.with_columns(value=pl.lit(7, pl.Int64)))
    validate_province(home, "jiangsu")
    rows = quarantine(home)
    assert rows.height == 2
    assert set(rows["reason"]) == {"duplicate key (report_id, version, line, applicant)"}


def test_rows_go_with_a_report_whose_own_row_failed(home):
    stage(home, [GOOD])
    spoil(home, "documents", pl.lit("moon").alias("level"))
    summary = validate_province(home, "jiangsu")
    assert summary.rows["applications"] == summary.rows["report_versions"] == 0
    assert quarantine(home).height == 1 + 8 + 2 + 2


def test_all_reasons_of_all_tables_are_reported(home):
    stage(home, [GOOD])
    spoil(home, "applications", pl.lit(-5, pl.Int64).alias("value"))
    spoil(home, "disputes", pl.lit(-5, pl.Int64).alias("value"))
    assert validate_province(home, "jiangsu").quarantined == {"applications": 1, "disputes": 1}


def test_a_table_without_a_column_is_reported_and_the_others_go_on(home):
    stage(home, [GOOD])
    write_staged(home, "disputes", "jiangsu", pl.read_parquet(home.staged_table("disputes", "jiangsu")).drop("outcome"))
    summary = validate_province(home, "jiangsu")
    assert summary.problems == ("disputes: missing column outcome",)
    assert summary.rows["disputes"] == 0
    assert summary.rows["applications"] == 8


def test_the_same_input_gives_the_same_bytes(home, tmp_path):
    again = Home(tmp_path / "again")
    later = GOOD.but(fetched=GOOD.fetched + timedelta(days=9), applications=totals(received=310))
    for place in (home, again):
        stage(place, [GOOD, later])
        validate_province(place, "jiangsu")
    for path in home.tidy.glob("*/*.parquet"):
        assert path.read_bytes() == (again.tidy / path.parent.name / path.name).read_bytes(), path


def test_provinces_judged_side_by_side_give_the_bytes_of_one_after_the_other(home, tmp_path):
    alone = Home(tmp_path / "alone")
    provinces = ["anhui", "fujian", "jiangsu", "zhejiang"]
    for place in (home, alone):
        stage(place, [GOOD.but(province=p, url=f"https://{p}.gov.cn/") for p in provinces])
    done: list[int] = []
    summaries = validate_provinces(home, provinces, on_done=done.append)
    assert summaries == [validate_province(alone, p) for p in provinces]
    assert done == [1, 2, 3, 4]
    for path in alone.tidy.glob("*/*.parquet"):
        assert path.read_bytes() == (home.tidy / path.parent.name / path.name).read_bytes(), path


def test_a_failure_in_one_of_many_provinces_is_raised(home):
    stage(home, [GOOD])
    home.staged_table("disputes", "jiangsu").write_bytes(b"not parquet")
    with pytest.raises(pl.exceptions.ComputeError):
        validate_provinces(home, ["jiangsu"])


def test_an_unchanged_province_is_not_touched(home):
    stage(home, [GOOD])
    first = validate_province(home, "jiangsu")
    before = {p: p.stat().st_mtime_ns for p in home.tidy.glob("*/*.parquet")}
    second = validate_province(home, "jiangsu")
    assert (first.changed, second.changed) == (True, False)
    assert second.rows == first.rows
    assert {p: p.stat().st_mtime_ns for p in home.tidy.glob("*/*.parquet")} == before


@pytest.mark.parametrize(
    "second_night",
    [
        [GOOD, Report(url="https://a.gov.cn/new", applications=totals(received=1), sections={1: "新"})],
        [GOOD, GOOD.but(url="https://a.gov.cn/b", applications=totals(received=5))],
        [GOOD, GOOD.but(url="https://a.gov.cn/b"), GOOD.but(fetched=GOOD.fetched + timedelta(days=1), disputes={})],
        [GOOD.but(url="https://a.gov.cn/b")],  # a report that is gone
        [GOOD.but(level="moon"), GOOD.but(url="https://a.gov.cn/b")],
    ],
    ids=["new", "edited", "new version", "gone", "spoiled"],
)
def test_judging_only_what_changed_gives_the_same_bytes_as_judging_all(tmp_path, second_night):
    grown, fresh = Home(tmp_path / "grown"), Home(tmp_path / "fresh")
    stage(grown, [GOOD, GOOD.but(url="https://a.gov.cn/b")])
    validate_province(grown, "jiangsu")
    stage(grown, second_night)
    stage(fresh, second_night)
    summary = validate_province(grown, "jiangsu")
    validate_province(fresh, "jiangsu")
    assert summary.n_validated <= 1
    for path in fresh.tidy.glob("*/*.parquet"):
        assert path.read_bytes() == (grown.tidy / path.parent.name / path.name).read_bytes(), path


def test_pandera_would_let_a_lazy_frame_through():
    """Why validation is eager: on a LazyFrame pandera checks the schema and silently skips the data."""
    from schemas.tables import TABLES, polars_schema

    bad = pl.DataFrame({n: [None] for n in polars_schema("disputes")}, schema=polars_schema("disputes"))
    TABLES["disputes"].model.validate(bad.lazy(), lazy=True).collect()
    with pytest.raises(Exception, match="not_nullable"):
        TABLES["disputes"].model.validate(bad, lazy=True)
