"""Golden figures: the rates of the three reports that were verified by hand come out exactly (docs/domain/forms.md#rates)."""

import re
from decimal import Decimal
from typing import cast

import polars as pl
import pytest

from pipelines.export.data_dictionary import FILE
from pipelines.home import Home
from pipelines.warehouse.marts import marts
from pipelines.warehouse.queries.query import query
from pipelines.warehouse.releases import latest as note_of
from schemas.tables import FACTS, TABLES, polars_schema
from tests.unit.warehouse.reports import Report, gold, publish, totals

QIDONG, HONGZE, HANGZHOU = gold("qidong-2020"), gold("hongze-2024"), gold("hangzhou-2025")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("gold"))
    publish(home, QIDONG, HONGZE, HANGZHOU)
    return home


def one(home: Home, sql: str) -> dict[str, object]:
    return query(home, sql).row(0, named=True)


@pytest.mark.parametrize(
    ("report", "disclosed", "denied", "unavailable", "not_processed", "other", "processed", "backlog"),
    [
        (QIDONG, (168, 54.55), (19, 6.17), (91, 29.55), (18, 5.84), (12, 3.90), 308, (9, 317, 2.84)),
        (HONGZE, (59, 62.11), (3, 3.16), (32, 33.68), (1, 1.05), (0, 0.0), 95, (0, 95, 0.0)),
        (HANGZHOU, (7716, 55.87), (730, 5.29), (3421, 24.77), (457, 3.31), (1486, 10.76), 13810, (819, 14629, 5.60)),
    ],
    ids=["qidong", "hongze", "hangzhou"],
)
def test_rates_of_table_three(home, report, disclosed, denied, unavailable, not_processed, other, processed, backlog):
    row = one(home, f"FROM marts.disclosure_rates WHERE report_id = '{report.report_id}'")
    assert row["processed_total"] == processed
    assert (row["disclosed"], row["disclosure_rate"]) == disclosed
    assert (row["denied"], row["denial_rate"]) == denied
    assert (row["unavailable"], row["unavailable_rate"]) == unavailable
    assert (row["not_processed"], row["not_processed_rate"]) == not_processed
    assert (row["other_results"], row["other_rate"]) == other
    assert (row["carried_out"], row["handled"], row["backlog_rate"]) == backlog


@pytest.mark.parametrize(
    ("report", "review", "litigation"),
    [
        (QIDONG, (11, 49, 22.45), (9, 66, 13.64)),
        (HONGZE, (1, 2, 50.00), (0, 4, 0.0)),
        (HANGZHOU, (97, 669, 14.50), (2, 134, 1.49)),
    ],
    ids=["qidong", "hongze", "hangzhou"],
)
def test_correction_rates_of_table_four(home, report, review, litigation):
    outcomes = query(home, f"FROM marts.dispute_outcomes WHERE report_id = '{report.report_id}'")
    rows = {row[0]: row[1:] for row in outcomes.select("procedure", "corrected", "closed", "correction_rate").rows()}
    assert rows["review"] == review
    assert rows["litigation_all"] == litigation


@pytest.mark.parametrize(
    ("report", "natural", "total", "share", "remedies_per_100"),
    [(QIDONG, 302, 309, 97.73, 35.71), (HONGZE, 95, 95, 100.0, 3.16), (HANGZHOU, 13612, 14069, 96.75, 6.13)],
    ids=["qidong", "hongze", "hangzhou"],
)
def test_applicants_and_remedies(home, report, natural, total, share, remedies_per_100):
    where = f"WHERE report_id = '{report.report_id}'"
    row = one(home, f"FROM marts.applicant_structure {where} AND applicant = 'natural_person'")
    assert (row["received"], row["received_total"], row["share_of_received"]) == (natural, total, share)
    assert one(home, f"FROM marts.remedies {where}")["remedies_per_100"] == remedies_per_100


def test_a_share_is_computed_from_sums_not_from_rates(home):
    row = one(home, "SELECT sum(n_reports) AS n, sum(disclosed) AS d, sum(processed_total) AS p FROM marts.trends")
    assert (row["n"], row["d"], row["p"]) == (3, 168 + 59 + 7716, 308 + 95 + 13810)


def test_money_stays_in_wan_yuan_and_forms_stay_apart(home):
    rows = query(home, "SELECT item, amount FROM marts.money ORDER BY amount").rows()
    assert rows == [
        ("administrative_fees", Decimal(7545)), ("centralized_procurement", Decimal(115800)),
        ("administrative_fees", Decimal(316441)),
    ]  # fmt: skip
    wide = one(home, f"FROM marts.report_wide WHERE report_id = '{QIDONG.report_id}'")
    assert wide["normative_documents_published_total"] == 61
    assert wide["normative_documents_in_force"] is None  # 对外公开总数量 is not 现行有效件数
    assert wide["administrative_fees_fee_amount"] is None  # a count of fee items is not an amount


def test_blank_totals_are_summed_from_the_applicants_and_say_so(tmp_path):
    home = Home(tmp_path)
    publish(home, Report(applications={("granted", "natural_person"): "3", ("granted", "other_organization"): "2",
                                       ("granted", "total"): "", ("carried_in", "total"): ""}))  # fmt: skip
    rows = query(
        home, "SELECT line, value, printed_total, is_derived FROM marts.application_totals ORDER BY line"
    ).rows()
    assert rows == [("carried_in", None, None, False), ("granted", 5, None, True)]


_OF_ONE_REPORT = (
    "report_wide", "disclosure_rates", "peers", "refusal_structure", "denial_structure", "abuse_control", "applicant_structure",
    "dispute_outcomes", "remedies", "carry_over_continuity", "normative_documents", "money",
)  # fmt: skip


def test_recognised_figures_can_be_told_and_left_out_of_every_mart(tmp_path):
    """They are included unless left out: ``n_recognised`` counts the cells of a report that stand in pictures."""
    home = Home(tmp_path)
    picture = HANGZHOU.but(is_picture=True, carrier="image")
    publish(home, HONGZE, picture)
    for table in FACTS[:3]:
        rows = query(home, f"SELECT report_id, reading, min(confidence) AS least FROM {table} GROUP BY ALL").rows()
        assert sorted(rows) == sorted(
            [(HONGZE.report_id, "printed", None), (picture.report_id, "recognised", 0.97)]
        )  # fmt: skip
    shares = query(home, "SELECT report_id, n_recognised / n_cells FROM reports").rows()
    assert dict(shares) == {HONGZE.report_id: 0.0, picture.report_id: 1.0}
    for mart in _OF_ONE_REPORT:
        held = set(query(home, f"SELECT DISTINCT report_id FROM marts.{mart}")["report_id"])
        kept = set(query(home, f"SELECT DISTINCT report_id FROM marts.{mart} WHERE n_recognised = 0")["report_id"])
        assert (held, kept) == ({HONGZE.report_id, picture.report_id}, {HONGZE.report_id}), mart
    for mart in ("trends", "reform_bridge"):
        counted = one(home, f"SELECT sum(n_reports) AS n, sum(n_recognised_reports) AS pictures FROM marts.{mart}")
        assert (counted["n"], counted["pictures"]) == (2, 1), mart


def test_a_copy_and_an_office_do_not_count_twice(tmp_path):
    home = Home(tmp_path)
    copy = QIDONG.but(url="https://www.mirror.com/x", published_date=None)
    publish(home, QIDONG, copy, QIDONG.but(url="https://a.gov.cn/office", scope="government_only"))
    assert one(home, "SELECT sum(n_reports) AS n FROM marts.trends WHERE scope = 'region_aggregate'")["n"] == 1
    assert query(home, "FROM marts.copies")["n_documents"].to_list() == [2, 2]


def test_timeliness_only_claims_what_can_be_known(tmp_path):
    from datetime import UTC, date, datetime

    home = Home(tmp_path)
    base = Report(applications=totals(received=1))
    publish(
        home,
        base.but(url="https://a.gov.cn/1", report_year=2020, published_date=date(2021, 3, 31)),
        base.but(url="https://a.gov.cn/2", report_year=2021, published_date=date(2022, 4, 1)),
        base.but(url="https://a.gov.cn/3", report_year=2022, published_date=None),  # fetched in 2026: proves nothing
        base.but(url="https://a.gov.cn/4", report_year=2025, published_date=None, fetched=datetime(2026, 1, 9, tzinfo=UTC)),
        base.but(url="https://a.gov.cn/5", agency_name="启东市教育局", level="department", scope="department",
                 published_date=date(2021, 2, 1)),
    )  # fmt: skip
    rows = query(home, "SELECT report_year, level, is_on_time, basis FROM marts.timeliness ORDER BY 1, 2").rows()
    assert rows == [
        (2020, "county", True, "printed"), (2020, "department", False, "printed"), (2021, "county", False, "printed"),
        (2022, "county", None, "unknown"), (2025, "county", True, "first_seen"),
    ]  # fmt: skip


def test_coverage_counts_the_governments_of_the_year(home):
    row = one(
        home,
        "FROM marts.coverage WHERE report_year = 2024 AND province_code = '320000' AND government_level = 'county'",
    )
    assert (row["n_expected"], row["n_held"], row["n_missing"]) == (95, 1, 94)
    missing = query(home, "SELECT region_name FROM marts.government_years WHERE NOT is_held AND report_year = 2024")
    assert "江苏省南通市启东市" in missing["region_name"].to_list()


def test_what_is_missing_has_no_portal_no_column_or_no_report(tmp_path):
    known = [("启东市", "320681", True), ("海门区", "320614", True), ("如皋市", "320682", False)]
    portals = pl.DataFrame(
        [
            {"region_path": f"江苏省/南通市/{name}", "region_code": code, "province": "jiangsu", "has_column": has_column,
             "portal_url": f"https://{code}.gov.cn/", "source_ids": "x" if has_column else None}
            for name, code, has_column in known
        ],
        schema=polars_schema("crawl.portals"),
    )  # fmt: skip
    home = Home(tmp_path)
    publish(home, QIDONG.but(report_year=2024), portals=portals)
    row = one(
        home,
        "FROM marts.coverage WHERE report_year = 2024 AND province_code = '320000' AND government_level = 'county'",
    )
    assert (row["n_held"], row["n_without_column"], row["n_without_report"]) == (1, 1, 1)
    reasons = [row[f"n_without_{name}"] for name in ("portal", "column", "report")]
    assert row["n_missing"] == sum(cast("list[int]", reasons))


def test_sections_are_present_empty_or_missing(tmp_path):
    home = Home(tmp_path)
    publish(home, QIDONG.but(sections={0: "前言", 1: "总体情况良好。", 5: " \n", 2: ""}))
    rows = query(home, "SELECT section_no, section_status, n_characters FROM marts.section_coverage ORDER BY 1").rows()
    assert rows == [
        (1, "present", 7), (2, "present", 0), (3, "present", None), (4, "present", None), (5, "empty", 0),
        (6, "missing", None),
    ]  # fmt: skip
    note = note_of(home)
    assert note is not None
    assert note["sections"] == {"reports": 1, "whole": 0}


@pytest.mark.parametrize(
    ("mart", "columns", "labels"),
    [
        ("denial_structure", "line, line_zh", {("denied_state_secret", "属于国家秘密")}),
        ("applicant_structure", "applicant, applicant_zh", {("natural_person", "自然人")}),
        ("dispute_outcomes", "procedure, procedure_zh", {("review", "行政复议"), ("litigation_all", "诉讼合计")}),
        ("enforcement", "item, item_zh", {("administrative_penalties", "行政处罚")}),
        ("disclosure_rates", "province, province_name", {("jiangsu", "江苏省")}),
    ],
)
def test_keys_stand_beside_their_chinese_labels(home, mart, columns, labels):
    rows = set(query(home, f"SELECT DISTINCT {columns} FROM marts.{mart}").rows())
    assert labels <= rows
    assert all(label for _, label in rows)


def test_marts_with_a_province_name_it_and_those_by_region_carry_the_lineage(home):
    shown = query(
        home,
        "SELECT table_name, list(column_name) AS columns FROM duckdb_columns() WHERE schema_name = 'marts' GROUP BY ALL",
    )
    for mart, columns in shown.iter_rows():
        assert "province" not in columns or "province_name" in columns, mart
        assert "region_code" not in columns or "lineage_code" in columns, mart


def test_every_value_of_a_labelled_column_has_a_label(home):
    labelled = {row[0] for row in query(home, "SELECT DISTINCT column_name FROM labels").rows()}
    known = set(query(home, "SELECT column_name, key FROM labels").rows())
    for table in TABLES.values():
        for column in table.columns:
            if column.name in labelled and column.enum != "rule_kind":
                assert [v for v in column.allowed if (column.name, v) not in known] == [], f"{table.name}.{column.name}"
    assert known >= {("rule", row[0]) for row in query(home, "SELECT rule FROM rules").rows()}


@pytest.mark.parametrize("mart", [m.name for m in marts()])
def test_every_mart_answers(home, mart):
    assert query(home, f"FROM marts.{mart}").columns


def test_every_table_and_column_of_the_file_is_described_in_both_languages_and_in_the_dictionary(home):
    """The walk over what is published, not over what was meant: tables, views, columns, macros."""
    pages = FILE.read_text("utf-8").split("\n### ")[1:]
    entries = {page.splitlines()[0]: page for page in pages}
    columns = query(
        home, "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    )
    undescribed = []
    for schema, table, column, comment in columns.rows():
        name = table if schema == "main" else f"{schema}.{table}"
        if not _bilingual(comment) or f"| `{column}` |" not in entries.get(name, ""):
            undescribed.append(f"{name}.{column}")
    assert undescribed == []
    things = query(
        home, "SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal UNION ALL"
        " SELECT view_name, comment FROM duckdb_views() WHERE NOT internal UNION ALL"
        " SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal AND schema_name = 'history'",
    )  # fmt: skip
    assert things.height == len(TABLES) + len(marts()) + len(FACTS) + 1  # a macro per fact table, and one for reports
    assert [name for name, comment in things.rows() if not _bilingual(comment)] == []


def _bilingual(comment: str | None) -> bool:
    """Chinese and English stand on either side of a bar; an English sentence may quote a Chinese word."""
    parts = (comment or "").split("|")
    chinese = [bool(re.search("[\u4e00-\u9fff]", part)) for part in parts]
    english = [bool(re.search("[A-Za-z]{2}", part)) for part in parts]
    return any(zh and en for at, zh in enumerate(chinese) for other, en in enumerate(english) if at != other)


def test_the_fee_on_requesters_is_not_the_fee_of_table_two(tmp_path):
    home = Home(tmp_path)
    publish(
        home, QIDONG.but(sections={6: "本年度共收取信息处理费2件，合计1,230元。其他事项无。", 1: "收到申请309件。"})
    )
    row = one(home, "FROM marts.information_processing_fee")
    assert (row["printed_amount"], row["amount_yuan"], row["says_none"]) == ("1,230元", Decimal("1230.0000"), False)
    assert (row["n_cases"], row["yuan_per_case"]) == (2, 615.0)


def test_penalties_are_set_against_the_licences_of_the_same_report(home):
    where = f"WHERE report_id = '{HONGZE.report_id}' AND item = 'administrative_penalties'"
    row = one(home, f"FROM marts.enforcement {where}")
    assert (row["decisions"], row["licences"], row["per_licence"]) == (2776, 9487, 0.2926)


def test_a_rule_is_held_against_all_reports_of_its_year_and_province(tmp_path):
    home = Home(tmp_path)
    first = Report(applications=totals(carried_out=9))
    later = first.but(url="https://a.gov.cn/2021", report_year=2021, applications=totals(carried_in=8))
    other = first.but(url="https://a.gov.cn/b", report_year=2021, agency_name="海门区人民政府", region_code="320614")
    publish(home, first, later, other)
    row = one(home, "FROM marts.data_quality_by_rule")
    assert (row["rule"], row["report_year"], row["n_reports"]) == ("carried_over_from_previous_year", 2021, 2)
    assert (row["n_with_rule"], row["share"], row["n_findings"]) == (1, 50.0, 2)


def test_a_rate_on_few_cases_is_marked(home):
    """Rates on fewer than 30 cases are kept and marked as small (docs/domain/forms.md#rates)."""
    small = "SELECT report_id FROM marts.dispute_outcomes WHERE procedure = 'review' AND is_small"
    assert query(home, small)["report_id"].to_list() == [HONGZE.report_id]
    assert query(home, "SELECT count(*) FROM marts.remedies WHERE is_small").item() == 0


def test_no_mart_materializes_a_table_expression():
    """DuckDB 2.0 hangs for ever on LIMIT over a CTE that it materialized and reads twice, once there are enough rows."""
    for mart in marts():
        assert " AS (" not in mart.select.replace(" AS NOT MATERIALIZED (", ""), mart.name
