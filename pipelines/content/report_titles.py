"""Which link titles are annual disclosure reports, and which only look like one."""

import re
import unicodedata
from typing import NamedTuple

from pipelines.content.report_words import report_words
from schemas.sources import FIRST_REPORT_YEAR

_YEAR = r"(?<!\d)(?P<year>20\d\d)(?!\d)"
_DISCLOSURE = r"(?:政府|政务|党务政务)?信息\s*公开"
_REPORT = re.compile(
    rf"{_DISCLOSURE}(?:工作)?(?:开展)?(?:情况)?(?:的)?(?:{_YEAR})?年?度?(?:年度|年|的)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:报告|年报|总结报告)"
    rf"|政务公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_TRUNCATED = re.compile(
    r"20\d\d\s*年?度?[^。]{0,30}(?:政府|政务)信息(?:公开?)?(?:工作)?(?:年度?)?(?:报)?\s*(?:\.{2,}|…+)$"
    r"|^[^_]{2,20}_20\d\d年_(?:…|\.{2,}|.{0,4}信息公开)"  # 密云: 高岭镇_2017年_…
)
_YEAR_ALONE = re.compile(_YEAR)
_NEWS = re.compile(
    r"(?:发布|公布|公开发布|晒出|出炉|亮相|召开|印发|完成|部署|启动|做好)(?:了)?.{0,12}20\d\d\s*年|20\d\d\s*年.*(?:发布了|出炉|亮相|正式公布|正式发布)"
)
_SUB_COLUMN = re.compile(
    rf"^\W*(?:{_YEAR}\s*年?度?(?:政府信息公开)?(?:工作)?(?:年度报告|年报|报告)?"
    r"|.{0,12}(?:部门|单位|乡镇|镇街|街道|乡（镇）|县区|区县|县（市、区）|县市区|各区|各县|市直|区直|县直|本级|政府|垂直)[^年]{0,12}"
    r"(?:年度报告|年报|工作报告)?|政府信息公开(?:工作)?(?:年度报告|年报))\W*$"
)


class ReportTitle(NamedTuple):
    """A title that names a report. ``year`` is the report year, None when the title does not say it."""

    year: int | None


def normalize(title: str) -> str:
    """Full-width forms to half-width, all whitespace out: ``２０２０ 年`` and ``2020年`` are one."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))


def read_title(title: str, *, latest_year: int) -> ReportTitle | None:
    """Decide whether ``title`` names an annual report, and of which year.

    Refused: explanations (解读), status pages (公布情况), guides, work summaries, plans, notices, news about a report,
    other annual reports (住房公积金), and years before 2008 or after ``latest_year``.

    >>> read_title("襄阳市农业农村局政府信息公开工作2022年度报告", latest_year=2026)
    ReportTitle(year=2022)
    >>> read_title("石狮市2023年政府信息公开工作年度报告公布情况", latest_year=2026) is None
    True
    """
    text = normalize(title)
    match = _REPORT.search(text) or _TRUNCATED.search(text)
    if match is None or len(text) > 120:
        return None
    rest = text[: match.start()] + "|" + text[match.end() :]
    if report_words().link_look_alikes.search(_without_agency_words(rest)) or _NEWS.search(text):
        return None
    years = [int(found["year"]) for found in _YEAR_ALONE.finditer(text)]
    if not years:
        return ReportTitle(None)
    year = years[-1] if len(years) == 1 else _nearest(years, text, match)
    return ReportTitle(year) if FIRST_REPORT_YEAR <= year <= latest_year else None


def is_sub_column(text: str) -> bool:
    """Whether a link's text names a part of an annual-report column: a year, 市直部门, 乡镇街道, …"""
    text = normalize(text)
    return 0 < len(text) <= 30 and bool(_SUB_COLUMN.match(text)) and not report_words().link_look_alikes.search(text)


def _without_agency_words(text: str) -> str:
    """Words of agency names that would read as a look-alike: a 办事处 is an office, a 会议中心 a place."""
    return re.sub(r"街道办事处|办事处|会议中心|指导办公室|培训中心|评估中心|考核办|规划", "", text)


def _nearest(years: list[int], text: str, match: re.Match[str]) -> int:
    """Two years in a title: the one inside or right before the report phrase counts."""
    before = [int(found["year"]) for found in _YEAR_ALONE.finditer(text[: match.end()])]
    return before[-1] if before else years[0]
