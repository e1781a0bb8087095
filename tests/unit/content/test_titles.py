"""The crawl and the reader take the same words for the title of a report, and refuse the same look-alikes."""

import pytest
import yaml

from pipelines.content import report_words
from pipelines.content.report_titles import parse_link_title, parse_title

AGENCY = "示例县教育局"
TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作报告",
    "{agency}{year}年政府信息公开年度报告",
    "{year}年度{agency}信息公开年度报告",
    "{agency}政府信息公开工作{year}年度报告",
    "{agency}{year}年信息公开工作年度报告",
    "{agency}{year}年政府信息公开年度工作报告",
    "{agency}{year}年政府信息公开年报",
    "{agency}关于{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政务公开工作情况的报告",
    "{agency}{year}年政府信息公开工作年度报告（文字版）",
)
ODD = {
    "a slip of the pen": "昌图县七家子镇2023年政府信息公开 工作告年度报",
    "traditional characters": "某某縣甲乙鎮2023年政府信息公開工作年度報告",
    "a year in numerals": "某某县甲乙镇二〇二三年政府信息公开工作年度报告",
    "other words in between": "某某县2023年政府信息公开和政务公开工作年度报告",
    "two years": "2024年某某县政府信息公开工作2023年度报告",
    "the act in front": "2023年《政府信息公开条例》执行情况年度报告",
    "the kind in front": "【年度报告】某县财政局2023年政府信息公开",
    "a look-alike in the organ's name": "某县卫生和计划生育局2023年政府信息公开工作年度报告",
    "another one": "某市住房公积金管理中心2023年政府信息公开工作年度报告",
    "a report on": "教育局关于2023年度政府信息公开的报告",
}
WORDS = yaml.safe_load(report_words._FILE.read_text(encoding="utf-8"))["look_alikes"]


@pytest.mark.parametrize("pattern", TITLES)
def test_a_title_is_one_to_both(pattern: str) -> None:
    title = pattern.format(agency=AGENCY, year=2023)
    link, printed = parse_link_title(title, latest_year=2026), parse_title(title)
    assert link is not None
    assert printed is not None
    assert link.year == printed.year == 2023


@pytest.mark.parametrize("title", ODD.values(), ids=ODD)
def test_an_odd_title_is_one_to_both(title: str) -> None:
    link, printed = parse_link_title(title, latest_year=2026), parse_title(title)
    assert link is not None
    assert printed is not None
    assert link.year == printed.year == 2023
    assert link.agency == printed.agency


@pytest.mark.parametrize("word", WORDS)
def test_a_look_alike_is_none_to_both(word: str) -> None:
    title = f"{AGENCY}2023年政府信息公开工作年度报告{word.partition('(')[0]}"
    assert parse_link_title(title, latest_year=2026) is None
    assert parse_title(title) is None
