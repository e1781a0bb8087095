"""docs/scale.md shows what bench/capacity.py computes; `python -m bench.capacity --write` writes it again."""

from bench import capacity
from bench.capacity import PAGE, SIZES, Cost


def test_the_page_shows_what_the_figures_give() -> None:
    assert capacity.page() == PAGE.read_text("utf-8")


def test_costs_grow_with_the_reports() -> None:
    costs = [Cost(reports) for reports in sorted(SIZES.values())]
    for name in ("requests", "polite_days", "cpu_hours", "gigabytes", "peak_gigabytes"):
        values = [getattr(cost, name) for cost in costs]
        assert values == sorted(values)
        assert len(set(values)) == len(values)
