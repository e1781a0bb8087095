"""The crawl and the reader understand the bytes of a page alike: its encoding, its kind, its files."""

from collections.abc import Callable

import pytest

from pipelines.crawl.archive.captures import load_capture
from pipelines.crawl.outcomes import Outcome
from pipelines.read.reader import read_report
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.unit.content.containers import ole, zipped
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Site

REPORT = SourceKind.REPORT
TITLE = "示例县教育局2023年政府信息公开工作年度报告"
GB2312 = {"Content-Type": "text/html; charset=gb2312"}


def _gb18030(extra: str = "", *, damaged: bool = False) -> Answer:
    body = report("示例县教育局", 2023, extra=extra).encode("gb18030")
    mark = "公开目录".encode("gb18030")
    return Answer(body.replace(mark, mark[:-1] + b"\xff", 1) if damaged else body, headers=GB2312)


def test_an_update_with_one_damaged_byte_pair_replaces_the_report(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/r.html": _gb18030()}))
    night.crawl(source(site, "/r.html", kind=REPORT))
    site.handle = from_pages({"/r.html": _gb18030("<p>更正</p>", damaged=True)})
    night.crawl(source(site, "/r.html", kind=REPORT), revisit_reports=True)
    assert night.outcome(site.url("/r.html")) == Outcome.FETCHED
    newest = load_capture(night.home, night.captures()[-1])
    reading = read_report(newest.data, content_type=newest.capture.content_type).reading
    assert reading.title == TITLE


def test_utf8_behind_a_header_that_says_gb2312_is_one_text_in_crawl_and_reader(
    serve: Callable[..., Site], night: Night
) -> None:
    column = page("<li><a href='/nb/t20240101_1.html'>示例县教育局2023年政府信息公开工作年度报告</a></li>")
    answers = {
        "/nb/": Answer(column.encode(), headers=GB2312),
        "/nb/t20240101_1.html": Answer(report("示例县教育局", 2023).encode(), headers=GB2312),
    }
    site = serve(from_pages(answers))
    night.crawl(source(site, "/nb/"))
    (capture,) = night.captures()
    assert capture.link_title == TITLE
    held = load_capture(night.home, capture)
    assert read_report(held.data, content_type=capture.content_type).reading.title == TITLE


@pytest.mark.parametrize(
    ("path", "data", "media", "words"),
    [
        ("/f/nb.ofd", zipped("OFD.xml", "Doc_0/Document.xml"), "application/ofd", "OFD"),
        ("/f/nb.zip", zipped("年报.txt"), "application/zip", "no annual report"),
        ("/f/nb.docx", zipped("年报.txt"), "application/zip", "no annual report"),
        ("/f/nb.rar", b"Rar!\x1a\x07\x00" + b"x" * 300, "application/vnd.rar", "rar archive"),
        ("/f/nb.doc", ole("WordDocument"), "application/msword", "Word 97-2003"),
        ("/f/nb.xls", ole("Workbook"), "application/vnd.ms-excel", "Excel"),
        ("/f/nb.wps", ole("WordDocument", "WpsCustomData"), "application/vnd.ms-works", "WPS"),
        ("/f/nb.rtf", b"{\\rtf1\\ansi " + b"x" * 300, "application/rtf", "RTF"),
    ],
)
def test_a_file_is_recorded_as_what_it_is(
    path: str, data: bytes, media: str, words: str, serve: Callable[..., Site], night: Night
) -> None:
    body = page(f"<p>现将2023年度报告公布如下</p><a href='{path}'>附件：年报</a>")
    site = serve(from_pages({"/r.html": body, path: data}, reports_at="/none/"))
    night.crawl(source(site, "/r.html", kind=REPORT))
    (capture,) = night.captures()
    (file,) = load_capture(night.home, capture).attachments
    assert (file.data, file.content_type) == (data, media)
    assert words in (read_report(file.data, content_type=file.content_type).problem or "")


def test_headings_in_several_elements_and_legacy_ones_make_a_report(serve: Callable[..., Site], night: Night) -> None:
    """Such a page at the address of a column is a report, and is not taken for an error page."""
    prose = "本局按照条例要求推进各项公开工作。" * 20
    headings = ("概述", "主动公开政府信息情况", "依申请公开办理情况", "存在问题")
    body = "".join(
        f"<p><span>{'一二三四'[n]}、</span><span>{' '.join(word)}</span></p><p>{prose}</p>"
        for n, word in enumerate(headings)
    )
    site = serve(from_pages({"/nb/": f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>"}))
    night.crawl(source(site, "/nb/"))
    assert len(night.captures()) == 1
