"""The numbers of one report, as printed and as meant, keyed in the words of the warehouse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from schemas.vocabulary import TableName, ValueStatus

Key = tuple[str, ...]
"""``("proactive_disclosure", article, item, metric)``, ``("applications", line, applicant)`` or
``("disputes", procedure, outcome)``: the key of one printed cell."""

PROACTIVE = TableName.PROACTIVE_DISCLOSURE.value
APPLICATIONS = TableName.APPLICATIONS.value
DISPUTES = TableName.DISPUTES.value

_NONE_MARKS = frozenset({"/", "-", "--", "—", "－", "无", "N/A"})
_PLAIN = re.compile(r"([+-]?\d+(?:\.\d+)?)(亿元|万元|元)?")
_TO_WAN = {"万元": Decimal(1), "元": Decimal("0.0001"), "亿元": Decimal(10_000), None: Decimal(1)}


class Figure(NamedTuple):
    """One cell: what is printed, what it means (money in 万元), and what stands there."""

    raw: str
    value: Decimal | None
    status: ValueStatus

    @classmethod
    def of(cls, raw: str | int | float | None) -> "Figure":
        """The figure a plainly printed cell carries.

        Deliberately narrow (digits, a sign, a decimal point, a money unit): odd spellings are made by whoever knows
        the value already, so that the truth never rests on a second number parser.

        Raises:
            ValueError: the text is no plain number, no blank and no none mark.
        """
        text = "" if raw is None else str(raw)
        if not text.strip("　\xa0 "):
            return cls(text, None, ValueStatus.BLANK)
        if text in _NONE_MARKS:
            return cls(text, None, ValueStatus.NONE_MARK)
        plain = _PLAIN.fullmatch(text)
        if plain is None:
            raise ValueError(f"not a plainly printed number: {text!r}")
        return cls(text, Decimal(plain[1]) * _TO_WAN[plain[2]], ValueStatus.REPORTED)

    @classmethod
    def spelled(cls, value: Decimal | int, raw: str) -> "Figure":
        """A known value in an unusual spelling, such as ``１，２３４件``."""
        return cls(raw, Decimal(value), ValueStatus.REPORTED)


@dataclass(frozen=True)
class ReportFigures:
    """Tables two, three and four. ``form2`` and ``form3`` are ``"2019"`` or ``"2021"`` and may differ."""

    form2: str
    form3: str
    cells: Mapping[Key, Figure]

    def with_cells(self, changes: Mapping[Key, Figure]) -> "ReportFigures":
        """The same report with some cells printed differently."""
        unknown = set(changes) - set(self.cells)
        if unknown:
            raise KeyError(f"no such cells in this form: {sorted(unknown)}")
        return replace(self, cells={**self.cells, **changes})

    def value(self, *key: str) -> Decimal | None:
        return self.cells[key].value
