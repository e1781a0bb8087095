"""Tests do not wait for disks: in this process and in those that they start."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

SYNCHRONOUS = "PRAGMA synchronous"
CHILD = f"""import os, sqlite3, sys
os.fsync(-1)
sqlite3.connect(":memory:")
print(sqlite3.connect(sys.argv[1]).execute("{SYNCHRONOUS}").fetchone())"""


def test_sqlite_does_not_wait(tmp_path: Path) -> None:
    sqlite3.connect(":memory:").close()  # the first of a process is what installs it
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute(SYNCHRONOUS).fetchone() == (0,)


def test_nor_does_a_process_that_a_test_starts(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path / "a.db")], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("(0,)\n", "")


def test_what_is_no_database_is_met_by_who_opened_it(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, pytest.raises(sqlite3.DatabaseError):
        connection.execute("SELECT * FROM sqlite_master")
