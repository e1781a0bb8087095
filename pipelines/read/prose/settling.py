"""Candidates of a whole report → its figures: what contradicts itself is left out."""

from collections.abc import Iterable
from decimal import Decimal

from pipelines.read.prose.figures import Figure


def settle(candidates: Iterable[Figure]) -> list[Figure]:
    """One figure an indicator: none where two differ, no part without its whole or above it."""
    by_key: dict[str, list[Figure]] = {}
    for figure in candidates:
        by_key.setdefault(figure.indicator.key, []).append(figure)
    sure = {
        key: found[0]
        for key, all_found in by_key.items()
        if (found := [figure for figure in all_found if not figure.weak])
        and len({figure.value for figure in all_found}) == 1
        and len({figure.unit for figure in found}) == 1
    }
    return [figure for figure in sure.values() if figure.indicator.role != "part" or _is_in_its_whole(figure, sure)]


def _is_in_its_whole(figure: Figure, sure: dict[str, Figure]) -> bool:
    """A whole that was read, the one of its own sentence if there is any, holds the part and those of its kind beside it."""
    read = [sure[key] for key in figure.indicator.of if key in sure]
    beside = [whole for whole in read if whole.sentence is figure.sentence]
    wholes = [whole.value for whole in beside or read]
    kind = figure.indicator.key.rpartition(".")[0]
    parts = [
        other.value for key, other in sure.items() if key.rpartition(".")[0] == kind and other.indicator.role == "part"
    ]
    return bool(wholes) and sum(parts, Decimal(0)) <= max(wholes)
