"""Staged and tidy files after any nights, and after a crash at any moment, are those of a first night with the last archive."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import parts
from pipelines.home import Home
from pipelines.staging.staged_tables import staged_provinces
from pipelines.tidy.tidy_store import FOLDERS, signed_reports, tidy_files, tidy_rows
from pipelines.tidy.validation import validate_province
from tests.integration.warehouse.nights import Killed, files, first_night, ids, keys, read

_FEW: dict[str, Any] = {"max_examples": 6, "deadline": None, "derandomize": True, "phases": [Phase.generate]}
_SAFE: dict[str, Any] = {"suppress_health_check": list(HealthCheck)}
_NIGHT = st.dictionaries(st.integers(0, 11), st.integers(0, 3), max_size=12)
"""Report → how it is printed: 0 and 1 differ, 2 has both as versions, 3 is spoiled."""


@pytest.fixture(autouse=True)
def two_reports_a_part(monkeypatch):
    monkeypatch.setattr(parts, "REPORTS", 2)


_RUN = st.tuples(_NIGHT, st.sampled_from(["v1", "v2"]), st.integers(1, 9), st.none() | st.integers(0, 12))
"""What is held, who reads it, documents a chunk, and after how many documents the run dies."""


@settings(**_FEW, **_SAFE)
@given(st.lists(_RUN, min_size=2, max_size=6))
def test_any_nights_end_in_the_files_of_a_first_night(runs):
    night, version, *_ = runs[-1]
    with tempfile.TemporaryDirectory() as folder:
        grown, fresh = Home(Path(folder) / "grown"), Home(Path(folder) / "fresh")
        for night, version, chunk, dies_after in runs:
            read(grown, night, version, chunk, dies_after)
            if staged_provinces(grown):
                validate_province(grown, "jiangsu")
        first_night(grown, night, version)
        first_night(fresh, night, version)
        for name in ("staged", "tidy"):
            assert files(grown.root / name) == files(fresh.root / name)
        assert tidy_rows(grown)["applications"] == sum(
            pl.read_parquet(p).height for p in tidy_files(grown, "applications")
        )


BEFORE = dict.fromkeys(range(5), 0)
AFTER = {
    "edited": BEFORE | {1: 1, 3: 2},
    "more parts": dict.fromkeys(range(10), 0),
    "fewer parts": dict.fromkeys(range(2), 0),
    "gone": {number: 0 for number in BEFORE if number != 2},
}


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER.keys())
@pytest.mark.parametrize("step", [read, lambda home, _: validate_province(home, "jiangsu")], ids=["staged", "tidy"])
def test_a_crash_at_any_rename_is_mended_by_the_next_run(tmp_path, monkeypatch, step, after):
    """The run dies at its first rename, at its second, and so on; what readers then meet is one night's."""
    wanted, begun = first_night(Home(tmp_path / "fresh"), after), first_night(Home(tmp_path / "begun"), BEFORE)
    old = {folder: ids(tidy_files(begun, folder)) for folder in FOLDERS.values()}
    nights = [keys(begun), keys(wanted)]
    if step is not read:
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
                step(home, after)
                survived = True
            except Killed:
                pass
        if not survived:
            assert_one_night(home, old, wanted)
            assert keys(Home(shutil.copytree(home.root, tmp_path / f"{moment} seen"))) in nights
        first_night(home, after)
        for name in ("staged", "tidy"):
            assert files(home.root / name) == files(wanted.root / name), moment
        moment = 2 * moment + 1
    assert moment > 3


def assert_one_night(home: Home, old: dict[str, set[str]], wanted: Home) -> None:
    """Where the tidy files are of two minds, a note says so; else the reports in them are those of one of the nights."""
    if signed_reports(home) is not None:
        new = {folder: ids(tidy_files(wanted, folder)) for folder in FOLDERS.values()}
        assert {folder: ids(tidy_files(home, folder)) for folder in FOLDERS.values()} in (old, new)


def test_only_the_parts_of_what_changed_are_written(tmp_path):
    home = first_night(Home(tmp_path), dict.fromkeys(range(12), 0))
    before = {p: p.stat().st_mtime_ns for p in home.root.rglob("*.parquet")}
    assert len([*(home.tidy / "applications").glob("*.parquet")]) == 8
    assert len(tidy_files(home, "applications")) == 6  # two ranges of ids hold no report
    first_night(home, dict.fromkeys(range(12), 0) | {5: 1})
    written = {p.relative_to(home.root).parent.as_posix() for p, at in before.items() if p.stat().st_mtime_ns != at}
    tidy = {f"tidy/{name}" for name in ("report_versions", "applications", "sections")}
    assert written == {f"staged/{name}" for name in FOLDERS} | tidy
    assert sum(p.stat().st_mtime_ns != at for p, at in before.items()) == len(written)


def test_another_reader_reads_all_parts_again(tmp_path):
    home = first_night(Home(tmp_path), BEFORE)
    assert len(read(home, BEFORE, "v2")) == len(BEFORE)
    assert read(home, BEFORE, "v2") == []


def test_no_rows_are_met_twice_where_another_cut_was_left_behind(tmp_path):
    home = first_night(Home(tmp_path), BEFORE)
    rows = tidy_rows(home)["applications"]
    left = home.tidy_table("applications", "jiangsu.0-of-2")
    left.hardlink_to(tidy_files(home, "applications")[0])
    assert sum(pl.read_parquet(p).height for p in tidy_files(home, "applications")) == rows
