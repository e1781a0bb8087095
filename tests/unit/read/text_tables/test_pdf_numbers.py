"""Numbers that do not fit their PDF cell are read whole or not at all, never with digits lost to a neighbour."""

import pytest

from pipelines.extract.pdf.layout.cell_text import cell_text
from pipelines.extract.pdf.layout.tables import find_tables
from pipelines.extract.pdf.layout.text_lines import PrintedLine
from pipelines.extract.pdf.page.content import Char, Rule
from pipelines.read.tables.values.numbers import kind

WIDTH, HEIGHT = 30.0, 20.0  # of a cell


def _printed(text: str, x: float, y: float = 5.0) -> list[Char]:
    return [Char(glyph, x + 5 * i, y, x + 5 * (i + 1), y + 10) for i, glyph in enumerate(text)]


def _cells(*printed: list[Char], columns: int = 3) -> list[str]:
    across = [Rule(y, 0, columns * WIDTH) for y in (0, HEIGHT, 2 * HEIGHT)]
    down = [Rule(column * WIDTH, 0, 2 * HEIGHT) for column in range(columns + 1)]
    (table,) = find_tables([char for word in printed for char in word], across, down, "pdf:page[1]")
    return [cell.text for cell in table.grid.rows[0]]


def test_a_number_that_overflows_its_cell_stays_whole() -> None:
    """Printed behind padding, 200130 ends beyond the rule: its last 0 must not become the neighbour's figure."""
    assert _cells(_printed("200130", 4), _printed("15", 75)) == ["200130", "", "15"]


def test_a_number_centred_in_a_narrow_cell_stays_whole() -> None:
    assert _cells(_printed("2001300", 27.5)) == ["", "2001300", ""]


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param((_printed("200130", 3), _printed("7777", 33)), id="two numbers that touch at the rule"),
        pytest.param((_printed("200130", 4), _printed("150000", 31)), id="two numbers over each other"),
        pytest.param((_printed("123456", 15),), id="half in one cell, half in the other"),
        pytest.param((_printed("2001", 10), _printed("3", 30)), id="nothing crosses, but they touch"),
    ],
)
def test_where_the_cell_is_not_certain_neither_holds_a_number(printed: tuple[list[Char], ...]) -> None:
    first, second, _ = _cells(*printed)
    assert (kind(first), kind(second)) == ("garbled", "garbled"), (first, second)


def test_numbers_that_keep_their_distance_are_read_each_in_its_cell() -> None:
    assert _cells(_printed("2001", 4), _printed("3", 32), _printed("45", 70)) == ["2001", "3", "45"]


def _line(text: str, y: float) -> PrintedLine:
    return PrintedLine(text, 0.0, y, 5.0 * len(text), y + 10, 10)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("178,85", "4件"), "178,854件"),
        (("18285", "4"), "182854"),
        (("6,693", "件"), "6,693件"),
        (("3", "5"), "3\n5"),  # room for both on one line: two numbers
        (("法律服", "务机构"), "法律服\n务机构"),
    ],
)
def test_a_number_broken_for_want_of_room_is_made_whole(texts: tuple[str, ...], expected: str) -> None:
    assert cell_text([_line(text, 10.0 * i) for i, text in enumerate(texts)], 40.0) == expected


def test_a_number_that_leaves_the_table_keeps_its_last_digit() -> None:
    assert _cells(_printed("128605", 64)) == ["", "", "128605"]


def test_a_word_beside_the_table_is_not_drawn_into_it() -> None:
    assert _cells(_printed("12", 70), _printed("34", 93)) == ["", "", "12"]
