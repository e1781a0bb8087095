"""What all tests share: a clean environment, the command line in-process, and demo data folders.

Tiers: ``unit`` takes milliseconds and touches no network, ``integration`` serves on loopback and runs Dagster, ``torture``
kills, fuzzes and lies. A unit test that asks for a demo folder fails collection: it would cost every run ten seconds.
"""

import importlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# No deadline: 200 ms an example is nothing that a machine with other work keeps to. The suite takes the same examples every time,
# so that a red run is the fault of the change; `make test-search` looks for others.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Nothing outside loopback, no waiting for disks: in this process, and through PYTHONPATH in every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Below nohup or in the background of a script: what tests start must be able to be interrupted and ended.
    signal.signal(signal.SIGINT, signal.default_int_handler)
_EVERY_PROCESS = Path(__file__).parent / "every_process"
if str(_EVERY_PROCESS) not in os.environ.get("PYTHONPATH", ""):  # a worker of xdist has it from its parent
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_EVERY_PROCESS), os.environ.get("PYTHONPATH")]))
    for _module in ("only_loopback", "no_waiting_for_disks"):
        importlib.import_module(f"tests.every_process.{_module}")
_notes = tempfile.TemporaryDirectory(prefix="gongkai-tests-")  # removed with this process
_LEFT_LOOPBACK = Path(_notes.name) / "left-loopback"
os.environ["LEFT_LOOPBACK"] = str(_LEFT_LOOPBACK)

LONGEST_FILES = (
    "torture/test_kill_run.py", "integration/pipeline/test_nights.py", "torture/test_crawl_kill.py",
    "unit/extract/test_office.py",
    "integration/pipeline/test_thirty_nights.py", "integration/pipeline/test_operator_guide.py",
    "integration/cli/test_full_disk.py", "integration/dagster/test_housekeeping.py", "integration/read/test_browser_pdf.py",
    "integration/dagster/test_exported_pages.py", "integration/explore/test_in_chromium.py", "unit/factory/test_carriers.py",
    "integration/cli/test_terminal.py", "integration/pipeline/test_reports_of_one_document.py",
    "integration/explore/test_export_site.py", "integration/scale/store/test_lease.py", "integration/scale/store/test_store.py",
    "integration/scale/store/test_partitioned.py", "integration/dagster/test_sensors.py", "differential/test_browser.py",
    "torture/test_reader_fuzz.py", "integration/cli/test_read_only_home.py",
)  # fmt: skip
"""They are started first: at the end all workers are to be busy until the last test. Longest first, as measured."""
SLOW_FIXTURES = {"first_night", "own_first_night", "whole_first_night", "first_night_to_go_on_with"}
REPORTS_OF_THE_DEMO = 12


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Workers of ``-n auto``: half as many again as cores, for a test that starts a program or asks a site mostly waits."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None  # xdist itself reads it
    return (os.cpu_count() or 1) * 3 // 2 or 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    rank = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
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
    shared = _shared(tmp_path_factory, worker_id)
    home = shared / "first-night"
    with FileLock(str(shared / "first-night.lock")):
        if not (home / "played").exists():
            play(home, formats="parquet,csv,xlsx,dta")
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


@pytest.fixture
def first_night_to_go_on_with(own_first_night: Path, ports_of_the_first_night: FileLock) -> Iterator[Path]:
    """``own_first_night`` for a test that serves its sites again."""
    with ports_of_the_first_night:
        yield own_first_night


@pytest.fixture(scope="session")
def ports_of_the_first_night(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> FileLock:
    """To be held by whoever serves the sites of the first night: addresses stay, so one test at a time can."""
    return FileLock(str(_shared(tmp_path_factory, worker_id) / "first-night-ports.lock"))


def _shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run of all tests, whichever worker asks."""
    return tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent


def play(home: Path, *, again: bool = False, formats: str = "parquet") -> None:
    """Play a demo night in a process of its own, as a user would."""
    import subprocess

    command = [sys.executable, "-m", "gongkai.cli", "demo", "--home", str(home), *(["--again"] if again else [])]
    environment = os.environ | {"GONGKAI_EXPORT_FORMATS": formats}
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
