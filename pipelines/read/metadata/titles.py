"""Titles of annual reports, taken apart: whose report, of which year. And titles of what only looks like one."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from pipelines.content.report_words import report_words
from pipelines.read.metadata.dates import year_in
from schemas.labels import simplified, squeeze
from schemas.organs import bare_name, is_platform

_ACT = r"(?:政府|政务)?信息公开"
_IS_TITLE = re.compile(
    rf"{_ACT}.*(?:年度.*报告|年报|工作报告|{_ACT}报告)|{_ACT}(?:工作)?报告|政务公开工作(?:情况的|年度)?报告"
)
_NOTE = re.compile(
    r"[(（【\[](?:图片版|文字版|超链版|全文|附图|正文|PDF版?|word版?|定稿|公开版|最终稿|修订版?|更正版?)[)）】\]]",
    re.IGNORECASE,
)
YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○零九][〇○零一二三四五六七八九]{2})"
_BEFORE = re.compile(rf"^(?P<agency>.*?)(?:关于)?(?P<year>{YEAR})年?度?(?P<after>.*?)(?:{_ACT}|政务公开)")
_LATE_YEAR = re.compile(rf"^(?P<agency>.*?){_ACT}(?:工作)?(?P<year>{YEAR})年")
_NO_YEAR = re.compile(rf"^(?P<agency>.*?){_ACT}")
ORGAN = re.compile(
    r"(?:人民政府|政府|办公室|办公厅|委员会|管委会|办事处|[局委办厅署部院会处队所站校社团省市区县旗州盟镇乡]|街道|苏木|海关|中心|大学|学院|公司"
    r"|银行|法院|检察院)$"
)
_FIRST_PERSON = re.compile("^(?:我|本[省市州县区旗镇乡局委办街机单部院厅])")
_LABEL = (
    re.compile(  # of metadata that print the title (称 is 名称 cut by the layout), or the head of a printed web page
        r"[\W_]*(?:(?:(?:文件|信息)?名\s*称|标\s*题|题\s*名)\s*[:：|]?|称\s*[:：|]|Page\s*\d+\s*[-–]"
        r"|\d+[-/]\d+[-/]\d+[,，\s]*\d+:\d\d(?::\d\d)?\s*(?:[AP]M)?)\s*",
        re.IGNORECASE,
    )
)
MAX_TITLE = 160
BREADCRUMB = re.compile(r"当前位置|所在位置|您?的?位置\s*[:：]|您现在的位置|首\s*页\s*[>＞»/›|-]|>>|＞|»|›")
_GLUED = re.compile(r"[^,，。;；:：]{4,60}?(?:年度报告|工作报告|年报)")  # a title with the first paragraph behind it
# What a page glues to a title: the first heading, the line of the source and the date.
_BEHIND = re.compile(
    r"(?<=[告报])(?:[(（][^()（）]{1,12}[)）])?\s*(?:[一1]\s*[、.．]|[(（][一1][)）]|第一部分"
    r"|[\[【(（]?\s*(?:来\s*源|发布(?!情况)|发文|时\s*间|日\s*期|字\s*[体号]|浏览|作者|信息来源|索\s*引\s*号|编辑|点击|访问|文章来源|阅读)"
    r"|[\[【(（]?\s*(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2})"
)
_OPENS_A_PARAGRAPH = re.compile(
    "^(?:根据|依据|按照|依照|遵照|为了|现将|本报告|本年度报告)|现(?:将|公布|予公布|予以公布|编制)|特(?:公布|编制|向社会)|报告如下|公布如下"
)
_METADATA = re.compile("索引号|主题分类|发文字号")
_PLACEHOLDER = re.compile(r"[xX×＊*_…]{2,}|[○〇O]{2,}")
# The words behind 信息公开, for titles with a slip of the pen in them (工作告年度报).
_ENDINGS = ("工作年度报告", "年度报告", "工作报告", "年度工作报告", "工作年报")
_NEARLY = re.compile(rf"^(?=.*{YEAR})(?P<head>.*?{_ACT})(?P<tail>.{{4,7}})$")


@dataclass(frozen=True)
class Title:
    """A title taken apart. ``agency`` and ``year`` are None when the title does not print them."""

    text: str
    agency: str | None
    year: int | None


@lru_cache(maxsize=16384)
def parse_title(text: str) -> Title | None:
    """Take a report title apart; None when the text is not the title of a report (解读 and the like are not)."""
    text = re.sub(r"[\s|]+$", "", text[label.end() :]) if (label := _LABEL.match(text)) else text
    opening = simplified(squeeze(text))
    if _OPENS_A_PARAGRAPH.match(opening) or _METADATA.search(opening):
        return None
    if behind := _BEHIND.search(text):
        text = text[: behind.start()]
    glued = _GLUED.match(text) if _is_prose(text) else None
    text = (glued.group() if glued else text).strip()
    printed = _NOTE.sub("", squeeze(text)).translate(str.maketrans("", "", "_《》"))
    bare = simplified(printed)
    if (
        report_words().look_alikes.search(bare)
        or _is_prose(bare)
        or not (_IS_TITLE.search(bare) or _is_nearly_a_title(bare))
    ):
        return None
    return Title(text, _agency_of(bare, printed), year_in(bare))


def same_agency(one: str, other: str) -> bool:
    """Whether two names may be of one organ: 教育局 and 示例县教育局, 螅镇 and 螅镇人民政府, 大峃鎮 and 大峃镇."""
    first, second = (bare_name(name).removesuffix("政府").removesuffix("人民") for name in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return shorter in longer or (len(shorter) >= 3 and len(shorter) == len(longer) and _spelled_alike(shorter, longer))


def _spelled_alike(one: str, other: str) -> bool:
    """One character apart, and not in the word that tells organs apart: 甲乙镇 and 甲已镇, not 市场局 and 农场局."""
    differing = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return len(differing) <= 1 and one[-1] in "镇乡" and one[:1] == other[:1]


def agree(one: Title, other: Title) -> bool:
    """Whether two titles may be of one report: nothing that both of them print differs."""
    years = one.year is None or other.year is None or one.year == other.year
    return years and (one.agency is None or other.agency is None or same_agency(one.agency, other.agency))


def _agency_of(bare: str, printed: str) -> str | None:
    """The agency, in the characters in which it is printed (``bare`` is the same text simplified, one for one)."""
    late, before = _LATE_YEAR.match(bare), _BEFORE.match(bare)
    found, name = (late, "agency") if late else (before, "agency") if before else (_NO_YEAR.match(bare), "agency")
    if found is before and before is not None and not before["agency"]:
        name = "after"
    return clean_agency(printed[slice(*found.span(name))]) if found else None


def _is_nearly_a_title(bare: str) -> bool:
    found = _NEARLY.match(bare)
    return found is not None and any(
        Counter(found["tail"]) == Counter(ending) or Levenshtein.distance(found["tail"], ending) == 1
        for ending in _ENDINGS
    )


def _is_prose(text: str) -> bool:
    if "。" in text or len(text) > MAX_TITLE or BREADCRUMB.search(text):
        return True
    return len(text) > 60 and bool(re.search("[，,；;]", text))


def clean_agency(text: str) -> str | None:
    """The name of an organ out of a piece of a title or a lead; None where the piece names none."""
    text = re.split(r"[<>\"'=]", text)[-1]  # a title may carry markup; an agency does not
    agency = re.sub(r"^(?:关于|附件\d*|[\W_])+|(?:关于|的|[^\w)）])+$", "", text)
    if agency.endswith("人民"):
        agency += "政府"  # 人民政府信息公开: the two words share 政府
    plain = simplified(agency)
    if _FIRST_PERSON.match(plain) or _PLACEHOLDER.search(plain) or is_platform(plain) or plain == "中华人民共和国":
        return None
    return agency if len(agency) >= 2 and not re.fullmatch(r"[\d年月日.\-]+", agency) else None
