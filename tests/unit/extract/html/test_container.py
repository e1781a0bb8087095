"""The container is found from the tables upwards; it must be the one that the way down comes to."""

from random import Random

import pytest

from pipelines.extract.html.cells.tables import TableReader
from pipelines.extract.html.markup import parse
from pipelines.extract.html.page.container import _ascend, _descend, _signals
from pipelines.extract.html.page.page_layout import page_layout
from tests.unit.extract.builders import REPORT, STATUTORY_TABLE, grids, lines, page

TAGS = ("div", "div", "div", "section", "main", "center", "span", "font", "custom", "td", "ul")


def _soup(rng: Random, depth: int = 0) -> str:
    """Elements nested at random, some of them holding headings and statutory tables, some never closed."""
    if depth > 7 or rng.random() < 0.25:
        return rng.choice(
            ("文", "<p>一、总体情况</p>", "<p>六、其他需要报告的事项</p>", STATUTORY_TABLE, REPORT, "</div>")
        )
    inner = "".join(_soup(rng, depth + 1) for _ in range(rng.randint(1, 3)))
    return f"<{(tag := rng.choice(TAGS))}>{inner}" + (f"</{tag}>" if rng.random() < 0.9 else "")


@pytest.mark.parametrize("seed", range(300))
def test_the_way_up_ends_where_the_way_down_does(seed: int) -> None:
    body = parse(f"<body>{_soup(Random(seed))}{REPORT if seed % 2 else ''}</body>".encode()).body
    assert body is not None
    tables = TableReader(page_layout(), [], has_hidden=False)
    tables.replace_all(body)
    signals = _signals("\n" + body.text_lexbor(), page_layout())
    for signal in [signal for signal in signals if signal in tables.anchors][:1]:
        assert _ascend(tables.anchors[signal], signals).mem_id == _descend(body, signals).mem_id


def test_a_table_in_the_caption_of_a_frame_keeps_its_place() -> None:
    """The frame becomes text, and with it the place of the table's marker."""
    framed = f"<table><caption>{STATUTORY_TABLE}</caption><tr><td>注</td></tr></table>"
    document = page(f"<div class=nav>菜单</div><div id=zoom>{REPORT.replace(STATUTORY_TABLE, framed)}</div><p>页脚</p>")
    assert grids(document) == [[["信息内容", "本年制发件数"], ["规章", "0"]]]
    assert lines(document)[-1] == "无。"


def test_menus_before_the_report_go_with_what_they_hold() -> None:
    menu = "<div class=nav><ul class=menu><li class=nav-item>首页<li class=nav-item>公开</ul></div>"
    document = page(f"<div>{menu}<p>来源：某局</p><!-- 注 --></div>{menu}<div><div id=zoom>{REPORT}</div>{menu}</div>")
    assert lines(document)[:2] == ["来源：某局", "一、总体情况"]
