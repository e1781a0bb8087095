"""The contradictions within a set of printed figures, written independently of the checker (docs/domain/forms.md#identities).

Blank counts as 0 among the parts. A blank total is derivable, never violated. Where a check would rest on a derived
total, or on nothing but blanks, either answer is accepted (``tolerated``).
"""

from collections.abc import Mapping
from decimal import Decimal

from gongkai.demo.figures import APPLICATIONS, DISPUTES, Figure, Key
from gongkai.demo.layout import APPLICANTS, OUTCOMES, PROCEDURES, lines
from tests.factory.case import Where
from tests.factory.numbers import PARTS, results

Values = list[Decimal | None]


def contradictions(cells: Mapping[Key, Figure], form3: str) -> tuple[frozenset[Where], frozenset[Where]]:
    """Violations that must be found, and findings that are accepted but not required."""
    verdicts = _Verdicts(cells, form3)
    for line in lines(form3):
        parts = [verdicts.value(APPLICATIONS, line, a) for a in PARTS]
        verdicts.judge("applicants_sum_to_total", line, parts, verdicts.value(APPLICATIONS, line, "total"))
    for applicant in APPLICANTS:
        verdicts.results(applicant)
        verdicts.balance(applicant)
    for procedure in PROCEDURES:
        parts = [verdicts.value(DISPUTES, procedure, o) for o in OUTCOMES if o != "total"]
        verdicts.judge("outcomes_sum_to_total", procedure, parts, verdicts.value(DISPUTES, procedure, "total"))
    return frozenset(verdicts.violated), frozenset(verdicts.tolerated)


class _Verdicts:
    def __init__(self, cells: Mapping[Key, Figure], form3: str) -> None:
        self.cells = cells
        self.form3 = form3
        self.violated: set[Where] = set()
        self.tolerated: set[Where] = set()

    def value(self, *key: str) -> Decimal | None:
        return self.cells[key].value

    def judge(self, rule: str, where: str, parts: Values, total: Decimal | None, *, sure: bool = True) -> None:
        if total is None or _sum(parts) == total:
            return
        known = sure and any(part is not None for part in parts)
        (self.violated if known else self.tolerated).add((rule, where))

    def results(self, applicant: str) -> None:
        parts = [self.value(APPLICATIONS, line, applicant) for line in results(self.form3)]
        derived = [self._row(line) if part is None and applicant == "total" else part
                   for part, line in zip(parts, results(self.form3), strict=True)]  # fmt: skip
        total = self.value(APPLICATIONS, "processed_total", applicant)
        self.judge("results_sum_to_total", applicant, derived, total, sure=derived == parts)

    def balance(self, applicant: str) -> None:
        """received + carried_in = processed_total + carried_out."""
        printed = [self.value(APPLICATIONS, line, applicant) for line in ("received", "carried_in", "carried_out")]
        processed = self.value(APPLICATIONS, "processed_total", applicant)
        derived = list(printed)
        if applicant == "total":
            rows = ("received", "carried_in", "carried_out")
            derived = [self._row(r) if v is None else v for r, v in zip(rows, printed, strict=True)]
        if processed is None:
            handled = _sum([self.value(APPLICATIONS, line, applicant) for line in results(self.form3)])
            sure = False
        else:
            handled, sure = processed, derived == printed
        stock = _sum(derived[:2])
        if stock != handled + (derived[2] or 0):
            known = sure and any(v is not None for v in printed)
            (self.violated if known else self.tolerated).add(("received_equals_handled", applicant))

    def _row(self, line: str) -> Decimal | None:
        parts = [self.value(APPLICATIONS, line, a) for a in PARTS]
        return None if all(p is None for p in parts) else _sum(parts)


def _sum(parts: Values) -> Decimal:
    return sum((part for part in parts if part is not None), Decimal(0))
