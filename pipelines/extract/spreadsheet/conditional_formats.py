"""Conditional formats of an ``.xlsx`` sheet as rules for its cells."""

from typing import Any

from pipelines.extract.spreadsheet.look import Look, Rule
from pipelines.extract.spreadsheet.xlsx_colours import Palette

MAX_QUESTIONS = 10_000_000  # areas times cells
_LAST = 1 << 31  # the priority of a rule that names none


class ConditionalFormats:
    """The rules of a sheet by cell, the most important first.

    Raises:
        ValueError: more areas than can be asked about each of ``n_cells`` cells.
    """

    def __init__(self, sheet: Any, palette: Palette, n_cells: int) -> None:
        self._palette = palette
        found: list[tuple[int, tuple[int, int, int, int], Rule]] = []
        for formatting in sheet.conditional_formatting:
            areas = [area.bounds for area in formatting.sqref.ranges]
            for rule in formatting.rules:
                if (made := self._rule(rule)) is not None:
                    found += [(rule.priority or _LAST, area, made) for area in areas]
            if len(found) * n_cells > MAX_QUESTIONS:
                raise ValueError("the sheet has more conditional formats than a report has")
        self._rules = sorted(found, key=lambda entry: entry[0])

    def of(self, row: int, column: int) -> list[Rule]:
        """The rules of one cell."""
        return [
            rule
            for _, (left, top, right, bottom), rule in self._rules
            if left <= column <= right and top <= row <= bottom
        ]

    def _rule(self, rule: Any) -> Rule | None:
        """None for one that changes nothing of what a cell shows: a scale of colours, or icons beside the value."""
        if rule.dataBar is not None or rule.iconSet is not None:
            is_hidden = (rule.dataBar or rule.iconSet).showValue is False
            return Rule(Look(is_undetermined=True)) if is_hidden else None
        if rule.dxf is None:
            return None
        bounds = tuple(_number(formula) for formula in rule.formula)
        if rule.type != "cellIs" or None in bounds:
            return Rule(self._look(rule.dxf))
        return Rule(self._look(rule.dxf), rule.operator, tuple(bound for bound in bounds if bound is not None))

    def _look(self, changes: Any) -> Look:
        font, fill = changes.font, changes.fill
        return Look(
            changes.numFmt.formatCode if changes.numFmt is not None else None,
            self._palette.colour(font.color) if font is not None else None,
            # In such a fill the ground is called bgColor, and a solid one need not say so.
            self._palette.colour(fill.bgColor) if getattr(fill, "fill_type", 0) in (None, "solid") else None,
            font is not None and bool(font.strike or font.vertAlign in ("superscript", "subscript")),
        )


def _number(formula: str) -> float | None:
    try:
        return float(formula)
    except ValueError:
        return None
