"""Every report of ``tests/data/field`` against what may be said of it: no figure that it does not print, no untrue sentence.

Keys of a case in ``cases.yaml``:

- ``grid``: what the tables print, by table and row, in the order of the form; null is a printed blank.
- ``without``: cells of the grid that this file does not print. ``refusable``: cells that may also be left unread.
- ``cells``: the acceptable values of single cells, in place of the grid's; null stands for no value.
- ``status_not``: statuses that a cell must not have. ``never``: values that stand nowhere.
- ``header``: acceptable agency, year, level, region, date, title and scope.
- ``is_report``: false where the reader must say that this is no report.
- ``error_says``, ``error_not``: what the sentence of a refusal must, or must not, match.
- ``finding_not``: findings that would be untrue, as ``rule`` or ``rule:row``.
- ``want``: ``read`` where every printed figure should be read, ``safe`` where leaving it unread is right.

``NOT_YET`` holds the cases that are still read otherwise: a case that comes right must leave it.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.read.reader import read_report
from schemas.forms.catalogue import BESIDE, KEY_COLUMNS
from schemas.vocabulary import ExtractionStatus

DATA = Path(__file__).parents[2] / "data" / "field"
_FILE = yaml.safe_load((DATA / "cases.yaml").read_text(encoding="utf-8"))
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in _FILE["cases"]}
NOT_YET: set[str] = set()
NOT_WHOLE: set[str] = set()
"""Cases of ``want: read`` whose figures are not all read: honest, and still to do."""

_ORDER = {
    "applications": (
        "natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
        "legal_service_organization", "other_organization", "total",
    ),
    "disputes": ("upheld", "corrected", "other", "pending", "total"),
}  # fmt: skip
_PATH = {"proactive_disclosure": ("item", "metric")}
_HEADER = {
    "agency": "agency_name", "year": "report_year", "level": "level", "region": "region_code", "date": "published_date",
    "title": "title", "scope": "scope",
}  # fmt: skip


@cache
def parsed(name: str) -> dict[str, Any]:
    """The reading of one file, as the parse contract."""
    return read_report((DATA / name).read_bytes(), name=name).to_contract()


def cells_read(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every cell of the four tables by its path (``table/row/column``)."""
    found: dict[str, dict[str, Any]] = {}
    for table, keys in KEY_COLUMNS.items():
        if table in BESIDE.values():
            continue  # other spans of time and parts of the whole, never among the figures of the year
        for row in contract[table]:
            path = "/".join([table, *(row[name] for name in _PATH.get(table, keys))])
            assert path not in found, f"{path} is read twice"
            found[path] = row
    return found


def cells_printed(case: dict[str, Any]) -> dict[str, Any]:
    """Every cell of the case's grid with the value that is printed there; None is a blank."""
    tables = _FILE["grids"].get(case.get("grid"), {})
    printed: dict[str, Any] = {}
    for table, rows in tables.items():
        for row, values in rows.items():
            columns = values.items() if isinstance(values, dict) else zip(_ORDER[table], values, strict=True)
            printed |= {f"{table}/{row}/{column}": value for column, value in columns}
    return {path: value for path, value in printed.items() if not _matches(path, case.get("without", ()))}


def acceptable(case: dict[str, Any]) -> dict[str, list[Any]]:
    """The values that each named cell may have."""
    allowed = {
        path: [value, None] if _matches(path, case.get("refusable", ())) else [value]
        for path, value in cells_printed(case).items()
    }
    return {**allowed, **case.get("cells", {})}


def faults(case: dict[str, Any]) -> Iterator[str]:
    """Everything that is wrong with the reading of a case, in words."""
    contract = parsed(case["file"])
    problem = contract["report"]["problem"] or ""
    is_refused = contract["report"]["extraction_status"] == ExtractionStatus.UNREADABLE
    if case.get("is_report") is False and not (is_refused and problem):
        yield "it is taken for a report"
    if is_refused and not re.search(case.get("error_says", ""), problem):
        yield f"the refusal says {problem!r}"
    if is_refused and re.search(case.get("error_not", "$^"), problem):
        yield f"the refusal misleads: {problem!r}"
    yield from _cell_faults(case, cells_read(contract))
    for name, values in case.get("header", {}).items():
        said = contract["report"][_HEADER[name]]
        if said not in values and not (is_refused and said is None):  # a refused file says nothing of who and when
            yield f"{name} is {said!r}, not one of {values}"
    for rule in case.get("finding_not", ()):
        name, _, row = rule.partition(":")
        if any(f["rule"] == name and row in ("", *_rows_of(f)) for f in contract["findings"]):
            yield f"the finding {rule} is untrue"


def _cell_faults(case: dict[str, Any], read: dict[str, dict[str, Any]]) -> Iterator[str]:
    allowed = acceptable(case)
    for path, values in allowed.items():
        value = read[path]["value"] if path in read else None
        if value not in values:
            yield f"{path} is {value}, not one of {values}"
    for path, row in read.items():
        if row["value"] in case.get("never", ()):
            yield f"{path} is {row['value']}"
        if "grid" in case and path not in allowed and row["value"] is not None:
            yield f"{path} is not printed, read {row['value']}"
    for path, statuses in case.get("status_not", {}).items():
        if path in read and read[path]["value_status"] in statuses:
            yield f"{path} is called {read[path]['value_status']}"


def _rows_of(finding: dict[str, Any]) -> list[str]:
    return [finding[name] for name in ("line", "item", "procedure") if finding.get(name)]


def _matches(path: str, patterns: Any) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _marked(names: Any, failing: set[str]) -> list[Any]:
    fails = pytest.mark.xfail(strict=True, reason="not yet read as it should be")
    return [pytest.param(name, marks=[fails] if name in failing else [], id=name) for name in names]


@pytest.mark.parametrize("name", _marked(CASES, NOT_YET))
def test_nothing_untrue_is_said(name: str) -> None:
    found = list(faults(CASES[name]))
    assert not found, f"{CASES[name]['about']}: {len(found)} faults: " + "; ".join(found[:12])


@pytest.mark.parametrize("name", _marked([n for n, c in CASES.items() if c["want"] == "read"], NOT_WHOLE))
def test_what_can_be_read_is_read(name: str) -> None:
    case = CASES[name]
    read = cells_read(parsed(case["file"]))
    wanted = {path for path, values in acceptable(case).items() if any(value is not None for value in values)}
    unread = sorted(path for path in wanted if path not in read or read[path]["value"] is None)
    assert not unread, f"{case['about']}: {len(unread)} of {len(wanted)} not read: {', '.join(unread[:8])}"


def test_every_file_has_a_case() -> None:
    held = {path.name for path in DATA.iterdir()} - {"cases.yaml"}
    assert held == {case["file"] for case in CASES.values()}


def test_the_exceptions_are_cases() -> None:
    assert CASES.keys() >= NOT_YET | NOT_WHOLE
