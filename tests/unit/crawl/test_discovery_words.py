"""Whose a title is, what a label says, and which links a page's menus hold."""

import pytest

from pipelines.crawl.classification.page import Page
from pipelines.crawl.discovery.menu_links import Found, MenuLink, menu_links
from pipelines.crawl.discovery.ownership import Government, Owner, organ_of
from pipelines.crawl.discovery.scoring import Says, worth_of

HAIMEN, MADE_UP, JILIN, NANTONG = (
    ("江苏省", "南通市", "海门区"), ("某省", "甲市", "乙县"), ("吉林省", "吉林市"), ("江苏省", "南通市"),
)  # fmt: skip
REPORT = "2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("path", "organ", "owner"),
    [
        (HAIMEN, "海门区人民政府", "own"), (HAIMEN, "南通市海门区教育局", "own"), (HAIMEN, "南通市人民政府", "other"),
        (HAIMEN, "江苏省人民政府", "other"), (HAIMEN, "启东市人民政府", "other"), (HAIMEN, "", "unsaid"),
        (HAIMEN, "区教育局", "unsaid"), (HAIMEN, "市场监督管理局", "unsaid"), (HAIMEN, "城市管理局", "unsaid"),
        (HAIMEN, "经济技术开发区管委会", "unsaid"), (HAIMEN, "常乐镇人民政府", "unsaid"), (HAIMEN, "海门市人民政府", "own"),
        (MADE_UP, "乙县财政局", "own"), (MADE_UP, "甲市人民政府", "other"), (MADE_UP, "丙县人民政府", "other"),
        (JILIN, "吉林省人民政府", "other"), (JILIN, "吉林市教育局", "own"), (JILIN, "永吉县人民政府", "own"),
        (NANTONG, "海门区教育局", "own"), (NANTONG, "苏州市教育局", "other"), (NANTONG, "第一中学", "other"),
    ],
)  # fmt: skip
def test_whose_a_title_is(path: tuple[str, ...], organ: str, owner: str) -> None:
    assert Government(path).owner_of_title(organ + REPORT) is Owner(owner)


@pytest.mark.parametrize(
    ("title", "organ"),
    [
        ("嘉定区教育局2023年政府信息公开工作年度报告", "嘉定区教育局"), ("2023年嘉定区政府信息公开年度报告", ""),
        ("嘉定区政府信息公开年度报告（2023）", "嘉定区"), ("教育局关于2023年度政府信息公开的报告", "教育局"),
    ],
)  # fmt: skip
def test_the_organ_of_a_title(title: str, organ: str) -> None:
    assert organ_of(title) == organ


@pytest.mark.parametrize(
    ("label", "path", "says"),
    [
        ("政府信息公开年报", "/x/", "column"), ("信息公开年度报告", "/x/", "column"), ("年报", "/x/", "column"),
        ("部门年报", "/x/", "column"), ("", "/zwgk/zfxxgknb/", "column"), ("政府信息公开", "/x/", "disclosure"),
        ("政务公开", "/x/", "disclosure"), ("法治政府建设年度报告", "/gknb/", None), ("政府网站工作年度报表", "/gknb/", None),
        ("统计年鉴", "/x/", None), ("企业年报公示", "/x/", None), ("年报解读", "/x/", None), ("学校信息公开年报", "/x/", None),
        ("预决算公开", "/x/", None), ("政府工作报告", "/x/", None), ("政府信息公开指南", "/x/", None), ("领导之窗", "/x/", None),
    ],
)  # fmt: skip
def test_what_a_label_says(label: str, path: str, says: str | None) -> None:
    worth = worth_of(MenuLink(f"http://a.gov.cn{path}", label), host="a.gov.cn", in_column=False)
    assert (worth.says if worth is not None else None) == (Says(says) if says is not None else None)


@pytest.mark.parametrize(
    ("html", "path", "label", "found"),
    [
        ("<a href='/nb/'>&nbsp;政府信息<br>公开年报</a>", "/nb/", "政府信息公开年报", "anchor"),
        ("<a href='/nb/'><li>年报</li></a>", "/nb/", "年报", "anchor"),
        ("<a href='/nb/'><img alt='年报'></a>", "/nb/", "年报", "anchor"),
        ("<map><area href='/nb/' alt='年报'></map>", "/nb/", "年报", "anchor"),
        ("<a href='/nb/' title='政府信息公开年报'>政府信息公开…</a>", "/nb/", "政府信息公开年报", "anchor"),
        ("<a href=\"javascript:open('/nb/index.html')\">年报</a>", "/nb/index.html", "年报", "anchor"),
        ("<li data-url='/nb/'>年报</li>", "/nb/", "年报", "anchor"),
        ("<script>menu.addItem('年报','/nb/')</script>", "/nb/", "年报", "script"),
        ("<script>var m=[{url:'/nb/',name:'年报'}]</script>", "/nb/", "年报", "script"),
        ("<script>d.add(1,0,'教育局','nb/list.jsp?id=3');</script>", "/nb/list.jsp?id=3", "教育局", "script"),
        ("<script>document.write('<a href=\"/nb/\">年报</a>')</script>", "/nb/", "年报", "script"),
        ("<select><option value='/nb/'>教育局</option></select>", "/nb/", "教育局", "option"),
        ("<frameset><frame src='/nb/'></frameset>", "/nb/", "", "frame"),
    ],
)  # fmt: skip
def test_links_of_menus(html: str, path: str, label: str, found: str) -> None:
    page = Page(
        "http://a.gov.cn/",
        f"<html><body>{html}</body></html>".replace("<body><frameset>", "<frameset>").encode(),
        "text/html",
    )
    assert MenuLink(f"http://a.gov.cn{path}", label, Found(found)) in menu_links(page)


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <a href='/nb/'>年报</a> -->", "<script>// menu.addItem('年报','/nb/')\n</script>",
        "<script>/* menu.addItem('年报','/nb/') */</script>", "<!-- <script>menu.addItem('年报','/nb/')</script> -->",
    ],
)  # fmt: skip
def test_comments_hold_no_links(html: str) -> None:
    assert not menu_links(Page("http://a.gov.cn/", f"<html><body>{html}</body></html>".encode(), "text/html"))
