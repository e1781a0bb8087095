"""Run history in PostgreSQL, by one environment variable. Debian's server, started by the test on loopback and a free port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import yaml

from gongkai.dagster_runs.instance import prepare
from gongkai.dagster_runs.launch import RunFailed
from gongkai.dagster_runs.run_status import run_statuses
from gongkai.services.nights.run import Choices, nightly
from gongkai.settings import load_settings
from pipelines.home import Home
from tests.conftest import Gongkai

PASSWORD = "loopback-only"


def programs() -> Path:
    """Where Debian keeps PostgreSQL's programs; the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("postgresql is not installed (apt-get install postgresql)")
    return found[-1].parent


def unprivileged() -> list[str]:
    """initdb and the server refuse root; Debian's package brings a user for them."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None or "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        pytest.skip("root cannot run PostgreSQL, and setpriv or the user postgres is missing")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a running server of this module's own."""
    bin_folder, as_user = programs(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    data = folder / "data"
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, str(bin_folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    init = [
        str(bin_folder / "initdb"),
        "-D",
        str(data),
        "-U",
        "gongkai",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    try:
        _do([*as_user, *init, f"--pwfile={folder / 'password'}"])
        _do([*control, "-o", options, "start"])
        try:
            yield f"postgresql://gongkai:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _do([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def _do(command: list[str]) -> None:
    done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A data folder with one source, switched off: a night takes a few seconds and asks nobody."""
    source = {"id": "off", "url": "http://127.0.0.1:9/", "site": "s", "allow_hosts": ["127.0.0.1"], "enabled": False}
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"province": "jiangsu", "sources": [source]}), "utf-8")
    monkeypatch.setenv("GONGKAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GONGKAI_SOURCES", str(tmp_path / "sources.yaml"))
    return Home(tmp_path / "home")


def test_runs_are_kept_in_postgres_and_nowhere_else(
    home: Home, postgres: str, monkeypatch: pytest.MonkeyPatch, gongkai: Gongkai
) -> None:
    """One failed run is enough: its run, events, reason and since-when come back out of PostgreSQL."""
    monkeypatch.setenv("GONGKAI_POSTGRES_URL", postgres)
    monkeypatch.setattr("assets.stages.documents.read_province", _broken)
    with pytest.raises(RunFailed, match=r"^documents: OSError: "):
        nightly(load_settings(), Choices())
    (status,) = run_statuses(load_settings())
    assert (status.succeeded, status.failures) == (False, 1)
    with psycopg2.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT run_id, status FROM runs")
        assert cursor.fetchall() == [(status.run_id, "FAILURE")]
        cursor.execute("SELECT count(*) FROM event_logs WHERE dagster_event_type = 'STEP_FAILURE'")
        assert cursor.fetchone() == (1,)
    assert not (home.dagster / "history").exists()
    written = (home.dagster / "dagster.yaml").read_text(encoding="utf-8")
    assert PASSWORD not in written
    assert "GONGKAI_POSTGRES_URL" in written
    answer = gongkai("status")
    assert answer.code == 0, answer.err
    assert "still failing: 1 in a row since" in answer.out
    assert gongkai("prune").code == 0


def _broken(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_postgres_that_is_away_is_said_in_one_line_and_status_still_answers(
    home: Home, monkeypatch: pytest.MonkeyPatch, gongkai: Gongkai
) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets the port, and it refuses
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GONGKAI_POSTGRES_URL", f"postgresql://gongkai:secret@127.0.0.1:{taken.getsockname()[1]}/x")
        answer = gongkai("status")
        assert answer.code == 0
        assert answer.err.startswith(
            "note: the run history cannot be read: the run history (GONGKAI_POSTGRES_URL) does "
        )
        assert answer.err.count("\n") == 1
        failed = gongkai("run")
        assert failed.code == 1
        assert failed.err.startswith("error: the run history (GONGKAI_POSTGRES_URL) does not answer: ")
        assert failed.err.count("\n") == 1
        assert "secret" not in answer.err + failed.err


def test_without_the_variable_the_configuration_returns_to_sqlite(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_POSTGRES_URL", "postgresql://me@127.0.0.1/x")
    monkeypatch.setenv("GONGKAI_MAX_CONCURRENT_RUNS", "2")
    text = (prepare(load_settings()) / "dagster.yaml").read_text(encoding="utf-8")
    assert "postgres_url" in text
    assert "max_concurrent_runs: 2" in text
    assert "purge_after_days: 90" in text
    monkeypatch.delenv("GONGKAI_POSTGRES_URL")
    monkeypatch.delenv("GONGKAI_MAX_CONCURRENT_RUNS")
    text = (prepare(load_settings()) / "dagster.yaml").read_text(encoding="utf-8")
    assert "postgres" not in text
    assert "max_concurrent_runs: 1" in text
