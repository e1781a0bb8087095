"""Properties of the reader over factory reports: damage is refused, never shifted; nothing depends on batch, order or digits.

Short by default. ``GONGKAI_LONG=50 pytest tests/torture/test_reader_properties.py`` runs fifty times as many reports of each
kind; ``python -m bench.accuracy`` runs a whole corpus.
"""

import os
from random import Random

import pytest

from pipelines.read.fact_frames import Identified, frames_of
from pipelines.read.reader import read_bytes, read_report
from tests.factory import CARRIERS, Case, all_mutations, all_variations, build_case, compare, random_case
from tests.factory.numbers import random_figures

ROUNDS = int(os.environ.get("GONGKAI_LONG", "1"))
FORMS = (("2019", "2019"), ("2021", "2021"), ("2021", "2019"))
Places = dict[tuple[str, ...], str]


def _parsed(case: Case) -> dict[str, object]:
    return read_report(case.data, name=case.filename, url=case.url).to_contract()


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("mutation", all_mutations)
def test_damage_never_shifts_a_number(mutation: str, carrier: str) -> None:
    """A row or column deleted, blanked, swapped, duplicated, split, relabelled: right, or refused and said so."""
    for seed in range(ROUNDS):
        rng = Random(f"{mutation}/{carrier}/{seed}")
        figures = random_figures(rng, *rng.choice(FORMS), rng.choice(("tiny", "small", "large")))
        case = build_case(rng, carrier, figures, (), (mutation,))
        score = compare(case.truth, _parsed(case))
        assert score.is_safe, (seed, case.name, score.wrong[:3], score.invented[:3])
        assert not score.unexplained, (seed, case.name, score.unexplained[:3])


@pytest.mark.parametrize("carrier", CARRIERS)
def test_variations_and_damage_together_never_shift_a_number(carrier: str) -> None:
    for seed in range(6 * ROUNDS):
        case = random_case(Random(f"together/{carrier}/{seed}"), carrier=carrier, mutate=True)
        score = compare(case.truth, _parsed(case))
        assert score.is_safe, (seed, case.name, score.wrong[:3], score.invented[:3])


UNSEEN = ("hidden_copy_before", "hidden_copy_behind", "annotated_cells", "annotated_word_cells")


@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_hidden_struck_or_annotated_is_read_right_or_refused(name: str) -> None:
    """Combined with other variations at random: never wrong, and a printed figure is never called blank."""
    carrier = all_variations[name].carriers[0]
    fitting = sorted(other for other, made in all_variations.items() if carrier in made.carriers)
    for seed in range(6 * ROUNDS):
        rng = Random(f"unseen/{name}/{seed}")
        figures = random_figures(rng, *rng.choice(FORMS), rng.choice(("small", "large")))
        case = build_case(rng, carrier, figures, (name, *rng.sample(fitting, rng.randint(0, 5))))
        score = compare(case.truth, _parsed(case))
        assert name in case.variations
        assert score.is_safe, (seed, case.name, score.wrong[:3], score.invented[:3], score.false_blanks[:3])
        assert not score.unexplained, (seed, case.name, score.unexplained[:3])


def _identified(index: int) -> Identified:
    case = random_case(Random(f"batch/{index}"), mutate=index % 3 == 0)
    return Identified(
        read_bytes(case.data, name=case.filename, url=case.url), f"{index:016x}", f"{index:032x}", case.url
    )


def test_batch_size_and_order_do_not_matter() -> None:
    """One by one, all together, in any order: the same staged tables, row for row."""
    documents = [_identified(index) for index in range(8 * ROUNDS)]
    together = frames_of(documents)
    shuffled = Random(5).sample(documents, len(documents))
    again = frames_of(shuffled)
    single = [frames_of([document]) for document in documents]
    for name, frame in together.items():
        assert frame.equals(again[name], null_equal=True), name
        for document, alone in zip(documents, single, strict=True):
            mine = frame.filter(report_id=document.report_id)
            assert mine.equals(alone[name], null_equal=True), (name, document.url)


def _places(data: bytes, case: Case) -> Places:
    """Which cells are filled, and from where: keys and status, not values."""
    parsed = read_report(data, name=case.filename, url=case.url).to_contract()
    found: Places = {}
    for table, keys in (("proactive_disclosure", ("article", "item", "metric")), ("applications", ("line", "applicant")),
                        ("disputes", ("procedure", "outcome"))):  # fmt: skip
        for row in parsed[table]:
            found[table, *(str(row[key]) for key in keys)] = f"{row['value_status']} at {row['evidence']}"
    return found


@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_number_influences_its_own_place(carrier: str) -> None:
    """Other figures of the same length in the same report: the same cells are filled from the same places."""
    for seed in range(3 * ROUNDS):
        rng = Random(f"digits/{carrier}/{seed}")
        figures = random_figures(rng, *rng.choice(FORMS), rng.choice(("small", "large")))
        swap = str.maketrans("0123456789", "".join(rng.sample("123456789", 9)) + "8")
        other = figures.with_cells({k: type(f).of(f.raw.translate(swap)) for k, f in figures.cells.items()})
        mutation = (rng.choice(list(all_mutations)),) if seed % 3 else ()
        first = build_case(Random(seed), carrier, figures, (), mutation)
        second = build_case(Random(seed), carrier, other, (), mutation)
        if mutation == ("duplicate_row",):  # whether the copy repeats the row is a matter of its digits
            continue
        assert _places(first.data, first) == _places(second.data, second), (seed, first.name)
