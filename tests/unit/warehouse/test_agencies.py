"""One agency through renamings; one document that counts, and why."""

from datetime import date

import polars as pl
import pytest

from pipelines.home import Home
from pipelines.tidy.agencies import agency_frame, identify_agency, resolve_reports
from pipelines.tidy.stored_rows import read_versions
from pipelines.tidy.validation import validate_province
from tests.unit.warehouse.reports import Report, stage


def resolved(tmp_path, *reports: Report) -> pl.DataFrame:
    home = Home(tmp_path)
    stage(home, reports)
    for province in {r.province for r in reports}:
        validate_province(home, province)
    return resolve_reports(read_versions(home))


@pytest.mark.parametrize(
    ("name", "code", "year", "level", "scope", "agency"),
    [
        ("海门市人民政府", "320684", 2019, "county", "region_aggregate", "gov-320684"),
        ("海门区人民政府", "320614", 2020, "county", "region_aggregate", "gov-320684"),
        ("海门区人民政府办公室", "320614", 2021, "county", "government_only", "gov-320684"),
        ("江苏省人民政府", None, 2021, "province", "region_aggregate", "gov-320000"),
        (None, "320681", 2020, "county", "region_aggregate", "gov-320681"),
        (None, None, 2020, None, None, None),
    ],
)
def test_a_government_is_its_lineage(name, code, year, level, scope, agency):
    assert identify_agency(name, code, year, level, scope, "jiangsu").agency_id == agency


def test_a_department_keeps_its_id_when_its_county_is_renamed():
    before = identify_agency("海门市教育局", "320684", 2019, "department", "department", "jiangsu")
    after = identify_agency("海门区教育局", "320614", 2021, "department", "department", "jiangsu")
    other = identify_agency("启东市教育局", "320681", 2021, "department", "department", "jiangsu")
    assert before.agency_id == after.agency_id
    assert before.agency_id != other.agency_id
    assert before.kind == "department"


COPY = Report(applications={("received", "total"): "309"})


@pytest.mark.parametrize(
    ("better", "worse", "criterion"),
    [
        ({}, {"url": "https://www.mirror-66.com/qdsrmzf/2020.html"}, "official_host"),
        ({}, {"url": "https://a.gov.cn/b", "extraction_status": "tables_are_images"}, "more_complete"),
        ({}, {"url": "https://a.gov.cn/b.pdf", "carrier": "pdf"}, "better_carrier"),
        ({}, {"url": "https://a.gov.cn/b", "applications": {}}, "more_cells"),
        ({}, {"url": "https://a.gov.cn/b", "published_date": date(2021, 5, 1)}, "published_earlier"),
        ({}, {"url": "https://a.gov.cn/b", "published_date": None}, "published_earlier"),
    ],
)
def test_one_document_counts_and_the_reason_is_said(tmp_path, better, worse, criterion):
    first, second = COPY.but(**better), COPY.but(**worse)
    rows = {r["report_id"]: r for r in resolved(tmp_path, first, second).iter_rows(named=True)}
    assert rows[first.report_id]["is_primary"]
    assert not rows[second.report_id]["is_primary"]
    assert rows[first.report_id]["primary_reason"] == rows[second.report_id]["primary_reason"] == criterion
    assert rows[second.report_id]["primary_report_id"] == first.report_id


def test_scopes_are_chosen_apart(tmp_path):
    office = COPY.but(url="https://a.gov.cn/office", scope="government_only")
    rows = resolved(tmp_path, COPY, office)
    assert rows["is_primary"].to_list() == [True, True]
    assert set(rows["primary_reason"]) == {"only_document"}


def test_an_unknown_agency_never_counts(tmp_path):
    lost = COPY.but(agency_name=None, region_code=None, scope=None, level=None)
    row = resolved(tmp_path, lost).row(0, named=True)
    assert (row["is_primary"], row["primary_reason"], row["agency_id"]) == (False, "agency_or_year_unknown", None)


def test_agencies_list_their_names_and_years(tmp_path):
    old = COPY.but(agency_name="海门市人民政府", region_code="320684", report_year=2019, url="https://a.gov.cn/19")
    new = COPY.but(agency_name="海门区人民政府", region_code="320614", report_year=2020, url="https://a.gov.cn/20")
    agency = agency_frame(resolved(tmp_path, old, new)).row(0, named=True)
    assert agency["name"] == "海门区人民政府"
    assert agency["other_names"] == "海门市人民政府"
    assert (agency["first_year"], agency["last_year"], agency["n_reports"]) == (2019, 2020, 2)
    assert (agency["region_code"], agency["lineage_code"]) == ("320614", "320684")


def test_a_report_met_in_two_provinces_is_one_report(tmp_path):
    twin = COPY.but(province="shanghai", fetched=COPY.fetched.replace(month=3))
    rows = resolved(tmp_path, COPY, twin)
    assert rows.select("report_id", "province").rows() == [(COPY.report_id, "jiangsu")]
