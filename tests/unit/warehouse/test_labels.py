"""Labels are those of the forms and of the column's own COMMENT."""

import re
from collections.abc import Iterable

import duckdb
import pytest

from pipelines.warehouse.building.load import create_tables
from pipelines.warehouse.history import create_as_of
from pipelines.warehouse.label_table import label_rows
from pipelines.warehouse.marts import create_marts
from pipelines.warehouse.queries.column_origins import Origin
from pipelines.warehouse.queries.labels import key_labels, label_of, legend, member_names
from schemas.tables.keys import APPLICANTS, ITEMS, LINES, METRICS, OUTCOMES, PROCEDURES


def test_every_column_of_every_table_and_mart_has_a_label():
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        create_as_of(connection)
        create_marts(connection)
        columns = connection.execute(
            "SELECT schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    names = {"etag", "tls"}  # the name is the label
    assert [c[:3] for c in columns if not label_of(c[3]) and c[2] not in names and "last_modified" not in c[2]] == []
    words = {"url", "error", "sha", "json", "http"}  # English words that Chinese labels may hold
    labels = {label_of(comment) for *_, comment in columns} - {""}
    assert [label for label in labels if set(re.findall("[a-z]{3,}", label.lower())) - words] == []


def test_every_value_of_a_closed_vocabulary_has_its_labels():
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        columns = connection.execute(
            "SELECT DISTINCT column_name, data_type FROM duckdb_columns() WHERE data_type LIKE 'ENUM%'"
        ).fetchall()
    named = {(row["column_name"], row["key"]) for row in label_rows()}
    values = [(column, value) for column, members in columns for value in re.findall("'([^']*)'", members)]
    assert [pair for pair in values if pair not in named] == []


@pytest.mark.parametrize(
    ("comment", "label"),
    [
        ("数值（件） | 印出的数字。 | The number as printed.", "数值（件）"),
        ("数值（见 unit 列） | 印出的数字。 | The number as printed.", "数值"),
        ("requests received in the year | 新收件数：本年", "新收件数"),
        ("share of them, in percent | 分子：公开件数；不含其他", "公开件数"),
        (None, ""),
        ("行政许可 decisions of the same report | 行政许可决定数", "行政许可决定数"),
        ("only English", ""),
    ],
)
def test_the_label_is_the_chinese_of_the_comment(comment, label):
    assert label_of(comment) == label


@pytest.mark.parametrize(
    ("column", "keys"),
    [("line", LINES), ("applicant", APPLICANTS), ("procedure", PROCEDURES), ("outcome", OUTCOMES), ("item", ITEMS),
     ("metric", METRICS)],
)  # fmt: skip
def test_every_key_of_the_forms_has_its_label(column, keys):
    assert [key for key in keys if (column, key) not in key_labels()] == []


@pytest.mark.parametrize(
    ("key", "label"),
    [
        (("line", "received"), "一、本年新收政府信息公开申请数量"),
        (("applicant", "other_organization"), "其他"),
        (("procedure", "litigation_direct"), "行政诉讼 / 未经复议直接起诉"),
        (("outcome", "corrected"), "结果纠正"),
        (("item", "normative_documents"), "行政规范性文件"),  # as the newest form prints it
        (("metric", "published_total"), "对外公开总数量"),
        (("metric", "in_force"), "现行有效件数"),
    ],
)
def test_labels_are_those_of_the_forms(key, label):
    assert key_labels()[key] == label


def test_the_legend_names_the_keys_that_occur_in_key_columns():
    line, outcome = Origin("main.applications", "line"), Origin("main.disputes", "outcome")
    columns: list[tuple[Origin | None, Iterable[object]]] = [
        (line, ["granted", "granted"]),
        (None, ["received"]),
        (outcome, ["upheld", None]),
    ]
    assert legend(columns) == ["granted  三、本年度办理结果 / （一）予以公开", "upheld  结果维持"]
    assert legend([(Origin("main.reports", "title"), ["received"])]) == []


def test_values_of_enumerated_columns_are_known_by_their_chinese_names():
    assert member_names("province")["jiangsu"] == "江苏省"
    assert member_names("applicant")["natural_person"] == "自然人"
    assert member_names("title") == {}


def test_indicators_of_the_prose_are_named_and_those_of_annexes_are_not_mixed_in() -> None:
    assert legend([(Origin("main.narrative_statistics", "indicator"), ["requests.received"])]) == [
        "requests.received  收到政府信息公开申请数"
    ]
    assert legend([(Origin("main.legacy_statistics", "indicator"), ["requests.received"])]) == []
