"""A column is labelled only where it provably comes from a column of a table; an expression never is."""

import pytest

from pipelines.warehouse.queries.column_origins import Origin, origins, wrong_literals

SCHEMA = {
    "main": {
        "reports": {"report_id": "VARCHAR", "agency_name": "VARCHAR", "province": "ENUM('jiangsu', 'anhui')"},
        "applications": {"report_id": "VARCHAR", "line": "ENUM('received', 'granted')", "value": "DECIMAL(20,6)"},
    },
    "marts": {"disclosure_rates": {"disclosed": "BIGINT", "report_year": "BIGINT"}},
}
AGENCY = Origin("main.reports", "agency_name")
YEAR = Origin("marts.disclosure_rates", "report_year")


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT agency_name FROM reports", [AGENCY]),
        ("SELECT agency_name AS received FROM reports", [AGENCY]),
        ("FROM reports", [Origin("main.reports", name) for name in SCHEMA["main"]["reports"]]),
        ("SELECT * EXCLUDE (province, report_id) FROM main.reports", [AGENCY]),
        ("SELECT sum(disclosed) AS received, max(report_year) AS pending FROM marts.disclosure_rates", [None, None]),
        ("SELECT report_year FROM marts.disclosure_rates GROUP BY ALL", [YEAR]),
        ("WITH t AS (SELECT agency_name AS a, 1 AS agency_name FROM reports) SELECT * FROM t", [AGENCY, None]),
        ("SELECT x.agency_name FROM (SELECT * FROM reports) x JOIN applications USING (report_id)", [AGENCY]),
        ("SELECT agency_name || '' AS agency_name FROM reports", [None]),
        ("SELECT agency_name FROM reports UNION ALL SELECT agency_name FROM reports", [AGENCY]),
        ("SELECT agency_name FROM reports UNION ALL SELECT province FROM reports", [None]),
        ("SELECT (SELECT agency_name FROM reports LIMIT 1) AS agency_name", [None]),
        ("SELECT agency_name FROM (VALUES ('x')) AS t(agency_name)", [None]),
        ("-- which ones\nSELECT agency_name FROM reports", [AGENCY]),
        ("DESCRIBE reports", []),
        ("EXPLAIN SELECT 1", []),
        ("no SQL at all ((", []),
    ],
)
def test_only_columns_that_reach_the_answer_untouched_are_traced(sql, found):
    assert [origin for _, origin in origins(sql, SCHEMA)] == found


@pytest.mark.parametrize(
    ("where", "literals"),
    [
        ("province = '江苏'", ["江苏"]),
        ("'江苏' = province", ["江苏"]),
        ("province <> 'jiangsu'", []),
        ("province IN ('jiangsu', 'jiangus')", ["jiangus"]),
        ("agency_name = '江苏'", []),
        ("lower(agency_name) = 'x' AND province = 'x'", ["x"]),
    ],
)
def test_a_text_that_no_value_of_an_enumerated_column_is_found(where, literals):
    assert [wrong.literal for wrong in wrong_literals(f"SELECT 1 FROM reports WHERE {where}", SCHEMA)] == literals


@pytest.mark.parametrize(
    ("literal", "near"),
    [("江苏", "jiangsu"), ("江苏省", "jiangsu"), ("Jiangsu", "jiangsu"), ("jiangus", "jiangsu"), ("火星", None)],
)
def test_what_was_probably_meant(literal, near):
    (wrong,) = wrong_literals(f"SELECT 1 FROM reports WHERE province = '{literal}'", SCHEMA)
    assert wrong.nearest({"jiangsu": "江苏省", "anhui": "安徽省"}) == near


def test_a_literal_in_a_subquery_on_a_joined_table_is_found():
    sql = "SELECT * FROM (SELECT * FROM reports r JOIN applications a USING (report_id) WHERE a.line = 'recieved') t"
    (wrong,) = wrong_literals(sql, SCHEMA)
    assert (wrong.column, wrong.nearest({})) == ("line", "received")
