"""Conditional formats of an ``.xlsx`` sheet: they may hide what a cell holds, or show it otherwise."""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.extract.spreadsheet.displayed import UNDETERMINED, displayed
from pipelines.extract.spreadsheet.xlsx_colours import Palette

MAX_CELLS = 200_000
_DIGIT = re.compile(r"\d")
_LONGEST_FIGURE = 20
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "equal": operator.eq, "notEqual": operator.ne, "greaterThan": operator.gt, "lessThan": operator.lt,
    "greaterThanOrEqual": operator.ge, "lessThanOrEqual": operator.le,
}  # fmt: skip


class ConditionalFormats:
    """The rules of a sheet that change what a cell shows, each with its cells. Rules that only colour a ground are left out."""

    def __init__(self, sheet: Any, palette: Palette) -> None:
        self._palette = palette
        self._rules: dict[tuple[int, int], list[Any]] = {}
        for formatting in sheet.conditional_formatting:
            rules = [rule for rule in formatting.rules if _changes_text(rule, palette)]
            for area in formatting.sqref.ranges if rules else ():
                rows = range(area.min_row, min(area.max_row, sheet.max_row) + 1)
                columns = range(area.min_col, min(area.max_col, sheet.max_column) + 1)
                if len(rows) * len(columns) > MAX_CELLS:
                    raise ValueError(f"a conditional format covers more than {MAX_CELLS} cells")
                for place in ((row, column) for row in rows for column in columns):
                    self._rules.setdefault(place, []).extend(rules)

    def shown(self, cell: Any, value: object, otherwise: str) -> str:
        """What a cell shows under its rules; ``otherwise`` where none applies.

        ``UNDETERMINED`` for a figure where that cannot be told; a label is taken as it stands.
        """
        for rule in self._rules.get((cell.row, cell.column), ()):
            holds = _holds(rule, value)
            if holds is None:
                return UNDETERMINED if _DIGIT.search(otherwise) and len(otherwise) <= _LONGEST_FIGURE else otherwise
            if holds:
                return self._under(rule, cell, value, otherwise)
        return otherwise

    def _under(self, rule: Any, cell: Any, value: object, otherwise: str) -> str:
        form = rule.dxf.numFmt.formatCode if rule.dxf.numFmt is not None else None
        text = otherwise if form is None else displayed(value, form)
        font = rule.dxf.font
        if font is None:
            return text
        if font.strike or font.vertAlign or rule.dxf.fill is not None:
            return UNDETERMINED
        return "" if self._palette.hides(font, cell.fill) else text


def _changes_text(rule: Any, palette: Palette) -> bool:
    if rule.dataBar is not None or rule.iconSet is not None:
        return (rule.dataBar or rule.iconSet).showValue is False
    if rule.dxf is None:
        return False
    font = rule.dxf.font
    is_pale = font is not None and palette.hides(font, None)
    return rule.dxf.numFmt is not None or is_pale or (font is not None and bool(font.strike or font.vertAlign))


def _holds(rule: Any, value: object) -> bool | None:
    """Does a rule apply to a value? None where that cannot be told without working out formulas."""
    if rule.type != "cellIs" or rule.dxf is None or len(rule.formula) != 1:
        return None
    try:
        bound = float(rule.formula[0])
    except ValueError:
        return None
    compare = _COMPARISONS.get(rule.operator)
    if compare is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return compare(float("inf") if isinstance(value, str) else value, bound)  # a text counts as more than any number
