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
WORDS = yaml.safe_load(report_words._FILE.read_text(encoding="utf-8"))["look_alikes"]


@pytest.mark.parametrize("pattern", TITLES)
def test_a_title_is_one_to_both(pattern: str) -> None:
    title = pattern.format(agency=AGENCY, year=2023)
    link, printed = parse_link_title(title, latest_year=2026), parse_title(title)
    assert link is not None
    assert printed is not None
    assert link.year == printed.year == 2023


@pytest.mark.parametrize("word", WORDS)
def test_a_look_alike_is_none_to_both(word: str) -> None:
    title = f"{AGENCY}2023年政府信息公开工作年度报告{word.partition('(')[0]}"
    assert parse_link_title(title, latest_year=2026) is None
    assert parse_title(title) is None
