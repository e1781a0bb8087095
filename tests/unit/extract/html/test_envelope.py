"""JSON answers that carry the article in a field."""

import json

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
