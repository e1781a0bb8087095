"""Tables of ``div`` and list elements: rows and blank cells are kept, and a report that holds no such rows is left alone."""

import random
import re

import pytest

from pipelines.extract.document import Grid
from pipelines.read.reader import read_report
from tests.factory import build_case, compare
from tests.factory.numbers import random_figures
from tests.unit.extract.builders import grids, page


def as_blocks(markup: str, row: str, cell: str) -> str:
    """The tables of a page as blocks, spans dropped."""
    for old, new in (("table", "div class=t"), ("tr", row), ("td", cell)):
        markup = re.sub(rf"<{old}\b[^>]*>", f"<{new}>", markup)
        markup = markup.replace(f"</{old}>", f"</{new.split()[0]}>")
    return re.sub("</?tbody>", "", markup)


@pytest.mark.parametrize(("row", "cell"), [("div class=r", "div class=c"), ("ul", "li"), ("div", "p"), ("dl", "dd")])
@pytest.mark.parametrize("variation", [[], ["blank_zeros"]], ids=["full", "blanks"])
def test_a_report_in_blocks_is_read(row: str, cell: str, variation: list[str]) -> None:
    case = build_case(random.Random(4), "html", random_figures(random.Random(4), "2021", "2021", "large"), variation)
    contract = read_report(as_blocks(case.data.decode(), row, cell).encode(), url=case.url).to_contract()
    score = compare(case.truth, contract)
    assert score.is_safe
    assert not score.unexplained
    assert score.right >= 0.8 * score.printed  # a row that begins with a blank may have lost a cell of its label


def test_evidence_counts_blocks_rows_and_cells() -> None:
    rows = "".join(
        f"<div><div>{a}</div><div>{b}</div></div>"
        for a, b in (("信息内容", "本年制发件数"), ("规章", "0"), ("规定", "1"))
    )
    grid = next(block for block in page(f"<div>{rows}</div>").blocks if isinstance(block, Grid))
    assert grid.rows[1][1] == ("0", 1, 1, "html:blocks[1]/row[2]/cell[2]")


def test_flat_pages_are_no_tables_of_blocks() -> None:
    assert (
        grids(
            page(
                "<div>" + "".join(f"<div>{text}</div>" for text in ("信息内容", "本年制发件数", "规章", "0")) + "</div>"
            )
        )
        == []
    )
