"""Holds what a reader said of a factory report against what the report prints."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Key
from gongkai.demo.truth import KEY_COLUMNS
from schemas.vocabulary import ValueStatus
from tests.factory.case import Case, Truth, Where

_WHERE = {
    "applicants_sum_to_total": "line", "received_equals_handled": "applicant", "results_sum_to_total": "applicant",
    "outcomes_sum_to_total": "procedure",
}  # fmt: skip


@dataclass
class Score:
    """``wrong`` and ``invented`` must be empty, always. ``missing`` is honest; ``unexplained`` ones lack a finding."""

    printed: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    missing: list[Key] = field(default_factory=list)
    refused: int = 0  # missing where refusing is right
    undecided: list[Key] = field(default_factory=list)  # of the refused: another original prints the same text
    empty_refused: int = 0  # blank or none mark in the source, "unreadable" to the reader: no harm, but not read
    unexplained: list[Key] = field(default_factory=list)
    wrong_status: list[str] = field(default_factory=list)
    wrong_raw: list[str] = field(default_factory=list)
    missed_violations: list[Where] = field(default_factory=list)
    invented_violations: list[Where] = field(default_factory=list)
    wrong_header: list[str] = field(default_factory=list)
    headers: Counter[str] = field(default_factory=Counter)  # "wrong agency_name", "missing report_year" …
    false_blanks: list[Key] = field(default_factory=list)  # a printed figure that is called blank, or none
    wrong_sections: list[str] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """No number stands where the report does not print it."""
        return not self.wrong and not self.invented and not self.false_blanks

    @property
    def is_perfect(self) -> bool:
        return self.is_safe and not (
            self.missing or self.wrong_status or self.wrong_raw or self.missed_violations or self.invented_violations
            or self.wrong_header
        )  # fmt: skip

    def add(self, other: "Score") -> None:
        """Sum up over a corpus."""
        self.printed += other.printed
        self.right += other.right
        self.refused += other.refused
        self.empty_refused += other.empty_refused
        self.headers.update(other.headers)
        for name in ("wrong", "invented", "missing", "undecided", "unexplained", "wrong_status", "wrong_raw", "missed_violations",
                     "invented_violations", "wrong_header", "false_blanks", "wrong_sections"):  # fmt: skip
            getattr(self, name).extend(getattr(other, name))


def compare(truth: Truth, parsed: Mapping[str, Any]) -> Score:
    """Score one parse-contract object. Every cell is held against the truth exactly once."""
    score = Score()
    got: dict[Key, Mapping[str, Any]] = {}
    for key, row in _rows(parsed):
        if key in got:
            score.invented.append(f"{key}: two rows for one cell")
        got[key] = row
    for key, figure in truth.cells.items():
        read = got.get(key)
        value = None if read is None else _decimal(read["value"])
        if figure.value is None:
            _judge_empty(score, truth, key, read, value)
        else:
            score.printed += 1
            _judge_value(score, truth, key, read, value)
    for key, extra in got.items():
        if key not in truth.cells and extra["value"] is not None:
            score.invented.append(f"{key}: {extra['value']} is not printed there ({extra.get('raw_text')!r})")
    score.unexplained = [key for key in (*score.missing, *score.undecided) if not _is_explained(key, parsed)]
    _judge_violations(score, truth, parsed)
    _judge_header(score, truth, parsed.get("report", {}))
    found = ["".join(section["heading"].split()) for section in parsed.get("sections", ())]
    printed = ["".join(heading.split()) for heading in truth.headings]
    if found != printed:
        score.wrong_sections.append(f"sections {found}, printed {printed}")
    return score


def compare_case(case: Case, parsed: Mapping[str, Any]) -> Score:
    """Score a parse-contract object with the further reports of the document; a report that is none counts as invented."""
    score = compare(case.truth, parsed)
    found = list(parsed.get("additional_reports", ()))
    score.invented += [f"a report of {other['report']['agency_name']}" for other in found[len(case.others) :]]
    for number, truth in enumerate(case.others):
        if number < len(found):
            score.add(compare(truth, found[number]))
        else:
            score.missing += list(truth.cells)
            score.unexplained += list(truth.cells)
            score.wrong_header.append(f"no report of {truth.agency_name}")
    return score


def _rows(parsed: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for table in (PROACTIVE, APPLICATIONS, DISPUTES):
        for row in parsed.get(table, ()):
            yield (table, *(row[column] for column in KEY_COLUMNS[table])), row


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _judge_value(score: Score, truth: Truth, key: Key, row: Mapping[str, Any] | None, value: Decimal | None) -> None:
    figure = truth.cells[key]
    said = row.get("value_status") if row is not None and value is None else None
    if said in (ValueStatus.BLANK, ValueStatus.NONE_MARK) and (key not in truth.optional or key in truth.annotated):
        score.false_blanks.append(key)
    if row is None or value is None:
        if key in truth.optional:
            score.refused += 1
            if key in truth.undecidable:
                score.undecided.append(key)
        else:
            score.missing.append(key)
    elif value == figure.value:
        score.right += 1
        raw = row.get("raw_text")
        if (
            raw is not None
            and _squeeze(raw) != _squeeze(figure.raw)
            and key not in {*truth.alternatives, *truth.annotated}
        ):
            score.wrong_raw.append(f"{key}: raw_text {raw!r}, printed {figure.raw!r}")
        if row.get("value_status") != figure.status.value:
            score.wrong_status.append(f"{key}: {row.get('value_status')}, printed {figure.raw!r}")
    elif value in truth.alternatives.get(key, ()):
        score.right += 1
    else:
        score.wrong.append(f"{key}: read {value}, printed {figure.raw!r}")


def _judge_empty(score: Score, truth: Truth, key: Key, row: Mapping[str, Any] | None, value: Decimal | None) -> None:
    figure = truth.cells[key]
    if value is not None and value not in truth.alternatives.get(key, ()):
        score.wrong.append(f"{key}: read {value}, printed {figure.raw!r} ({figure.status})")
        return
    status = figure.status.value if row is None or key in truth.optional else row.get("value_status")
    if status == ValueStatus.UNREADABLE:
        score.empty_refused += 1
    elif value is None and status != figure.status.value:
        score.wrong_status.append(f"{key}: {status}, printed {figure.raw!r} ({figure.status})")


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _is_explained(key: Key, parsed: Mapping[str, Any]) -> bool:
    """A finding names the table, and the line or item where it names one at all."""
    column, name = {PROACTIVE: ("item", key[2] if len(key) > 3 else ""), APPLICATIONS: ("line", key[1]),
                    DISPUTES: ("procedure", key[1])}[key[0]]  # fmt: skip
    return any(
        finding.get("table_name") == key[0] and finding.get(column) in (None, name)
        for finding in parsed.get("findings", ())
        if finding["rule"] not in _WHERE
    )


def _judge_violations(score: Score, truth: Truth, parsed: Mapping[str, Any]) -> None:
    """A contradiction that rests on a figure which was refused (and counts as missing) cannot be found."""
    if truth.violations is None:
        return
    found = {(f["rule"], f.get(_WHERE[f["rule"]])) for f in parsed.get("findings", ()) if f["rule"] in _WHERE}
    score.missed_violations = sorted(
        (rule, where) for rule, where in truth.violations - found if not any(where in key for key in score.missing)
    )
    score.invented_violations = sorted((r, str(w)) for r, w in found - truth.violations - truth.tolerated)


def _judge_header(score: Score, truth: Truth, report: Mapping[str, Any]) -> None:
    if not truth.is_header_known:
        return
    tables = {key[0] for key in truth.cells}
    checks: dict[str, object] = {"report_year": truth.report_year, "agency_name": truth.agency_name}
    checks["carrier"] = truth.carrier
    if PROACTIVE in tables:
        checks["form_table2"] = truth.form_table2
    if APPLICATIONS in tables:
        checks["form_table3"] = truth.form_table3
    if truth.published_date is not None:
        checks["published_date"] = truth.published_date.isoformat()
    for name, wanted in checks.items():
        if str(report.get(name)) != str(wanted):
            score.wrong_header.append(f"{name}: {report.get(name)!r}, printed {wanted!r}")
            score.headers[f"{'missing' if report.get(name) is None else 'wrong'} {name}"] += 1
