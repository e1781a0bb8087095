"""Reports as the official big5 gates serve them: traditional characters in big5 bytes, crawled, read, and kept as printed."""

from collections.abc import Callable

import pytest

from pipelines.crawl.archive.captures import load_capture
from pipelines.read.reader import read_report
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.web.pages import from_pages
from tests.web.server import Answer, Site

TITLE = "示例縣水利局2012年政府信息公開工作年度報告"
BODY = (
    "<p>一、概述</p><p>2012年，我局共主動公開政府信息310條。</p><p>二、依申請公開情況</p><p>附表</p>"
    "<table><tr><td>統計指標</td><td>單位</td><td>統計數</td></tr><tr><td>主動公開政府信息數</td><td>條</td><td>310</td></tr>"
    "<tr><td>收到申請數</td><td>件</td><td>無</td></tr><tr><td>行政複議數量</td><td>件</td><td>2</td></tr></table>"
)
CODECS = {"big5": "big5", "big5-hkscs": "big5hkscs", "cp950": "cp950"}


@pytest.mark.parametrize("charset", [*CODECS, None])
@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_report_behind_a_gate_is_crawled_and_read(
    serve: Callable[..., Site], night: Night, charset: str | None, where: str
) -> None:
    meta = f'<meta charset="{charset}">' if charset and where == "meta" else ""
    head = {"Content-Type": f"text/html; charset={charset}" if charset and where == "header" else "text/html"}
    page = f"<html><head>{meta}<title>{TITLE}</title></head><body><h1>{TITLE}</h1>{BODY}</body></html>"
    site = serve(from_pages({"/r.html": Answer(page.encode(CODECS.get(charset or "", "big5")), headers=head)}))
    night.crawl(source(site, "/r.html", kind=SourceKind.REPORT))
    held = load_capture(night.home, night.captures()[-1])
    parsed = read_report(held.data, content_type=held.capture.content_type).to_contract()
    assert parsed["report"]["title"] == TITLE
    assert parsed["report"]["report_year"] == 2012
    cells = {
        row["indicator"]: (row["value"], row["raw_text"], row["value_status"]) for row in parsed["legacy_statistics"]
    }
    assert cells == {
        "proactive.total": (310, "310", "reported"), "requests.received": (None, "無", "none_mark"),
        "review.total": (2, "2", "reported"),
    }  # fmt: skip
    (said,) = parsed["narrative_statistics"]
    assert (said["indicator"], said["value"]) == ("proactive.total", 310)
    assert said["sentence"] == "2012年，我局共主動公開政府信息310條。"
