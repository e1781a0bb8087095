"""The first address that a pager makes: the one that the site has, before any other is tried."""

import pytest

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.interfaces.datastore import embedded_stores
from pipelines.crawl.site_families.paging.pager_reader import read_pager
from tests.web.pages import page
from tests.web.printed_lists import script

# ruff: noqa: E501 - page sources stand as sites print them
_ROWS = "<li><a href='./202401/t20240120_1.html'>某县2023年政府信息公开工作年度报告</a></li>"
_WRITES = 'var currentPage=0; var countPage=4; document.write("<a href=\'index_" + (currentPage+1) + ".{}\'>")'

CASES = {
    "extension that the pager writes": ("/nb/", _WRITES.format("shtml"), "/nb/index_1.shtml"),
    "not that of the page": ("/nb/index.htm", _WRITES.format("shtml"), "/nb/index_1.shtml"),
    "that of the page": ("/nb/index.htm", "var currentPage=0; var countPage=4", "/nb/index_1.htm"),
    "that of the rows": ("/nb/", "var currentPage=0; var countPage=4", "/nb/index_1.html"),
    "counted from 0": ("/nb/", "createPageHTML(4, 0, 'index', 'shtml')", "/nb/index_1.shtml"),
    "counted from 1": ("/nb/list.shtml", "createPageHTML('page_div', 4, 1, 'list', 'shtml', 80)", "/nb/list_2.shtml"),
    "an object": ("/nb/", "Pager({size:4, current:0, prefix:'index', suffix:'html'})", "/nb/index_1.html"),
}  # fmt: skip


@pytest.mark.parametrize(("at", "pager", "second"), CASES.values(), ids=CASES)
def test_the_second_page_is_asked_for_where_it_is(at: str, pager: str, second: str) -> None:
    read = read_pager(Page(f"http://a.gov.cn{at}", page(_ROWS + script(pager)).encode(), "text/html"))
    assert read.pages == 4
    assert read.addresses(2)[0] == f"http://a.gov.cn{second}"


def test_a_block_that_a_script_builds_is_no_data() -> None:
    built = "<script>var s = '<datastore><recordset><record><![CDATA[' + row + ']]></record></recordset></datastore>';</script>"
    printed = f"<script type='text/xml'><datastore><totalrecord>9</totalrecord><recordset><record><![CDATA[{_ROWS}]]></record></recordset></datastore></script>"
    (store,) = embedded_stores(Page("http://a.gov.cn/nb/", page(built + printed).encode(), "text/html"))
    assert (store.n_records, store.total, len(store.links)) == (1, 9, 1)
