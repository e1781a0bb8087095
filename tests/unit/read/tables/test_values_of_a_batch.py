"""Numbers of a batch: what a text says is worked out once, what it means depends on the column it stands in."""

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.read.tables.values.numbers import with_values

TEXTS = (
    "", "0", "12", "1,234", "１２", "1 2", "-5", "增3", "减少 4", "1.5万元", "3000元", "7件", "/", "—", "无", "l2", "0.1234567",
    "件",
)  # fmt: skip
SCHEMA = {"raw_text": pl.String, "unit": pl.String, **dict.fromkeys(("money", "signed", "unreadable"), pl.Boolean)}
Row = tuple[str, str | None, bool, bool, bool]
rows = st.tuples(st.sampled_from(TEXTS), st.sampled_from((None, "件", "万元", "元")), *[st.booleans()] * 3)


def _values(cells: list[Row], scale: int) -> list[dict[str, object]]:
    frame = with_values(pl.DataFrame(cells, schema=SCHEMA, orient="row"), scale)
    return frame.select(*SCHEMA, "value", "value_status", "printed_unit").to_dicts()


@given(st.lists(rows, max_size=40), st.sampled_from((0, 6)))
@settings(max_examples=30, deadline=None)
def test_a_cell_reads_the_same_alone_and_in_a_batch(cells: list[Row], scale: int) -> None:
    assert _values(cells, scale) == [row for cell in cells for row in _values([cell], scale)]


def test_one_text_in_three_columns() -> None:
    cells: list[Row] = [
        ("3000元", "万元", True, False, False),
        ("3000元", "件", False, False, False),
        ("3000元", "万元", True, False, True),
    ]
    told = [(row["value"], row["value_status"]) for row in _values(cells, 6)]
    assert told == [(Decimal("0.3"), "reported"), (None, "unreadable"), (None, "unreadable")]


def test_no_cells_give_no_values() -> None:
    assert _values([], 6) == []
