"""A data folder on an object store: what readers see, what a killed run leaves, who may write, and what goes wrong."""

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.check.continuity import check_across_years
from pipelines.crawl.canonical import report_id
from pipelines.crawl.holdings import captures, load_capture, source_frame
from pipelines.home import Home
from pipelines.read.stage import read_province
from pipelines.replica import lease as leases
from pipelines.replica import session as sessions
from pipelines.replica import transfer
from pipelines.replica.lease import LeaseHeld, LeaseLost, lease
from pipelines.replica.manifest import CURRENT, HEAD, follow
from pipelines.replica.reading import published_home
from pipelines.replica.session import Session, open_session
from pipelines.replica.store import Conflict, ObjectStore, StoreError
from pipelines.replica.sweep import sweep
from pipelines.warehouse.build import build_warehouse
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.query import query
from pipelines.warehouse.tidy import tidy_provinces, validate_province
from schemas.tables import TABLES
from tests.conftest import Gongkai
from tests.integration.scale import corpus, machines

READ = "SELECT report_id, content_hash, n_cells FROM reports ORDER BY ALL"
PAGES = list(corpus.pages(48, distinct=12))


def make(home: Home) -> None:
    """Everything after the crawl."""
    for province in corpus.PROVINCES:
        read_province(home, province)
    for province in tidy_provinces(home):
        validate_province(home, province)
    check_across_years(home)
    build_warehouse(home, source_frame([]), keep_releases=1)


def tables(home: Home) -> dict[str, list[tuple[object, ...]]]:
    return {name: query(home, f"FROM {name} ORDER BY ALL").rows() for name in TABLES}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same corpus in a folder on this machine, published."""
    home = Home(tmp_path_factory.mktemp("local"))
    corpus.archive(home, PAGES)
    make(home)
    return home


@pytest.mark.slow
def test_a_night_on_a_store_that_often_fails_gives_the_tables_of_a_local_night(
    bucket: str, store_url: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nights, the second on another machine. A reader that never pauses sees nothing, the first release or the second."""
    first = {report_id(url) for _, url, _ in PAGES[:24]}
    held = query(local, READ).rows()
    expected = [[row for row in held if row[0] in first], held]
    with machines.flaky(store_url, share=0.1) as door:
        monkeypatch.setenv("AWS_ENDPOINT_URL", door.url)
        with reader(bucket, tmp_path / "reader", store_url) as seen:
            with open_session(bucket, Home(tmp_path / "one"), "first") as session:
                corpus.archive(session.home, PAGES[:24], run_id="first")
                make(session.home)
                session.publish()
            with open_session(bucket, Home(tmp_path / "two"), "second") as session:
                corpus.archive(session.home, PAGES[24:], run_id="second", first=24)
                make(session.home)
                session.publish()
        assert door.failed > 20
    monkeypatch.setenv("AWS_ENDPOINT_URL", store_url)
    assert all(rows in expected for rows in seen), "a reader saw something between two releases"
    published = tables(published_home(bucket, tmp_path / "reader"))
    expected_tables = tables(local)
    for name in set(TABLES) - {"crawl.fetches"}:  # those name the run
        assert published[name] == expected_tables[name], name


class reader:  # noqa: N801 - used like a function
    """Reads the published release again and again while the block runs."""

    def __init__(self, address: str, cache: Path, url: str) -> None:
        self._address, self._cache, self._stop = address, cache, threading.Event()
        self.seen: list[list[tuple[object, ...]]] = []
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        while not self._stop.wait(0.2):
            try:
                rows = query(published_home(self._address, self._cache), READ).rows()
            except WarehouseMissing:
                continue
            if not self.seen or self.seen[-1] != rows:
                self.seen.append(rows)

    def __enter__(self) -> list[list[tuple[object, ...]]]:
        self._thread.start()
        return self.seen

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def lose(session: Session, root: Path) -> None:
    """The machine is gone: half a log line and archive bytes that no line speaks of stay on its disk."""
    log = next(root.glob("fetches/jiangsu/*.jsonl"))
    with log.open("ab") as handle:
        handle.write(b'{"fetch_id": "torn')
    with next(root.glob("archive/jiangsu/*.warc.gz")).open("ab") as handle:
        handle.write(b"torn")


def test_what_a_killed_crawl_had_pushed_is_there_on_another_machine(bucket: str, tmp_path: Path) -> None:
    with open_session(bucket, Home(tmp_path / "lost"), "first") as session:
        corpus.archive(session.home, PAGES[:24], run_id="first")
        lose(session, tmp_path / "lost")
        session.push_growing()
        held = {c.report_id for c in captures(session.home, "jiangsu")}
    with open_session(bucket, Home(tmp_path / "other"), "second") as session:
        found = captures(session.home, "jiangsu")
        assert {c.report_id for c in found} == held
        assert not (tmp_path / "other" / "archive").exists(), "archives are brought when they are asked for"
        bodies = {load_capture(session.home, capture).data for capture in found}
        assert bodies == {body for province, _, body in PAGES[:24] if province == "jiangsu"}
        assert not any(b"torn" in path.read_bytes() for path in (tmp_path / "other").rglob("*.jsonl"))


def test_the_lost_machine_comes_back_with_what_it_had_not_pushed(bucket: str, tmp_path: Path) -> None:
    """Logs and archives are united, whoever pushed first; derived files are what the store says."""
    with open_session(bucket, Home(tmp_path / "lost"), "first") as session:
        corpus.archive(session.home, PAGES[:16], run_id="first")
        session.push()
        corpus.archive(session.home, PAGES[16:24], run_id="late", first=16)  # never pushed
    with open_session(bucket, Home(tmp_path / "other"), "second") as session:
        corpus.archive(session.home, PAGES[24:], run_id="second", first=24)
        read_province(session.home, "jiangsu")
        session.push()
        staged = corpus.files_of(session.home.staged)
    with open_session(bucket, Home(tmp_path / "lost"), "back") as session:
        assert corpus.files_of(session.home.staged) == staged
        session.push()
        assert sum(len(captures(session.home, province)) for province in corpus.PROVINCES) == len(PAGES)
    with open_session(bucket, Home(tmp_path / "third"), "third") as session:
        assert sum(len(captures(session.home, province)) for province in corpus.PROVINCES) == len(PAGES)


def test_of_many_runs_that_begin_at_once_one_holds_the_lease(bucket: str) -> None:
    store, held, refused = ObjectStore(bucket), [], []
    begin, end = threading.Barrier(6), threading.Event()

    def run(number: int) -> None:
        begin.wait()
        try:
            with lease(store, f"run {number}", f"owner {number}"):
                held.append(number)
                end.wait(20)
        except LeaseHeld as error:
            refused.append(str(error))
            if len(refused) == 5:
                end.set()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(held), len(refused)) == (1, 5)
    assert all("one run at a time" in line and "\n" not in line for line in refused)
    with lease(store, "the next", "owner 9"):
        pass


def test_a_run_that_fell_silent_is_overtaken_and_cannot_publish(
    bucket: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        with monkeypatch.context() as patch:  # of the slow run alone: the quick one renews its lease
            patch.setattr(leases, "SECONDS", 1.0)
            patch.setattr(leases.Lease, "_renew", lambda self: None)
            slow = stack.enter_context(open_session(bucket, Home(tmp_path / "slow"), "slow"))
        corpus.archive(slow.home, PAGES[:8])
        while True:  # until the store's clock, in whole seconds, says that the lease has run out
            try:
                with open_session(bucket, Home(tmp_path / "quick"), "quick") as quick:
                    corpus.archive(quick.home, PAGES[8:16], run_id="quick")
                    quick.push_growing()
                break
            except LeaseHeld:
                continue
        before = follow(ObjectStore(bucket), HEAD)
        with pytest.raises(LeaseLost, match="nothing was published"):
            slow.push()
        slow._lease.check = lambda: None  # type: ignore[method-assign]  # even a run that does not notice
        with pytest.raises(LeaseLost, match="another run has written meanwhile"):
            slow.push()
    assert follow(ObjectStore(bucket), HEAD).name == before.name
    assert follow(ObjectStore(bucket), CURRENT).name is None


def test_a_write_whose_answer_was_lost_is_not_taken_for_another_run(bucket: str) -> None:
    store = ObjectStore(bucket)
    first = store.write_if("x", b"mine", None)
    assert store.write_if("x", b"mine", None) == first
    with pytest.raises(Conflict):
        store.write_if("x", b"other", None)
    with pytest.raises(Conflict):
        store.write_if("x", b"other", '"0"')


def test_damaged_objects_are_told(bucket: str, tmp_path: Path) -> None:
    with open_session(bucket, Home(tmp_path / "a"), "a") as session:
        corpus.archive(session.home, PAGES[:8])
        session.push()
    store = ObjectStore(bucket)
    part = next(e for p, e in follow(store, HEAD).manifest.files.items() if p.startswith("fetches/"))[0]
    store.write(part.key, b"damaged")
    with (
        pytest.raises(StoreError, match="its bytes are not what the manifest says"),
        open_session(bucket, Home(tmp_path / "b"), "b"),
    ):
        pass


def test_prune_removes_what_no_release_needs_and_nothing_raw(
    bucket: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(shutil.copytree(local.root, tmp_path / "one"))
    with open_session(bucket, home, "first") as session:
        session.publish()
        corpus.archive(
            session.home, [(p, f"{url}?2", body + b" ") for p, url, body in PAGES[:1]], run_id="more", first=99
        )
        make(session.home)
        session.push()
    store = ObjectStore(bucket)
    kept = tables(published_home(bucket, tmp_path / "reader"))
    assert sweep(bucket, home.root) == 0, "a reader may still follow yesterday's pointer"
    monkeypatch.setattr(sessions, "KEPT", 1)
    for number in range(2):  # former releases beyond the kept ones are let go
        with open_session(bucket, home, f"night {number}") as session:
            home.exports.mkdir(exist_ok=True)
            (home.exports / "note.txt").write_text(str(number), "utf-8")
            session.publish()
    before = {key for key, _ in store.keys("files/")}
    assert sweep(bucket, home.root, grace=timedelta(seconds=-60)) > 0
    gone = before - {key for key, _ in store.keys("files/")}
    assert gone
    assert not [key for key in gone if key.startswith(("files/archive/", "files/fetches/"))]
    with open_session(bucket, Home(tmp_path / "new"), "new") as session:
        assert sum(len(captures(session.home, province)) for province in corpus.PROVINCES) == len(PAGES) + 1
    assert tables(published_home(bucket, tmp_path / "other"))["applications"] == kept["applications"]


def no_bucket(patch: pytest.MonkeyPatch) -> str:
    return "s3://no-such-bucket/x"


def no_server(patch: pytest.MonkeyPatch) -> str:
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{machines.free_port()}")
    return f"s3://{machines.BUCKET}/x"


def no_credentials(patch: pytest.MonkeyPatch) -> str:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.delenv(name)
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    return f"s3://{machines.BUCKET}/x"


def no_scheduler(patch: pytest.MonkeyPatch) -> str:
    patch.setattr("pipelines.executor.CONNECT_SECONDS", 2)
    patch.setenv("GONGKAI_EXECUTOR", f"dask://127.0.0.1:{machines.free_port()}")
    return f"s3://{machines.BUCKET}/x"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (no_bucket, "there is no such bucket"),
        (no_server, "the store cannot be reached; is AWS_ENDPOINT_URL right?"),
        (no_credentials, "no usable credentials: set AWS_ACCESS_KEY_ID"),
        (no_scheduler, "no Dask scheduler answers there"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_cannot_work_is_one_line_before_anything_is_fetched(
    bucket: str,
    gongkai: Gongkai,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[pytest.MonkeyPatch], str],
    said: str,
) -> None:
    answer = gongkai("rebuild", "--home", wrong(monkeypatch))
    assert answer.code == 1
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_a_store_that_refuses_and_a_full_disk_leave_the_last_release(
    bucket: str, store_url: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(shutil.copytree(local.root, tmp_path / "one"))
    with open_session(bucket, home, "first") as session:
        session.publish()
    before = tables(published_home(bucket, tmp_path / "reader"))
    with machines.flaky(store_url, share=0.0) as door:
        monkeypatch.setenv("AWS_ENDPOINT_URL", door.url)
        with open_session(bucket, home, "second") as session:
            corpus.archive(session.home, PAGES[:1], run_id="more", first=99)
            door.deny = "manifests"
            with pytest.raises(StoreError, match="the store refuses these credentials"):
                session.publish()
            door.deny = ""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("AWS_ENDPOINT_URL", store_url)
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "replace_atomically", full)
        with pytest.raises(StoreError, match=r"cannot write .*: No space left on device"):
            published_home(bucket, tmp_path / "full")
        with (
            pytest.raises(StoreError, match=r"cannot write .*: No space left on device"),
            open_session(bucket, Home(tmp_path / "new"), "third"),
        ):
            pass
    assert tables(published_home(bucket, tmp_path / "reader")) == before


_LOCAL_RUN = """
import sys
from gongkai import cli, nightly, showcase, asking, standing
import assets.definitions
from pathlib import Path
from pipelines.executor import open_executor
from pipelines.home import Home
from pipelines.warehouse.query import query
with open_executor("processes", workers=1) as pool:
    pool.submit(int, "1").result()
query(Home(Path(sys.argv[1])), "SELECT 1")
heavy = ("botocore", "aiobotocore", "s3fs", "dask", "distributed", "pipelines.replica", "moto", "dagster_docker", "kubernetes")
print([name for name in sys.modules if name.startswith(heavy)])
"""


def test_without_the_extras_nothing_of_this_is_imported(local: Home) -> None:
    command = [sys.executable, "-c", _LOCAL_RUN, str(local.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=machines.PROJECT)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_base_install_has_none_of_it() -> None:
    pinned = (machines.PROJECT / "requirements.txt").read_text("utf-8")
    for package in ("distributed", "dask", "botocore", "s3fs", "moto", "docker", "kubernetes"):
        assert f"\n{package}==" not in f"\n{pinned}"


def test_without_the_packages_the_setting_says_what_to_install(
    gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("distributed", "botocore", "botocore.session"):
        monkeypatch.setitem(sys.modules, package, None)
    assert "pip install 'gongkai[s3]'" in gongkai("sql", "--home", "s3://bucket/x", "SELECT 1").err
    monkeypatch.setenv("GONGKAI_EXECUTOR", "dask://127.0.0.1:1")
    assert "pip install 'gongkai[cluster]'" in gongkai("rebuild", "--home", "/nonexistent/x").err


@pytest.mark.slow
def test_the_demo_on_a_cluster_and_a_store(
    bucket: str, first_night: Path, dask: machines.Cluster, tmp_path: Path, gongkai: Gongkai
) -> None:
    """The whole job, from the command line: crawled by host and read on the workers, published on the store."""
    command = [sys.executable, "-m", "gongkai.cli", "demo", "--home", bucket]
    environment = {**os.environ, "GONGKAI_EXECUTOR": dask.address, "GONGKAI_EXPORT_FORMATS": "parquet"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=environment, cwd=machines.PROJECT)
    assert done.returncode == 0, done.stderr
    titles = "(SELECT report_id, title FROM reports)"  # addresses, and so ids, differ: each demo has ports of its own
    facts = f"SELECT title, * EXCLUDE (report_id) FROM {{}} JOIN {titles} USING (report_id) ORDER BY ALL"
    published = published_home(bucket, tmp_path / "reader")
    for name in ("applications", "disputes", "proactive_disclosure", "legacy_statistics", "sections"):
        assert query(published, facts.format(name)).equals(query(Home(first_night), facts.format(name))), name
    counted = json.loads(gongkai("sql", "--home", bucket, "SELECT count(*) AS n FROM reports", "--format", "json").out)
    assert counted == [{"n": query(Home(first_night), "SELECT 1 FROM reports").height}]
