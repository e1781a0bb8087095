"""``gongkai sources audit`` says what each source is worth and corrects entries; ``accept`` lets proposals into the crawl."""

import csv
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gongkai.printing import out
from pipelines.crawl.registry.source_edits import correct_entries
from pipelines.crawl.registry.source_files import load_sources
from tests.conftest import Gongkai
from tests.web import families
from tests.web.pages import from_pages, page
from tests.web.server import Answer, Site


@pytest.fixture
def sources(serve: Callable[..., Site], tmp_path: Path) -> tuple[Path, Site, Site]:
    built = families.trs()
    good = serve(built.handle)
    moved = serve(lambda asked: Answer("", 301, {"Location": good.url(asked.target)}))
    empty = serve(from_pages({"/nb/": page("<li><a href='/a/1.html'>关于开展培训工作的通知</a></li>")}))
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "jiangsu.yaml").write_text(
        "# kept\nprovince: jiangsu\nsources:\n"
        f"  - id: moved\n    url: {moved.url(built.column)}  # by hand\n    delay_seconds: 0\n"
        f'    allow_hosts: ["{moved.authority}", "{good.authority}"]\n'
        f'  - id: empty\n    url: {empty.url("/nb/")}\n    delay_seconds: 0\n    allow_hosts: ["{empty.authority}"]\n'
        "  - id: one\n    url: http://www.a.gov.cn/1.html\n    kind: report\n",
        encoding="utf-8",
    )
    return folder, good, moved


def test_an_audit_says_what_each_list_is_worth(
    gongkai: Gongkai, sources: tuple[Path, Site, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, good, _ = sources
    call = ("sources", "audit", "--sources", folder, "--home", tmp_path / "home", "--format", "csv")
    said = gongkai(*call)
    assert said.code == 0, said.err
    rows = {row["source_id"]: row for row in csv.DictReader(said.out.splitlines())}
    assert rows["moved"]["verdict"] == "complete"
    assert (rows["moved"]["family"], rows["moved"]["pages"], rows["moved"]["report_links"]) == ("trs", "3", "12")
    assert rows["moved"]["corrections"] == f"url: {good.url('/zwgk/zfxxgknb/')}"
    assert rows["empty"]["verdict"] == "no_report_links"
    monkeypatch.setenv("GONGKAI_HOME", str(tmp_path / "home"))
    counted = gongkai("sources", "check", folder).out
    assert re.search(r"trs\W+1\W+0\W+0\W+1\b", counted), counted
    assert rows["empty"]["to_do"]
    assert "one" not in rows
    assert not [path for path in good.paths() if "t2024" in path]  # lists only
    asked = len(good.paths())
    assert gongkai(*call, "--write").code == 0
    assert len(good.paths()) == asked  # what is known is applied, nothing asked again
    text = (folder / "jiangsu.yaml").read_text(encoding="utf-8")
    assert text.startswith("# kept\n")
    assert f"url: {good.url('/zwgk/zfxxgknb/')}  # by hand\n" in text


def test_an_audit_can_be_read_in_a_narrow_terminal(
    gongkai: Gongkai, sources: tuple[Path, Site, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words folded into a column of five letters say nothing: below a certain width each list is a line of its own."""
    monkeypatch.setattr(out, "width", 60)
    said = gongkai("sources", "audit", "--sources", sources[0], "--home", tmp_path / "home")
    assert "moved: trs, 3 pages, 12 reports" in said.out
    assert "┃" not in said.out


def test_a_killed_audit_goes_on_where_it_stopped(gongkai: Gongkai, serve: Callable[..., Site], tmp_path: Path) -> None:
    report = "<li><a href='/a/1.html'>示例县2024年政府信息公开工作年度报告</a></li>"
    released = threading.Event()

    def held(asked: object) -> Answer:
        released.wait(60)
        return Answer(page(report))

    quick, slow = serve(from_pages({"/nb/": page(report)})), serve(held)
    folder, home = tmp_path / "sources", tmp_path / "home"
    folder.mkdir()
    entries = [
        f'  - id: {name}\n    url: {site.url("/nb/")}\n    delay_seconds: 0\n    allow_hosts: ["{site.authority}"]\n'
        for name, site in (("quick", quick), ("slow", slow))
    ]
    (folder / "jiangsu.yaml").write_text("province: jiangsu\nsources:\n" + "".join(entries), encoding="utf-8")
    call = ("sources", "audit", "--sources", folder, "--home", home, "--format", "csv")
    command = [sys.executable, "-c", "from gongkai.cli import main; main()", *map(str, call)]
    audit = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(lambda: "quick" in _text(home / "audit.jsonl"), audit)
    finally:
        audit.kill()
        audit.wait(30)
        released.set()
    asked = len(quick.paths())
    said = gongkai(*call)
    assert said.code == 0, said.err
    assert len(quick.paths()) == asked
    assert {row["source_id"] for row in csv.DictReader(said.out.splitlines())} == {"quick", "slow"}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _wait_for(holds: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while not holds():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_correction_leaves_the_rest_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "jiangsu.yaml"
    head = "province: jiangsu # p\nsources:\n  # first\n  - id: a\n"
    file.write_text(f"{head}    url: 'http://a.gov.cn/x/' # c\n  - url: http://b.gov.cn/\n    id: b", encoding="utf-8")
    assert correct_entries(file, {"a": {"url": "https://a.gov.cn/y/"}, "b": {"listing": "trs"}}) == ["a", "b"]
    assert file.read_text(encoding="utf-8") == (
        f"{head}    url: https://a.gov.cn/y/ # c\n  - url: http://b.gov.cn/\n    listing: trs\n    id: b"
    )


def test_a_proposal_counts_once_it_is_accepted(gongkai: Gongkai, tmp_path: Path) -> None:
    (tmp_path / "discovered").mkdir()
    (tmp_path / "jiangsu.yaml").write_text("province: jiangsu\nsources:\n  - id: a\n    url: http://a.gov.cn/\n")
    (tmp_path / "discovered" / "jiangsu.yaml").write_text(
        "province: jiangsu\nsources:\n"
        + "".join(
            f"  - id: {name}\n    url: http://{name}.gov.cn/nb/\n    known: discovered\n    discovery:\n"
            f"      portal: http://{name}.gov.cn/\n      confidence: {sure}\n      'on': 2026-01-01\n"
            for name, sure in (("b", 0.95), ("c", 0.5), ("d", 0.95))
        )
    )
    assert [source.id for source in load_sources(tmp_path)] == ["a"]
    assert gongkai("sources", "accept", "c", "--sources", tmp_path).code == 0
    assert [source.id for source in load_sources(tmp_path)] == ["a", "c"]
    assert gongkai("sources", "accept", "-p", "jiangsu", "--sources", tmp_path).code == 0
    assert [source.id for source in load_sources(tmp_path)] == ["a", "b", "c", "d"]
    assert gongkai("sources", "accept", "x", "--sources", tmp_path).code == 2
    lines = (tmp_path / "discovered" / "accepted.txt").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["c", "b", "d"]
