"""The page around the report: what is kept, what is dropped, where the report begins and ends."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines.content.attachments import Attachment, find_attachments
from pipelines.extract.document import Grid, Line
from pipelines.extract.extract import extract
from tests.unit.extract.builders import REPORT, STATUTORY_TABLE, grids, lines, page

TITLE = "启东市人民政府2020年政府信息公开工作年度报告"
SOURCE = "来源:启东市人民政府 发布时间:2021-02-19 字体:[ ]"
METADATA = (
    "<table><tr><td>索 引 号</td><td>K45899617/2026-00206</td><td>主题分类</td><td></td></tr>"
    "<tr><td>发布机构</td><td>乌恰县人民政府</td><td>发布日期</td><td>2026-01-19 16:58</td></tr></table>"
)


def test_title_source_line_and_metadata_table_come_before_the_report_as_lines() -> None:
    document = page(
        f"<div class=nav><a>首页</a></div><h1>{TITLE}</h1><div>{SOURCE}</div>{METADATA}<div id=zoom>{REPORT}</div>"
    )
    assert lines(document)[:5] == [
        TITLE,
        SOURCE,
        "索 引 号  K45899617/2026-00206  主题分类",
        "发布机构  乌恰县人民政府  发布日期  2026-01-19 16:58",
        "一、总体情况",
    ]
    assert len(grids(document)) == 1


def test_metadata_inside_the_container_is_lines_too() -> None:
    assert len(grids(page(f"<div id=zoom>{METADATA}{REPORT}</div>"))) == 1


def test_what_follows_the_report_is_dropped() -> None:
    news = "<div>责任编辑</div><div>相关新闻<table><tr><td>a</td><td>b</td></tr></table></div>"
    document = page(f"<div><div id=zoom>{REPORT}</div>{news}</div><div class=footer>主办</div>")
    assert lines(document)[-1] == "无。"
    assert len(grids(document)) == 1


@pytest.mark.parametrize("place", ["<div class=footer>{}</div>", "<div class=nav>{}</div>"])
def test_a_statutory_table_is_never_dropped(place: str) -> None:
    body = REPORT.replace(STATUTORY_TABLE, "")
    for page_body in (
        f"<div id=zoom>{body}</div>{place}",
        f"{place}<div id=zoom>{body}</div>",
        f"{place}<div id=zoom>{'文' * 300}</div>",
    ):
        assert grids(page(page_body.format(STATUTORY_TABLE))) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]


def test_a_statutory_table_outside_a_known_container_widens_the_content() -> None:
    head, table, tail = REPORT.partition(STATUTORY_TABLE)
    document = page(f"<div class=page><div id=zoom>{head}</div><div>{table}</div><div>{tail}</div></div>")
    assert lines(document)[-2:] == ["六、其他需要报告的事项", "无。"]
    assert len(grids(document)) == 1


def test_a_catalogue_of_the_headings_is_not_taken_for_the_report() -> None:
    catalogue = "<ul><li>一、总体情况</li><li>二、主动公开政府信息情况</li><li>六、其他需要报告的事项</li></ul>"
    prose = "<p>一、总体情况</p><p>正文</p><p>二、主动公开政府信息情况</p><p>六、其他需要报告的事项</p><p>结尾</p>"
    assert lines(page(f"<div>{catalogue}</div><div>{prose}</div>"))[-1] == "结尾"


@pytest.mark.parametrize(
    "container",
    ["id=zoom", "id=UCAP-CONTENT", "class='view TRS_UEDITOR trs_paper_default'", "id=vsb_content", "class=xlxlcont"],
)
def test_known_containers_hold_prose_after_the_last_heading(container: str) -> None:
    body = f"<div><p>一、总体情况</p><p>六、其他需要报告的事项</p></div><div>{'后文' * 30}</div>"
    assert lines(page(f"<div {container}>{body}</div><div>页脚</div>"))[-1] == "后文" * 30


def test_a_page_without_headings_takes_its_longest_known_container() -> None:
    assert lines(page(f"<div class=menu>菜单</div><div id=zoom><p>{'概况' * 150}</p></div><div>页脚</div>")) == [
        "概况" * 150
    ]


def test_hidden_elements_go_and_a_hidden_report_is_kept_apart() -> None:
    document = page(f"<div style='color:red; display:none'>{REPORT}</div><p style=\"display: none\">弹窗</p>")
    assert lines(document) == []
    assert "一、总体情况" in [block.text for block in document.hidden if isinstance(block, Line)]
    assert [block.evidence for block in document.hidden if isinstance(block, Grid)] == ["html:table[1]"]


def test_scripts_templates_and_forms_do_not_print() -> None:
    document = page(
        "<script>var a='<p>1</p>'</script><style>p{}</style><template><p>2</p></template><p>{ pvCount }</p>"
    )
    assert lines(document) == ["{ pvCount }"]  # a leaked front-end template is printed


def test_damaged_dates_and_missing_numbers_stay_as_printed() -> None:
    """Web-reality fact 13: separators lost, the number missing."""
    printed = ["截至2017年45日", "20078月", "发布信息条", "一、总体情况(宋体加粗小四号字)"]
    assert lines(page("".join(f"<p>{text}</p>" for text in printed))) == printed


def test_br_and_blocks_end_lines_and_inline_tags_do_not() -> None:
    document = page(
        "<div>a<br/>b<b>c</b><i>d</i> e</div>f<p>g\n   h</p><section>i</section>j<h2>k</h2><dl><dt>l<dd>m</dl>"
    )
    assert lines(document) == ["a", "bcd e", "f", "g h", "i", "j", "k", "l", "m"]
    assert [block.evidence for block in document.blocks if isinstance(block, Line)][:2] == ["html:p[1]", "html:p[2]"]


def test_flat_paragraphs_and_trailing_pipes_stay_lines() -> None:
    """Excerpts 007, 014, 067: one cell a paragraph, trailing pipes, an image's file name left as text."""
    printed = ["第二十条第(一)项 |", "|||", "规章 |", "0 |", "本年新", "制作数量", "image001.png"]
    document = page("<p>" + "</p><p>".join(printed) + "</p><p>&nbsp;</p>")
    assert lines(document) == printed
    assert document.carrier == "flat_text"


@pytest.mark.parametrize(
    ("tag", "key", "value"),
    [
        ('<meta name="PubDate" content="2021-02-19 10:00">', "pubdate", "2021-02-19 10:00"),
        ('<meta content="1304000009" name="SiteIDCode">', "siteidcode", "1304000009"),
        ("<META NAME='ContentSource' CONTENT='县统计局'/>", "contentsource", "县统计局"),
        ('<meta property="og:title" content="题">', "og:title", "题"),
    ],
)
def test_meta_names_are_lower_cased_and_attribute_order_is_free(tag: str, key: str, value: str) -> None:
    document = page("<p>x</p>", head=f"<title> {TITLE}\n</title>{tag}")
    assert document.meta[key] == value
    assert document.title == TITLE


@pytest.mark.parametrize(
    ("markup", "href", "name"),
    [
        ('<a href="P020210219.pdf">年度报告</a>', "http://a.gov.cn/x/P020210219.pdf", "年度报告"),
        ('<a href="/f/报告.DOCX?v=1"><img src=i.gif></a>', "http://a.gov.cn/f/报告.DOCX?v=1", "报告.DOCX"),
        ('<a href="a.wps" title="附件">  </a>', "http://a.gov.cn/x/a.wps", "附件"),
        ('<iframe src="/pdfjs/web/viewer.html?file=%2Ff%2Fa.pdf#page=1"></iframe>', "http://a.gov.cn/f/a.pdf", "a.pdf"),
        ('<embed src="a.pdf">', "http://a.gov.cn/x/a.pdf", "a.pdf"),
        ('<object data="/a.pdf" type="application/pdf"></object>', "http://a.gov.cn/a.pdf", "a.pdf"),
        ("<span onclick=\"window.open('/d/a.doc')\">下载</span>", "http://a.gov.cn/d/a.doc", "a.doc"),
        ("<a href=\"javascript:down('/d/a.xls')\">附表</a>", "http://a.gov.cn/d/a.xls", "附表"),
        ("<script>PDFObject.embed('/d/a.pdf', '#v')</script>", "http://a.gov.cn/d/a.pdf", "a.pdf"),
        (
            '<a href="/module/download/downfile.jsp?classid=0&filename=ab12.pdf&showname=%E6%8A%A5%E5%91%8A.pdf"></a>',
            "http://a.gov.cn/module/download/downfile.jsp?classid=0&filename=ab12.pdf&showname=%E6%8A%A5%E5%91%8A.pdf",
            "报告.pdf",
        ),
        (
            '<a href="/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2">附件【报告】</a>',
            "http://a.gov.cn/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2",
            "附件【报告】",
        ),
    ],
)
def test_attachments_are_found_where_sites_hide_them(markup: str, href: str, name: str) -> None:
    data = f"<html><body><p>一</p>{markup}<a href='/index.html' title='a.pdf'>首页</a></body></html>".encode()
    (found,) = _attachments(data, "http://a.gov.cn/x/t.html")
    assert (found.href, found.name) == (href, name)
    assert found.is_shown == markup.startswith(("<iframe", "<embed", "<object", "<script"))


def _attachments(source: bytes, url: str | None = None) -> tuple[Attachment, ...]:
    return find_attachments(LexborHTMLParser(source).root, url)


def test_attachments_resolve_against_the_base_and_are_listed_once() -> None:
    data = b'<html><head><base href="/base/"></head><body><a href="a.pdf">1</a><a href="a.pdf">2</a></body></html>'
    assert _attachments(data, "http://a.gov.cn/x/") == (Attachment("http://a.gov.cn/base/a.pdf", "1"),)


def test_attachments_keep_their_address_when_the_page_has_none() -> None:
    assert _attachments('<a href="./a.pdf">报告</a>'.encode()) == (Attachment("./a.pdf", "报告"),)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="&#47;f&#x2f;a&#46;pdf">报告</a>',  # character references hide it from a look at the source
        '<a href="/f/a&period;PDF">报告</a>',
        "<A HREF=/attachment/Down/1>报告</A>",
        '<a href="/OpennessAnnualReport/download/12">报告</a>',
    ],
)
def test_attachments_are_found_however_they_are_written(markup: str) -> None:
    assert [attachment.name for attachment in _attachments(markup.encode())] == ["报告"]


def test_scripts_and_menus_alone_do_not_lead_to_documents() -> None:
    source = b"<script>window.document.write(1)</script><a class=dropdown href=/download/index.html>x</a><i>.docs</i>"
    assert not _attachments(source)


def test_a_frameset_or_empty_page_says_why_nothing_is_read() -> None:
    assert "no body" in (extract(b"<html><frameset><frame src=a></frameset></html>").problem or "")


def test_gbk_pages_read_like_utf8_pages() -> None:
    markup = f"<html><head><meta charset=gb2312></head><body>{REPORT}</body></html>"
    assert (
        extract(markup.encode("gbk")).blocks == extract(markup.encode(), content_type="text/html;charset=utf-8").blocks
    )
