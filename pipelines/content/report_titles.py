"""Titles of annual disclosure reports: whether a text is one, whose report it names and of which year.

Two places print titles. A heading or a ``<title>`` stands over the report itself (:func:`parse_title`); a link stands in
a list, beside news and plans about reports (:func:`parse_link_title`). Both use one grammar: the same phrases name a
report, the same words rule one out, and the year and the agency are found in the same way.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from pipelines.content.agency_names import ORGAN, clean_agency, same_agency
from pipelines.content.report_words import report_words
from schemas.labels import simplified, squeeze
from schemas.sources import FIRST_REPORT_YEAR

_ZERO = "〇○◯零Oo0"
"""How a zero among Chinese numerals is typed: 二〇二三, 二O二三."""
YEAR = rf"(?:(?:19|20)\d{{2}}|[一二][{_ZERO}九][{_ZERO}一二三四五六七八九]{{2}})"
MAX_TITLE = 160
_MAX_LINK_TITLE = 120
_ACT = r"(?:政府|政务)?信息公开"
_REPORT = re.compile(
    # The usual order of the words: 政府信息公开工作2022年度报告, 政府信息公开开展情况的报告.
    r"(?:政府|政务|党务政务)?信息公开(?:工作)?(?:开展)?(?:情况)?(?:的)?(?:(?<!\d)20\d\d(?!\d))?年?度?(?:年度|年|的)?"
    r"(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:报告|年报|总结报告)"
    r"|政务公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
    # Other words in between: 政府信息公开和政务公开工作年度报告.
    rf"|{_ACT}.*(?:年度.*报告|年报|工作报告|{_ACT}报告)"
    # The first reports: 《政府信息公开条例》执行情况报告.
    rf"|{_ACT}条例》?(?:贯彻)?(?:执行|实施|落实)(?:情况)?(?:的)?(?:年度)?(?:工作)?报告"
    # The kind in front: 【年度报告】某县财政局2009年政府信息公开.
    rf"|^\W*(?:年度报告|年报)\W.*{YEAR}年度?{_ACT}(?:工作)?$"
)
_NEARLY = re.compile(rf"^(?=.*{YEAR})(?P<head>.*?{_ACT})(?P<tail>.{{4,7}})$")
_ENDINGS = ("工作年度报告", "年度报告", "工作报告", "年度工作报告", "工作年报")
"""The words behind 信息公开, for titles with a slip in them (工作告年度报)."""
_CUT_AFTER = "息公开工作情况的"
"""How 政府信息公开工作情况的年度报告 goes on behind 政府信: a list may cut it off after any of these characters."""
_TRUNCATED = re.compile(
    rf"20\d\d年?度?[^。]{{0,30}}(?:(?:政府|政务)信{''.join(f'(?:{c}' for c in _CUT_AFTER)}{')?' * len(_CUT_AFTER)}|信息公开)"
    r"(?:年?度?(?:工作?)?报?)(?:\.{2,}|…+)$"
    r"|^[^_]{2,20}_20\d\d年_(?:…|\.{2,}|.{0,4}信息公开)"  # 密云: 高岭镇_2017年_…
)
_CUT_AT_YEAR = re.compile(r"20\d\d(?:年(?:度)?)?(?:政府?|政务|信息?)?(?:\.{2,}|…+)$")
_OF_DISCLOSURE = re.compile(
    rf"^(?=.*{YEAR}).*(?:信息(?:主动|依申请)?|政务)公开"
    rf"|^[^年]{{0,20}}{YEAR}年?度?(?:工作)?(?:年度报告|年报|报告)\W?[^年]{{0,20}}$"
)
_NEWS = re.compile(
    r"(?:发布|公布|公开发布|晒出|出炉|亮相|召开|印发|完成|部署|启动|做好|编制|编写|报送|填报)(?:了)?.{0,12}20\d\d年|20\d\d年.*(?:发布了|出炉|亮相|正式公布|正式发布)"
)
_YEAR_IN_DIGITS = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_YEAR_IN_NUMERALS = re.compile(rf"([一二][{_ZERO}九][{_ZERO}一二三四五六七八九]{{2}})年")
_DIGITS = str.maketrans(f"{_ZERO}一二三四五六七八九", f"{'0' * len(_ZERO)}123456789")
_SHORT_RANGE = re.compile(r"(?<!\d)(20)\d\d[-—–~至到](\d\d)(?=年)")
"""Two years of which the second is cut: 2022-23年."""
_YEAR_OF_A_DATE = re.compile(r"(?<!\d)20\d\d(?:年\d{1,2}月(?:\d{1,2}日)?(?![\d日至到—~-])|[-./]\d{1,2}[-./]\d{1,2})")
_AGENCY_FIRST = re.compile(rf"^(?P<agency>.*?)(?:关于)?(?P<year>{YEAR})年?度?(?P<after>.*?)(?:{_ACT}|政务公开)")
_YEAR_BEHIND_ACT = re.compile(rf"^(?P<agency>.*?){_ACT}(?:工作)?(?P<year>{YEAR})年")
_ORGAN_BEHIND = re.compile(r"报告[(（](?P<agency>[^()（）]{3,30})[)）]$")
_WITHOUT_YEAR = re.compile(rf"^(?P<agency>.*?){_ACT}")
_HARMLESS = re.compile("办事处|指导办公室|规划|信息公开条例》?(?:贯彻)?(?:执行|实施|落实)")
"""What holds a word of a look-alike and is none: 办事处 is an office and has nothing to do with 办事."""
_NOT_OF_A_NAME = re.compile("关于|印发|审议|听取|通过|研究|部署|召开|做好|公布|发布|通报|的")

# What pages print around a heading.
_NOTE = re.compile(
    r"[(（【\[](?:图片版|文字版|超链版|全文|附图|正文|PDF版?|word版?|定稿|公开版|最终稿|修订版?|更正版?)[)）】\]]",
    re.IGNORECASE,
)
_LABEL = re.compile(
    # A label of metadata that print the title (称 is 名称 cut by the layout), or the head of a printed web page.
    r"[\W_]*(?:(?:(?:文件|信息)?名\s*称|标\s*题|题\s*名)\s*[:：|]?|称\s*[:：|]|Page\s*\d+\s*[-–]"
    r"|\d+[-/]\d+[-/]\d+[,，\s]*\d+:\d\d(?::\d\d)?\s*(?:[AP]M)?"
    r"|(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?(?!\s*[\d至到—~-]))\s*",
    re.IGNORECASE,
)
BREADCRUMB = re.compile(r"当前位置|所在位置|您?的?位置\s*[:：]|您现在的位置|首\s*页\s*[>＞»/›|-]|>>|＞|»|›")
_SITE_BEFORE = re.compile(
    # The name of the site, then the full name of an organ: 某市人民政府 某县教育局2023年…
    r"[^，。;；:：]{2,30}?(?:政府|政务网|政府网|门户网站|网站|平台)[\s·|｜:：_]+(?=[^\s]{2,12}?[省市县区旗州盟镇乡][^\s])"
)
_BEFORE_PROSE = re.compile(r"[^,，。;；:：]{4,60}?(?:年度报告|工作报告|年报)")
"""A title with the first paragraph in the same line."""
_BEHIND = re.compile(
    # What a page prints behind a title in the same line: the first heading, or the line of source and date.
    r"(?<=[告报])(?:[(（][^()（）]{1,12}[)）])?\s*(?:[一1]\s*[、.．]|[(（][一1][)）]|第一部分"
    r"|[\[【(（]?\s*(?:来\s*源|发布(?!情况)|发文|时\s*间|日\s*期|字\s*[体号]|浏览|作者|信息来源|索\s*引\s*号|编辑|点击|访问|文章来源|阅读)"
    r"|[\[【(（]?\s*(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2})"
)
_OPENS_A_PARAGRAPH = re.compile(
    "^(?:根据|依据|按照|依照|遵照|为了|现将|本报告|本年度报告)|现(?:将|公布|予公布|予以公布|编制)|特(?:公布|编制|向社会)|报告如下|公布如下"
)
_METADATA = re.compile("索引号|主题分类|发文字号")


@dataclass(frozen=True)
class ReportTitle:
    """The title of a report. ``agency`` and ``year`` are None when the title does not print them."""

    text: str
    agency: str | None
    year: int | None


@lru_cache(maxsize=16384)
def parse_title(text: str) -> ReportTitle | None:
    """Parse a heading; None when it is not the title of a report (a guide, a first paragraph, a line of metadata).

    >>> parse_title("标题：某县2020年政府信息公开工作年度报告 来源：某县")
    ReportTitle(text='某县2020年政府信息公开工作年度报告', agency='某县', year=2020)
    """
    text = re.sub(r"[\s|]+$", "", text[label.end() :]) if (label := _LABEL.match(text)) else text
    opening = simplified(squeeze(text))
    if _OPENS_A_PARAGRAPH.match(opening) or _METADATA.search(opening):
        return None
    if behind := _BEHIND.search(text):
        text = text[: behind.start()]
    text = text[site.end() :] if (site := _SITE_BEFORE.match(text)) else text
    title = _BEFORE_PROSE.match(text) if _is_prose(text) else None
    text = (title.group() if title else text).strip()
    printed = _NOTE.sub("", squeeze(text)).translate(str.maketrans("", "", "_《》"))
    if _is_prose(printed) or report_words().look_alikes.search(simplified(printed)):
        return None
    return _recognise(text, printed)


@lru_cache(maxsize=16384)
def parse_link_title(text: str, *, latest_year: int | None = None) -> ReportTitle | None:
    """Parse the title of a link, which may be cut off (``…年度报…``).

    None for what lists print besides reports: explanations (解读), status pages (公布情况), guides, plans, notices,
    news about a report, other annual reports (住房公积金); and for years before the first reports or after
    ``latest_year``.

    >>> parse_link_title("襄阳市农业农村局政府信息公开工作2022年度报告").year
    2022
    >>> parse_link_title("石狮市2023年政府信息公开工作年度报告公布情况") is None
    True
    """
    printed = squeeze(text)
    bare = simplified(printed)
    if len(bare) > _MAX_LINK_TITLE or _NEWS.search(bare):
        return None
    if _is_look_alike(bare):
        return None
    title = _recognise(text, printed)
    if title is None and (cut := _TRUNCATED.search(bare)):
        title = ReportTitle(text, None, _year_of(bare, cut))
    if title is None or title.year is None:
        return title
    in_range = title.year >= FIRST_REPORT_YEAR and (latest_year is None or title.year <= latest_year)
    return title if in_range else None


def is_cut_at_year(text: str) -> bool:
    """Whether a list has cut off the title of a link so early (某县人民政府办公室2023年政…) that it may be a report's, or not."""
    bare = simplified(squeeze(text))
    return bool(_CUT_AT_YEAR.search(bare)) and not (_NEWS.search(bare) or _is_look_alike(bare))


def may_name_a_report(text: str) -> bool:
    """Whether a title speaks of disclosure and a year in words of its own (2009年信息公开情况汇报), and of nothing known else."""
    bare = simplified(squeeze(text))
    if not 0 < len(bare) <= _MAX_LINK_TITLE or not _OF_DISCLOSURE.search(bare):
        return False
    return not (_NEWS.search(bare) or _is_look_alike(bare))


def names_a_report(text: str) -> bool:
    """Whether a name of a link or a file is the title of a report."""
    return parse_link_title(text) is not None


def _is_look_alike(bare: str) -> bool:
    """Whether words of a link's title say that it is of something else. In the name of the organ they say nothing:
    卫生和计划生育局, 住房公积金管理中心."""
    words = report_words()
    plain = _HARMLESS.sub("", bare)
    if not words.link_look_alikes.search(plain):
        return False
    agency = _agency_of(bare, bare)
    if not agency or not ORGAN.search(agency) or _NOT_OF_A_NAME.search(agency) or words.look_alikes.search(plain):
        return True
    return words.link_look_alikes.search(_HARMLESS.sub("", bare.replace(agency, "", 1))) is not None


def _recognise(text: str, printed: str) -> ReportTitle | None:
    """The title that ``printed``, a text without spaces, holds; None when no phrase of it names a report."""
    bare = simplified(printed)
    phrase = _REPORT.search(bare) or _slip(bare)
    if phrase is None:
        return None
    agency = _agency_of(bare, printed)
    if agency and "（" in text:
        agency = agency.replace("(", "（").replace(")", "）")  # as printed
    return ReportTitle(text, agency, _year_of(bare, phrase))


def _slip(bare: str) -> re.Match[str] | None:
    """A phrase that names a report but for one slip: two characters swapped, one missing or wrong."""
    found = _NEARLY.match(bare)
    if found is None:
        return None
    tail = found["tail"]
    is_near = any(Counter(tail) == Counter(ending) or Levenshtein.distance(tail, ending) == 1 for ending in _ENDINGS)
    return found if is_near else None


def _year_of(bare: str, phrase: re.Match[str]) -> int | None:
    """The report year. Of several years the last one inside or before the phrase counts: behind it stand dates."""
    of_dates = {found.start() for found in _YEAR_OF_A_DATE.finditer(bare)}
    years = [
        (found.start(), int(found[0])) for found in _YEAR_IN_DIGITS.finditer(bare) if found.start() not in of_dates
    ]
    years += [(found.start(2), int(found[1] + found[2])) for found in _SHORT_RANGE.finditer(bare)]
    if not years:
        written = _YEAR_IN_NUMERALS.search(bare)
        return int(written[1].translate(_DIGITS)) if written else None
    before = [year for at, year in sorted(years) if at < phrase.end()]
    return before[-1] if before else years[0][1]


def _agency_of(bare: str, printed: str) -> str | None:
    """The agency as printed. ``bare`` is the same text in simplified characters, one for one."""
    if found := _YEAR_BEHIND_ACT.match(bare):
        group = "agency"
    elif found := _AGENCY_FIRST.match(bare):
        group = "agency" if found["agency"] else "after"
    elif found := _WITHOUT_YEAR.match(bare):
        group = "agency"
    agency = clean_agency(printed[slice(*found.span(group))]) if found else None
    if agency is None and (noted := _ORGAN_BEHIND.search(bare)) and ORGAN.search(noted["agency"]):
        return clean_agency(printed[slice(*noted.span("agency"))])  # 2023年政府信息公开工作年度报告（某县教育局）
    return agency


def _is_prose(text: str) -> bool:
    if "。" in text or len(text) > MAX_TITLE or BREADCRUMB.search(text):
        return True
    return len(text) > 60 and bool(re.search("[，,；;]", text))


def agree(one: ReportTitle, other: ReportTitle) -> bool:
    """Whether two titles may name one report: nothing that both of them print differs."""
    years = one.year is None or other.year is None or one.year == other.year
    return years and (one.agency is None or other.agency is None or same_agency(one.agency, other.agency))
