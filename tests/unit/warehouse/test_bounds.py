"""What is held in memory does not grow with what is stored: groups of agencies, spilling statements, files that are empty."""

import polars as pl
import pytest

from pipelines.comparison import continuity
from pipelines.comparison.adjacent_years import agency_groups
from pipelines.comparison.continuity import check_across_years
from pipelines.home import Home
from pipelines.tidy import tidy_store, validate_parts
from pipelines.tidy.tidy_store import PartResult, State, tidy_files
from pipelines.tidy.validation import validate_province, validate_provinces
from pipelines.warehouse import database
from pipelines.warehouse.database import draft
from tests.unit.warehouse.reports import Report, stage, totals


@pytest.mark.parametrize("most", [1, 3, 5, 100])
def test_groups_hold_every_report_once_and_no_agency_is_in_two(most):
    rows = [
        (f"r{n}", agency, province)
        for n, (agency, province) in enumerate(
            [("a", "anhui"), ("b", "anhui"), ("a", "beijing"), ("c", "beijing"), (None, "beijing"), (None, "anhui")] * 4
        )
    ]
    reports = pl.DataFrame(rows, schema=["report_id", "agency_id", "province"], orient="row")
    groups = list(agency_groups(reports, most))
    assert sorted(pl.concat(groups)["report_id"]) == sorted(reports["report_id"])
    assert all(group.columns == reports.columns for group in groups)
    agencies = [set(group["agency_id"].drop_nulls()) for group in groups]
    assert sum(map(len, agencies)) == len(set().union(*agencies))
    assert len(groups) == 1 or most < 100


def test_findings_are_the_same_however_reports_are_grouped(tmp_path, monkeypatch):
    reports = [
        Report(
            url=f"https://{province}.gov.cn/{n}/{year}", province=province, report_year=year, published_date=None,
            agency_name=f"第{n}局", region_code=None, level="department", scope="department",
            applications=totals(received=7, carried_in=year % 3, carried_out=n),
        )
        for province in ("jiangsu", "anhui") for n in range(3) for year in (2020, 2021, 2022)
    ]  # fmt: skip
    found = []
    for most in (1, 1000):
        home = Home(tmp_path / str(most))
        stage(home, reports)
        for province in ("jiangsu", "anhui"):
            validate_province(home, province)
        monkeypatch.setattr(continuity, "agency_groups", lambda resolved, most=most: agency_groups(resolved, most))
        found.append(check_across_years(home))
    assert found[0].height > 10
    assert found[0].equals(found[1])


def test_a_sort_larger_than_its_memory_goes_to_disk_and_leaves_nothing_there(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "MEMORY", 40_000_000)
    with draft(tmp_path / "new.duckdb") as connection:
        connection.execute("SET threads = 1")
        connection.execute(
            "CREATE TABLE t AS SELECT md5(i::VARCHAR) AS a, md5((i + 1)::VARCHAR) AS b FROM range(400_000) r(i)"
        )
        connection.execute("CREATE TABLE s AS FROM t ORDER BY a")
        spilled = [path.name for path in tmp_path.iterdir() if path.name.endswith(".spill")]
        assert connection.execute("SELECT count(*), min(a) < max(a) FROM s").fetchall() == [(400_000, True)]
    assert len(spilled) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new.duckdb"]


@pytest.mark.parametrize(
    ("table", "made", "expected"),
    [
        ("applications", PartResult("d", rows={"applications": 0}), False),
        ("applications", PartResult("d", rows={"applications": 2}), True),
        ("applications", PartResult("d"), True),
        ("quarantine", PartResult("d", rows={"applications": 2}), False),
        ("quarantine", PartResult("d", quarantined={"applications": 1}), True),
        ("applications", None, True),
    ],
)
def test_files_known_to_be_empty_are_not_opened(table, made, expected):
    state = State(made={"jiangsu": made} if made else {})
    assert state.holds(table, "jiangsu") is expected


def test_rows_that_come_to_an_empty_file_are_found(tmp_path):
    home, bare = Home(tmp_path), Report(applications={})
    later = bare.but(fetched=bare.fetched.replace(day=9), applications=totals(received=4), digest="later")
    for night in ([bare], [bare, later]):
        stage(home, night)
        validate_province(home, "jiangsu")
    assert [path.name for path in tidy_files(home, "applications")] == ["jiangsu.parquet"]
    assert tidy_store.tidy_rows(home)["applications"] == pl.read_parquet(tidy_files(home, "applications")).height == 2


def test_the_files_of_a_batch_are_written_one_group_of_parts_at_a_time(tmp_path, monkeypatch):
    """The rows of all parts that a few changes touch are many."""
    written = []
    whole = vars(validate_parts)["write_parquet"]

    def counted(files):
        written.append(files)
        whole(files)

    monkeypatch.setattr(validate_parts, "write_parquet", counted)
    home = Home(tmp_path)
    stage(home, [Report(), Report(url="https://b.gov.cn/x", province="shanghai")])
    validate_provinces(home, ["jiangsu", "shanghai"])
    assert len(written) == 2
