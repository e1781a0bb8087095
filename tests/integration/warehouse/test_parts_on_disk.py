"""Staged and tidy files after any nights, and after a crash at any moment, are those of a first night with the last archive."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import parts
from pipelines.home import Home
from pipelines.read.staged import is_torn, known_documents, stage_rows, staged_files
from pipelines.warehouse.shelf import FOLDERS, signed_reports, tidy_files, tidy_rows
from pipelines.warehouse.tidy import validate_province
from tests.unit.warehouse.reports import Report, frames, totals

_FEW = {"max_examples": 3, "deadline": None, "derandomize": True, "phases": [Phase.generate]}
_SAFE = {"suppress_health_check": list(HealthCheck)}
_NIGHT = st.dictionaries(st.integers(0, 11), st.integers(0, 3), max_size=12)
"""Report → how it is printed: 0 and 1 differ, 2 has both as versions, 3 is spoiled."""


@pytest.fixture(autouse=True)
def two_reports_a_part(monkeypatch):
    monkeypatch.setattr(parts, "REPORTS", 2)


class Killed(BaseException):
    """What no handler catches."""


def captures(night: dict[int, int]) -> list[Report]:
    held = []
    for number, how in night.items():
        first = Report(url=f"https://a.gov.cn/{number}", applications=totals(received=how % 2), sections={1: str(number)})
        held.append(first.but(level="moon") if how == 3 else first)
        if how == 2:
            held.append(first.but(fetched=first.fetched + timedelta(days=1), applications=totals(received=9), disputes={}))
    return held


def read(home: Home, night: dict[int, int], version: str = "v1") -> None:
    """As ``read_province``, from reports instead of bytes."""
    held = {(r.report_id, r.payload_digest): r for r in captures(night)}
    staged = known_documents(home, "jiangsu", version)
    known = set(staged.iter_rows()) if staged is not None else set()
    fresh = [report for key, report in held.items() if key not in known]
    kept = pl.DataFrame([key for key in held if key in known], schema=dict.fromkeys(["report_id", "payload_digest"], pl.String),
                        orient="row")  # fmt: skip
    stage_rows(home, "jiangsu", version, [frames(fresh)], kept, {report for report, _ in known - held.keys()})


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def first_night(home: Home, night: dict[int, int]) -> Home:
    read(home, night)
    validate_province(home, "jiangsu")
    return home


@settings(**_FEW, **_SAFE)
@given(st.lists(_NIGHT, min_size=2, max_size=4))
def test_any_nights_end_in_the_files_of_a_first_night(nights):
    with tempfile.TemporaryDirectory() as folder:
        grown, fresh = Home(Path(folder) / "grown"), Home(Path(folder) / "fresh")
        for night in nights:
            first_night(grown, night)
        first_night(fresh, nights[-1])
        for name in ("staged", "tidy"):
            assert files(grown.root / name) == files(fresh.root / name)
        assert tidy_rows(grown)["applications"] == sum(pl.read_parquet(p).height for p in tidy_files(grown, "applications"))


BEFORE = dict.fromkeys(range(5), 0)
AFTER = {
    "edited": BEFORE | {1: 1, 3: 2},
    "more parts": dict.fromkeys(range(10), 0),
    "fewer parts": dict.fromkeys(range(2), 0),
    "gone": {number: 0 for number in BEFORE if number != 2},
}


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER.keys())
@pytest.mark.parametrize("stage", [read, lambda home, _: validate_province(home, "jiangsu")], ids=["staged", "tidy"])
def test_a_crash_at_any_rename_is_mended_by_the_next_run(tmp_path, monkeypatch, stage, after):
    """The run dies at its first rename, at its second, and so on; what readers then meet is one night's."""
    wanted, begun = first_night(Home(tmp_path / "fresh"), after), first_night(Home(tmp_path / "begun"), BEFORE)
    old = {folder: ids(tidy_files(begun, folder)) for folder in FOLDERS.values()}
    if stage is not read:
        read(begun, after)
    rename, moment, survived = Path.replace, 0, False
    while not survived:
        home = Home(tmp_path / str(moment))
        shutil.copytree(begun.root, home.root)
        left = iter(range(moment))

        def replace(path: Path, target: Path, left: Iterator[int] = left) -> Path:
            if next(left, None) is None:
                raise Killed
            return rename(path, target)

        with monkeypatch.context() as dying:
            dying.setattr(Path, "replace", replace)
            try:
                stage(home, after)
                survived = True
            except Killed:
                assert_one_night(home, old, wanted)
        first_night(home, after)
        for name in ("staged", "tidy"):
            assert files(home.root / name) == files(wanted.root / name), moment
        moment = 2 * moment + 1
    assert moment > 3


def assert_one_night(home: Home, old: dict[str, set[str]], wanted: Home) -> None:
    """Where the files are of two minds, a note says so; else the reports in them are those of one of the nights."""
    if signed_reports(home) is not None:
        new = {folder: ids(tidy_files(wanted, folder)) for folder in FOLDERS.values()}
        assert {folder: ids(tidy_files(home, folder)) for folder in FOLDERS.values()} in (old, new)
    if not is_torn(home, "jiangsu"):
        documents, cells = ids(staged_files(home, "documents")), ids(staged_files(home, "applications"))
        assert cells == documents


def ids(paths: list[Path]) -> set[str]:
    return {report for path in paths for report in pl.read_parquet(path)["report_id"]}


def test_only_the_parts_of_what_changed_are_written(tmp_path):
    home = first_night(Home(tmp_path), dict.fromkeys(range(12), 0))
    before = {p: p.stat().st_mtime_ns for p in home.root.rglob("*.parquet")}
    assert len(tidy_files(home, "applications")) == 8
    first_night(home, dict.fromkeys(range(12), 0) | {5: 1})
    written = {p.relative_to(home.root).parent.as_posix() for p, at in before.items() if p.stat().st_mtime_ns != at}
    tidy = {f"tidy/{name}" for name in ("report_versions", "applications", "sections")}
    assert written == {f"staged/{name}" for name in FOLDERS} | tidy
    assert sum(p.stat().st_mtime_ns != at for p, at in before.items()) == len(written)


def test_another_reader_reads_all_parts_again(tmp_path):
    home = first_night(Home(tmp_path), BEFORE)
    assert known_documents(home, "jiangsu", "v2") is None
    read(home, BEFORE, "v2")
    assert known_documents(home, "jiangsu", "v2").height == len(BEFORE)


def test_no_rows_are_met_twice_where_another_cut_was_left_behind(tmp_path):
    home = first_night(Home(tmp_path), BEFORE)
    rows = tidy_rows(home)["applications"]
    left = home.tidy_table("applications", "jiangsu.0-of-2")
    left.hardlink_to(tidy_files(home, "applications")[0])
    assert sum(pl.read_parquet(p).height for p in tidy_files(home, "applications")) == rows
