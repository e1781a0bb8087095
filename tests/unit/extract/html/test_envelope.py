"""JSON answers that carry the article in a field."""

import json
import re

import pytest

from pipelines.extract.extract import extract
from tests.unit.extract.builders import REPORT, grids, lines


def answer(content: str, **fields: str) -> bytes:
    data = {
        "title": "某县2024年政府信息公开工作年度报告",
        "publishedTime": "2025-01-20 12:00:32",
        "content": content,
        **fields,
    }
    return json.dumps({"status": True, "data": data}, ensure_ascii=False).encode()


@pytest.mark.parametrize("content", [REPORT, REPORT.replace("<", "&lt;").replace(">", "&gt;")])
def test_the_html_field_is_the_page(content: str) -> None:
    document = extract(answer(content), content_type="application/json")
    assert grids(document) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]
    assert document.title == "某县2024年政府信息公开工作年度报告"
    assert document.meta["pubdate"] == "2025-01-20 12:00:32"


def test_half_tags_do_not_break_it() -> None:
    document = extract(answer("</font>2024年</font></span>5</span>月" + REPORT))
    assert lines(document)[-1] == "无。"


def test_an_answer_without_an_article_has_a_problem() -> None:
    assert "without an article" in (extract(b'{"status": false, "msg": "x"}').problem or "")


def test_what_only_looks_like_json_is_text() -> None:
    assert lines(extract("{规章 0 0 0}".encode())) == ["{规章 0 0 0}"]


def test_deep_json_is_refused_quietly() -> None:
    assert extract(b'{"a":' * 100_000 + b"1" + b"}" * 100_000).blocks is not None


OTHER = REPORT.replace("0", "7") + "<p>更长的正文。</p>"


def envelope(data: object) -> bytes:
    return json.dumps({"code": 200, "data": data}, ensure_ascii=False).encode()


def page_of_data(*data: object) -> bytes:
    scripts = "".join(f"<script>window.__STATE_{n}__={json.dumps(one)};</script>" for n, one in enumerate(data))
    return f"<html><body><div id=app></div>{scripts}</body></html>".encode()


TWO_REPORTS = {
    "a list of articles": [{"title": "2023年", "content": REPORT}, {"title": "2022年", "content": OTHER}],
    "one beside the article": {"content": REPORT, "related": [{"content": OTHER}]},
    "the next article": {"article": {"content": REPORT}, "next": {"content": OTHER}},
    "a draft": {"content": REPORT, "draft": OTHER},
    "escaped and not": {"content": REPORT, "other": OTHER.replace("<", "&lt;")},
}


@pytest.mark.parametrize("data", TWO_REPORTS.values(), ids=TWO_REPORTS)
def test_of_two_reports_in_the_data_neither_is_read(data: object) -> None:
    answered, in_page = extract(envelope(data)), extract(page_of_data(data))
    assert "several reports" in (answered.problem or "")
    assert "several reports" in (in_page.problem or "")
    assert grids(answered) == grids(in_page) == [] == list(in_page.hidden)


def test_reports_in_two_scripts_of_a_page_are_two() -> None:
    assert "several reports" in (extract(page_of_data({"content": REPORT}, {"content": OTHER})).problem or "")
    assert extract(page_of_data({"content": REPORT}, {"content": REPORT})).problem is None


LONG = REPORT + f"<p>{'正文' * 150}</p>"
SAME_REPORT = {
    "as text": {"content": LONG, "contentText": re.sub("<[^>]*>", "", LONG)},
    "twice": {"content": REPORT, "preview": REPORT},
    "beside a longer footer": {"content": REPORT, "footer": f"<p>{'版权所有' * 400}</p>"},
}


@pytest.mark.parametrize("data", SAME_REPORT.values(), ids=SAME_REPORT)
def test_what_says_the_same_or_is_no_report_does_no_harm(data: object) -> None:
    assert grids(extract(envelope(data))) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]


NOT_OF_THE_ARTICLE = {
    "the article before": {"prev": {"title": "他", "pubDate": "2020-01-01"}, "article": {"content": REPORT}},
    "an object in the article": {"content": REPORT, "next": {"title": "他", "pubDate": "2020-01-01"}},
    "what stands around a list": {"title": "他", "pubDate": "2020-01-01", "list": [{"content": REPORT}]},
}


@pytest.mark.parametrize("data", NOT_OF_THE_ARTICLE.values(), ids=NOT_OF_THE_ARTICLE)
def test_title_and_date_of_other_things_are_not_the_articles(data: object) -> None:
    document = extract(envelope(data))
    assert (document.meta.get("pubdate"), document.meta.get("articletitle")) == (None, None)


def test_title_and_date_around_the_article_are_its_own_where_it_has_none() -> None:
    data = {"title": "外", "pubDate": "2024-01-02", "detail": {"title": "内", "content": REPORT}}
    document = extract(envelope(data))
    assert (document.meta["articletitle"], document.meta["pubdate"]) == ("内", "2024-01-02")


MINE, OTHERS = "某县教育局2023年政府信息公开工作年度报告", "某县财政局2022年政府信息公开工作年度报告"
RELATED = [{"title": OTHERS, "content": REPORT}]


@pytest.mark.parametrize("own", ["<p>见附件</p>", "<p><img src=1.png></p>", f"<p>{'本年度主动公开信息。' * 40}</p>"])
@pytest.mark.parametrize("data", ["article", "detail"])
def test_a_related_report_does_not_stand_for_an_article_without_tables(own: str, data: str) -> None:
    held = {data: {"title": MINE, "content": own}, "related": RELATED}
    answer, page = extract(envelope(held)), extract(page_of_data(held))
    assert "several reports" in (answer.problem or "")
    assert grids(answer) == [] == list(page.hidden)


def test_a_page_under_another_title_does_not_show_the_report_in_its_data() -> None:
    page = page_of_data({"related": RELATED}).replace(b"<body>", f"<title>{MINE}</title><body>".encode())
    assert "several reports" in (extract(page).problem or "")
    own = page_of_data({"a": {"title": MINE, "content": REPORT}}).replace(
        b"<body>", f"<title>{MINE}</title><body>".encode()
    )
    assert extract(own).problem is None


def test_summaries_in_a_list_beside_the_article_do_no_harm() -> None:
    data = {"title": MINE, "content": REPORT, "related": [{"title": OTHERS, "summary": "<p>摘要</p>"}]}
    assert grids(extract(envelope(data))) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]
