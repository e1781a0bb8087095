"""A header cell that is not there at all, not even empty: the ones behind it move up, and no number may follow them."""

import re
from random import Random

import pytest

from pipelines.read.reader import read_report
from tests.factory import build_case, compare
from tests.factory.numbers import random_figures

_CELL = re.compile(r"<t[dh][^>]*>(?:(?!</t[dh]>).)*</t[dh]>", re.DOTALL)
_OF_A_HEADER = re.compile("数量|件数|企业|机构|组织|自然人|总|其他|结果|审结|起诉|复议|诉讼|金额|增/减")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_lost_header_cell_moves_no_number(form: str) -> None:
    rng = Random(form)
    case = build_case(rng, "html", random_figures(rng, form, form, "large"))
    page = case.data.decode()
    tried = 0
    for cell in _CELL.finditer(page):
        if re.search(r">\s*\d+\s*<", cell[0]) or not _OF_A_HEADER.search(cell[0]):
            continue
        tried += 1
        damaged = page[: cell.start()] + page[cell.end() :]
        score = compare(case.truth, read_report(damaged.encode(), name="a.html").to_contract())
        assert (score.wrong, score.invented) == ([], []), cell[0]
    assert tried > 35
