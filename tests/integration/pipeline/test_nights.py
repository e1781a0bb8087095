"""Night after night: nothing changes without cause, edits become history, readers and runs do not disturb each other."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from assets.runtime.run_lock import hold
from gongkai.demo.sites import DemoSites
from gongkai.demo.truth import KEY_COLUMNS, edited_cells
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS
from tests.conftest import Gongkai, play


def digests(folder: Path) -> dict[str, str]:
    """Digest of every Parquet file under a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def contents(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Every row that an analyst reads, except the fetch log."""
    relations = ("reports", "sections", *FACTS, "history.report_versions", "history.cell_changes", "quality.findings")
    return {name: query(home, f"SELECT * FROM {name} ORDER BY ALL").rows() for name in relations}


@pytest.fixture
def fewer_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where exports are not the subject, one format does."""
    monkeypatch.setenv("GONGKAI_EXPORT_FORMATS", "parquet")


def test_the_second_night_finds_the_edit_and_nothing_else(first_night_to_go_on_with: Path) -> None:
    played = first_night_to_go_on_with
    home = Home(played)
    before, first = contents(home), len(query(home, "SELECT 1 FROM crawl.fetches"))
    play(played)  # the same night once more: only the fetch log grows
    assert contents(home) == before
    assert len(query(home, "SELECT 1 FROM crawl.fetches")) > first
    play(played, again=True)
    with DemoSites(played, night=2) as sites:
        edited = report_id(sites.url("shili", "shili-2023"))
    keys = ("table_name", "article", "item", "metric", "line", "applicant", "procedure", "outcome")
    rows = query(home, f"SELECT report_id, {', '.join(keys)}, old_value, new_value FROM history.cell_changes").rows()
    expected = {
        (
            edited,
            *(dict(zip(("table_name", *KEY_COLUMNS[cell[0]]), cell, strict=True)).get(key) for key in keys),
            *values,
        )
        for cell, values in edited_cells("shili-2023").items()
    }
    assert set(rows) == expected
    assert len(expected) > 0
    versions = query(home, "SELECT report_id, n_versions FROM reports WHERE n_versions > 1").rows()
    assert versions == [(edited, 2)]
    latest = query(home, "SELECT run_id FROM crawl.fetches ORDER BY fetched_at DESC LIMIT 1").item()
    fetched = query(home, f"SELECT kind, url FROM crawl.fetches WHERE run_id = '{latest}' AND outcome = 'fetched'")
    reports = fetched.filter(fetched["kind"] == "report")["url"].to_list()
    assert [report_id(url) for url in reports] == [edited]


@pytest.mark.usefixtures("fewer_exports")
def test_a_rebuild_gives_the_same_bytes_and_uses_no_network(gongkai: Gongkai, own_first_night: Path) -> None:
    """The sites are not served here: a rebuild that asked for anything would fail or log a fetch."""
    home = Home(own_first_night)
    tidy, rows, fetches = digests(home.tidy), contents(home), len(query(home, "SELECT 1 FROM crawl.fetches"))
    for options in ((), ("--from-scratch",)):
        answer = gongkai("rebuild", "--home", own_first_night, *options)
        assert answer.code == 0, answer.err
        assert digests(home.tidy) == tidy
        assert contents(home) == rows
        assert len(query(home, "SELECT 1 FROM crawl.fetches")) == fetches


READER = """
import duckdb, sys
held = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
for line in sys.stdin:
    print(held.execute("SELECT count(*), max(report_year) FROM reports").fetchone(), flush=True)
"""


@pytest.mark.usefixtures("fewer_exports")
def test_a_reader_of_the_old_file_is_not_disturbed_and_a_new_one_sees_the_new(
    gongkai: Gongkai, own_first_night: Path
) -> None:
    home = Home(own_first_night)
    inode = home.warehouse.stat().st_ino
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(home.warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"

        assert reader.stdin is not None
        assert reader.stdout is not None
        questions, answers = reader.stdin, reader.stdout

        def ask() -> str:
            questions.write("?\n")
            questions.flush()
            return answers.readline()

        before = ask()
        answer = gongkai("rebuild", "--home", own_first_night)
        assert answer.code == 0, answer.err
        assert ask() == before
        assert home.warehouse.stat().st_ino != inode
        assert len(query(home, "SELECT 1 FROM reports")) > 0
    finally:
        reader.kill()
        reader.wait()


def test_a_second_run_is_refused_in_one_line(gongkai: Gongkai, own_first_night: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(own_first_night)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        for command in ("run", "rebuild", "prune"):
            answer = gongkai(command, "--home", own_first_night)
            assert answer.code == 1
            assert answer.err.startswith(
                f"error: {own_first_night} is in use by gongkai run (process {holder.pid}, since "
            )
            assert answer.err.count("\n") == 1
    finally:
        holder.kill()
        holder.wait()
    with hold(own_first_night, "the test"):
        pass  # the killed holder left nothing behind


HOLDER = """
import sys, time
from pathlib import Path
from assets.runtime.run_lock import hold
with hold(Path(sys.argv[1]), "gongkai run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_failing_asset_fails_the_command_with_its_reason_in_one_line(gongkai: Gongkai, own_first_night: Path) -> None:
    """Archived bytes that are not what was logged: nothing is published, and the command says which stage and why."""
    home = Home(own_first_night)
    published = home.warehouse.read_bytes()
    for archive in home.archive.rglob("*.warc.gz"):
        data = bytearray(archive.read_bytes())
        data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
        archive.write_bytes(bytes(data))
    answer = gongkai("rebuild", "--home", own_first_night, "--from-scratch")
    assert answer.code == 1
    assert answer.out == ""
    assert answer.err.startswith("error: documents: ")
    assert answer.err.count("\n") == 1
    assert home.warehouse.read_bytes() == published
    traced = gongkai("--debug", "rebuild", "--home", own_first_night, "--from-scratch")
    assert "Traceback" in traced.err


@pytest.mark.usefixtures("fewer_exports")
def test_an_imported_report_is_archived_and_read_like_a_crawled_one(
    gongkai: Gongkai, own_first_night: Path, tmp_path: Path
) -> None:
    from pipelines.crawl.archive.captures import captures, load_capture

    home = Home(own_first_night)
    capture = next(capture for capture in captures(home, "zhejiang") if capture.source_id == "testcity-2025")
    saved = tmp_path / "saved.html"
    saved.write_bytes(load_capture(home, capture).data)
    url = "https://www.example.gov.cn/report.html"
    before = len(query(home, "SELECT 1 FROM reports"))
    refused = gongkai("import", saved, "--url", url, "--home", own_first_night)
    assert refused.code == 1
    answer = gongkai("import", saved, "--url", url, "--home", own_first_night, "-p", "zhejiang")
    assert answer.code == 0, answer.err
    answer = gongkai("rebuild", "--home", own_first_night)
    assert answer.code == 0, answer.err
    assert len(query(home, "SELECT 1 FROM reports")) == before + 1
    facts = "SELECT line, applicant, value, raw_text FROM applications WHERE report_id = '{}' ORDER BY ALL"
    imported, crawled = (query(home, facts.format(report)).rows() for report in (report_id(url), capture.report_id))
    assert imported == crawled
    assert len(imported) > 0
