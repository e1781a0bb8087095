"""Pages made to be slow: no pattern may walk through one again and again. A hang is told by the time limit of the test."""

import pytest

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest
from pipelines.crawl.site_families.detection import read_list
from schemas.site_families import ListingFamily
from tests.web.pages import page

_ROW = "<li><a href='/a/1.html'>某县教育局2023年政府信息公开工作年度报告</a></li>"
_MARKS = "var pageCount=3; publicInfoList; jpage proxyUrl; _isAgg; infotypeId; webSiteCode; siteGuid categorynum; 信息公开年报 "
_CHARACTERS = 100_000
PIECES = ["x", "/", "a+", "(", "a=", '"', "<a href=x>", " data-a=1 ", "?a=1&", "a.b=1;", "f(a,", "共<b>", "1 ", "<row>"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", PIECES)
def test_a_page_of_one_piece_repeated_is_read(piece: str) -> None:
    filler = piece * (_CHARACTERS // len(piece))
    for body in (f"{_ROW}<div>{filler}</div>", f"{_ROW}<script>{_MARKS}{filler}</script>"):
        opened = ListRequest(Request("http://a.gov.cn/nb/"), ListingFamily.AUTO, state={"latest_year": "2026"})
        _, listed = read_list(Page("http://a.gov.cn/nb/", page(body).encode(), "text/html"), opened)
        assert "http://a.gov.cn/a/1.html" in {link.url for link in listed.links}
