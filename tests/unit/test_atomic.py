"""Replacing files: old or new, never half, and nothing of a killed writer stays."""

import os
import subprocess
import sys

import pytest

from pipelines.atomic import replace_atomically


def test_a_failed_write_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(draft):
        draft.write_text("half")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - any error will do
        replace_atomically(path, fail)
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old"


def test_drafts_of_dead_writers_are_removed_and_of_living_ones_kept(tmp_path):
    path = tmp_path / "[a].txt"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    drafts = {pid: tmp_path / f".[a].txt.{pid}.tmp" for pid in (gone.pid, os.getppid())}
    other = tmp_path / f".b.txt.{gone.pid}.tmp"
    (tmp_path / f".[a].txt.{gone.pid}.building.{gone.pid}.spill").mkdir()
    for draft in (*drafts.values(), other):
        draft.write_text("half")
    replace_atomically(path, lambda draft: draft.write_text("new"))
    assert {p.name for p in tmp_path.iterdir()} == {path.name, drafts[os.getppid()].name, other.name}
