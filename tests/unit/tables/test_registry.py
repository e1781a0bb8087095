"""The registry is the single place: what is generated from it agrees with it, and no word is missing."""

import duckdb
import polars as pl
import pytest

from pipelines.export.data_dictionary import FILE, dictionary
from schemas.forms.catalogue import key_values
from schemas.tables import FACTS, STAGED, TABLES, ddl, enum_types, keys, polars_schema, staged_schema

ALL_COLUMNS = [(t.name, c) for t in TABLES.values() for c in t.columns]
NUMBERS_WITHOUT_UNIT = {"version", "previous_version", "section_no", "position", "http_status", "region_code"}


@pytest.fixture(scope="module")
def database():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(enum_types(TABLES.values()))
    for name in TABLES:
        connection.execute(ddl(name))
    return connection


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_what_it_is(name):
    table = TABLES[name]
    assert all((table.label_zh, table.grain, table.grain_zh, table.description, table.description_zh))
    assert set(table.key) <= {c.name for c in table.columns}
    assert len(table.warnings) == len(table.warnings_zh)


@pytest.mark.parametrize(("table", "column"), ALL_COLUMNS, ids=lambda v: getattr(v, "name", v))
def test_every_column_has_label_unit_and_both_descriptions(table, column):
    assert column.label_zh
    assert column.description.endswith((".", "…", "?")), f"{table}.{column.name}"
    assert column.description_zh
    assert bool(column.warning) == bool(column.warning_zh)
    is_number = column.dtype.is_numeric()
    assert column.unit or not is_number or column.name in NUMBERS_WITHOUT_UNIT, f"{table}.{column.name} has no unit"


def test_every_table_and_column_carries_its_comment(database):
    told = database.execute(
        "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    expected = {(t.schema, t.short_name, c.name): c.comment for t in TABLES.values() for c in t.columns}
    assert {(s, t, c): comment for s, t, c, comment in told} == expected
    tables = database.execute(
        "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT internal"
    ).fetchall()
    assert {(s, t): c for s, t, c in tables} == {(t.schema, t.short_name): t.comment for t in TABLES.values()}


@pytest.mark.parametrize("name", TABLES)
def test_duckdb_and_polars_agree_on_types_and_nulls(database, name):
    described = database.execute(f"DESCRIBE {name}").fetchall()
    assert [row[0] for row in described] == list(polars_schema(name))
    nullable = {row[0]: row[2] == "YES" for row in described}
    assert nullable == {c.name: c.nullable for c in TABLES[name].columns}
    types = database.sql(f"SELECT * FROM {name}").pl().cast({pl.Enum: pl.String, pl.Categorical: pl.String}).schema
    assert dict(types) == dict(polars_schema(name))


_DISPUTE = "INSERT INTO disputes VALUES ('0123456789abcdef', 1, {}, false, NULL, 'printed', NULL)"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (_DISPUTE.format("'review', 'upheld', -1, '-1', 'reported', 'x'"),
         "CHECK"),
        (_DISPUTE.format("'appeal', 'upheld', 1, '1', 'reported', 'x'"),
         "appeal"),
        (_DISPUTE.format("'review', 'upheld', 1, '1', 'reported', NULL"),
         "NOT NULL"),
        ("INSERT INTO form_lines (table_name, form, key, position, label_zh, label_en) VALUES ('a', 'b', 'c', -1, 'd', 'e')",
         "CHECK"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses_a_wrong_row(database, statement, message):
    with pytest.raises(duckdb.Error, match=message):
        database.execute(statement)


def test_the_keys_of_the_facts_are_those_of_the_forms():
    for column, known in {
        "line": keys.LINES, "applicant": keys.APPLICANTS, "procedure": keys.PROCEDURES, "outcome": keys.OUTCOMES,
        "item": keys.ITEMS, "metric": keys.METRICS, "article": keys.ARTICLES,
    }.items():  # fmt: skip
        assert set(known) == set(key_values(column)), column


def test_staged_tables_have_a_payload_and_no_version():
    for name in STAGED:
        columns = list(staged_schema(name))
        assert columns[:2] == ["report_id", "payload_digest"]
        assert not {"version", "corrected_value", "finding_id"} & set(columns)


def test_every_fact_has_what_the_promise_asks():
    for name in FACTS:
        assert {"value", "value_status", "raw_text", "evidence", "is_total", "corrected_value"} <= set(
            polars_schema(name)
        )


def test_the_dictionary_in_the_docs_is_the_generated_one():
    """Run ``python -m pipelines.export.data_dictionary`` after changing the registry or a mart."""
    assert FILE.read_text("utf-8") == dictionary()
