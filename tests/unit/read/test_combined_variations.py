"""Combinations of variations in which figures once landed where the report does not print them."""

from random import Random

import pytest

from pipelines.read.reader import read_report
from tests.factory.compare import compare_case
from tests.factory.factory import build_case
from tests.factory.numbers import random_figures

CASES = {
    "blanks before tables of districts": ("pdf", ("blank_zeros", "district_tables"), ()),
    "tables of districts in Word": ("docx", ("district_tables",), ("delete_table",)),
    "tables of districts in text": ("flat_txt", ("blank_zeros", "district_tables"), ("delete_table",)),
    "last year's table and those of districts": ("pdf", ("blank_zeros", "district_tables", "last_years_table"), ()),
    "a table fewer than the districts print": ("pdf", ("district_tables",), ("delete_table",)),
    "subtotals without columns": ("flat_txt", ("subtotal_column", "blank_zeros"), ()),
    "remarks without columns": ("flat_html", ("blank_zeros", "remarks_column"), ()),
    "a cell taken out of a workbook": ("xlsx", ("fullwidth_digits",), ("drop_cell",)),
    "a second report below a title without an agency": ("html", ("title_without_agency", "second_report"), ()),
    "labels with blanks in them": ("flat_html", ("spaces_inside_words",), ()),
    "a total named first, over figures with units": (
        "flat_txt", ("unit_suffix", "blank_zeros", "total_column_first"), ()
    ),
}  # fmt: skip
WHOLE = {
    "a subtotal before columns that are empty": ("docx", ("trailing_empty_columns", "subtotal_column")),
    "halves of heads that lost their end": ("flat_txt", ("short_heads", "broken_headers")),
    "running heads among the header of table four": ("flat_txt", ("litigation_short_names", "page_breaks")),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", range(6))
def test_no_figure_lands_where_it_is_not_printed(name: str, seed: int) -> None:
    carrier, variations, mutations = CASES[name]
    rng = Random(f"combined/{name}/{seed}")
    case = build_case(rng, carrier, random_figures(rng, "2021", "2021", "large"), variations, mutations)
    read = read_report(case.data, name=case.filename, url=case.url, link_title=case.link_title)
    score = compare_case(case, read.to_contract())
    assert (score.wrong, score.invented, score.false_blanks, score.unexplained) == ([], [], [], []), case.name


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_refused_where_all_is_certain(name: str, seed: int) -> None:
    carrier, variations = WHOLE[name]
    rng = Random(f"whole/{name}/{seed}")
    case = build_case(rng, carrier, random_figures(rng, "2021", "2021", "large"), variations)
    score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
    assert (score.wrong, score.invented, score.false_blanks, score.missing) == ([], [], [], []), case.name
