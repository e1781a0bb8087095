"""A reading that dies has lost what it had not staged yet; readers meet the province as it was until all of it is read."""

import pytest

from pipelines import parts
from pipelines.home import Home
from pipelines.staging.part_writer import Staging
from pipelines.staging.staged_tables import staged_provinces
from tests.integration.warehouse.nights import captures, files, first_night, ids, keys, read


@pytest.fixture(autouse=True)
def two_reports_a_part(monkeypatch):
    monkeypatch.setattr(parts, "REPORTS", 2)


RUNS = {
    "first reading": ({}, "v1", dict.fromkeys(range(10), 0), "v1"),
    "changed version": (dict.fromkeys(range(10), 0), "v0", dict.fromkeys(range(10), 0), "v1"),
    "changed version and more parts": (dict.fromkeys(range(3), 0), "v0", dict.fromkeys(range(10), 0), "v1"),
    "more parts": (dict.fromkeys(range(3), 0), "v1", dict.fromkeys(range(12), 0), "v1"),
    "same parts": (dict.fromkeys(range(9), 0), "v1", dict.fromkeys(range(9), 1) | {9: 1}, "v1"),
}


@pytest.mark.parametrize(("before", "old", "after", "new"), RUNS.values(), ids=RUNS.keys())
def test_a_run_that_died_goes_on_where_it_was(tmp_path, before, old, after, new):
    """What was staged is not read again, is not met by readers before all is there, and the files are those of one run."""
    home, wanted = Home(tmp_path / "home"), first_night(Home(tmp_path / "wanted"), after)
    if before:
        first_night(home, before, old)
    met = keys(home) if before else None
    first = read(home, after, new, chunk=4, dies_after=7)
    staged = Staging(home, "jiangsu", new, [(r.report_id, r.payload_digest) for r in captures(after)]).known
    assert 0 < len({report for report, _ in staged} & set(first)) <= len(first)
    assert (keys(home) if before else staged_provinces(home) or None) == met
    second = read(home, after, new, chunk=3)
    lost = set(first) - {report for report, _ in staged}
    assert set(first) & set(second) == lost
    kept = before if old == new and after | before == after else {}
    assert len(second) == len(after) - len(kept) - len(first) + len(lost)
    assert files(home.root / "staged") == files(wanted.root / "staged")


def test_what_a_dead_run_staged_is_recut_when_more_reports_came_meanwhile(tmp_path):
    home, after = Home(tmp_path / "home"), dict.fromkeys(range(12), 0)
    first = read(home, dict.fromkeys(range(4), 0), chunk=1, dies_after=3)
    assert len(first) == 3
    second = read(home, after)
    assert len({*first, *second}) == 12
    assert len(second) < 12
    assert files(home.root / "staged") == files(first_night(Home(tmp_path / "wanted"), after).root / "staged")


def test_standing_documents_are_recut_unread(tmp_path):
    home = first_night(Home(tmp_path / "home"), dict.fromkeys(range(12), 0))
    assert read(home, dict.fromkeys(range(3), 0)) == []
    assert files(home.root / "staged") == files(
        first_night(Home(tmp_path / "b"), dict.fromkeys(range(3), 0)).root / "staged"
    )


def test_rows_of_an_old_reader_are_never_taken_for_those_of_a_new_one(tmp_path):
    """Two readers die in turn over the same parts: each takes up only what it wrote itself."""
    home, night = first_night(Home(tmp_path), dict.fromkeys(range(5), 0), "v0"), dict.fromkeys(range(6), 0)
    for version in ("v1", "v2", "v1"):
        assert read(home, night, version, chunk=2, dies_after=4)
    assert len(read(home, night, "v3")) == len(night)
    assert read(home, night, "v3") == []


def test_no_more_than_a_chunk_is_held_unstaged(tmp_path):
    """When a batch is read, all but the last few documents before it are staged."""
    home, unstaged = Home(tmp_path), []

    def look(done):
        staged = ids([*(home.unfinished / "documents").glob("*.parquet")])
        unstaged.append(len(set(done) - staged))

    assert len(read(home, dict.fromkeys(range(40), 0), chunk=6, look=look)) == 40
    assert 0 < max(unstaged) <= 6
