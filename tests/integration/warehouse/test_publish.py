"""Analysts never see a half-built file, never block the build, and a bad build does not replace a good one."""

import json
from datetime import timedelta

import duckdb
import polars as pl
import pytest

from pipelines.comparison.continuity import check_across_years
from pipelines.home import Home
from pipelines.tidy.validation import validate_province
from pipelines.warehouse import history
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.errors import QueryRefused, VerificationFailed, WarehouseMissing
from pipelines.warehouse.queries.query import query
from tests.integration.warehouse.hammer import hammer
from tests.unit.warehouse.reports import NO_FETCHES, NO_SOURCES, gold, publish, stage, write_staged

REPORT = gold("qidong-2020")
EDITED = REPORT.but(
    fetched=REPORT.fetched + timedelta(days=40),
    applications={**REPORT.applications, ("received", "commercial_enterprise"): "4", ("granted", "total"): ""},
)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_the_file_opens_in_duckdb_1_5_and_holds_what_the_parquet_holds(home):
    summary = publish(home, REPORT)
    assert summary.rows["applications"] == 161
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'gongkai'").fetchone()
        assert "v1.5" in str(tags)
        assert connection.execute("SELECT count(*) FROM marts.report_wide").fetchone() == (1,)


def test_every_fact_has_its_evidence(home):
    publish(home, REPORT)
    assert query(home, "SELECT count(*) FROM applications WHERE evidence = ''").item() == 0


def test_a_rebuild_from_the_same_rows_is_the_same_release_content(home):
    first, second = publish(home, REPORT), publish(home, REPORT)
    assert (first.release, second.release) == (1, 2)
    assert second.rows == first.rows
    assert second.changes == "nothing changed"


def test_what_the_government_changed_is_a_row_per_cell(home):
    publish(home, REPORT, EDITED)
    rows = query(home, "SELECT line, applicant, old_raw_text, new_raw_text, old_value, new_value, change, version"
                 " FROM history.cell_changes ORDER BY line").rows()  # fmt: skip
    assert rows == [
        ("received", "commercial_enterprise", "5", "4", 5, 4, "changed", 2),
        ("granted", "total", "151", "", 151, None, "changed", 2),
    ]
    seen = query(home, "SELECT DISTINCT first_seen_at FROM history.cell_changes").item()
    assert seen == EDITED.fetched


def test_cells_that_come_and_go_are_changes_too(home):
    fewer = {k: v for k, v in REPORT.applications.items() if k != ("granted", "total")} | {("other", "total"): "12"}
    more = {**fewer, ("other_misc", "total"): "1"}
    publish(home, REPORT, REPORT.but(fetched=EDITED.fetched, applications=more))
    rows = query(home, "SELECT line, change, old_value, new_value FROM history.cell_changes ORDER BY line").rows()
    assert rows == [("granted", "removed", 151, None), ("other_misc", "added", None, 1)]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-01-01", []), ("2026-01-20", [("5", 1)]), ("2026-06-01", [("4", 2)])],
)
def test_a_table_can_be_read_as_of_a_date(home, moment, expected):
    publish(home, REPORT, EDITED)
    sql = (f"SELECT raw_text, version FROM history.applications_as_of('{moment}'::TIMESTAMPTZ)"
           " WHERE line = 'received' AND applicant = 'commercial_enterprise'")  # fmt: skip
    assert query(home, sql).rows() == expected


def test_as_of_now_is_the_present(home):
    publish(home, REPORT, EDITED)
    for table in ("applications", "disputes", "proactive_disclosure"):
        columns = "report_id, version, value, raw_text, evidence"
        sql = (f"(SELECT {columns} FROM history.{table}_as_of('2027-01-01'::TIMESTAMPTZ)) EXCEPT ALL"
               f" (SELECT {columns} FROM {table})")  # fmt: skip
        assert query(home, sql).is_empty()
        assert query(home, f"SELECT count(*) FROM history.{table}_as_of('2027-01-01'::TIMESTAMPTZ)").item() == query(
            home, f"SELECT count(*) FROM {table}"
        ).item()  # fmt: skip


def test_a_build_that_loses_rows_is_not_published(home, monkeypatch):
    publish(home, REPORT)
    good = home.warehouse.read_bytes()
    whole = history.load_cell_changes

    def forgetful(connection, home, versions):
        whole(connection, home, versions)
        connection.execute("DELETE FROM disputes WHERE outcome = 'total'")

    for way in ("build", "incremental_update"):
        monkeypatch.setattr(f"pipelines.warehouse.building.{way}.load_cell_changes", forgetful)
    with pytest.raises(VerificationFailed, match="disputes has 12 rows, the tidy files 15") as caught:
        build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES)
    assert "\n" not in str(caught.value)
    assert home.warehouse.read_bytes() == good
    assert [p.name for p in home.warehouse.parent.iterdir() if "building" in p.name] == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("INSERT INTO disputes SELECT * FROM disputes LIMIT 1", "duplicate keys"),
        ("UPDATE disputes SET report_id = 'ffffffffffffffff' WHERE outcome = 'total'", "not in reports.report_id"),
        ("UPDATE reports SET agency_id = 'gov-999999'", "not in agencies.agency_id"),
    ],
)
def test_duplicates_and_orphans_are_found_by_query(home, monkeypatch, damage, message):
    whole = history.load_cell_changes

    def damaging(connection, home, versions):
        whole(connection, home, versions)
        connection.execute(damage)

    monkeypatch.setattr("pipelines.warehouse.building.build.load_cell_changes", damaging)
    with pytest.raises(VerificationFailed, match=message):
        publish(home, REPORT)
    assert not home.warehouse.exists()


def test_a_row_the_database_refuses_keeps_the_good_file(home):
    publish(home, REPORT)
    good = home.warehouse.read_bytes()
    path = home.tidy_table("applications", "jiangsu")
    pl.read_parquet(path).with_columns(value=pl.lit(-1, pl.Int64)).write_parquet(path)
    with pytest.raises(VerificationFailed, match="CHECK constraint"):
        build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES)
    assert home.warehouse.read_bytes() == good


def test_wrong_rows_of_every_kind_are_set_aside_by_name_and_the_rest_is_published(home):
    """One wrong row of every kind at once: type, range, enum, missing, duplicate key, orphan."""
    other = REPORT.but(url="https://a.gov.cn/2021", report_year=2021)
    stage(home, [REPORT, other])
    cells = pl.read_parquet(home.staged_table("applications", "jiangsu")).with_columns(pl.col("value").cast(pl.String))
    spoiled = [
        cells[0].with_columns(value=pl.lit("twelve")),
        cells[1].with_columns(value=pl.lit("-1")),
        cells[2].with_columns(line=pl.lit("recieved")),
        cells[3].with_columns(evidence=pl.lit(None, pl.String)),
        cells[4], cells[4],
        cells[5].with_columns(report_id=pl.lit("f" * 16)),
        cells[6:],
    ]  # fmt: skip
    write_staged(home, "applications", "jiangsu", pl.concat(spoiled))
    validate_province(home, "jiangsu")
    check_across_years(home)
    summary = build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES)
    reasons = query(home, "SELECT reason FROM quality.quarantine WHERE table_name = 'applications'")["reason"].to_list()
    assert sorted(reasons) == sorted([
        "value: 'twelve' is not Int64",
        "value: -1 fails greater_than_or_equal_to(0)",
        next(r for r in reasons if r.startswith("line: recieved fails isin")),
        "evidence: null fails not_nullable",
        *["duplicate key (report_id, version, line, applicant)"] * 2,
        "orphan: no document for this report and payload",
    ])  # fmt: skip
    assert (summary.rows["applications"], summary.rows["disputes"], summary.rows["reports"]) == (2 * 161 - 6, 30, 2)


def test_an_empty_archive_gives_an_empty_warehouse(home):
    summary = build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES)
    assert summary.rows["reports"] == 0
    assert query(home, "FROM marts.disclosure_rates").is_empty()


def test_a_reader_that_holds_the_old_file_reads_on_and_a_new_one_sees_the_new_night(home):
    publish(home, REPORT)
    holding = duckdb.connect(str(home.warehouse), read_only=True)
    publish(home, REPORT, REPORT.but(url="https://a.gov.cn/2021", report_year=2021))
    assert holding.execute("SELECT count(*) FROM reports").fetchone() == (1,)
    assert query(home, "SELECT count(*) FROM reports").item() == 2  # even in the process of the old reader
    holding.close()


def test_releases_are_kept_by_number_and_told_apart(home):
    publish(home, REPORT)
    for year in (2021, 2022, 2023, 2024, 2025):
        publish(home, *(REPORT.but(url=f"https://a.gov.cn/{y}", report_year=y) for y in range(2020, year + 1)))
    folder = home.warehouse.parent / "releases"
    assert [p.name for p in sorted(folder.glob("*.duckdb"))] == [f"gongkai-00000{n}.duckdb" for n in (3, 4, 5)]
    note = json.loads((folder / "000006.json").read_text("utf-8"))
    assert "reports: 5 → 6 (+1)" in note["changes"]
    assert (folder / "000006.md").read_text("utf-8").startswith("# Release 6")
    with duckdb.connect(str(folder / "gongkai-000005.duckdb"), read_only=True) as old:
        assert old.execute("SELECT count(*) FROM marts.disclosure_rates").fetchone() == (5,)


def test_a_killed_build_leaves_nothing_behind_for_long(home):
    publish(home, REPORT)
    left = home.warehouse.with_name(".gongkai.duckdb.99999999.building")
    left.write_bytes(b"half")
    publish(home, REPORT)
    assert not left.exists()


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
        ("FROM '/etc/passwd'", "disabled|does not exist"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("SELECT * FROM glob('/*')", "disabled"),
        ("COPY reports TO '/tmp/out.csv'", "COPY is not a read"),
        ("EXPORT DATABASE '/tmp/out'", "not a read"),
        ("ATTACH '/tmp/x.duckdb'", "ATTACH is not a read"),
        ("INSTALL httpfs", "not a read"),
        ("LOAD httpfs", "LOAD is not a read"),
        ("DELETE FROM reports", "DELETE is not a read"),
        ("UPDATE reports SET title = 'x'", "UPDATE is not a read"),
        ("CREATE TABLE memory.main.t AS SELECT 1", "CREATE is not a read"),
        ("SET enable_external_access = true", "not a read"),
        ("RESET enable_external_access", "not a read"),
        ("PRAGMA database_list", "not a read"),
        ("EXPLAIN ANALYZE DELETE FROM reports", "read-only"),
        ("SELECT 1; DELETE FROM reports", "one statement at a time"),
        ("", "there is no statement"),
        ("SELEC 1", "syntax error"),
        ("FROM home", "does not exist"),  # a Python variable of ours is not a table
        ("SELECT getenv('HOME')", "does not exist"),
    ],
)
def test_sql_is_read_only_in_earnest(home, sql, message):
    publish(home, REPORT)
    before = home.warehouse.read_bytes()
    with pytest.raises(QueryRefused, match=message) as caught:
        query(home, sql)
    assert "\n" not in str(caught.value)
    assert home.warehouse.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "FROM reports", "DESCRIBE reports", "SHOW ALL TABLES", "SUMMARIZE reports", "EXPLAIN FROM reports"],
)
def test_every_kind_of_read_is_allowed(home, sql):
    publish(home, REPORT)
    assert query(home, sql).height > 0


def test_without_a_warehouse_the_error_says_what_to_do(home):
    with pytest.raises(WarehouseMissing, match="run 'gongkai demo' or 'gongkai run' first"):
        query(home, "SELECT 1")


@pytest.mark.slow
def test_readers_never_notice_a_publish(home):
    """300 publishes against 4 readers are ``python bench/warehouse.py --concurrency``; this is the short version."""
    met = hammer(home, publishes=5, readers=2)
    assert all(isinstance(m, tuple) for m in met), met
