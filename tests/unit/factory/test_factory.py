"""The factory itself: every figure it claims is printed where it claims, its arithmetic is right, its judge is just.

The re-reading here is deliberately simple (all texts of all cells in order): it shares no code with the reader.
"""

import csv
import io
import json
import random
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from typing import Any

import docx as python_docx
import pdfplumber
import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.demo.figures import APPLICATIONS, Figure, Key
from gongkai.demo.layout import lines
from gongkai.demo.page import load_report
from gongkai.demo.truth import KEY_COLUMNS
from schemas.vocabulary import ValueStatus
from tests.factory import CARRIERS, Case, all_mutations, all_variations, build_case, compare, random_case
from tests.factory.arithmetic import contradictions
from tests.factory.numbers import plant_contradictions, random_figures


def squeeze(text: str) -> str:
    return "".join(text.split())


def texts_of(case: Case) -> list[str]:
    """Every cell text, or every line, of the document, by the simplest reader of its kind."""
    encoding = "gb18030" if b"gb2312" in case.data[:400] else "utf-8-sig"
    match case.filename.rsplit(".", 1)[1]:
        case "html" | "htm":
            tree = LexborHTMLParser(case.data.decode(encoding))
            body = tree.body.text(separator="\n").split("\n") if tree.body else []
            return body if case.filename.endswith("htm") else [node.text() for node in tree.css("td, th")]
        case "pdf":
            with pdfplumber.open(io.BytesIO(case.data)) as pdf:
                return [cell for p in pdf.pages for t in p.extract_tables() for row in t for cell in row if cell]
        case "docx":
            tables = python_docx.Document(io.BytesIO(case.data)).tables
            cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
            return cells + [line for text in cells if "\n" in text for line in text.split("\n")]
        case _:
            try:
                text = case.data.decode("utf-8")
            except UnicodeDecodeError:
                text = case.data.decode("gb18030")
            pieces = re.split(r"[\n|│\t]|\s{2,}|(?<=[^\d]) (?=[\d+－/-])|(?<=\S) (?=\S)", text) + text.split("\n")
            return pieces + [cell for row in csv.reader(text.split("\n")) for cell in row]


@pytest.mark.slow
@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("seed", range(12))
def test_every_figure_of_the_truth_is_printed(carrier: str, seed: int) -> None:
    case = random_case(random.Random(seed), carrier=carrier, mutate=seed % 3 == 0)
    if "_figures" in case.name or "watermark" in case.name or case.truth.annotated:
        pytest.skip("the plain reader sees what the page does not show")
    printed = Counter(squeeze(text) for text in texts_of(case))
    wanted = Counter(squeeze(f.raw) for f in case.truth.cells.values() if f.status is not ValueStatus.BLANK)
    assert not [raw for raw, count in wanted.items() if printed[raw] < min(count, 1)], case.name
    assert sum(printed[raw] >= count for raw, count in wanted.items()) >= 0.9 * len(wanted), case.name


@pytest.mark.parametrize("carrier", CARRIERS)
def test_equal_seed_gives_equal_bytes(carrier: str) -> None:
    first, second = (random_case(random.Random(5), carrier=carrier, mutate=True) for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_every_variation_and_mutation_can_be_applied() -> None:
    """One report per variation, in a carrier it is meant for: none of them is dead."""
    idle = set()
    for name, variation in all_variations.items():
        done = False
        for seed in range(6):
            rng = random.Random(seed)
            figures = random_figures(
                rng, ("2019", "2021")[seed % 2], ("2021", "2019")[seed // 2 % 2], ("large", "tiny")[seed // 3]
            )
            if name in ("blank_disputes", "blank_line"):
                zero = Figure.of(0)
                figures = figures.with_cells({key: zero for key in figures.cells if key[0] != "proactive_disclosure"})
            done |= name in build_case(rng, variation.carriers[0], figures, [name]).variations
        if not done:
            idle.add(name)
    assert not idle
    for name in all_mutations:
        rng = random.Random(1)
        case = build_case(rng, "html", random_figures(rng, "2021", "2021", "small"), [], [name])
        assert case.mutations == (name,)


def test_variations_do_not_change_the_truth() -> None:
    figures = random_figures(random.Random(3), "2019", "2019", "large")
    keep = ("blank", "none_marks", "mixed_forms")
    for name, variation in all_variations.items():
        if any(word in name for word in keep):
            continue
        case = build_case(random.Random(4), variation.carriers[0], figures, [name])
        assert {k: f.value for k, f in case.truth.cells.items()} == {k: f.value for k, f in figures.cells.items()}, name
        assert case.truth.violations == frozenset() or case.truth.optional, name


def test_random_figures_agree_and_planted_ones_do_not() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        form3 = rng.choice(("2019", "2021"))
        figures = random_figures(rng, "2021", form3, rng.choice(("tiny", "small", "large", "huge")))
        assert contradictions(figures.cells, form3) == (frozenset(), frozenset())
        planted = plant_contradictions(rng, figures, 1)
        assert contradictions(planted.cells, form3)[0]


def test_arithmetic_finds_the_two_contradictions_of_qidong() -> None:
    figures = load_report("qidong-2020").figures
    assert figures is not None
    violated, tolerated = contradictions(figures.cells, "2019")
    assert violated == {("applicants_sum_to_total", "received"), ("received_equals_handled", "commercial_enterprise")}
    assert not tolerated


def test_blank_totals_are_no_contradiction() -> None:
    """上海 2019: every zero and most totals blank. A checker that reads a blank total as 0 raises false errors here."""
    figures = random_figures(random.Random(8), "2019", "2019", "small")
    case = build_case(random.Random(8), "html", figures, ["blank_zeros_and_totals"])
    assert case.variations == ("blank_zeros_and_totals",)
    assert (case.truth.violations, case.truth.tolerated) == (frozenset(), frozenset())


# --- the judge ---------------------------------------------------------------------------------------------------


def echo(case: Case) -> dict[str, Any]:
    """What a perfect reader would say."""
    truth = case.truth
    parsed: dict[str, Any] = {table: [] for table in KEY_COLUMNS}
    for key, figure in truth.cells.items():
        row = dict(zip(KEY_COLUMNS[key[0]], key[1:], strict=True))
        value = None if figure.value is None else float(figure.value)
        parsed[key[0]].append({**row, "value": value, "raw_text": figure.raw, "value_status": figure.status.value})
    where = {"applicants_sum_to_total": "line", "outcomes_sum_to_total": "procedure"}
    parsed["findings"] = [{"rule": r, where.get(r, "applicant"): w} for r, w in truth.violations or ()]
    parsed["report"] = {
        "report_year": truth.report_year, "agency_name": truth.agency_name, "carrier": truth.carrier,
        "form_table2": truth.form_table2, "form_table3": truth.form_table3,
        "published_date": truth.published_date and truth.published_date.isoformat(),
    }  # fmt: skip
    return json.loads(json.dumps(parsed, default=str))  # type: ignore[no-any-return]


def html_case(*variations: str) -> Case:
    figures = plant_contradictions(random.Random(2), random_figures(random.Random(2), "2021", "2021", "large"), 2)
    return build_case(random.Random(2), "html", figures, variations)


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_perfect_reader_is_perfect(carrier: str) -> None:
    for seed in range(10):
        case = random_case(random.Random(seed), carrier=carrier, mutate=seed % 2 == 0)
        assert compare(case.truth, echo(case)).is_perfect


def row_of(parsed: dict[str, Any], line: str, applicant: str) -> dict[str, Any]:
    return next(r for r in parsed[APPLICATIONS] if (r["line"], r["applicant"]) == (line, applicant))


def test_a_shifted_number_is_wrong_and_a_guessed_one_invented() -> None:
    case = html_case("blank_zeros")
    parsed = echo(case)
    row_of(parsed, "granted", "natural_person")["value"] += 1
    blank = next(k for k, f in case.truth.cells.items() if f.status is ValueStatus.BLANK and k[0] == APPLICATIONS)
    row_of(parsed, blank[1], blank[2])["value"] = 0
    parsed["disputes"].append({"procedure": "review", "outcome": "withdrawn", "value": 1, "value_status": "reported"})
    score = compare(case.truth, parsed)
    assert (len(score.wrong), len(score.invented), score.is_safe) == (2, 1, False)


def test_a_missing_cell_is_honest_only_with_a_finding() -> None:
    parsed = echo(html_case())
    parsed[APPLICATIONS] = [r for r in parsed[APPLICATIONS] if r["line"] != "granted"]
    case = html_case()
    score = compare(case.truth, parsed)
    assert (len(score.missing), len(score.unexplained), score.is_safe) == (7, 7, True)
    parsed["findings"].append({"rule": "row_missing", "table_name": APPLICATIONS, "line": "granted"})
    assert not compare(case.truth, parsed).unexplained


def test_blank_and_none_mark_are_told_apart() -> None:
    case = html_case("zeros_as_none_marks")
    parsed = echo(case)
    for row in parsed[APPLICATIONS]:
        if row["value_status"] == "none_mark":
            row["value_status"] = "blank"
    score = compare(case.truth, parsed)
    assert score.is_safe
    assert score.wrong_status


def test_findings_are_held_against_the_planted_contradictions() -> None:
    case = html_case()
    assert case.truth.violations
    parsed = echo(case)
    lost = parsed["findings"].pop()
    sound = next(line for line in lines("2021") if ("applicants_sum_to_total", line) not in case.truth.violations)
    parsed["findings"].append({"rule": "applicants_sum_to_total", "line": sound})
    score = compare(case.truth, parsed)
    assert [rule for rule, _ in score.missed_violations] == [lost["rule"]]
    assert score.invented_violations == [("applicants_sum_to_total", sound)]


def test_a_relabelled_row_must_be_refused() -> None:
    rng = random.Random(6)
    figures = random_figures(rng, "2021", "2021", "large")
    case = build_case(rng, "html", figures, [], ["relabel_row"])
    gone = set(figures.cells) - set(case.truth.cells)
    assert len({key[1] for key in gone}) == 1
    parsed = echo(case)
    key: Key = min(gone)
    parsed[APPLICATIONS].append({"line": key[1], "applicant": key[2], "value": 3, "value_status": "reported"})
    assert len(compare(case.truth, parsed).invented) == 1


def test_fullwidth_spelling_keeps_the_value() -> None:
    figures = random_figures(random.Random(1), "2019", "2019", "huge")
    case = build_case(random.Random(1), "html", figures, ["fullwidth_digits"])
    odd = [f for f in case.truth.cells.values() if not f.raw.isascii() and "万" not in f.raw]
    assert odd
    assert all(Decimal(unicodedata.normalize("NFKC", f.raw)) == f.value for f in odd)
