"""Rows that a page break cuts, and lines of tables without rules: pieces are put together or refused, never read as rows.

Office software cuts a row where the page ends: every cell goes on on the next page with the lines that are left, so the label,
the numbers, or both may be in halves there. ``cut`` does that to a table in every way.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.extract.document import Block, Cell, Document, Grid
from pipelines.extract.extract import extract
from pipelines.read.document_reading import read_document
from pipelines.read.fact_frames import Identified, frames_of
from pipelines.read.reader import ReportReading
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.rows.page_break_rows import rejoined
from schemas.forms.catalogue import forms
from tests.factory import Score, build_case, compare
from tests.factory.case import Case
from tests.factory.numbers import random_figures


def case(seed: int, form: str, size: str) -> Case:
    rng = Random(seed)
    return build_case(rng, "html", random_figures(rng, form, form, size))


def cut(grid: Grid, row: int, shares: Sequence[float]) -> tuple[Grid, Grid]:
    """Two pieces of a table, the page break running through ``row``: cell ``n`` of it keeps ``shares[n]`` of its text."""
    above: list[list[Cell]] = [list(cells) for cells in grid.rows[: row + 1]]
    reaching: list[tuple[int, Cell]] = []  # start column and what is left below the break
    taken: dict[int, int] = {}
    for number, cells in enumerate(grid.rows[: row + 1]):
        column = 0
        for at, cell in enumerate(cells):
            while taken.get(column, 0) > number:
                column += 1
            taken |= dict.fromkeys(range(column, column + cell.colspan), number + cell.rowspan)
            left = number + cell.rowspan - row - 1
            if number == row:
                keep = round(len(cell.text) * shares[at % len(shares)])
                above[row][at] = cell._replace(text=cell.text[:keep], rowspan=1)
                reaching.append((column, cell._replace(text=cell.text[keep:], rowspan=left + 1)))
            elif left >= 0:
                above[number][at] = cell._replace(rowspan=row + 1 - number)
                reaching.append((column, cell._replace(text="", rowspan=left + 1)))
            column += cell.colspan
    head = tuple(cell for _, cell in sorted(reaching, key=lambda item: item[0]))
    upper = grid._replace(rows=tuple(map(tuple, above)))
    return upper, Grid((head, *grid.rows[row + 1 :]), grid.evidence + "/lower", continues=True)


def read(document: Document, blocks: Sequence[Block], truth: Case) -> Score:
    reading = read_document(replace(document, blocks=tuple(blocks)))
    frames = frames_of([Identified(reading, "0" * 16, "")])
    return compare(truth.truth, ReportReading(reading, frames).to_contract())


@pytest.mark.slow
@example(seed=0, form="2021", table=1, at=0.90625, shares=[0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 0.0])  # 3 over .其他
@example(
    seed=0, form="2019", table=0, at=0.96875, shares=[1.0, 0.3, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
)  # 45 beside 万元
@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 30),
    form=st.sampled_from(("2019", "2021")),
    table=st.integers(0, 2),
    at=st.floats(0, 0.999),
    shares=st.lists(st.sampled_from((0.0, 0.3, 0.5, 0.7, 1.0, 1.0)), min_size=9, max_size=9),
)
def test_a_cut_row_is_whole_again_or_refused(seed: int, form: str, table: int, at: float, shares: list[float]) -> None:
    whole = case(seed, form, "large")
    document = extract(whole.data, name="a.html")
    blocks = list(document.blocks)
    place = [index for index, block in enumerate(blocks) if isinstance(block, Grid)][table]
    grid = blocks[place]
    assert isinstance(grid, Grid)
    blocks[place : place + 1] = cut(grid, int(at * len(grid.rows)), shares)
    score = read(document, blocks, whole)
    assert not score.wrong
    assert not score.invented
    assert not score.invented_violations


@pytest.mark.parametrize(
    ("keep", "number"),
    [
        ("whole label, whole numbers", (1.0, 1.0)),
        ("half a label, whole numbers", (0.5, 1.0)),
        ("half a label, half a number", (0.5, 0.6)),
    ],
)
def test_what_can_be_put_together_is(keep: str, number: tuple[float, float]) -> None:
    """A row of table three in the middle of its group; its numbers have six digits."""
    label, figures = number
    whole = case(3, "2021", "large")
    document = extract(whole.data, name="a.html")
    blocks = list(document.blocks)
    place = [index for index, block in enumerate(blocks) if isinstance(block, Grid)][1]
    grid = blocks[place]
    assert isinstance(grid, Grid)
    row = next(n for n, cells in enumerate(grid.rows) if any("三安全" in cell.text for cell in cells))
    digits = tuple(
        cell._replace(text="123456" if cell.text.strip().isdigit() else cell.text) for cell in grid.rows[row]
    )
    grid = grid._replace(rows=(*grid.rows[:row], digits, *grid.rows[row + 1 :]))
    upper, lower = cut(grid, row, [label, *[figures] * 7])
    blocks[place : place + 1] = [upper, lower]
    contract = ReportReading(
        reading := read_document(replace(document, blocks=tuple(blocks))),
        frames_of([Identified(reading, "0" * 16, "")]),
    ).to_contract()
    cells = [cell for cell in contract["applications"] if cell["line"] == "denied_security_stability"]
    assert [cell["value"] for cell in cells] == [123456] * 7, keep


def test_a_break_between_whole_rows_cuts_nothing() -> None:
    whole = case(5, "2019", "large")
    document = extract(whole.data, name="a.html")
    blocks = list(document.blocks)
    grids = [index for index, block in enumerate(blocks) if isinstance(block, Grid)]
    for row in range(3, 26):
        grid = blocks[grids[1]]
        assert isinstance(grid, Grid)
        upper, lower = cut(grid, row, [1.0])
        rest = lower._replace(rows=lower.rows[1:])
        if any(cell.rowspan > 1 for cell in lower.rows[0]):
            continue  # a group goes on below: its empty cell belongs to the next row
        score = read(document, [*blocks[: grids[1]], upper, rest, *blocks[grids[1] + 1 :]], whole)
        assert (score.wrong, score.missing) == ([], []), row


def rows(*texts: Sequence[str], loose: bool = False, continues: bool = False) -> Grid:
    """A grid of single cells."""
    cells = [tuple(Cell(text, 1, 1, f"r{n}c{at}") for at, text in enumerate(row)) for n, row in enumerate(texts)]
    return Grid(tuple(cells), "pdf:page[1]/table[1]", loose=loose, continues=continues)


@pytest.mark.parametrize(
    ("foot", "head", "joined"),
    [
        (("2.其他", "14189", "0"), ("法律行政法规禁止公开", "", ""), ("2.其他法律行政法规禁止公开", "14189", "0")),
        (("2.重复", "121", "0"), ("申请", "38", ""), ("2.重复申请", "12138", "0")),
        (("2.重复", "", ""), ("申请", "5", "0"), ("2.重复申请", "5", "0")),
        (("2.重复", "12", "0"), ("申请", "138", ""), None),  # the rest would be longer than a full line
        (("2.重复", "3", "0"), ("申请", "0", "0"), None),  # 00 is no number
        (("2.重复申请", "121", "0"), ("", "38", ""), None),  # the rest of a number, or a row without its label
        (("2.重复甲", "3", "0"), ("申请乙", "", ""), None),  # spells nothing that is known
    ],
)
def test_pieces(foot: Sequence[str], head: Sequence[str], joined: Sequence[str] | None) -> None:
    upper, lower = rejoined([rows(foot), rows(head, continues=True)], vocabulary(forms()))
    if joined is None:
        assert lower.unsure == {0}
        assert upper.unsure == {0}
    else:
        assert [cell.text for cell in upper.grid.rows[0]] == list(joined)
        assert not any(cell.text for cell in lower.grid.rows[0])
        assert upper.unsure == lower.unsure == set()


def test_a_joined_number_names_both_its_places() -> None:
    upper, _ = rejoined([rows(("2.重复", "121", "0")), rows(("申请", "38", ""), continues=True)], vocabulary(forms()))
    assert [cell.evidence for cell in upper.grid.rows[0]] == ["r0c0", "r0c1; r0c1", "r0c2"]


def test_values_without_a_label_make_the_rows_of_a_loose_table_unsure() -> None:
    """``19666`` wrapped in its column: the second line is no row, and the first no number."""
    grid = rows(
        ("1.属于国家秘密", "3", "3"), ("2.重复申请", "196", "0"), ("", "66", ""), ("3.其他", "1", "1"), loose=True
    )
    assert rejoined([grid], vocabulary(forms()))[0].unsure == {1, 2, 3}
    assert rejoined([grid._replace(loose=False)], vocabulary(forms()))[0].unsure == set()
