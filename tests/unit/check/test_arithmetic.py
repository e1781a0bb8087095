"""Identities within a report (docs/domain/forms.md#identities): contradictions, gaps, suggested values."""

import pytest

from schemas.forms.catalogue import forms
from tests.unit.read.builders import Contract, applications, disputes, page, parse

APPLICANTS = ("natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
              "legal_service_organization", "other_organization", "total")  # fmt: skip
LINES = [leaf.keys["line"] for leaf in forms()[-1].tables["applications"].blocks[0].row_leaves()]
Cells = dict[tuple[str, str], str]


def _consistent(**lines: int) -> Cells:
    """Table three in which one natural person's figures (and so the totals) are those given, all else 0."""
    done = sum(n for line, n in lines.items() if line not in ("received", "carried_in", "carried_out"))
    figures = {"processed_total": done, **lines}
    cells = {(line, applicant): "0" for line in LINES for applicant in APPLICANTS}
    for line, number in figures.items():
        cells[line, "natural_person"] = cells[line, "total"] = str(number)
    return cells


BASE = _consistent(received=9, carried_in=1, granted=6, granted_in_part=2, carried_out=2)


def _parse(changes: Cells | None = None) -> Contract:
    return parse(page(applications(cells=BASE | (changes or {}))))


def _found(parsed: Contract, *rules: str) -> set[tuple[str, str | None, str | None, float | None]]:
    return {
        (f["rule"], f["line"], f["applicant"], f["suggested_value"]) for f in parsed["findings"] if f["rule"] in rules
    }


ARITHMETIC = ("applicants_sum_to_total", "received_equals_handled", "results_sum_to_total", "total_missing")


def test_a_report_that_adds_up_has_no_finding() -> None:
    assert not _found(_parse(), *ARITHMETIC)


def test_a_wrong_cell_is_located_by_intersection() -> None:
    """One row and both identities of one column meet in one cell, and one value settles all three."""
    found = _found(_parse({("granted", "natural_person"): "7"}), *ARITHMETIC)
    assert found == {
        ("applicants_sum_to_total", "granted", None, 6.0),
        ("results_sum_to_total", None, "natural_person", 6.0),
    }


def test_a_wrong_stock_cell_breaks_row_and_balance() -> None:
    """启东 2020: 商业企业 5 where 4 fits the row and the column."""
    found = _found(_parse({("received", "natural_person"): "10"}), *ARITHMETIC)
    assert found == {
        ("applicants_sum_to_total", "received", None, 9.0),
        ("received_equals_handled", None, "natural_person", 9.0),
    }


def test_a_wrong_total_alone_suggests_no_cell_it_cannot_know() -> None:
    """Two applicants off by as much in opposite directions, or the total: nothing is named unless it settles everything."""
    found = _found(_parse({("denied_state_secret", "total"): "3"}), "applicants_sum_to_total")
    assert {(rule, line) for rule, line, _, _ in found} == {("applicants_sum_to_total", "denied_state_secret")}


def test_two_wrong_cells_are_both_reported_and_none_is_settled() -> None:
    found = _found(
        _parse({("granted", "natural_person"): "7", ("denied_state_secret", "research_institution"): "4"}), *ARITHMETIC
    )
    assert {(rule, line) for rule, line, _, _ in found if line} == {
        ("applicants_sum_to_total", "granted"), ("applicants_sum_to_total", "denied_state_secret"),
    }  # fmt: skip
    assert all(suggested is None for _, _, _, suggested in found)


def test_blank_zeros_count_as_nothing_and_violate_nothing() -> None:
    blanks = {key: "" for key, value in BASE.items() if value == "0"}
    assert not _found(_parse(blanks), *ARITHMETIC)


def test_a_blank_total_is_missing_not_wrong() -> None:
    """上海 2019: totals left blank. What they should hold is offered; nothing is an error."""
    found = _found(_parse({("granted", "total"): ""}), *ARITHMETIC)
    assert found == {("total_missing", "granted", "total", 6.0)}


def test_an_unreadable_cell_is_not_judged() -> None:
    found = _found(_parse({("granted", "natural_person"): "6O"}), *ARITHMETIC)
    assert not found


def test_the_values_stay_as_printed() -> None:
    parsed = _parse({("granted", "natural_person"): "7"})
    (cell,) = [c for c in parsed["applications"] if (c["line"], c["applicant"]) == ("granted", "natural_person")]
    assert cell["value"] == 7


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        pytest.param((1, 0, 2, 0, 3), None, id="adds up"),
        pytest.param((1, 0, 2, 0, 0), 3.0, id="total not filled in: the sum is suggested"),
        pytest.param(("", "", "", "", ""), None, id="five blanks: none reported"),
        pytest.param(("", "", 2, "", 2), None, id="blank zeros"),
    ],
)
def test_dispute_outcomes(review: tuple[object, ...], expected: float | None) -> None:
    parsed = parse(page(disputes([*review, *[0] * 10])))
    found = [f for f in parsed["findings"] if f["rule"] == "outcomes_sum_to_total"]
    assert [(f["procedure"], f["suggested_value"]) for f in found] == ([("review", expected)] if expected else [])


def test_a_negative_count_is_an_error_and_kept() -> None:
    parsed = _parse({("denied_state_secret", "research_institution"): "-1"})
    (finding,) = [f for f in parsed["findings"] if f["rule"] == "negative_count"]
    assert (finding["line"], finding["severity"], finding["printed"]) == ("denied_state_secret", "error", -1)


def test_every_finding_speaks_both_languages() -> None:
    parsed = _parse({("granted", "natural_person"): "7", ("granted_in_part", "total"): ""})
    for finding in parsed["findings"]:
        assert finding["message"].isascii() or "“" in finding["message"] or "总计" in finding["message"], finding
        assert any("一" <= char <= "鿿" for char in finding["message_zh"]), finding
        assert "{" not in finding["message"] + finding["message_zh"], finding
        assert "_" not in finding["message_zh"], finding  # no key of the program
