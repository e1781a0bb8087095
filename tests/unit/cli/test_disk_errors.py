"""A full or read-only disk is one line, whichever library says so."""

import errno
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest
from sqlalchemy.exc import OperationalError

from gongkai.disk_errors import disk_problem

FULL = sqlite3.OperationalError("database or disk is full")


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        FULL,
        OperationalError('PRAGMA main.table_xinfo("runs")', None, FULL),
        duckdb.IOException("IO Error: Could not write file: No space left on device"),
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
        _caused(RuntimeError("step failed"), OSError(errno.ENOSPC, "No space left on device")),
        RuntimeError("pages: cannot write to /data: OperationalError: database or disk is full"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_full_disk_says_what_to_do(error: Exception) -> None:
    line = disk_problem(error, Path("/srv/gongkai"))
    assert line is not None
    assert line.startswith("no space left on the disk of /srv/gongkai; make room there")
    assert "\n" not in line
    assert "sqlalche" not in line


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EROFS, "Read-only file system", "/srv/gongkai/x"),
        PermissionError(errno.EACCES, "Permission denied", "/srv/gongkai/x"),
        sqlite3.OperationalError("attempt to write a readonly database"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_read_only_folder_is_said(error: Exception) -> None:
    line = disk_problem(error, Path("/srv/gongkai"))
    assert line is not None
    assert line.startswith("/srv/gongkai")
    assert "read-only" in line


@pytest.mark.parametrize("error", [FileNotFoundError, NotADirectoryError])
def test_a_data_folder_that_cannot_be_made_is_said(error: type[OSError]) -> None:
    line = disk_problem(error(errno.ENOENT, "No such file", "/proc/nope"), Path("/proc/nope/home"))
    assert line is not None
    assert line.startswith("/proc/nope/home cannot be made a data folder: /proc/nope")


def test_a_file_that_is_missing_elsewhere_is_no_problem_of_the_disk() -> None:
    assert disk_problem(FileNotFoundError(errno.ENOENT, "No such file", "/x/a.yaml"), Path("/srv/gongkai")) is None


def test_another_error_is_left_alone() -> None:
    assert disk_problem(ValueError("no such column"), None) is None
