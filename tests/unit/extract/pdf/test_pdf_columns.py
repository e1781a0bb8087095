"""Columns of numbers on a page without rules: what is a table, and what hostile pages may ask for."""

from pipelines.extract.pdf.layout.unruled_columns import find_unruled
from pipelines.extract.pdf.page.content import Char

PITCH = 40


def row(y: float, label: str, *values: str) -> list[Char]:
    """A label at x = 50, and values whose middles stand ``PITCH`` points apart from x = 200."""
    chars = [Char(char, 50 + 8 * n, y, 58 + 8 * n, y + 8) for n, char in enumerate(label)]
    for column, value in enumerate(values):
        left = 200 + PITCH * column - 2 * len(value)
        chars += [Char(char, left + 4 * n, y, left + 4 * n + 4, y + 8) for n, char in enumerate(value)]
    return chars


def texts(chars: list[Char]) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in cells] for cells in table.grid.rows] for table in find_unruled(chars, "pdf:page[1]")
    ]


def test_rows_columns_and_a_blank() -> None:
    chars = [
        *row(10, "", "甲", "乙", "丙", "丁", "戊"),
        *row(30, "规章", "1", "22", "333", "4", "5"),
        *row(50, "文件", "6", "", "7", "8", "9"),
    ]
    assert texts(chars) == [
        [["", "甲", "乙", "丙", "丁", "戊"], ["规章", "1", "22", "333", "4", "5"], ["文件", "6", "", "7", "8", "9"]]
    ]


def test_a_value_between_two_columns_makes_no_table() -> None:
    assert texts([*row(10, "规章", *"12345"), Char("7", 218, 30, 222, 38)]) == []


def test_prose_with_a_number_makes_no_table() -> None:
    assert texts(row(10, "全年共受理申请", "12", "34")) == []


def test_lines_of_spaces_and_endless_rows() -> None:
    assert texts([*row(10, "规章", *"12345"), Char(" ", 60, 30, 64, 38)]) == [[["规章", *"12345"]]]
    assert texts([char for n in range(400) for char in row(10 * n, "规章", *"12345")]) == []
