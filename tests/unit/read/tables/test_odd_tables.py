"""Columns, rows, tables and reports that pages print beside those of the form: its own figures are read, the others never."""

from random import Random

import pytest

from pipelines.read.reader import read_report
from tests.factory import all_variations, build_case, compare_case
from tests.factory.numbers import random_figures
from tests.factory.variations import odd_tables, several

NAMES = [name for name, v in all_variations.items() if v.apply.__module__ in (odd_tables.__name__, several.__name__)]
CASES = [
    (name, carrier)
    for name in NAMES
    for carrier in ("html", "docx", "flat_html")
    if carrier in all_variations[name].carriers
]

REFUSED = [
    ("flat_html", "subtotal_column"),
    ("flat_html", "total_column_first"),
]  # which column is which cannot be told


@pytest.mark.parametrize(("name", "carrier"), CASES)
def test_what_stands_beside_the_form_changes_nothing(name: str, carrier: str) -> None:
    read = 0
    for seed in range(4):
        rng = Random(f"{name} {carrier} {seed}")
        figures = random_figures(
            rng, ("2019", "2021")[seed % 2], ("2021", "2019")[seed // 2], ("small", "large")[seed % 2]
        )
        case = build_case(rng, carrier, figures, [name])
        parsed = read_report(case.data, name=case.filename, url=case.url).to_contract()
        score = compare_case(case, parsed)
        assert (score.wrong, score.invented, score.missing, score.wrong_header, score.wrong_sections) == (
            [],
            [],
            [],
            [],
            [],
        )
        told = {finding["rule"] for finding in parsed["findings"]}
        assert bool(told & {"further_tables", "table_repeated"}) is (name == "district_tables")
        assert ("several_reports" in told) is (name == "second_report")
        read += score.right
    assert read > 400 or (carrier, name) in REFUSED


@pytest.mark.parametrize("carrier", ["docx", "html"])
def test_a_signature_above_an_annex_is_no_caption_of_its_tables(carrier: str) -> None:
    """The year of the signature is later than that of the report: the annexed tables of a district were taken for its own."""
    names = ["signature", "district_tables", "last_years_table"]
    for seed in range(3):
        rng = Random(f"{carrier} {seed}")
        case = build_case(rng, carrier, random_figures(rng, "2021", "2021", "small"), names)
        score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
        assert (score.wrong, score.invented, score.missing) == ([], [], [])
