"""From a figure back to its source: what ``cite`` says can be held against the archive, and ``show`` takes it out."""

import codecs
import hashlib
import json
from pathlib import Path

import pytest

from pipelines.crawl.archive.captures import captures, captures_of
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.settings import PROJECT
from tests.conftest import Gongkai

pytestmark = pytest.mark.slow


@pytest.fixture
def ids(first_night: Path) -> dict[str, str]:
    """``carrier`` → a report of the demo that has it: the same one every night, though ids hang on the free port of its site."""
    rows = query(
        Home(first_night),
        "SELECT carrier, arg_min(report_id, concat_ws('|', agency_name, report_year, regexp_replace(url, '^.*://[^/]+', '')))"
        " FROM reports WHERE n_reported > 0 GROUP BY ALL",
    )
    return dict(rows.iter_rows())


def test_captures_of_a_report_are_its_captures(first_night: Path) -> None:
    home = Home(first_night)
    for province in ("jiangsu", "zhejiang"):
        every = captures(home, province)
        for report in {capture.report_id for capture in every}:
            assert captures_of(home, province, report) == [c for c in every if c.report_id == report]
    assert captures_of(home, "jiangsu", "0" * 16) == []


@pytest.mark.parametrize("carrier", ["html_table", "pdf"])
def test_a_citation_names_the_document_its_digest_and_the_cell(
    gongkai: Gongkai, first_night: Path, ids: dict[str, str], tmp_path: Path, carrier: str
) -> None:
    report = ids[carrier]
    row = query(
        Home(first_night),
        "SELECT r.agency_name, r.report_year, r.title, r.url, r.document_url, a.raw_text, a.evidence FROM reports r"
        f" JOIN applications a USING (report_id) WHERE report_id = '{report}' AND line = 'received' AND applicant = 'total'",
    ).row(0, named=True)
    assert (row["document_url"] != row["url"]) is (carrier == "pdf")
    line = gongkai("cite", report, "received", "total", "--home", str(first_night)).out
    assert line.count("\n") == 1
    for part in ("agency_name", "title", "document_url", "raw_text", "evidence"):
        assert row[part] in line
    assert f"报告年度 {row['report_year']}" in line
    assert "本年新收政府信息公开申请数量 / 总计" in line
    told = json.loads(gongkai("cite", report, "received", "total", "--format", "json", "--home", str(first_night)).out)
    saved = tmp_path / "copy"
    assert gongkai("show", report, "--save", str(saved), "--home", str(first_night)).code == 0
    assert hashlib.sha256(saved.read_bytes()).hexdigest() == told["archive_sha256"]
    assert told["archive_sha256"] in line
    start = saved.read_bytes().removeprefix(codecs.BOM_UTF8)
    assert start.startswith(b"%PDF" if carrier == "pdf" else b"<")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("recieved", "total"), "did you mean received"), (("received",), "is no cell"),
        (("received", "total", "x", "y"), "is no cell"), (("received' OR 1=1 --", "total"), "is no cell"),
    ],
)  # fmt: skip
def test_what_is_no_cell_is_refused_in_one_line(
    gongkai: Gongkai, first_night: Path, ids: dict[str, str], words: tuple[str, ...], meant: str
) -> None:
    answer = gongkai("cite", ids["html_table"], *words, "--home", str(first_night))
    assert answer.code == 1
    assert meant in answer.err
    assert answer.err.count("\n") == 1


def test_what_is_no_report_is_refused(gongkai: Gongkai, first_night: Path) -> None:
    assert gongkai("cite", "启东市", "--home", str(first_night)).code == 2
    unknown = gongkai("show", "0" * 16, "--home", str(first_night))
    assert (unknown.code, "no report" in unknown.err) == (1, True)


def test_show_lists_every_document_with_its_place(gongkai: Gongkai, first_night: Path, ids: dict[str, str]) -> None:
    held = json.loads(gongkai("show", ids["pdf"], "--format", "json", "--home", str(first_night)).out)
    assert [(row["kind"], row["holds_figures"]) for row in held] == [("page", False), ("attachment", True)]
    assert all((first_night / row["warc_file"]).is_file() for row in held)
    shown = gongkai("show", ids["pdf"], "--home", str(first_night)).out
    assert all(row["sha256"] in shown and row["url"] in shown for row in held)


def test_save_takes_the_page_on_request_and_never_overwrites_unasked(
    gongkai: Gongkai, first_night: Path, ids: dict[str, str], tmp_path: Path
) -> None:
    to = tmp_path / "page.html"
    save = ("show", ids["pdf"], "--save", str(to), "--page", "--home", str(first_night))
    assert gongkai(*save).code == 0
    first = to.read_bytes()
    assert b"<" in first[:20]
    to.write_text("mine", "utf-8")
    refused = gongkai(*save)
    assert (refused.code, to.read_text("utf-8")) == (1, "mine")
    assert "--force" in refused.err
    assert gongkai(*save, "--force").code == 0
    assert to.read_bytes() == first
    assert "no version 7" in gongkai(*save, "--force", "--version", "7").err
    assert gongkai("show", ids["pdf"], "--page", "--home", str(first_night)).code == 2


def test_without_the_archive_the_citation_says_so(gongkai: Gongkai, own_first_night: Path, ids: dict[str, str]) -> None:
    import shutil

    shutil.rmtree(own_first_night / "fetches")
    assert "无存档摘要" in gongkai("cite", ids["pdf"], "--home", str(own_first_night)).out
    assert "its archive is elsewhere" in gongkai("show", ids["pdf"], "--home", str(own_first_night)).err


def test_the_commands_of_the_guide_run(
    gongkai: Gongkai, first_night: Path, ids: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_HOME", str(first_night))
    monkeypatch.chdir(tmp_path)
    guide = (PROJECT / "docs" / "analyst-guide.md").read_text(encoding="utf-8")
    commands = [line.partition("#")[0].split() for line in guide.splitlines() if "$REPORT_ID" in line]
    assert len(commands) == 5
    for command in commands:
        answer = gongkai(*(ids["html_table"] if word == "$REPORT_ID" else word for word in command[1:]))
        assert answer.code == 0, (command, answer.err)
    assert (tmp_path / "report.html").is_file()


def test_the_demo_leaves_an_index_and_both_descriptions(first_night: Path) -> None:
    index = json.loads((first_night / "exports" / "index.json").read_text("utf-8"))
    assert index["rows"]["reports"] == query(Home(first_night), "SELECT count(*) FROM reports").item()
    assert {"datapackage.json", "croissant.json"} <= {file["path"] for file in index["files"]}
