"""What a query returns is labelled in Chinese beside English."""

import polars as pl
import pytest

from pipelines.warehouse.labels import column_labels, key_labels, legend
from pipelines.warehouse.marts import marts
from schemas.tables import TABLES
from schemas.tables.keys import APPLICANTS, ITEMS, LINES, METRICS, OUTCOMES, PROCEDURES


def test_every_column_of_every_table_and_mart_has_a_label():
    names = {c.name for t in TABLES.values() for c in t.columns} | {name for m in marts() for name, _ in m.columns}
    assert {name for name in names if not column_labels().get(name)} == set()


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


def test_the_legend_names_the_keys_that_occur():
    frame = pl.DataFrame({"line": ["granted", "granted"], "n": [1, 2], "outcome": ["upheld", None]})
    assert legend(frame) == ["granted  三、本年度办理结果 / （一）予以公开", "upheld  结果维持"]
    assert legend(frame.select("n")) == []
