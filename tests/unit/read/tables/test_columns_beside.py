"""Columns that no form has, in every combination with the shapes of rows and headers: nothing wrong, and nearly all is read."""

from random import Random

import pytest

from pipelines.read.reader import read_report
from tests.factory import build_case, compare_case
from tests.factory.numbers import random_figures

COLUMNS = ("serial_column", "unit_column", "remarks_column", "subtotal_column")
SHAPES = (
    "stacked_rows",
    "header_again",
    "subtotal_rows",
    "repeated_groups",
    "unspanned_groups",
    "blank_zeros_and_totals",
)


@pytest.mark.parametrize("carrier", ["html", "docx"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("column", COLUMNS)
def test_columns_beside_the_form_combine_with_any_shape(column: str, shape: str, carrier: str) -> None:
    for seed in range(2):
        rng = Random(f"{column} {shape} {carrier} {seed}")
        figures = random_figures(rng, ("2019", "2021")[seed], ("2021", "2019")[seed], "small")
        case = build_case(rng, carrier, figures, [column, shape])
        score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
        assert (score.wrong, score.invented, score.false_blanks, score.missing) == ([], [], [], [])


@pytest.mark.parametrize("seed", range(3))
def test_a_header_that_is_printed_again_may_have_the_unit_for_a_head(seed: int) -> None:
    rng = Random(f"units below units {seed}")
    case = build_case(rng, "html", random_figures(rng, "2021", "2019", "small"), ["header_again", "unit_column"])
    score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
    assert (score.wrong, score.invented, score.false_blanks, score.missing) == ([], [], [], [])


def test_a_second_total_in_text_makes_rows_without_their_total_unsure() -> None:
    """Where blanks are padded, the sum of a group would stand in the place of the total."""
    for seed in range(6):
        rng = Random(f"flat totals {seed}")
        figures = random_figures(rng, "2021", "2019", "small")
        variations = ["subtotal_column", "blank_zeros_and_totals", "flat_layout"]
        case = build_case(rng, "flat_txt", figures, variations)
        score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
        assert (score.wrong, score.invented, score.false_blanks) == ([], [], [])


FILLED_UP = """四川省示例市2023年政府信息公开工作年度报告
三、收到和处理政府信息公开申请情况
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况 |||||||||
自然人 | 法人或其他组织 | 总计 ||||||||
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 小计 |||||
一、本年新收政府信息公开申请数量 | 14 | 4 | 1 | 5 | 4 | 1 | 15 | 29 ||
二、上年结转政府信息公开申请数量 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 ||
三、本年度办理结果 | （一）予以公开 | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 2 |
（二）部分公开 | 0 | 0 | 0 | 1 | 0 | 0 | 1 | 1 ||
（三）不予公开 | 1.属于国家秘密 | 2 | 0 | 0 | 1 | 0 | 0 | 1 | 3 |
2.其他法律行政法规禁止公开 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1 ||
"""


def test_a_subtotal_stands_in_no_column_of_rows_that_are_filled_up() -> None:
    """A row with two labels has its figures one place further on: without its subtotal by place, it would still add up."""
    cells = read_report(FILLED_UP.encode(), name="a.txt").frames["applications"]
    read = {(row["line"], row["applicant"]): row["value"] for row in cells.to_dicts() if row["value"] is not None}
    assert read.get(("denied_state_secret", "public_welfare_organization"), 1) == 1
    assert read.get(("denied_state_secret", "other_organization"), 0) == 0
