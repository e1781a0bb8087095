"""The short version of bench/carriers.py: a few reports in each carrier that is not recognised, read without a gap.

Pictures take seconds of processor time each: their short version stands in tests/unit/picture.
"""

import pytest

from bench.annexes import run_office
from bench.carriers import CARRIERS, SLOW, missing, run


@pytest.mark.slow
@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name not in SLOW])
def test_reports_in_this_carrier_are_read_without_a_gap(carrier: str) -> None:
    why = missing(carrier)
    if why is not None:
        pytest.skip(why)
    for line in run(carrier, 20, range(3)):
        assert line["amiss"] == []
        assert line["unexplained"] == 0
        assert line["right"] >= 0.999 * (line["printed"] - line["refused"])


@pytest.mark.slow
def test_annexes_in_files_of_other_programs_are_read_or_refused() -> None:
    why = missing("doc")
    if why is not None:
        pytest.skip(why)
    scores, trouble = run_office(3, 4)
    assert trouble == []
    assert scores.keys() == {"doc", "rtf", "xls"}
    assert all(score.right >= 0.99 * (score.printed - score.refused) for score in scores.values())
