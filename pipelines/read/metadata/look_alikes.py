"""What looks like an annual report and is none: reading guides, comparisons, empty forms, school-year reports."""

import re
from collections.abc import Sequence, Set

from pipelines.read.tables.values.cells import TableReading
from pipelines.read.tables.values.numbers import kind
from schemas.labels import simplified, squeeze

_MAX_TITLE = 80
_ABOUT_REPORTS = re.compile("年度?报告?|年报|信息公开")
_SCHOOL_YEAR = re.compile(r"学年.{0,8}(?:信息公开|年度?报告?|年报)")
_KINDS = (
    (re.compile("编制说明|起草说明|填报说明|编写说明"), "notes on how annual reports are prepared (编制说明)"),
    (re.compile("读懂|图解|图说|一图|图文解读|解读"), "a reading guide to an annual report (解读, 一图读懂)"),
    (re.compile("对比|比对|比较分析"), "a comparison of annual reports"),
    (re.compile("[上下]半年|[一二三四1-4]季度"), "figures of a part of a year (半年, 季度)"),
    (re.compile("通知$|[公发]布情况"), "a notice about annual reports"),
)
_PLACEHOLDER = re.compile("[xX×＊*_]{2,}")
_FORM = re.compile("模板|样表|样式|范本|格式|参考文本")
SCHOOL_YEAR = "the report of a university on a school year (学年): it follows another rule and prints other figures"
EMPTY_FORM = "an empty form: no cell is filled in, and no agency and year are named"


def look_alike(
    titles: Sequence[str],
    beside: Sequence[str],
    tables: Sequence[TableReading],
    *,
    has_title: bool,
    agency: str | None,
    year: int | None,
) -> str | None:
    """What the document is, in plain English, if it is no statutory annual report.

    Args:
        titles: What stands over the text: lines of the head.
        beside: What stands beside it: meta tag, ``<title>``, the link that led here.
        tables: The statutory tables that were read.
        has_title: Whether the document prints the title of a report: then its other lines are a site's menu.
        agency: The agency found.
        year: The report year found.
    """
    if has_title and any(cell.raw_text.isdecimal() for table in tables for cell in table.cells):
        return None  # as nearly always
    over, others = (_short(texts) for texts in (titles, beside))
    texts = [*over, *others]
    if not has_title and any(_SCHOOL_YEAR.search(text) for text in texts):
        return SCHOOL_YEAR
    about_reports = [text for text in texts if _ABOUT_REPORTS.search(text)]
    printed = {kind(cell.raw_text) for table in tables for cell in table.cells}
    if tables and _is_empty_form(about_reports, printed, is_named=agency is not None or year is not None):
        return EMPTY_FORM
    if has_title:
        return None
    if printed - {
        "blank"
    }:  # a line of the head may be one of a menu: only that which is the title of the page says what it is
        repeated = [text for text in over if any(text in other for other in others)]
        about_reports = [text for text in (repeated if others else over) if _ABOUT_REPORTS.search(text)]
    return next((name for pattern, name in _KINDS if any(map(pattern.search, about_reports))), None)


def _short(titles: Sequence[str]) -> list[str]:
    return [text for title in titles if 0 < len(text := simplified(squeeze(title))) <= _MAX_TITLE]


def _is_empty_form(about_reports: Sequence[str], printed: Set[str], *, is_named: bool) -> bool:
    """Whether tables with cells of the kinds ``printed`` are a form to be filled in: agency and year stand as XX, or nowhere."""
    if not printed & {"number", "mark"} and any(map(_PLACEHOLDER.search, about_reports)):
        return True
    return not printed - {"blank"} and (not is_named or any(map(_FORM.search, about_reports)))
