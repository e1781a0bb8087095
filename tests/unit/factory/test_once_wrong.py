"""Factory reports in which a run of ``bench.accuracy`` found a wrong cell or date; what the factory prints may change with it."""

from random import Random

import pytest

from bench.accuracy import case_of, read_case
from pipelines.read.reader import read_report
from tests.factory.annex import compare_annex, random_annex


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(1871, id="a remark in words for a total"), pytest.param(9281, id="a group total for the total"),
        pytest.param(1127, id="a date below the neighbours"),
    ],
)  # fmt: skip
def test_nothing_is_wrong(index: int) -> None:
    score = read_case(case_of(20261202, index))
    assert (score.wrong, score.invented, score.wrong_header) == ([], [], [])


def test_the_unit_of_a_row_of_blanks_is_not_that_of_the_next() -> None:
    """收取费用总额（元） without figures stood before 专项经费（万元） and its figures."""
    case = random_annex(Random("annex/77002/85"), carrier="flat_html", damage=False)
    score = compare_annex(case, read_report(case.data, name=case.filename).to_contract())
    assert (score.wrong, score.invented) == ([], [])
