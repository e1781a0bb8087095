"""Whose report it is: title, agency, level, scope. Conflicts are returned for a finding, never settled by a guess."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.read.metadata.dates import year_in
from schemas.labels import squeeze
from schemas.vocabulary import Level, Scope

_ACT = r"(?:政府|政务)?信息公开"
_IS_TITLE = re.compile(
    rf"{_ACT}.*(?:年度.*报告|年报|工作报告|{_ACT}报告)|{_ACT}(?:工作)?报告|政务公开工作(?:情况的|年度)?报告"
)
_LOOK_ALIKE = re.compile("解读|公布情况|指南|工作总结|工作要点|目录|通知|转载")
_NOTE = re.compile(r"[(（【\[](?:图片版|文字版|超链版|全文|附图|PDF版?|word版?)[)）】\]]", re.IGNORECASE)
_YEAR = r"(?:(?:19|20)\d{2}|[一二][〇○零九][〇○零一二三四五六七八九]{2})"
_BEFORE = re.compile(rf"^(?P<agency>.*?)(?:关于)?(?P<year>{_YEAR})年?度?(?P<after>.*?)(?:{_ACT}|政务公开)")
_LATE_YEAR = re.compile(rf"^(?P<agency>.*?){_ACT}(?:工作)?(?P<year>{_YEAR})年")
_NO_YEAR = re.compile(rf"^(?P<agency>.*?){_ACT}")
_ORGAN = re.compile(
    r"(?:人民政府|政府|办公室|办公厅|委员会|管委会|办事处|[局委办厅署部院会处队所站校社团省市区县旗镇乡]|街道|中心|大学|学院|公司|银行|法院|检察院)$"
)
_FIRST_PERSON = re.compile("^(?:我|本[省市州县区旗镇乡局委办街机单部院厅])")
_LABEL = (
    re.compile(  # of metadata that print the title (称 is 名称 cut by the layout), or the head of a printed web page
        r"[\W_]*(?:(?:(?:文件|信息)?名\s*称|标\s*题|题\s*名)\s*[:：|]?|称\s*[:：|]|Page\s*\d+\s*[-–]"
        r"|\d+[-/]\d+[-/]\d+[,，\s]*\d+:\d\d(?::\d\d)?\s*(?:[AP]M)?)\s*",
        re.IGNORECASE,
    )
)
_SOURCES = ("contentsource", "source", "author", "sitename")
_SOURCE_LABEL = re.compile(
    r"(?:来源|信息来源|发布机构|发布单位|发文机关|发文单位|责任部门|公开主体)(?:\s*[:：]\s*|\s{2,})([^\s:：|]{2,40})"
)
MAX_TITLE = 160
MAX_PART = 40  # characters of one line of a title on several
_BREADCRUMB = re.compile(r"当前位置|您的位置|首页|>>|＞")
_GLUED = re.compile(r"[^,，。;；:：]{4,60}?(?:年度报告|工作报告|年报)")  # a title with the first paragraph behind it
_META_LINE = re.compile(r"\s*(?:来源|信息来源|发布时间|发布日期|日期|时间|字体|浏览)\s*[:：]")
_NOT_AGENCY = re.compile("本网|本站|政府办$|党建|未知|网站|记者|admin|^无$", re.IGNORECASE)
_OPENS_A_PARAGRAPH = re.compile("^(?:根据|依据|按照|依照|遵照|为了|现将|本报告|本年度报告)")
_METADATA = re.compile("索引号|主题分类|发文字号")
# 现公布X县人民政府2025年政府信息公开工作年度报告: the lead of a report says whose it is where no title does
# (https://www.lnjp.gov.cn/html/JPXZF/202602/0177068507628231.html).
_IN_LEAD = re.compile(
    r"(?:公布|发布|公开|编制|形成|制定)[了成]?[《“\"]?"
    rf"([^,。;:、《》“”\"()]{{2,30}}?{_YEAR}年度?{_ACT}(?:工作)?(?:年度)?(?:工作)?(?:报告|年报))"
)
_PREPARED_BY = re.compile(r"由([^,，。由]{2,30}?)(?:根据|按照|依据|编制|综合|汇总)")


@dataclass(frozen=True)
class Title:
    """A title taken apart. ``agency`` and ``year`` are None when the title does not print them."""

    text: str
    agency: str | None
    year: int | None


def parse_title(text: str) -> Title | None:
    """Take a report title apart; None when the text is not the title of a report (解读 and the like are not)."""
    text = re.sub(r"[\s|]+$", "", text[label.end() :]) if (label := _LABEL.match(text)) else text
    opening = squeeze(text)
    if _OPENS_A_PARAGRAPH.match(opening) or _METADATA.search(opening):
        return None
    glued = _GLUED.match(text) if _is_prose(text) else None
    text = glued.group() if glued else text
    bare = _NOTE.sub("", squeeze(text)).replace("_", "").replace("《", "").replace("》", "")
    if not _IS_TITLE.search(bare) or _LOOK_ALIKE.search(bare) or _is_prose(bare):
        return None
    late, before = _LATE_YEAR.match(bare), _BEFORE.match(bare)
    agency = ""
    if late:
        agency = late.group("agency")
    elif before:
        agency = before.group("agency") or before.group("after")
    elif found := _NO_YEAR.match(bare):
        agency = found.group("agency")
    return Title(text.strip(), _clean_agency(agency), year_in(bare))


def _is_prose(text: str) -> bool:
    if "。" in text or len(text) > MAX_TITLE or _BREADCRUMB.search(text):
        return True
    return len(text) > 60 and bool(re.search("[，,；;]", text))


def _clean_agency(text: str) -> str | None:
    text = re.split(r"[<>\"'=]", text)[-1]  # a title may carry markup; an agency does not
    agency = re.sub(r"^(?:关于|附件\d*|[\W_])+|(?:关于|的|[^\w)）])+$", "", text)
    if agency.endswith("人民"):
        agency += "政府"  # 人民政府信息公开: the two words share 政府
    if _FIRST_PERSON.match(agency):
        return None
    return agency if len(agency) >= 2 and not re.fullmatch(r"[\d年月日.\-]+", agency) else None


def find_title(
    lines: Sequence[str], meta: Mapping[str, str], page_title: str | None, link_title: str | None
) -> tuple[Title | None, int]:
    """The best title and the index of the line that prints it (-1: not in the text).

    A printed heading counts most, with the line above it when that holds the agency (two-line titles); then
    ArticleTitle, <title> without the site's name, and the text of the link that led here.
    """
    found: list[tuple[Title, int]] = []
    for index, text in enumerate(lines):
        title = parse_title(_META_LINE.split(text)[0]) or parse_title(text)
        if title and index + 1 < len(lines) and not title.year and not title.agency:
            title = parse_title(text + lines[index + 1]) or title
        if title and title.agency is None and index and _is_agency_line(lines[index - 1]):
            title = parse_title(lines[index - 1].strip() + text.strip()) or title
        elif not title and index + 1 < len(lines) and len(text) <= MAX_PART:
            title = parse_title(text.strip() + lines[index + 1].strip()) if not parse_title(lines[index + 1]) else None
            if not title and _is_agency_line(text) and not parse_title(lines[index + 1]):  # a title on three lines
                whole = "".join(line.strip() for line in lines[index : index + 3])
                title = parse_title(whole) if whole.endswith(("报告", "年报")) else None
        if title:
            found.append((title, index))
    site_cut = re.split(r"[_|]|\s-\s|-(?=[^-]*$)", page_title or "")[0]
    for other in (meta.get("articletitle"), site_cut, page_title, link_title):
        title = parse_title(other) if other else None
        if title:
            found.append((title, -1))
    if not found:
        return None, -1
    best, line = max(found, key=lambda item: _trust(item[0], item[1], found, lines))
    printed = next((index for _, index in found if index >= 0), -1)
    return best, line if line >= 0 else printed


def title_in_lead(texts: Sequence[str]) -> Title | None:
    """The title that the lead of a report quotes (现公布X县2025年政府信息公开工作年度报告); only one that names an organ."""
    for text in texts:
        for found in _IN_LEAD.finditer(squeeze(text)):
            title = parse_title(found.group(1))
            if title and title.agency and _ORGAN.search(title.agency):
                return title
    return None


def _trust(
    title: Title, index: int, found: Sequence[tuple[Title, int]], lines: Sequence[str]
) -> tuple[int, int, bool, int]:
    """What speaks for a title: agency and year, others that say the same, a line of its own, its place.

    A list of other reports may stand above the title; then the title is the one that the head of the page repeats, or
    else the one nearest to the text.
    """
    told = {(other.agency, other.year) for other, _ in found}
    # 大中小示例县… is a title with the font widget glued to it: it confirms the one without.
    same = sum(other.year == title.year and (other.agency or "").endswith(title.agency or "") for other, _ in found)
    own_line = (
        index >= 0 and len(squeeze(lines[index])) <= len(squeeze(title.text)) and not re.search("[:：]", title.text)
    )
    complete = (title.agency is not None) + (title.year is not None)
    return complete, same, own_line, index if len(told) > 1 else -index


def _is_agency_line(text: str) -> bool:
    if "  " in text.strip():
        return False  # cells of a metadata table
    squeezed = squeeze(text)
    agency = re.sub(f"{_YEAR}年度?$", "", squeezed)  # the title may be broken behind its year
    return 2 <= len(agency) <= 30 and bool(_ORGAN.search(agency)) and not re.search(r"[:：。\d>]", agency)


def named_sources(meta: Mapping[str, str], head: Sequence[str]) -> list[str]:
    """Agencies that the page names besides the title, most trusted first: ContentSource, 来源, the preparing office."""
    names = [meta[name].strip() for name in _SOURCES if meta.get(name, "").strip()]
    names[1:1] = [found.group(1).strip() for text in head if (found := _SOURCE_LABEL.search(text))]
    names += [found.group(1) for text in head if (found := _PREPARED_BY.search(squeeze(text)))]
    return [name for name in names if not _NOT_AGENCY.search(name) and _ORGAN.search(squeeze(name))]


def level_of(agency: str, region_level: Level | None) -> Level:
    """Rank of an organ by its name; ``region_level`` is that of the division the whole name stands for, if any."""
    name = squeeze(agency)
    core = re.sub(r"(?:人民政府|政府)$", "", name)
    if re.search(r"(?:镇|乡|街道|街道办事处|苏木|公所)$", core):
        return Level.TOWNSHIP
    if region_level is not None:
        return region_level
    if re.match(r"^(?:国家|国务院|中华人民共和国)", name) and not re.search("[省市县区](?:税务局|统计局|调查队)", name):
        return Level.CENTRAL
    if core != name or re.search(r"(?:省|自治区|市|区|县|旗|州|盟|地区)$", core):
        if re.search(r"(?:省|自治区)$", core):
            return Level.PROVINCE
        if re.search(r"(?:州|盟|地区)$", core):  # 海南州 is how 海南藏族自治州 calls itself
            return Level.PREFECTURE
        return Level.PREFECTURE if core.endswith("市") else Level.COUNTY
    return Level.DEPARTMENT


def scope_of(level: Level, agency: str, lead: str) -> Scope:
    """Which organs the figures cover, from the kind of organ and what the lead says of it."""
    if level is Level.TOWNSHIP:
        return Scope.TOWNSHIP
    if level in (Level.DEPARTMENT, Level.CENTRAL):
        if re.search("人民政府办公[室厅]$", squeeze(agency)):
            return Scope.REGION_AGGREGATE if re.search("全[省市区县]|汇总|综合", lead) else Scope.GOVERNMENT_ONLY
        return Scope.SYSTEM if re.search("全系统|本系统", lead) else Scope.DEPARTMENT
    return (
        Scope.GOVERNMENT_ONLY
        if re.search("本级(?:政府)?(?:机关)?数据|不含(?:部门|乡镇)", lead)
        else Scope.REGION_AGGREGATE
    )
