"""What lists say of their length: pages and rows, in all spellings."""

import pytest

from pipelines.crawl.site_families.paging.page_counts import printed_count, printed_rows

PAGES = {
    "共 7 页": 7,
    "共&nbsp;<b>7</b>&nbsp;页": 7,
    "总共7页": 7,
    "共计 7 页": 7,
    "分7页显示": 7,
    "共７页": 7,
    "总页数：<i>7</i>": 7,
    "第2/7页": 7,
    "页次：2/7": 7,
    "2 / 7 页": 7,
    "Page 2 of 7": 7,
    "共有<em>98</em>条记录，<i>7</i>页": 7,
    "共98条 每页15条": 7,
    '<input id="totalpage" value=""> 下一页 totalpage="7"': 7,
    "第2页": 0,
    "共98条": 0,
    "共98条 当前第2页": 0,
    "法律第2/7条": 0,
}


@pytest.mark.parametrize(("text", "pages"), PAGES.items(), ids=PAGES)
def test_how_many_pages(text: str, pages: int) -> None:
    assert printed_count(f"<div class='pager'>{text}</div>") == pages


ROWS = {"共98条": 98, "共有 <b>98</b> 条记录": 98, "共９８条 每页15条": 98, "共98条评论": 0, "共98个": 0}


@pytest.mark.parametrize(("text", "rows"), ROWS.items(), ids=ROWS)
def test_how_many_rows(text: str, rows: int) -> None:
    assert printed_rows(f"<div class='pager'>{text}</div>") == rows
