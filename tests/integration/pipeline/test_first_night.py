"""The whole pipeline on the embedded sites: what is in the warehouse is what the sites print, cell by cell."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from filelock import FileLock

from gongkai.demo.sites import DemoSites
from gongkai.demo.truth import KEY_COLUMNS, ExpectedReport, expected_reports
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS
from tests.conftest import Gongkai


@pytest.fixture(scope="module")
def truth(first_night: Path, ports_of_the_first_night: FileLock) -> list[ExpectedReport]:
    """What the sites of the played night serve. Serving them again tells the addresses; the ports are recorded."""
    with ports_of_the_first_night, DemoSites(first_night) as sites:
        return expected_reports(sites)


@pytest.fixture(scope="module")
def home(first_night: Path) -> Home:
    return Home(first_night)


def test_every_report_arrives_and_nothing_else(home: Home, truth: list[ExpectedReport]) -> None:
    held = query(home, "SELECT report_id FROM reports")["report_id"].to_list()
    assert sorted(held) == sorted(report_id(expected.url) for expected in truth)


def test_headers_are_right(home: Home, truth: list[ExpectedReport]) -> None:
    columns = ("title", "agency_name", "report_year", "published_date", "carrier", "extraction_status")
    for expected in (report for report in truth if report.is_readable):
        row = query(
            home, f"SELECT {', '.join(columns)} FROM reports WHERE report_id = '{report_id(expected.url)}'"
        ).row(0)
        assert dict(zip(columns, row, strict=True)) == {
            "title": expected.title,
            "agency_name": expected.agency,
            "report_year": expected.report_year,
            "published_date": expected.published,
            "carrier": expected.carrier,
            "extraction_status": expected.extraction_status,
        }, expected.url


def test_every_cell_is_the_printed_one(home: Home, truth: list[ExpectedReport]) -> None:
    """Value, status and printed text of every cell of every report; no cell is missing, none is added."""
    for table, keys in KEY_COLUMNS.items():
        rows = query(home, f"SELECT report_id, {', '.join(keys)}, value, value_status, raw_text FROM {table}").rows()
        held = {row[: len(keys) + 1]: row[len(keys) + 1 :] for row in rows}
        printed = {
            (report_id(expected.url), *(row[key] for key in keys)): (row["value"], row["value_status"], row["raw_text"])
            for expected in truth
            for row in expected.rows()
            if row["table"] == table
        }
        assert held.keys() == printed.keys(), table
        for cell, (value, status, raw) in printed.items():
            held_value, held_status, held_raw = held[cell]
            assert held_status == status, cell
            assert held_raw.strip() == raw.strip(), cell
            assert held_value is None if value is None else Decimal(held_value) == value, cell


def test_every_fact_says_where_it_is_printed(home: Home) -> None:
    for table in FACTS:
        assert query(home, f"SELECT count(*) FROM {table} WHERE evidence IS NULL OR evidence = ''").item() == 0, table


def test_the_contradictions_are_those_of_the_reports(home: Home, truth: list[ExpectedReport]) -> None:
    expected = {
        (report_id(report.url), entry["rule"], entry.get("line"), entry.get("applicant"))
        for report in truth
        for entry in report.contradictions
    }
    found = query(
        home,
        "SELECT report_id, rule, line, applicant FROM quality.findings"
        " WHERE rule IN ('applicants_sum_to_total', 'received_equals_handled', 'results_sum_to_total', 'outcomes_sum_to_total')",
    )
    assert {(row[0], row[1], row[2], row[3]) for row in found.iter_rows()} == expected


def test_figures_of_findings_are_exact_decimals(home: Home) -> None:
    """A DOUBLE would be printed as 1.13989e+07."""
    kinds = query(
        home, "SELECT DISTINCT typeof(expected), typeof(printed), typeof(suggested_value) FROM quality.findings"
    )
    assert {kind for row in kinds.iter_rows() for kind in row} == {"DECIMAL(38,6)"}


def test_chinese_messages_hold_no_key_of_the_program(home: Home) -> None:
    messages = query(home, "SELECT message_zh FROM quality.findings")["message_zh"].to_list()
    assert messages
    assert [message for message in messages if re.search(r"[a-z]+_[a-z]+", message)] == []


def test_the_trap_pages_are_data_not_failures(home: Home) -> None:
    """A page behind a script challenge, one that is gone, one robots.txt keeps us from and one on a foreign host."""
    outcomes = set(query(home, "SELECT DISTINCT outcome FROM crawl.fetches")["outcome"])
    assert {"blocked_js_challenge", "soft_404", "disallowed_by_robots", "refused_by_guard"} <= outcomes


def test_sql_answers_in_all_three_formats(gongkai: Gongkai, first_night: Path) -> None:
    statement = "SELECT agency_name, report_year FROM reports WHERE report_year = 2024"
    assert "洪泽区" in gongkai("sql", statement, "--home", first_night).out
    assert gongkai("sql", statement, "--home", first_night, "--format", "csv").out == (
        "agency_name,report_year\n淮安市洪泽区人民政府,2024\n"
    )
    assert '"report_year": 2024' in gongkai("sql", statement, "--home", first_night, "--format", "json").out


@pytest.mark.parametrize(
    "relation",
    [
        "reports",
        "sections",
        *FACTS,
        "quality.findings",
        "history.cell_changes",
        "crawl.fetches",
        "marts.disclosure_rates",
    ],
)
def test_every_promised_relation_answers(gongkai: Gongkai, first_night: Path, relation: str) -> None:
    answer = gongkai("sql", f"SELECT count(*) AS n FROM {relation}", "--home", first_night, "--format", "csv")
    assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM reports",
        "CREATE TABLE x AS SELECT 1",
        "COPY reports TO 'stolen.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH 'other.duckdb'",
        "SELECT 1; DROP TABLE reports",
        "SELECT nonsense FROM reports",
        "SELEC 1",
        "",
    ],
)
def test_sql_that_is_no_read_is_refused_in_one_line(gongkai: Gongkai, first_night: Path, statement: str) -> None:
    answer = gongkai("sql", statement, "--home", first_night)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: ")
    assert answer.err.count("\n") == 1


def test_a_warehouse_that_does_not_exist_yet_is_said_and_not_made(gongkai: Gongkai, tmp_path: Path) -> None:
    for command in (("sql", "SELECT 1"), ("export", "--to", tmp_path / "out")):
        answer = gongkai(*command, "--home", tmp_path / "none")
        assert answer.code == 1
        assert answer.err.startswith("error: no warehouse at ")
        assert answer.err.count("\n") == 1
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "out").exists()


def test_status_tells_what_fails_and_since_when(gongkai: Gongkai, first_night: Path, tmp_path: Path) -> None:
    answer = gongkai("status", "--home", first_night)
    assert answer.code == 0, answer.err
    for said in ("Failing now", "blocked_js_challenge", "refused_by_guard", "applicants_sum_to_total", "Published"):
        assert said in answer.out
    fresh = gongkai("status", "--home", tmp_path / "none")
    assert (fresh.code, fresh.err) == (0, "")
    assert "never" in fresh.out


def test_fact_rows_are_in_the_published_file_only_once(home: Home) -> None:
    for table, keys in KEY_COLUMNS.items():
        frame = query(home, f"SELECT report_id, {', '.join(keys)} FROM {table}")
        assert frame.is_unique().all(), table
