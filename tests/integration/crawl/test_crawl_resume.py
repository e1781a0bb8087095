"""What is held is not fetched again; what is due is asked for conditionally; what is worse does not replace what is good."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines.crawl.archive.archive_writer import CrawlError, province_lock
from pipelines.crawl.archive.captures import FETCH_COLUMNS, fetch_frame, load_capture
from pipelines.crawl.archive.fetch_log import PageKind, log_files
from pipelines.crawl.archive.warc import ArchiveError
from pipelines.crawl.crawl import import_file
from pipelines.crawl.outcomes import Outcome
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import validate_province
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.web import families
from tests.web.pages import from_pages, items, page, report
from tests.web.server import Answer, Site

REPORT = SourceKind.REPORT
PDF = b"%PDF-1.4\n" + b"%" * 300


def verify(night: Night) -> None:
    """The archive must satisfy an existing tool."""
    files = [str(path) for path in night.home.archive.rglob("*.warc.gz")]
    check = [str(Path(sys.executable).parent / "warcio"), "check", *files]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stdout


def test_the_second_night_asks_only_for_the_list(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    before = len(site.asked)
    summary = night.crawl(source(site, family.column))
    assert site.paths()[before - 1 :] == [family.column]
    assert summary.outcomes == {Outcome.NOT_MODIFIED: 1}
    verify(night)


def test_a_run_that_goes_on_asks_for_nothing_twice(serve: Callable[..., Site], night: Night) -> None:
    """The same run id means: continue the killed run. Even its list pages are read from the archive."""
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column), run_id="tonight")
    before = len(site.asked)
    night.crawl(source(site, family.column), run_id="tonight")
    assert len(site.asked) == before


def test_revisit_reports_moves_no_bytes_for_unchanged_pages(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    summary = night.crawl(source(site, family.column), revisit_reports=True)
    assert set(summary.outcomes) == {Outcome.NOT_MODIFIED}
    assert summary.n_bytes == 0
    assert len(night.captures()) == len(family.articles)
    verify(night)


def test_a_server_without_validators_costs_a_revisit_record(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/r.html": report("甲局", 2023)}), validators=False)
    night.crawl(source(site, "/r.html", kind=REPORT))
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    assert night.outcome(site.url("/r.html")) == Outcome.UNCHANGED
    assert len(night.captures()) == 1
    last = night.records()[-1]
    assert last.warc_length is not None
    assert last.warc_length < 900
    verify(night)


def test_an_edited_report_is_a_second_version_and_the_first_stays(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/r.html": report("甲局", 2023)}))
    night.crawl(source(site, "/r.html", kind=REPORT))
    site.handle = from_pages({"/r.html": report("甲局", 2023, extra="<p>更正</p>")})
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    first, second = night.captures()
    assert (first.report_id, "更正" in load_capture(night.home, first).data.decode()) == (second.report_id, False)
    assert "更正" in load_capture(night.home, second).data.decode()


def test_an_edit_taken_back_makes_the_old_version_current(serve: Callable[..., Site], night: Night) -> None:
    original, edited = report("甲局", 2023), report("甲局", 2023, extra="<p>更正</p>")
    site = serve(from_pages({"/r.html": original}))
    for body in (original, edited, original):
        site.handle = from_pages({"/r.html": body})
        night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    assert [load_capture(night.home, capture).data.decode() for capture in night.captures()] == [
        original,
        edited,
        original,
    ]
    read_province(night.home, "jiangsu")
    validate_province(night.home, "jiangsu")
    versions = pl.read_parquet(night.home.tidy_table("report_versions", "jiangsu")).sort("version")
    assert versions["version"].to_list() == [1, 2, 3]
    assert versions["content_hash"][0] == versions["content_hash"][2] != versions["content_hash"][1]
    assert versions["first_fetched_at"].is_sorted()


def test_a_file_that_is_edited_and_edited_back_is_three_versions(serve: Callable[..., Site], night: Night) -> None:
    """The page that it hangs on stays as it is, so the versions are told apart by when the file came."""
    files = [b"%PDF-1.4 " + letter * 300 for letter in (b"a", b"b", b"a")]
    body = page(
        "<p>甲局2023年政府信息公开工作年度报告</p><a href='/files/r.pdf'>甲局2023年政府信息公开工作年度报告</a>"
    )
    site = serve(from_pages({}))
    for data in files:
        site.handle = from_pages({"/r.html": body, "/files/r.pdf": Answer(data)})
        night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    held = night.captures()
    assert [load_capture(night.home, capture).attachments[0].data for capture in held] == files
    assert held[0].first_fetched_at < held[1].first_fetched_at < held[2].first_fetched_at
    assert len({capture.payload_digest for capture in held}) == 3


@pytest.mark.parametrize(
    ("worse", "outcome"),
    [
        (report("甲局", 2023, prose="略。"), Outcome.SHRUNK),
        ("<html><body>您访问的页面不存在</body></html>", Outcome.SOFT_404),
        (Answer("", 404), Outcome.NOT_FOUND),
        (Answer(b"\x89PNG1234", headers={"Content-Type": "text/html"}), Outcome.WRONG_TYPE),
        (Answer(b"not a pdf", headers={"Content-Type": "application/pdf"}), Outcome.WRONG_TYPE),
        (page("<p>本网站已经改版，欢迎从首页浏览最新的政务信息。</p>" * 60), Outcome.SOFT_404),
    ],
)
def test_a_worse_answer_does_not_replace_the_good_version(
    worse: str | Answer, outcome: Outcome, serve: Callable[..., Site], night: Night
) -> None:
    site = serve(from_pages({"/r.html": report("甲局", 2023)}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    site.handle = from_pages({"/r.html": worse}, reports_at="/none/")
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    assert night.outcome(site.url("/r.html")) == outcome
    (capture,) = night.captures()
    assert "总体情况" in load_capture(night.home, capture).data.decode()


@pytest.mark.parametrize(
    ("worse", "outcome"),
    [
        (Answer(PDF[:40]), Outcome.SHRUNK),
        (Answer(page("<p>系统维护中，请稍后再来下载附件材料。</p>" * 20)), Outcome.WRONG_TYPE),
        (Answer(b"\x00\x01 torn", headers={"Content-Type": "application/pdf"}), Outcome.WRONG_TYPE),
        (Answer("", 404), Outcome.NOT_FOUND),
    ],
)
def test_a_worse_file_does_not_replace_the_good_one(
    worse: Answer, outcome: Outcome, serve: Callable[..., Site], night: Night
) -> None:
    body, file = page("<p>2023年度报告</p><a href='/download.jsp?id=7'>附件：年报</a>"), "/download.jsp?id=7"
    site = serve(from_pages({"/r.html": body, "/download.jsp": PDF}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    (before,) = night.captures()
    site.handle = from_pages({"/r.html": body, "/download.jsp": worse}, reports_at="/none/")
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    assert night.outcome(site.url(file)) == outcome
    (after,) = night.captures()
    assert load_capture(night.home, after).attachments[0].data == PDF
    assert after == before


def test_a_file_by_its_address_that_word_saved_as_a_web_page_is_a_report(
    serve: Callable[..., Site], night: Night
) -> None:
    site = serve(from_pages({"/nb.doc": Answer(report("甲局", 2023), headers={"Content-Type": "application/msword"})}))
    night.crawl(source(site, "/nb.doc", kind=REPORT))
    assert night.outcome(site.url("/nb.doc")) == Outcome.FETCHED


def test_the_good_version_can_come_back_after_an_outage(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/r.html": report("甲局", 2023)}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    good = site.handle
    site.handle = from_pages({"/r.html": Answer("", 503)}, reports_at="/none/")
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True, max_attempts=1)
    site.handle = good
    night.crawl(source(site, "/r.html", kind=REPORT))
    assert night.outcome(site.url("/r.html")) == Outcome.NOT_MODIFIED


@pytest.mark.parametrize(
    "carrier",
    [
        "<p><a href='/files/nb.pdf'>附件：2023年度报告.pdf</a></p>",
        "<iframe src='/files/nb.pdf'></iframe>",
        "<embed src='/files/nb.pdf'>",
        "<iframe src='/pdfjs/web/viewer.html?file=/files/nb.pdf'></iframe>",
        "<span onclick=\"openFile('/files/nb.pdf')\">下载</span>",
        "<a href='/module/download/downfile.jsp?classid=0&filename=abc.pdf'>下载</a>",
        "<a href='/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2'>附件</a>",
    ],
)
def test_a_report_carried_by_a_file_is_fetched_with_it(carrier: str, serve: Callable[..., Site], night: Night) -> None:
    body = page(f"<p>现将2023年度报告公布如下</p>{carrier}")
    files = {"/files/nb.pdf": PDF, "/module/download/downfile.jsp": PDF, "/system/_content/download.jsp": PDF}
    site = serve(from_pages({"/r.html": body, **files}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    (capture,) = night.captures()
    (file,) = load_capture(night.home, capture).attachments
    assert (file.data, file.content_type) == (PDF, "application/pdf")
    assert capture.payload_digest != capture.page_digest


def test_files_of_a_report_with_tables_are_left_alone(serve: Callable[..., Site], night: Night) -> None:
    site = serve(
        from_pages({"/r.html": report("甲局", 2023, extra="<a href='/app.pdf'>表格下载</a>"), "/app.pdf": PDF})
    )
    night.crawl(source(site, "/r.html", kind=REPORT))
    assert site.paths() == ["/r.html"]


def test_a_page_is_no_version_before_its_files_have_been_tried(serve: Callable[..., Site], night: Night) -> None:
    """Killed between a page and its file, the history must look as if nothing had happened."""
    body = page("<p>年度报告</p><a href='/nb.pdf'>年报</a>")
    site = serve(from_pages({"/r.html": body, "/nb.pdf": PDF}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    (log,) = log_files(night.home, "jiangsu")
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(line for line in lines if b'"kind":"attachment"' not in line))
    (log.parent / "index.sqlite").unlink()
    assert night.captures() == []
    night.crawl(source(site, "/r.html", kind=REPORT))
    assert [len(capture.attachments) for capture in night.captures()] == [1]
    verify(night)


def test_a_torn_log_and_a_torn_archive_are_mended(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    held = len(night.captures())
    (log,) = log_files(night.home, "jiangsu")
    with log.open("ab") as handle:
        handle.write(b'{"fetch_id": "half a li')
    (archive,) = (night.home.archive / "jiangsu").glob("*.warc.gz")
    with archive.open("ab") as handle:
        handle.write(b"\x1f\x8b\x08\x00half a member")
    assert len(night.captures()) == held
    assert fetch_frame(night.home).height == len(night.records())
    night.crawl(source(site, family.column))
    assert len(night.captures()) == held
    verify(night)


@pytest.mark.parametrize("damage", ["remove", "garbage"])
def test_a_lost_index_is_rebuilt_from_the_log(damage: str, serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    index = night.home.fetches / "jiangsu" / "index.sqlite"
    if damage == "remove":
        index.unlink()
    else:
        index.write_bytes(b"not a database" * 500)
    before = len(site.asked)
    night.crawl(source(site, family.column))
    assert len(site.asked) - before == 1


def test_an_archive_whose_log_was_lost_is_set_aside_not_deleted(serve: Callable[..., Site], night: Night) -> None:
    site = serve(families.trs().handle)
    night.crawl(source(site, "/zwgk/zfxxgknb/"))
    for path in (night.home.fetches / "jiangsu").iterdir():
        path.unlink()
    night.crawl(source(site, "/zwgk/zfxxgknb/"))
    assert len(list((night.home.archive / "jiangsu").glob("*.unlogged"))) == 1


def test_a_damaged_payload_is_reported_not_returned(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/r.html": report("甲局", 2023)}))
    night.crawl(source(site, "/r.html", kind=REPORT))
    (capture,) = night.captures()
    path = night.home.archive / "jiangsu" / capture.warc_file
    data = bytearray(path.read_bytes())
    data[capture.warc_offset + 300] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(ArchiveError):
        load_capture(night.home, capture)


def test_a_damaged_list_is_asked_for_again_and_stored_anew(serve: Callable[..., Site], night: Night) -> None:
    """A night must neither end at a damaged record nor take the list behind it for empty."""
    family = families.trs(1)
    site = serve(family.handle)
    night.crawl(source(site, family.column))
    (listed,) = [record for record in night.records() if record.kind is PageKind.LIST]
    path = night.home.archive / "jiangsu" / str(listed.warc_file)
    data = bytearray(path.read_bytes())
    data[(listed.warc_offset or 0) + 300] ^= 0xFF
    path.write_bytes(data)
    summary = night.crawl(source(site, family.column))
    assert summary.outcomes == {Outcome.NOT_MODIFIED: 1, Outcome.FETCHED: 1}
    assert any("damaged" in line or "digest" in line for line in summary.problems)
    assert night.crawl(source(site, family.column)).outcomes == {Outcome.NOT_MODIFIED: 1}


def test_the_archive_is_rotated_by_size(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs()
    site = serve(family.handle)
    # A batch of records goes into one file: the delay lets there be several batches.
    night.crawl(source(site, family.column, delay_seconds=0.05), warc_max_bytes=1_000, threads=1)
    assert len(list((night.home.archive / "jiangsu").glob("*.warc.gz"))) > 1
    assert all(load_capture(night.home, capture).data for capture in night.captures())
    verify(night)


def test_the_same_bytes_at_two_addresses_are_stored_once(serve: Callable[..., Site], night: Night) -> None:
    body = report("甲局", 2023)
    site = serve(from_pages({"/nb/1.html": body, "/copy/2.html": body}))
    night.crawl(source(site, "/nb/1.html", kind=REPORT), source(site, "/copy/2.html", kind=REPORT), threads=1)
    night.crawl(source(site, "/copy/2.html", kind=REPORT), revisit_reports=True)
    assert len(night.captures()) == 2
    verify(night)


def test_addresses_of_one_page_are_fetched_once(serve: Callable[..., Site], night: Night) -> None:
    hrefs = [
        "/nb/t20240120_7.html",
        "/nb//t20240120_7.html",
        "/nb/t20240120_7_wap.html",
        "/nb/t20240120_7.html?jump=true#top",
    ]
    body = page("".join(f"<li><a href='{href}'>甲县某局2023年政府信息公开工作年度报告</a></li>" for href in hrefs))
    site = serve(from_pages({"/nb/": body}, reports_at="/nb"))
    night.crawl(source(site, "/nb/"))
    assert len([path for path in site.paths() if "_7" in path]) == 1


def test_a_report_at_a_list_shaped_address_is_a_report(serve: Callable[..., Site], night: Night) -> None:
    """``…/zfxxgknb/2024n/`` may be a list or the report itself; the content decides."""
    part = page(items(["/nb/2023n/1.html"]))
    body = page("<li><a href='/nb/2024n/'>2024年</a></li><li><a href='/nb/2023n/'>2023年</a></li>")
    pages = {
        "/nb/": body,
        "/nb/2024n/": report("甲县", 2024),
        "/nb/2023n/": part,
        "/nb/2023n/1.html": report("甲", 2023),
    }
    site = serve(from_pages(pages, reports_at="/none/"))
    night.crawl(source(site, "/nb/"))
    assert {capture.url for capture in night.captures()} == {site.url("/nb/2024n/"), site.url("/nb/2023n/1.html")}


def test_look_alikes_of_a_column_are_not_fetched(serve: Callable[..., Site], night: Night) -> None:
    titles = [
        "2023年政府信息公开工作年度报告公布情况",
        "甲局2023年政府信息公开工作年度报告的解读",
        "政府信息公开指南",
        "2023年政务公开工作总结",
        "甲市住房公积金2024年年度报告",
        "甲省发布2016年政府信息公开工作年度报告",
    ]
    rows = "".join(f"<li><a href='/nb/2024/{number}.html'>{title}</a></li>" for number, title in enumerate(titles))
    site = serve(from_pages({"/nb/": page(rows)}, reports_at="/none/"))
    night.crawl(source(site, "/nb/"))
    assert not [path for path in site.paths() if path.startswith("/nb/2024/")]


def test_an_enumerable_endpoint_is_asked_for_every_year_once(serve: Callable[..., Site], night: Night) -> None:
    family = families.hanweb_annual()
    site = serve(family.handle)
    endpoint = source(
        site, "/module/xxgk/xxgkAnnualReport.jsp?fbtime={year}&area=001008003014021", kind=SourceKind.ENUMERABLE
    )
    summary = night.crawl(endpoint)
    assert summary.outcomes == {Outcome.FETCHED: 7, Outcome.SOFT_404: 12}
    again = night.crawl(endpoint)
    assert again.n_requests == 0  # neither the years held nor the empty ones are due the next night


def test_lists_are_looked_at_nightly_in_season_and_weekly_otherwise(serve: Callable[..., Site], night: Night) -> None:
    family = families.trs(1)
    site = serve(family.handle)
    for month, expected in ((2, 8), (7, 2)):
        night.now = night.now.replace(month=month, day=1)
        before = site.paths().count(family.column)
        for _ in range(8):
            night.crawl(source(site, family.column), lists="season")
            night.now += timedelta(hours=23)
        assert site.paths().count(family.column) - before == expected


def test_a_file_by_hand_is_a_version_like_any_other(serve: Callable[..., Site], night: Night, tmp_path: Path) -> None:
    site = serve(from_pages({"/r.html": Answer("", 521)}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    saved = tmp_path / "saved.html"
    saved.write_text(report("甲局", 2023), encoding="utf-8")
    record = import_file(night.home, saved, site.url("/r.html"), province="jiangsu", now=night.now + timedelta(hours=2))
    (capture,) = night.captures()
    assert capture.report_id == record.report_id
    assert load_capture(night.home, capture).data == saved.read_bytes()
    verify(night)


def test_a_picture_is_imported_as_a_report(night: Night) -> None:
    picture = Path(__file__).parents[2] / "unit" / "picture" / "table-four.jpg"
    url = "https://www.example.gov.cn/nb/report.jpg"
    record = import_file(night.home, picture, url, province="jiangsu", now=night.now)
    (capture,) = night.captures()
    assert (capture.report_id, record.content_type) == (record.report_id, "image/jpeg")
    assert load_capture(night.home, capture).data == picture.read_bytes()


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"MZ\x90\x00binary", "not a type"), (None, "No such file")]
)
def test_a_bad_import_leaves_nothing(content: bytes | None, words: str, night: Night, tmp_path: Path) -> None:
    path = tmp_path / "report.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CrawlError, match=words):
        import_file(night.home, path, "http://127.0.0.1/r.html", province="jiangsu", now=night.now)
    assert not night.home.archive.exists()


def test_two_crawls_of_one_province_do_not_mix(serve: Callable[..., Site], night: Night) -> None:
    site = serve(families.trs(1).handle)
    with province_lock(night.home, "jiangsu"), pytest.raises(CrawlError, match="another crawl"):
        night.crawl(source(site, "/zwgk/zfxxgknb/"))
    assert site.asked == []


def test_a_disk_that_refuses_stops_the_crawl_with_a_reason(
    serve: Callable[..., Site], night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    site = serve(families.trs().handle)
    monkeypatch.setattr("pipelines.crawl.archive.warc.os.fsync", full)
    with pytest.raises(CrawlError, match="No space left"):
        night.crawl(source(site, "/zwgk/zfxxgknb/"))
    assert night.records() == []


def test_the_log_frame_has_its_columns_and_kinds(serve: Callable[..., Site], night: Night) -> None:
    site = serve(families.trs(1).handle)
    night.crawl(source(site, "/zwgk/zfxxgknb/"))
    frame = fetch_frame(night.home)
    assert dict(frame.schema) == {
        name: kind() if isinstance(kind, type) else kind for name, kind in FETCH_COLUMNS.items()
    }
    assert set(frame["kind"]) == {PageKind.LIST, PageKind.REPORT, PageKind.ROBOTS}
    assert frame.filter(frame["has_payload"])["warc_file"].unique().to_list() == ["archive/jiangsu/run-1.warc.gz"]
    assert frame["fetch_id"].n_unique() == frame.height


def test_an_empty_folder_has_an_empty_log(night: Night) -> None:
    assert fetch_frame(night.home).is_empty()
    assert night.captures() == []
