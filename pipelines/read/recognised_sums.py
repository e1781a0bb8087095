"""The sums of a table whose cells were recognised: which close, which do not, and what a misread cell would explain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.read.tables.values.cells import TableReading
from schemas.forms.catalogue import KEY_COLUMNS, Identity

Keys = tuple[str, ...]
_Where = tuple[str, int, Keys]  # a sum: its direction, its identity in the form, and the other keys

_ALIKE = frozenset(
    frozenset(pair)
    for pair in ("06", "08", "09", "05", "03", "02", "17", "14", "12", "27", "23", "35", "38", "39", "49", "46", "47", "56", "58",
                 "59", "57", "68", "69", "79", "78", "89")
)  # fmt: skip
"""Digits that recognition may take for each other."""


@dataclass(frozen=True)
class Guess:
    """The combined readings of one cell.

    Attributes:
        text: What two of them agree on; None where that is nothing that the cell can hold.
        value: As a number; None for a mark, or without text.
        confidence: Of the least certain character.
        doubt: Why the readings alone do not suffice; None where they do.
    """

    text: str | None
    value: Decimal | None
    confidence: float | None
    doubt: str | None


class Sums:
    """The sums of one table under the current guesses: correct, broken or undecidable."""

    def __init__(self, table: TableReading, identities: Sequence[Identity], guesses: Mapping[Keys, Guess]) -> None:
        self._guesses = guesses
        self._printed = {cell.keys: cell for cell in table.cells}
        self._members: dict[_Where, tuple[list[Keys], list[Keys]]] = {}
        names = KEY_COLUMNS[table.table]
        for number, identity in enumerate(identities):
            at = names.index(identity.along)
            for keys in guesses:
                if keys[at] in identity.left or keys[at] in identity.right:
                    others = (*keys[:at], "", *keys[at + 1 :])
                    where = (identity.along, number, others)
                    if where not in self._members:
                        sides = (identity.left, identity.right)
                        left, right = ([(*keys[:at], name, *keys[at + 1 :]) for name in side] for side in sides)
                        self._members[where] = (left, right)
        differences = {where: self._difference(*sides) for where, sides in self._members.items()}
        self._differences = differences
        broken = {where for where, difference in differences.items() if difference}
        self._misprinted = self._misprints(differences, broken)
        explained = {where for where in broken if not self._misprinted.isdisjoint(self._cells(where))}
        self._broken_cells = {keys for where in broken - explained for keys in self._cells(where)}
        self._equal = {where for where, difference in differences.items() if difference == 0}
        self._closed = {where for where in self._equal if self._broken_cells.isdisjoint(self._cells(where))}

    def is_broken(self, keys: Keys) -> bool:
        """Does the cell stand in a sum that does not close, with nothing else to explain it?"""
        return keys in self._broken_cells or keys in self._misprinted

    def closed_along(self, keys: Keys) -> set[str]:
        """Directions in which sums with this cell close: ``applicant`` is its row, ``line`` its column."""
        return {where[0] for where in self._closed if keys in self._cells(where)}

    def equal_along(self, keys: Keys) -> set[str]:
        """Directions in which sums with this cell close, also those that share a cell with a sum that does not.

        A report that contradicts itself in one row still confirms the others. Weaker than ``closed_along``: two misread cells
        may make up for each other where one of them is in doubt anyway.
        """
        return {where[0] for where in self._equal if keys in self._cells(where)}

    def is_confirmed_beside_broken(self, keys: Keys) -> bool:
        """Is a cell of a sum that does not close confirmed by the sums of its other direction?

        Those all close, and no second cell could have been misread in the same way, so that both together keep one of them
        closed and explain what is broken.
        """
        if keys in self._misprinted:
            return False
        broken = [where for where in self._of(keys) if self._differences[where]]
        along = {where[0] for where in broken}
        across = [where for where in self._equal if where[0] not in along and keys in self._cells(where)]
        excesses = {self._excess(keys, where, self._differences) for where in broken}
        if len(along) != 1 or len(excesses) != 1 or not across:
            return False
        (excess,) = excesses
        return any(not self._has_partner(keys, excess, where) for where in across)

    def _has_partner(self, keys: Keys, excess: Decimal, where: _Where) -> bool:
        """Is there a second cell in a sum that closes which would be misread alike if the first is too large by ``excess``?"""
        left, _ = self._members[where]
        for other in self._cells(where):
            if other == keys:
                continue
            theirs = excess if (other in left) != (keys in left) else -excess
            broken = [place for place in self._of(other) if self._differences[place]]
            if any(self._excess(other, place, self._differences) == theirs for place in broken) and _misread_alike(
                (self._guesses[keys].value, excess), (self._guesses[other].value, theirs)
            ):
                return True
        return False

    def is_added_up(self, keys: Keys) -> bool:
        """Does the form add this cell up at all?"""
        return any(keys in self._cells(where) for where in self._members)

    def _cells(self, where: _Where) -> list[Keys]:
        left, right = self._members[where]
        return [*left, *right]

    def _difference(self, left: Sequence[Keys], right: Sequence[Keys]) -> Decimal | None:
        """Left minus right; None where a cell is missing or not read, or a total is left blank beside figures."""
        sides = []
        for side in (left, right):
            guesses = [self._guesses.get(keys) for keys in side]
            if any(guess is None or guess.text is None for guess in guesses):
                return None
            sides.append(sum((guess.value or Decimal(0) for guess in guesses if guess is not None), Decimal(0)))
        totals = [self._guesses[keys] for keys in right]
        if sides[0] and len(totals) == 1 and (totals[0].text == "" or totals[0].value is None):
            return None
        return sides[0] - sides[1]

    def _misprints(self, differences: Mapping[_Where, Decimal | None], broken: set[_Where]) -> set[Keys]:
        """Cells that explain broken sums: a row and a column that miss by as much meet in them, and in no other cell.

        Empty where one broken sum is left without an explanation.
        """
        found: set[Keys] = set()
        left = set(broken)
        for keys in self._guesses:
            judged = [where for where in self._of(keys) if differences[where] is not None]
            if len({along for along, _, _ in judged}) < 2 or not broken.issuperset(judged):
                continue
            excesses = {self._excess(keys, where, differences) for where in judged}
            if len(excesses) == 1:
                if not left.issuperset(judged):
                    return set()  # two cells explain one sum
                found.add(keys)
                left -= set(judged)
        return found if not left else set()

    def _of(self, keys: Keys) -> list[_Where]:
        return [where for where in self._members if keys in self._cells(where)]

    def _excess(self, keys: Keys, where: _Where, differences: Mapping[_Where, Decimal | None]) -> Decimal:
        difference = differences[where] or Decimal(0)
        return difference if keys in self._members[where][0] else -difference


def _misread_alike(*cells: tuple[Decimal | None, Decimal]) -> bool:
    """Could figures have been read for those that are smaller by their excess, by one and the same mistake?

    One mistake: the same digits taken for the same others, digits that look alike; or a digit lost, or read twice.
    """
    mistakes: list[frozenset[tuple[str, str]]] = []
    for value, excess in cells:
        if value is None or value != int(value) or excess != int(excess):
            return True  # a blank or a mark, or money: nothing to compare
        if value < excess:
            return False
        read, printed = str(int(value)), str(int(value - excess))
        if len(read) != len(printed):
            return True
        mistakes.append(frozenset((a, b) for a, b in zip(read, printed, strict=True) if a != b))
    return mistakes[0] == mistakes[1] and all(frozenset(pair) in _ALIKE for pair in mistakes[0])
