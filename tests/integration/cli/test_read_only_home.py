"""A data folder on a read-only file system: what reads still reads, what writes says so in one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def read_only(first_night: Path, tmp_path: Path) -> Iterator[Path]:
    """The first night, mounted read-only."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    done = os.geteuid() == 0 and all(
        subprocess.run(["mount", *arguments, str(folder)], capture_output=True, check=False).returncode == 0
        for arguments in (["--bind", str(first_night)], ["-o", "remount,ro,bind"])
    )
    if not done:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
        pytest.skip("only root can mount a folder read-only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def gongkai(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gongkai.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_reading_goes_on(read_only: Path) -> None:
    sql = gongkai("sql", "SELECT count(*) AS n FROM reports", "--home", read_only, "--format", "csv")
    assert (sql.returncode, sql.stderr) == (0, "")
    status = gongkai("status", "--home", read_only)
    assert status.returncode == 0, status.stderr
    assert "Published" in status.stdout
    assert status.stderr.count("\n") <= 1
    assert "sqlalche" not in status.stderr


@pytest.mark.parametrize("command", [("rebuild",), ("ui", "--part", "daemon"), ("prune",)])
def test_writing_is_refused_in_one_line(read_only: Path, command: tuple[str, ...]) -> None:
    answer = gongkai(*command, "--home", read_only)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "read-only" in answer.stderr
    assert "sqlalche" not in answer.stderr
