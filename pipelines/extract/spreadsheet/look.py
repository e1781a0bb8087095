"""How a cell looks, and how rules of conditional formatting change that: whether its value is shown, and as what."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipelines.extract.html.css.values import BLACK, Colour, is_seen
from pipelines.extract.spreadsheet.displayed import UNDETERMINED, displayed

_DIGIT = re.compile(r"\d")
_LONGEST_FIGURE = 20
_NARROW = 0.5  # of a digit's width
LEAST_TYPE = 2.0
"""Points: smaller type is read by nobody."""
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "equal": operator.eq, "notEqual": operator.ne, "greaterThan": operator.gt, "lessThan": operator.lt,
    "greaterThanOrEqual": operator.ge, "lessThanOrEqual": operator.le,
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """The look of a cell, or what a rule changes of it. None: unknown, or not changed."""

    number_format: str | None = None
    ink: Colour | None = None
    ground: Colour | None = None
    is_undetermined: bool = False
    """Struck out, raised as a whole, repeated, too small, or hidden behind a bar or an icon: not to be taken for the value."""
    room: float | None = None
    """How many digits of its type fit into its column; None where text is made to fit."""

    def over(self, own: "Look") -> "Look":
        """This look on top of the cell's own."""
        return Look(
            own.number_format if self.number_format is None else self.number_format,
            self.ink or own.ink,
            self.ground or own.ground,
            self.is_undetermined or own.is_undetermined,
            own.room,
        )

    def text(self, value: object) -> str:
        """What a cell with this look shows of its value."""
        text = displayed(value, self.number_format)
        if text and (self.is_undetermined or self._overflows(value, text)):
            return UNDETERMINED
        if self.ground is None or is_seen(self.ink or BLACK, self.ground):
            return text
        if self.ink is not None:
            return ""
        return UNDETERMINED if is_figure(text) else text  # automatic ink on a black ground: programs differ

    def _overflows(self, value: object, text: str) -> bool:
        """Whether a number is wider than its column, which then shows ``###``, or fewer decimal places."""
        if self.room is None or isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return sum(_NARROW if char in ".,-" else 1.0 for char in text) > self.room


@dataclass(frozen=True)
class Rule:
    """A rule of conditional formatting.

    Attributes:
        look: What it changes where it applies.
        comparison: Its operator, as in ``cellIs`` rules of Office Open XML; None where it takes a formula to tell.
        bounds: What values are compared with: one number, or two for ``between`` and ``notBetween``.
    """

    look: Look
    comparison: str | None = None
    bounds: tuple[float, ...] = ()

    def holds(self, value: object) -> bool | None:
        """Does it apply to a value? None where that cannot be told."""
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        number = float("inf") if isinstance(value, str) else value  # a text counts as more than any number
        if self.comparison in ("between", "notBetween") and len(self.bounds) == 2:
            return (min(self.bounds) <= number <= max(self.bounds)) == (self.comparison == "between")
        compare = _COMPARISONS.get(self.comparison or "")
        return compare(number, self.bounds[0]) if compare is not None and len(self.bounds) == 1 else None


def shown_under(rules: Iterable[Rule], own: Look, value: object) -> str:
    """What a cell shows under rules, the most important first.

    ``UNDETERMINED`` for a figure that a rule would change where nothing tells whether it applies. Labels are taken as they stand.
    """
    otherwise = own.text(value)
    for rule in rules:
        text = rule.look.over(own).text(value)
        if text == otherwise:
            continue
        holds = rule.holds(value)
        if holds:
            return text
        if holds is None:
            return UNDETERMINED if is_figure(otherwise) or is_figure(text) else otherwise
    return otherwise


def is_figure(text: str) -> bool:
    """Is a text short and with a digit, or undetermined: no label?"""
    return text == UNDETERMINED or (len(text) <= _LONGEST_FIGURE and _DIGIT.search(text) is not None)
