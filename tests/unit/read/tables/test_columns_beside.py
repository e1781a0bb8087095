"""Columns that no form has, in every combination with the shapes of rows and headers: nothing wrong, and nearly all is read."""

from random import Random

import pytest

from pipelines.read.reader import read_report
from tests.factory import build_case, compare_case
from tests.factory.numbers import random_figures

COLUMNS = ("serial_column", "unit_column", "remarks_column", "subtotal_column")
SHAPES = (
    "stacked_rows",
    "header_again",
    "subtotal_rows",
    "repeated_groups",
    "unspanned_groups",
    "blank_zeros_and_totals",
)


@pytest.mark.parametrize("carrier", ["html", "docx"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("column", COLUMNS)
def test_columns_beside_the_form_combine_with_any_shape(column: str, shape: str, carrier: str) -> None:
    for seed in range(2):
        rng = Random(f"{column} {shape} {carrier} {seed}")
        figures = random_figures(rng, ("2019", "2021")[seed], ("2021", "2019")[seed], "small")
        case = build_case(rng, carrier, figures, [column, shape])
        score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
        assert (score.wrong, score.invented, score.false_blanks, score.missing) == ([], [], [], [])


def test_a_second_total_in_text_makes_rows_without_their_total_unsure() -> None:
    """Where blanks are padded, the sum of a group would stand in the place of the total."""
    for seed in range(6):
        rng = Random(f"flat totals {seed}")
        figures = random_figures(rng, "2021", "2019", "small")
        variations = ["subtotal_column", "blank_zeros_and_totals", "flat_layout"]
        case = build_case(rng, "flat_txt", figures, variations)
        score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
        assert (score.wrong, score.invented, score.false_blanks) == ([], [], [])
