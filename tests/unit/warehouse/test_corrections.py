"""Corrections set corrected_value beside the printed value, and cannot outlive what they correct."""

import pytest

from pipelines.home import Home
from pipelines.tidy.corrections import CorrectionError, load_corrections
from pipelines.tidy.validation import validate_province
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.queries.query import query
from tests.unit.warehouse.reports import NO_FETCHES, NO_SOURCES, Report, stage

REPORT = Report(applications={("received", "commercial_enterprise"): "5", ("received", "total"): "309"})
ENTRY = f"""
corrections:
  - name: enterprises
    url: {REPORT.url}
    table: applications
    key: {{line: received, applicant: commercial_enterprise}}
    expect: "5"
    corrected_value: 4
    reason: the column balances only with 4
    evidence: table three, and section one
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "corrections"
    path.mkdir()
    (path / "jiangsu.yaml").write_text(ENTRY, "utf-8")
    return path


def published(home, report, folder):
    stage(home, [report])
    validate_province(home, report.province, corrections_folder=folder)
    return build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES, corrections_folder=folder)


def test_the_printed_value_stays_and_the_corrected_one_stands_beside_it(tmp_path, folder):
    home = Home(tmp_path)
    published(home, REPORT, folder)
    rows = query(home, "SELECT applicant, value, corrected_value FROM applications ORDER BY 1").rows()
    assert rows == [("commercial_enterprise", 5, 4), ("total", 309, None)]


def test_a_stale_correction_fails_the_build_by_name_and_keeps_the_good_file(tmp_path, folder):
    home = Home(tmp_path)
    published(home, REPORT, folder)
    good = home.warehouse.read_bytes()
    fixed = REPORT.but(applications={**REPORT.applications, ("received", "commercial_enterprise"): "4"})
    with pytest.raises(CorrectionError, match=r"enterprises \(jiangsu.yaml\): expects '5', the report prints '4'"):
        published(home, fixed, folder)
    assert home.warehouse.read_bytes() == good


def test_a_correction_of_a_report_that_is_not_held_is_passed_over(tmp_path, folder):
    assert published(Home(tmp_path), REPORT.but(url="https://www.qidong.gov.cn/else.html"), folder).release == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (ENTRY.replace("reason: the column balances only with 4", "reason: ' '"), "reason is empty"),
        (ENTRY.replace('    expect: "5"\n', ""), r"missing \['expect'\]"),
        (ENTRY.replace("table: applications", "table: reports"), "table must be one of"),
        (ENTRY.replace("applicant: commercial_enterprise", "who: them"), "key must hold line, applicant"),
        (ENTRY.replace("corrected_value: 4", "corrected_value: four"), "'four' is not a number"),
        (ENTRY + ENTRY.split("corrections:")[1], "name used twice: enterprises"),
        ("- a list", "expected a list under 'corrections'"),
        ("corrections: [", "not YAML"),
        (ENTRY.replace("name:", "nickname:"), "unknown"),
    ],
)
def test_a_malformed_file_is_named_with_what_is_wrong(tmp_path, wrong, message):
    (tmp_path / "c.yaml").write_text(wrong, "utf-8")
    with pytest.raises(CorrectionError, match=message):
        load_corrections(tmp_path)


def test_the_corrections_of_the_project_are_well_formed():
    load_corrections()
