"""What the factory calls undecidable is: a second original, damaged in another way, prints the same bytes."""

from random import Random

import pytest

from gongkai.demo.layout import PrintedCell
from pipelines.read.reader import read_report
from tests.factory.carriers import flat
from tests.factory.case import Case, Draft
from tests.factory.compare import compare_case
from tests.factory.factory import build_case
from tests.factory.mutations import all_mutations, lines_under_groups
from tests.factory.numbers import random_figures

LAYOUTS = [name for name in flat.LAYOUTS if name not in flat.WITH_PIPES]


def lose_a_label_below_a_blank_row(draft: Draft) -> bool:
    """The figures of one row are left blank, and the next one has lost its label; by chance it has the figures of the first."""
    at = draft.rng.choice(lines_under_groups(draft))
    table = draft.tables[3]
    figures = [cell for cell in table[at - 1] if cell.key]
    shown = [cell for cell in table[at - 1] if not cell.key], [PrintedCell(cell.text) for cell in figures]
    draft.tables[3] = [*table[: at - 1], *shown, *table[at + 1 :]]
    return True


def report(seed: int, layout: str, damage: str, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setitem(all_mutations, lose_a_label_below_a_blank_row.__name__, lose_a_label_below_a_blank_row)
    monkeypatch.setattr(flat, "DEFAULT_LAYOUT", layout)
    rng = Random(f"undecidable/{seed}")
    return build_case(rng, "flat_txt", random_figures(rng, "2021", "2021", "small"), (), (damage,))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(3))
def test_another_original_prints_the_same_bytes(seed: int, layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = report(seed, layout, "delete_row", monkeypatch)
    other = report(seed, layout, lose_a_label_below_a_blank_row.__name__, monkeypatch)
    assert bool(first.truth.undecidable) == (first.data == other.data)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "padded_cell_lines"])  # its pipes are ambiguous
def test_what_is_decidable_is_demanded(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = report(0, layout, "delete_row", monkeypatch)
    score = compare_case(case, read_report(case.data, name=case.filename, url=case.url).to_contract())
    assert (score.wrong, score.missing, score.unexplained) == ([], [], [])
    assert score.refused == len(score.undecided)


def test_a_refusal_without_a_finding_counts_as_unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    case = report(0, "cell_a_line", "delete_row", monkeypatch)
    read = read_report(case.data, name=case.filename, url=case.url).to_contract()
    score = compare_case(case, read | {"findings": []})
    assert set(score.unexplained) == case.truth.undecidable != set()
