"""What all tests share: a clean environment, the command line in-process, and demo data folders.

Tiers: ``unit`` takes milliseconds and touches no network, ``integration`` serves on loopback and runs Dagster, ``torture``
kills, fuzzes and lies. A unit test that asks for a demo folder fails collection: it would cost every run ten seconds.
"""

import importlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("busy", deadline=None)  # 200 ms an example is nothing that a machine with other work keeps to
settings.load_profile("busy")

# Nothing outside loopback, no waiting for disks: in this process, and through PYTHONPATH in every process that a test starts.
_EVERY_PROCESS = Path(__file__).parent / "every_process"
if str(_EVERY_PROCESS) not in os.environ.get("PYTHONPATH", ""):  # a worker of xdist has it from its parent
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_EVERY_PROCESS), os.environ.get("PYTHONPATH")]))
    for _module in ("only_loopback", "no_waiting_for_disks"):
        importlib.import_module(f"tests.every_process.{_module}")
_notes = tempfile.TemporaryDirectory(prefix="gongkai-tests-")  # removed with this process
_LEFT_LOOPBACK = Path(_notes.name) / "left-loopback"
os.environ["LEFT_LOOPBACK"] = str(_LEFT_LOOPBACK)

SLOW_FIXTURES = {"first_night", "own_first_night", "whole_first_night"}
REPORTS_OF_THE_DEMO = 12


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        slow = SLOW_FIXTURES & set(getattr(item, "fixturenames", ()))
        if slow and "unit" in Path(item.path).parts:
            raise pytest.UsageError(f"{item.nodeid} is a unit test but asks for {', '.join(sorted(slow))}")


@pytest.fixture(autouse=True)
def _clean_environment() -> Iterator[None]:
    """No setting leaks into a test or out of it."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("GONGKAI_", "DAGSTER_")):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _only_loopback() -> Iterator[None]:
    """Fails a test that tried to reach another machine, even if what it called swallowed the refusal."""
    yield
    if _LEFT_LOOPBACK.exists():
        tried = _LEFT_LOOPBACK.read_text(encoding="utf-8")
        _LEFT_LOOPBACK.unlink()
        pytest.fail(f"left loopback: {tried}")


@dataclass(frozen=True)
class Answer:
    """What a command came to."""

    code: int
    out: str
    err: str


Gongkai = Callable[..., Answer]


@pytest.fixture
def gongkai(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gongkai:
    """The command line, called in this process: ``gongkai("sql", "SELECT 1")``."""

    def call(*arguments: object) -> Answer:
        from gongkai import cli

        monkeypatch.setattr(sys, "argv", ["gongkai", *map(str, arguments)])
        monkeypatch.setattr(cli, "_debug", False)
        hook = sys.excepthook
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        except Exception:  # noqa: BLE001 - whatever it is, the interpreter would hand it to the hook
            sys.excepthook(*sys.exc_info())  # as the interpreter would, and exit 1
            code = 1
        finally:
            sys.excepthook = hook
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder after the first demo night. Shared by all tests: read it, never write to it."""
    from filelock import FileLock

    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    home = shared / "first-night"
    with FileLock(str(shared / "first-night.lock")):
        if not (home / "played").exists():
            play(home)
            (home / "played").touch()
    return home


@pytest.fixture(scope="session")
def whole_first_night(first_night: Path) -> Path:
    """The first night where all that the demo holds could be read; what documents print of it is true there only."""
    from pipelines.home import Home
    from pipelines.warehouse.queries.query import query

    asked = "SELECT count(*) FROM reports WHERE extraction_status IN ('complete', 'narrative_only')"
    if query(Home(first_night), asked).item() < REPORTS_OF_THE_DEMO:
        pytest.skip("reading all of the demo needs LibreOffice, Chromium and text recognition")
    return first_night


@pytest.fixture
def own_first_night(first_night: Path, tmp_path: Path) -> Path:
    """A copy of the first night that a test may change. Its sites are not served."""
    home = tmp_path / "home"
    shutil.copytree(first_night, home, ignore=shutil.ignore_patterns(".run.lock"))
    return home


def play(home: Path, *, again: bool = False) -> None:
    """Play a demo night in a process of its own, as a user would."""
    import subprocess

    command = [sys.executable, "-m", "gongkai.cli", "demo", "--home", str(home), *(["--again"] if again else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
