"""Grids that no form prints: found by bench/fuzz.py, kept here by what was odd about them."""

from tests.unit.read.builders import applications, page, parse, values


def test_a_row_without_cells_ends_a_piece_of_a_table() -> None:
    """The next table asks how wide the one before it was (documents 171, 535 and 1125 of seed 7)."""
    first = applications().replace("</table>", "<tr></tr></table>")
    parsed = parse(page(first, "<table><tr><td>1</td><td>2</td></tr></table>"))
    assert values(parsed, "applications") == values(parse(page(applications())), "applications")
