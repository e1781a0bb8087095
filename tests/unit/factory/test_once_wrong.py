"""Factory reports in which a run of ``bench.accuracy`` found a wrong cell or date; what the factory prints may change with it."""

import pytest

from bench.accuracy import case_of, read_case


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
