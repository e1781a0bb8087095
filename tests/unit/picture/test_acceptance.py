"""Which recognised figures are believed: agreement of readings, and sums that close."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.extract.picture.grid.blocks import best_text
from pipelines.extract.picture.result import Box, CellText, Shape, Text
from pipelines.read.recognised_cells import settle
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from schemas.forms.catalogue import forms

OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
PLAIN = Shape(points=0, dashes=0, flat=False, slanted=False)


def cell_text(*readings: str, shape: Shape | None = PLAIN, sure: float = 0.99, spoiled: str | None = None) -> CellText:
    """A cell whose three readings are these; without any, a blank one."""
    first, second, third = (Text(text, sure) if text else None for text in (*readings, *[""] * (3 - len(readings))))
    return CellText(1, 1, Box(0, 0, 9, 9), not readings, first, second, third, shape, spoiled)


def same(text: str, **changes: object) -> CellText:
    return cell_text(text, text, text, **changes)  # type: ignore[arg-type]


def settled(row: list[CellText], table: str = "disputes") -> tuple[list[PrintedCell], list[str]]:
    """The cells of 行政复议 (or the first row of table two) after settling, and the messages of the findings."""
    form = next(form for form in forms() if form.form == "2021").tables[table]
    keys = [key for key in form.asked if key[:1] == ("review",) or table != "disputes"][: len(row)]
    cells = [
        PrintedCell(key, best_text(text), f"picture[1]/tr[1]/td[{n}]", "件", False, False, False, False)
        for n, (key, text) in enumerate(zip(keys, row, strict=True))
    ]
    reading = TableReading(table, "2021", cells)
    found = settle(reading, form.identities, {cell.evidence: text for cell, text in zip(cells, row, strict=True)})
    return reading.cells, [finding["message"] for finding in found]


def test_a_row_that_closes_is_believed() -> None:
    cells, found = settled([same("3"), same("0"), same("1"), cell_text(), same("4")])
    assert [cell.raw_text for cell in cells] == ["3", "0", "1", "", "4"]
    assert not any(cell.unreadable for cell in cells)
    assert [cell.reading for cell in cells] == ["recognised"] * 5
    assert [cell.confidence for cell in cells] == [0.99, 0.99, 0.99, None, 0.99]
    assert not found


REFUSED = {
    "the row does not close": [same("3"), same("0"), same("1"), same("0"), same("5")],
    "two readings differ and one is missing": [cell_text("3", "8"), same("0"), same("1"), same("0"), same("4")],
    "the edge of the picture cuts the cell": [same("3", spoiled="cut"), same("0"), same("1"), same("0"), same("4")],
    "a letter": [same("O"), same("0"), same("1"), same("3"), same("4")],
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_what_is_not_believed_is_unreadable_and_says_its_readings(row: list[CellText]) -> None:
    cells, found = settled(row)
    assert cells[0].unreadable
    assert cells[0].raw_text.count(" | ") == 2
    assert found
    assert all("recognised as" in message for message in found)


def test_a_figure_that_one_sum_proves_must_be_sure() -> None:
    unsure = [same("3", sure=0.7), same("0"), same("1"), same("0"), same("4")]
    cells, _ = settled(unsure)
    assert [cell.unreadable for cell in cells] == [True, False, False, False, False]


STRICT = {
    "plain": (same("7"), True),
    "a stroke read as 1": (same("1", shape=PLAIN._replace(slanted=True)), False),
    "a point that no reading has": (same("592372449", shape=PLAIN._replace(points=1)), False),
    "only two readings": (cell_text("7", "7"), False),
    "not sure": (same("7", sure=0.8), False),
    "two lines": (same("7", shape=None), False),
    "a dash": (same("-", shape=PLAIN._replace(flat=True)), True),
    "a dash that is no dash": (same("-"), False),
    "two figures in one cell": (same("20", shape=PLAIN._replace(parted=True)), False),
    "a stroke": (same("/", shape=PLAIN._replace(slanted=True)), True),
}


@pytest.mark.parametrize(("text", "is_believed"), STRICT.values(), ids=STRICT)
def test_a_table_without_sums_needs_all_readings(text: CellText, is_believed: bool) -> None:
    cells, _ = settled([text, same("0"), same("0")], "proactive_disclosure")
    assert cells[0].unreadable is not is_believed


def _applications(changes: Mapping[Any, str]) -> tuple[TableReading, dict[tuple[str, ...], PrintedCell]]:
    """Table three with one request of a natural person, granted; ``changes`` are read in its cells by all readings."""
    form = next(form for form in forms() if form.form == "2021").tables["applications"]
    ones = {("received", "natural_person"), ("granted", "natural_person"), ("processed_total", "natural_person"),
            ("received", "total"), ("granted", "total"), ("processed_total", "total")}  # fmt: skip
    texts = {key: changes.get(key, "1" if key in ones else "0") for key in form.asked}
    cells = [
        PrintedCell(key, text, f"picture[1]/{'/'.join(key)}", "件", False, False, False, False)
        for key, text in texts.items()
    ]
    reading = TableReading("applications", "2021", cells)
    settle(reading, form.identities, {cell.evidence: same(texts[cell.keys]) for cell in cells})
    return reading, {cell.keys: cell for cell in reading.cells}


def test_one_misread_cell_costs_only_itself() -> None:
    _, cells = _applications({("granted", "natural_person"): "7"})
    assert [key for key, cell in cells.items() if cell.unreadable] == [("granted", "natural_person")]


def test_a_figure_misread_alike_in_its_row_is_caught_by_its_columns() -> None:
    _, cells = _applications({("granted", "natural_person"): "7", ("granted", "total"): "7"})
    assert cells["granted", "natural_person"].unreadable
    assert cells["granted", "total"].unreadable


def _contradicting(read: dict[tuple[str, str], str]) -> dict[tuple[str, ...], PrintedCell]:
    """Table three of a report that prints 54 of 61 requests as received from natural persons, and 51 of 58 as handled."""
    column = {"received": "54", "granted": "51", "processed_total": "51"}
    totals = {"received": "61", "granted": "58", "processed_total": "58"}
    others = {"received": "7", "granted": "7", "processed_total": "7"}
    cells = {(line, "natural_person"): text for line, text in column.items()}
    cells |= {(line, "total"): text for line, text in totals.items()}
    cells |= {(line, "commercial_enterprise"): text for line, text in others.items()}
    return _applications(cells | read)[1]


def test_a_report_that_contradicts_itself_in_a_column_keeps_its_rows() -> None:
    """54 received, 51 handled: the columns of natural persons and of the total miss by 3. No figure was misread."""
    cells = _contradicting({})
    for key in (("received", "natural_person"), ("granted", "total"), ("received", "commercial_enterprise")):
        assert not cells[key].unreadable, key


def test_a_cell_that_was_shown_twice_with_different_figures_is_not_believed() -> None:
    form = next(form for form in forms() if form.form == "2021").tables["disputes"]
    key = next(key for key in form.asked if key[:1] == ("review",))
    cell = PrintedCell(key, "3 | 5", "picture[1]/tr[1]/td[1]", "件", False, False, False, False)
    table = TableReading("disputes", "2021", [cell])
    settle(table, form.identities, {cell.evidence: same("3")})
    assert table.cells[0].unreadable


def test_printed_cells_are_left_alone() -> None:
    reading, _ = _applications({})
    cell = replace_evidence(reading.cells[0])
    table = TableReading("applications", "2021", [cell])
    form = next(form for form in forms() if form.form == "2021").tables["applications"]
    assert settle(table, form.identities, {}) == []
    assert table.cells == [cell]


def replace_evidence(cell: PrintedCell) -> PrintedCell:
    return cell._replace(evidence="html:table[1]/tr[1]/td[1]", reading="printed", confidence=None)
