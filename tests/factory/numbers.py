"""Random figures that agree with each other, and planted contradictions."""

from decimal import Decimal
from random import Random

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Figure, Key, ReportFigures
from gongkai.demo.layout import APPLICANTS, OUTCOMES, PROCEDURES, keys, lines

PARTS = tuple(applicant for applicant in APPLICANTS if applicant != "total")
SIZES = {"tiny": (2, 1), "small": (12, 3), "large": (900, 40), "huge": (20_000, 300)}
STOCKS = ("received", "carried_in", "processed_total", "carried_out")


def results(form3: str) -> list[str]:
    """The result lines that add up to 总计."""
    return [line for line in lines(form3) if line not in STOCKS]


def random_figures(rng: Random, form2: str, form3: str, size: str) -> ReportFigures:
    """Figures without a contradiction. ``size`` is a key of ``SIZES``: how much a result line may count."""
    values: dict[Key, Decimal] = {key: _table_two_value(rng, key, size) for key in keys(form2, form3)}
    _fill_applications(rng, values, form3, size)
    _fill_disputes(rng, values, size)
    return ReportFigures(form2, form3, {key: Figure.of(_printed(key, value)) for key, value in values.items()})


def _printed(key: Key, value: Decimal) -> str:
    if key[-1] == "procurement_amount":  # its header prints no unit: the cell must
        return f"{value}万元"
    return f"{value:+}" if key[-1] == "items_change" and value > 0 else f"{value}"


def _table_two_value(rng: Random, key: Key, size: str) -> Decimal:
    if key[0] != PROACTIVE:
        return Decimal(0)
    top = SIZES[size][0]
    match key[-1]:
        case "items_change":
            return Decimal(rng.randint(-top // 2, top))
        case "decisions":
            return Decimal(rng.randint(0, top * 50))
        case "fee_amount":
            return Decimal(rng.randint(0, top * 10_000)) / 10 ** rng.choice((0, 1, 2, 4))
        case "procurement_amount":
            return Decimal(rng.randint(0, top * 100))
        case _ if key[2] == "regulations":
            return Decimal(0 if size in ("tiny", "small") else rng.randint(0, 90))
        case _:
            return Decimal(rng.randint(0, top))


def _fill_applications(rng: Random, values: dict[Key, Decimal], form3: str, size: str) -> None:
    natural, others = SIZES[size]
    for applicant in PARTS:
        top = natural if applicant == "natural_person" else others
        for line in (*results(form3), "carried_in", "carried_out"):
            busy = rng.random() < (0.8 if applicant == "natural_person" else 0.3)
            values[APPLICATIONS, line, applicant] = Decimal(rng.randint(0, top) if busy else 0)
        done = sum((values[APPLICATIONS, line, applicant] for line in results(form3)), Decimal(0))
        values[APPLICATIONS, "processed_total", applicant] = done
        balance = done + values[APPLICATIONS, "carried_out", applicant] - values[APPLICATIONS, "carried_in", applicant]
        if balance < 0:  # more came in from last year than was handled: it is still open
            values[APPLICATIONS, "carried_out", applicant] -= balance
            balance = Decimal(0)
        values[APPLICATIONS, "received", applicant] = balance
    for line in lines(form3):
        values[APPLICATIONS, line, "total"] = sum((values[APPLICATIONS, line, a] for a in PARTS), Decimal(0))


def _fill_disputes(rng: Random, values: dict[Key, Decimal], size: str) -> None:
    top = max(1, SIZES[size][0] // 10)
    for procedure in PROCEDURES:
        outcomes = [outcome for outcome in OUTCOMES if outcome != "total"]
        for outcome in outcomes:
            values[DISPUTES, procedure, outcome] = Decimal(rng.randint(0, top) if rng.random() < 0.6 else 0)
        values[DISPUTES, procedure, "total"] = sum((values[DISPUTES, procedure, o] for o in outcomes), Decimal(0))


def plant_contradictions(rng: Random, figures: ReportFigures, count: int) -> ReportFigures:
    """Misprint ``count`` cells of tables three and four, as typists do: off by a little, or a digit too many."""
    candidates = [key for key in figures.cells if key[0] != PROACTIVE]
    changes: dict[Key, Figure] = {}
    for key in rng.sample(candidates, count):
        value = figures.cells[key].value or Decimal(0)
        changes[key] = Figure.of(str(rng.choice((value + 1, value + rng.randint(2, 30), value * 10 + 1))))
    return figures.with_cells(changes)
