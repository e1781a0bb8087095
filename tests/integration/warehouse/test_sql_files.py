"""`gongkai sql --to FILE`: csv that Excel reads, a workbook, Markdown, JSON."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Gongkai

STATEMENT = "SELECT agency_name, report_year AS year, report_year + 1 AS received FROM reports ORDER BY ALL"


def test_csv_in_a_file_has_the_mark_that_excel_wants_and_the_pipe_has_not(
    gongkai: Gongkai, first_night: Path, tmp_path: Path
) -> None:
    file = tmp_path / "answer.csv"
    answer = gongkai("sql", STATEMENT, "--home", first_night, "--to", file)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.endswith(f"rows in {file}\n")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfagency_name,year,received\n")
    printed = gongkai("sql", STATEMENT, "--home", first_night, "--format", "csv").out
    assert file.read_text("utf-8-sig") == printed
    assert not printed.startswith("\ufeff")


def test_a_workbook_has_the_labels_that_are_certain(gongkai: Gongkai, first_night: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.xlsx"
    assert gongkai("sql", STATEMENT, "--home", first_night, "--to", file).code == 0
    rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert rows[:2] == [("agency_name", "year", "received"), ("机关名称", "报告年度（年）", "")]
    assert len(rows) == 2 + gongkai("sql", STATEMENT, "--home", first_night, "--format", "csv").out.count("\n") - 1


def test_json_and_markdown_by_the_name_of_the_file(gongkai: Gongkai, first_night: Path, tmp_path: Path) -> None:
    assert gongkai("sql", STATEMENT, "--home", first_night, "--to", tmp_path / "a.json").code == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))[0]["year"] == 2020
    assert gongkai("sql", STATEMENT, "--home", first_night, "--to", tmp_path / "a.md").code == 0
    assert (tmp_path / "a.md").read_text("utf-8").startswith("| agency\\_name | year | received |\n|---|---|---|\n")


@pytest.mark.parametrize("options", [("--to", "answer"), ("--to", "answer.doc"), ("--format", "xlsx")])
def test_a_file_of_no_known_format_is_wrong_usage(
    gongkai: Gongkai, first_night: Path, options: tuple[str, ...]
) -> None:
    assert gongkai("sql", "SELECT 1", "--home", first_night, *options).code == 2


def test_a_refused_statement_leaves_no_file(gongkai: Gongkai, first_night: Path, tmp_path: Path) -> None:
    assert gongkai("sql", "SELECT nonsense FROM reports", "--home", first_night, "--to", tmp_path / "a.csv").code == 1
    assert list(tmp_path.iterdir()) == []


def test_labels_and_hints_of_a_table(gongkai: Gongkai, first_night: Path) -> None:
    answer = gongkai("sql", "SELECT sum(disclosed) AS received FROM marts.disclosure_rates", "--home", first_night)
    assert "新收件数" not in answer.out
    answer = gongkai("sql", "-- which\nSELECT report_year FROM reports WHERE province = '江苏'", "--home", first_night)
    assert (answer.code, "报告年度（年）" in answer.out) == (0, True)
    assert "province is never '江苏'; did you mean 'jiangsu'?" in answer.err
    answer = gongkai("sql", "SELECT 11398889::DOUBLE a, 11398899::DOUBLE b", "--home", first_night)
    assert "11398889" in answer.out
    assert "11398899" in answer.out


def test_a_table_stops_at_two_hundred_rows_and_says_how_many_more(gongkai: Gongkai, first_night: Path) -> None:
    answer = gongkai("sql", "FROM range(5000) t(i)", "--home", first_night)
    assert "│ 199 │" in answer.out
    assert "200" not in answer.out
    assert "… and 4,800 more rows" in answer.err


def test_an_address_is_never_cut(gongkai: Gongkai, first_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    urls = gongkai("sql", "SELECT url FROM reports", "--home", first_night, "--format", "csv").out.split()[1:]
    shown = gongkai("sql", "SELECT url, title, agency_name FROM reports", "--home", first_night).out
    assert [url for url in urls if url not in shown] == []
