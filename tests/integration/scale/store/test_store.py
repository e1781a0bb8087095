"""A data folder on an object store: what readers see, what a killed run leaves, what is kept and what removed."""

import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.crawl.archive.captures import captures, load_capture
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.replica import session as sessions
from pipelines.replica.garbage_collection import sweep
from pipelines.replica.manifest import HEAD, follow
from pipelines.replica.published_release import published_home
from pipelines.replica.session import Session, open_session
from pipelines.replica.store import ObjectStore, StoreError
from pipelines.staging.province_reader import read_province
from pipelines.warehouse.errors import WarehouseMissing
from pipelines.warehouse.queries.query import query
from schemas.tables import TABLES
from tests.integration.scale import corpus
from tests.integration.scale.nights import PAGES, READ, make, tables
from tests.integration.scale.store.flaky_store import flaky


@pytest.mark.slow
def test_a_night_on_a_store_that_often_fails_gives_the_tables_of_a_local_night(
    bucket: str, store_url: str, local: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nights, the second on another machine. A reader that never pauses sees nothing, the first release or the second."""
    first = {report_id(url) for _, url, _ in PAGES[:24]}
    held = query(local, READ).rows()
    expected = [[row for row in held if row[0] in first], held]
    with flaky(store_url, share=0.1) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        with reader(bucket, tmp_path / "reader", store_url) as seen:
            with open_session(bucket, Home(tmp_path / "one"), "first") as session:
                corpus.archive(session.home, PAGES[:24], run_id="first")
                make(session.home)
                session.publish()
            with open_session(bucket, Home(tmp_path / "two"), "second") as session:
                corpus.archive(session.home, PAGES[24:], run_id="second", first=24)
                make(session.home)
                session.publish()
        assert proxy.failed > 20
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


def test_a_reader_that_follows_the_release_before_still_finds_it(bucket: str, local: Home, tmp_path: Path) -> None:
    """Two processes share the folder: one has looked up its release and not yet opened it when the other brings the next."""
    home, roots = Home(shutil.copytree(local.root, tmp_path / "one")), []
    for number in range(3):
        with open_session(bucket, home, f"night {number}") as session:
            home.exports.mkdir(exist_ok=True)
            (home.exports / "note.txt").write_text(str(number), "utf-8")
            session.publish()
        roots.append(published_home(bucket, tmp_path / "reader"))
        for root in roots[-2:]:
            assert query(root, READ).height == len(PAGES)
    assert not roots[0].root.exists()
