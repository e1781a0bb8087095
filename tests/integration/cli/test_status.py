"""`gongkai status` on good nights: it answers without Dagster, and says what Dagster would."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gongkai.dagster_runs.run_history import statuses_from_dagster
from gongkai.dagster_runs.run_status import run_statuses, successes
from gongkai.printing import counted
from schemas.settings import Settings

_TELL = "import sys, gongkai.cli as cli\ntry:\n cli.main()\nfinally:\n sys.stderr.write('\\n'.join(sys.modules))"
_HEAVY = {"dagster", "sqlalchemy", "pyarrow", "numpy", "warcio", "requests"}


def test_a_night_that_succeeded_is_told_as_dagster_tells_it(first_night: Path) -> None:
    settings = Settings(home=first_night)
    (told,) = run_statuses(settings)
    assert told.job == "nightly"
    assert [told] == successes(first_night / "dagster" / "history" / "runs.db") == statuses_from_dagster(settings)


def test_a_table_that_is_not_as_expected_is_left_to_dagster(tmp_path: Path) -> None:
    assert successes(tmp_path / "absent.db") is None
    other = tmp_path / "other.db"
    other.write_bytes(b"not a database" * 100)
    assert successes(other) is None


def test_status_starts_without_what_is_slow_to_import(first_night: Path) -> None:
    command = [sys.executable, "-c", _TELL, "status", "--home", str(first_night)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "succeeded" in ended.stdout
    assert _HEAVY.isdisjoint(ended.stderr.split())


def test_words_are_not_torn_on_a_narrow_screen(first_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    command = [sys.executable, "-m", "gongkai.cli", "status", "--home", str(first_night)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    too_wide = [line for line in ended.stdout.splitlines() if len(line) > 60 and "/" not in line]
    assert too_wide == []


def test_nothing_is_padded_in_a_pipe(first_night: Path) -> None:
    command = [sys.executable, "-m", "gongkai.cli", "status", "--home", str(first_night)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "Failing now" in ended.stdout
    assert [line for line in ended.stdout.splitlines() if line != line.rstrip()] == []


def test_times_are_local_and_spelled_in_one_way(first_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("COLUMNS", "200")  # no line is broken inside a moment
    command = [sys.executable, "-m", "gongkai.cli", "status", "--home", str(first_night)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    moments = re.findall(r"\d{4}-\d\d-\d\d[T ][\d:.]+ ?\S*", ended.stdout)
    assert moments
    assert [moment for moment in moments if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d \+08:00,?", moment)] == []


@pytest.mark.parametrize(("number", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1_234, "1,234 pages")])
def test_one_is_no_plural(number: int, said: str) -> None:
    assert counted(number, "page") == said
