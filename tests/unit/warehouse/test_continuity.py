"""Findings between years and copies: both sides, blank-aware, and only across forms where the domain says so."""

from datetime import timedelta

import polars as pl
import pytest

from pipelines.comparison.continuity import check_across_years
from pipelines.comparison.publication_deadline import deadline
from pipelines.home import Home
from pipelines.tidy.validation import validate_province
from tests.unit.warehouse.reports import Report, stage, totals

Y2020 = Report(applications=totals(received=100, carried_out=9))
Y2021 = Y2020.but(
    url="https://www.qidong.gov.cn/xxgk/2021.html", report_year=2021, form="2021", published_date=None,
    applications=totals(received=100, carried_in=9),
)  # fmt: skip


def found(tmp_path, *reports: Report) -> pl.DataFrame:
    home = Home(tmp_path)
    stage(home, reports)
    for province in {r.province for r in reports}:
        validate_province(home, province)
    return check_across_years(home).filter(pl.col("rule") != "published_late")


def test_a_year_that_continues_the_last_gives_no_finding(tmp_path):
    assert found(tmp_path, Y2020, Y2021).is_empty()


def test_a_broken_carry_over_is_told_per_applicant_with_both_places(tmp_path):
    rows = found(tmp_path, Y2020, Y2021.but(applications=totals(carried_in=8)))
    assert sorted(rows["applicant"]) == ["natural_person", "total"]
    row = rows.filter(applicant="total").row(0, named=True)
    assert (row["rule"], row["severity"]) == ("carried_over_from_previous_year", "error")
    assert (row["printed"], row["expected"]) == (8.0, 9.0)
    assert (row["report_id"], row["other_report_id"]) == (Y2021.report_id, Y2020.report_id)
    assert row["evidence"]
    assert row["other_evidence"]
    assert "2020" in row["message"]
    assert "上年结转" in row["message_zh"]


@pytest.mark.parametrize(
    ("before", "now", "count"),
    [
        ({"natural_person": "0", "total": "0"}, {"natural_person": "", "total": "0"}, 0),  # a blank zero is a zero
        ({"natural_person": "9", "total": "9"}, {"natural_person": "", "total": "9"}, 1),  # a blank nine is not
        ({"natural_person": "9", "total": "9"}, {"natural_person": "", "total": ""}, 0),  # a blank row says nothing
        ({"natural_person": "9", "total": "9"}, {"natural_person": "9", "total": "?"}, 0),  # not read is not wrong
        ({"natural_person": "/", "total": "0"}, {"natural_person": "0", "total": "0"}, 0),
    ],
)
def test_blanks_are_read_with_care(tmp_path, before, now, count):
    first = Y2020.but(applications={("carried_out", a): v for a, v in before.items()})
    second = Y2021.but(applications={("carried_in", a): v for a, v in now.items()})
    assert found(tmp_path, first, second).height == count


def test_scopes_and_gaps_are_not_compared(tmp_path):
    office = Y2021.but(scope="government_only", applications=totals(carried_in=1))
    later = Y2021.but(url="https://a.gov.cn/2022", report_year=2022, applications=totals(carried_in=1))
    assert found(tmp_path, Y2020, office, later).is_empty()


def test_a_renamed_county_is_followed(tmp_path):
    old = Y2020.but(report_year=2019, agency_name="海门市人民政府", region_code="320684")
    new = Y2021.but(
        report_year=2020, agency_name="海门区人民政府", region_code="320614", applications=totals(carried_in=7)
    )
    assert found(tmp_path, old, new).height == 2


def stock(form: str, **figures: int) -> dict[tuple[str, str, str], str]:
    return {("20(1)", "normative_documents", metric): str(value) for metric, value in figures.items()}


@pytest.mark.parametrize(("in_force", "count"), [(14, 0), (15, 1)])
def test_the_stock_of_the_2021_form(tmp_path, in_force, count):
    before = Y2021.but(applications={}, proactive=stock("2021", issued=1, repealed=0, in_force=12))
    now = Y2021.but(url="https://a.gov.cn/2022", report_year=2022, applications={},
                    proactive=stock("2021", issued=5, repealed=3, in_force=in_force))  # fmt: skip
    rows = found(tmp_path, before, now)
    assert rows.height == count
    if count:
        assert rows.select("rule", "printed", "expected").row(0) == ("in_force_stock", 15.0, 14.0)


def test_the_stock_does_not_cross_the_forms(tmp_path):
    """对外公开总数量 (2019) is not 现行有效件数 (2021)."""
    before = Y2020.but(applications={}, proactive=stock("2019", made=1, published_total=50))
    now = Y2021.but(applications={}, proactive=stock("2021", issued=5, repealed=3, in_force=12))
    assert found(tmp_path, before, now).is_empty()


def items(previous: int, change: str) -> dict[tuple[str, str, str], str]:
    return {("20(5)", "administrative_licenses", "items_previous_year"): str(previous),
            ("20(5)", "administrative_licenses", "items_change"): change}  # fmt: skip


@pytest.mark.parametrize(("printed", "count"), [(247, 0), (211, 1)])
def test_item_counts_of_the_2019_form(tmp_path, printed, count):
    before = Y2020.but(report_year=2019, applications={}, proactive=items(211, "+36"))
    now = Y2021.but(report_year=2020, form="2019", applications={}, proactive=items(printed, "0"))
    rows = found(tmp_path, before, now)
    assert rows["rule"].to_list() == ["items_previous_year"] * count


def test_published_total_may_not_fall_quietly(tmp_path):
    before = Y2020.but(report_year=2019, applications={}, proactive=stock("2019", published_total=61))
    now = Y2021.but(report_year=2020, form="2019", applications={}, proactive=stock("2019", published_total=60))
    assert found(tmp_path, before, now)["rule"].to_list() == ["published_total_falls"]


@pytest.mark.parametrize(("now", "count"), [(1001, 1), (1000, 0), (9, 1), (10, 0)])
def test_a_tenfold_change_is_a_hint(tmp_path, now, count):
    rows = found(tmp_path, Y2020, Y2021.but(applications=totals(received=now)))
    assert rows["rule"].to_list() == ["scale_shift"] * count
    assert set(rows["severity"]) <= {"info"}


def test_a_tenfold_change_of_a_few_is_chance(tmp_path):
    assert found(
        tmp_path, Y2020.but(applications=totals(received=1)), Y2021.but(applications=totals(received=20))
    ).is_empty()


def test_a_copy_with_another_figure_is_told_but_a_blank_one_is_not(tmp_path):
    copy = Y2020.but(url="https://www.copy.com/x.html",
                     applications={**totals(received=99), ("carried_out", "total"): ""})  # fmt: skip
    rows = found(tmp_path, Y2020, copy)
    assert set(rows["rule"]) == {"copies_disagree"}
    assert rows.height == 2
    row = rows.filter(applicant="total").row(0, named=True)
    assert (row["report_id"], row["printed"], row["other_report_id"], row["expected"]) == (
        copy.report_id, 99.0, Y2020.report_id, 100.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("year", "level", "scope", "day"),
    [(2020, "county", "region_aggregate", "2021-03-31"), (2020, "department", "department", "2021-01-31"),
     (2018, "department", "department", "2019-03-31"), (2020, None, None, "2021-03-31")],
)  # fmt: skip
def test_the_statutory_deadline(year, level, scope, day):
    assert deadline(year, level, scope).isoformat() == day


def test_nothing_is_computed_when_nothing_changed(tmp_path, monkeypatch):
    first = found(tmp_path, Y2020, Y2021.but(applications=totals(carried_in=8)))
    monkeypatch.setattr("pipelines.comparison.continuity._findings", lambda *_: pytest.fail("compared again"))
    assert found(tmp_path, Y2020, Y2021.but(applications=totals(carried_in=8))).equals(first)


def test_a_report_met_in_two_provinces_is_compared_once(tmp_path):
    """It belongs to the province that saw it first; the cells of the other's files are not its own."""
    broken = Y2021.but(applications=totals(carried_in=8))
    twin = broken.but(
        province="shanghai", fetched=broken.fetched + timedelta(days=1), applications=totals(carried_in=7)
    )
    rows = found(tmp_path, Y2020, broken, twin)
    assert sorted(rows.select("applicant", "printed").rows()) == [("natural_person", 8.0), ("total", 8.0)]
