"""The demo's figures: complete, honest about what is invented, and contradicting themselves only where planted."""

from decimal import Decimal

import pytest

from gongkai.demo.figures import APPLICATIONS, DISPUTES, Figure, ReportFigures
from gongkai.demo.layout import APPLICANTS, OUTCOMES, PROCEDURES, keys, lines, tables
from gongkai.demo.page import REPORTS, load_report
from gongkai.demo.truth import edited_cells, figure_rows
from schemas.vocabulary import ValueStatus

NAMES = sorted(path.stem for path in REPORTS.glob("*.yaml"))
WITH_TABLES = [name for name in NAMES if load_report(name).figures]


def contradictions(f: ReportFigures) -> set[tuple[str, str]]:
    """Arithmetic of the forms, written down a second time; blank counts as 0 (the demo has no blanks)."""

    def cell(*key: str) -> Decimal:
        return f.cells[key].value or Decimal(0)

    found = set()
    for line in lines(f.form3):
        parts = sum(cell(APPLICATIONS, line, a) for a in APPLICANTS if a != "total")
        if parts != cell(APPLICATIONS, line, "total"):
            found.add(("applicants_sum_to_total", line))
    results = [x for x in lines(f.form3) if x not in ("received", "carried_in", "processed_total", "carried_out")]
    for a in APPLICANTS:
        stock = cell(APPLICATIONS, "received", a) + cell(APPLICATIONS, "carried_in", a)
        if stock != cell(APPLICATIONS, "processed_total", a) + cell(APPLICATIONS, "carried_out", a):
            found.add(("received_equals_handled", a))
        if sum(cell(APPLICATIONS, x, a) for x in results) != cell(APPLICATIONS, "processed_total", a):
            found.add(("results_sum_to_total", a))
    for p in PROCEDURES:
        if sum(cell(DISPUTES, p, o) for o in OUTCOMES if o != "total") != cell(DISPUTES, p, "total"):
            found.add(("outcomes_sum_to_total", p))
    return found


@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_report_contradicts_itself_only_where_it_says_so(name: str) -> None:
    page = load_report(name)
    assert page.figures is not None
    planted = {
        (c["rule"], c.get("line") or c.get("applicant") or c.get("procedure")) for c in page.facts["contradictions"]
    }
    assert contradictions(page.figures) == planted


@pytest.mark.parametrize("name", WITH_TABLES)
def test_the_printed_tables_carry_every_figure_once(name: str) -> None:
    page = load_report(name)
    assert page.figures is not None
    printed = [cell.key for table in page.tables.values() for row in table for cell in row if cell.key]
    assert sorted(printed) == sorted(keys(page.figures.form2, page.figures.form3))
    assert all(row["value_status"] == "reported" for row in figure_rows(page.figures))


@pytest.mark.parametrize("name", NAMES)
def test_invented_reports_say_so_on_the_page(name: str) -> None:
    page = load_report(name)
    assert bool(page.facts.get("invented")) == ("示例县" in page.agency)
    if page.facts.get("invented"):
        assert page.lead.startswith("演示数据")
    else:
        assert "演示" in page.lead


def test_the_second_night_changes_three_cells_of_one_report() -> None:
    changed = {name: edited_cells(name) for name in WITH_TABLES}
    assert {name: len(cells) for name, cells in changed.items() if cells} == {"shili-2023": 3}


def test_carry_over_breaks_only_where_planted() -> None:
    before, after = load_report("shili-2022").figures, load_report("shili-2023").figures
    assert before is not None
    assert after is not None
    breaks = [
        {"applicant": a, "expected": before.value(APPLICATIONS, "carried_out", a), "printed": carried}
        for a in APPLICANTS
        if (carried := after.value(APPLICATIONS, "carried_in", a)) != before.value(APPLICATIONS, "carried_out", a)
    ]
    assert breaks == list(load_report("shili-2023").facts["carry_over_breaks"])


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [
        ("+36", Decimal(36), ValueStatus.REPORTED),
        ("-582", Decimal(-582), ValueStatus.REPORTED),
        ("115800万元", Decimal(115800), ValueStatus.REPORTED),
        ("251000元", Decimal("25.1"), ValueStatus.REPORTED),
        ("1.2亿元", Decimal(12000), ValueStatus.REPORTED),
        ("/", None, ValueStatus.NONE_MARK),
        ("　", None, ValueStatus.BLANK),
        (0, Decimal(0), ValueStatus.REPORTED),
    ],
)
def test_figure_of_plain_text(raw: str | int, value: Decimal | None, status: ValueStatus) -> None:
    assert Figure.of(raw) == Figure(str(raw), value, status)


def test_figure_of_odd_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not a plainly printed number"):
        Figure.of("1,234")


def test_tables_have_the_official_shape() -> None:
    """23 and 25 data rows, ten grid columns in table three, fifteen in table four."""
    for name, rows in (("qidong-2020", 23), ("hangzhou-2025", 25)):
        figures = load_report(name).figures
        assert figures is not None
        printed = tables(figures)
        assert sum(1 for row in printed[3] if any(c.key for c in row)) == rows
        assert sum(c.colspan * c.rowspan for row in printed[3] for c in row) == 10 * len(printed[3])
        assert sum(c.colspan * c.rowspan for row in printed[4] for c in row) == 15 * len(printed[4])
        assert all(sum(c.colspan for c in row) == 4 for row in printed[2])
