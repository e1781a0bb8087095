"""Everything on a page that says whose report it is and of which year, ranked by how far it is to be trusted.

A page speaks of its document in many places, and of other documents in as many. Each statement carries the place it was
taken from; the first that says what is asked decides, and one that contradicts what is known already speaks of another report.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from pipelines.content.agency_names import ORGAN, clean_agency
from pipelines.content.report_titles import BREADCRUMB, YEAR, parse_title
from pipelines.read.metadata.dates import dates_in
from schemas.labels import simplified, squeeze


class Place(IntEnum):
    """Where a statement stands: the lower, the more it is worth."""

    HEADING = 1
    LEAD = 2
    FIRST_SENTENCE = 3  # of the lead
    BREADCRUMB = 4
    ARTICLE_TITLE = 5
    LINK = 6
    PAGE_TITLE = 7
    SIGNATURE = 8
    PUBLISHER = 9  # 发布机构, 公开主体
    SOURCE = 10  # 来源, ContentSource: often the office that uploaded it
    PREPARED_BY = 11
    NARRATIVE = 12
    SITE = 13


@dataclass(frozen=True)
class Statement:
    """What one place says. ``agency`` and ``year`` are None where it does not say."""

    place: Place
    agency: str | None
    year: int | None
    text: str = ""


# 现公布X县人民政府2025年政府信息公开工作年度报告: the lead of a report says whose it is where no title does
# (https://www.lnjp.gov.cn/html/JPXZF/202602/0177068507628231.html).
_QUOTED = re.compile(
    r"(?:公布|发布|公开|编制|形成|制定|撰写|完成|梳理|汇总|起草)(?:完成|形成|编制)?[了成]?(?:的)?[《“\"]?"
    rf"([^,。;:、《》“”\"()]{{0,30}}?{YEAR}[^,。;:、《》“”\"()]{{0,30}}?(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报))"
)
_IN_QUOTES = re.compile(r"《([^《》]{4,60}信息公开[^《》]{0,12}(?:报告|年报))》")
_AS_FOLLOWS = re.compile(  # 现将我镇2022年度政府信息公开工作报告如下
    rf"(?:^|[,。\]]|现?将)([^,。;:、]{{0,30}}?{YEAR}[^,。;:、]{{0,30}}?信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报))(?:公布|报告|汇报)?如下"
)
_PREPARED_BY = re.compile(r"由([^,，。由]{2,30}?)(?:根据|按照|依据|编制|综合|汇总|组织)")
_PUBLISHER = r"发布机构|发布单位|发文机关|发文单位|公开主体|公开责任部门|责任部门|制作单位|发文机构|编制单位|公开单位"
_SOURCE = r"(?:信息|文章|稿件|内容)?来源|供稿"
_NAME = r"[\])】]?\s*[:：|]?\s*([^\s:：|,，。;；\[【]{2,40})"
_NAMED = {labels: re.compile(rf"(?:{labels}){_NAME}") for labels in (_PUBLISHER, _SOURCE)}
_LABELS = {labels: re.compile(rf"[\W_]*(?:{labels})[\W_]*") for labels in (_PUBLISHER, _SOURCE)}
_NOT_AGENCY = re.compile("本网|本站|政府办$|党建|未知|网站|记者|admin|^无$|原创|转载", re.IGNORECASE)
_ORGAN_FIELDS = ("contentsource", "source", "author")
_OPENS_NARRATIVE = re.compile(
    rf"^(?P<year>{YEAR})年度?[,，]?\s*(?P<agency>[^,，。;；:：]{{0,30}}?)"
    r"(?:[,，]|认真|严格|深入|坚持|按照|根据|在|全面|积极|紧紧|始终|高度|切实|持续|共|主动|围绕|依据|以)"
)
_GUIDE = re.compile(r"\W*(?:一图读懂|图解|图说|[\u4e00-\u9fff]{0,2}解读)\W")  # 图解|某县教育局2023年…
_OWN_KIND = re.compile("[我本]([局厅委办镇乡县区市州])(?!级)")
_PLACE_ALONE = re.compile("(?:[省市县区旗州盟]|政府|[省市县区旗州盟]委)$")
_PARTS_OF_A_TITLE = re.compile(r"[_|｜]|\s[-–—]\s|-(?=[^-]*$)|–|—")
_ENDS_A_CLAUSE = re.compile("[,。]")
_NO_NAME = re.compile("公开|年报|报告|[:：]")
_COLUMN = re.compile(
    r"^(?:各|本|县|市|区|省|旗|州|镇|乡|政府)?(?:级|直|属)?(?:政府)?(?:部门|单位|机构|乡镇|街道|镇街|办局|委办局)"
)


def from_titles(meta: Mapping[str, str], page_title: str | None, link: str | None) -> Iterator[Statement]:
    """What the titles beside the text say: the meta tag, the link that led here, ``<title>`` without the site's name."""
    is_guide = page_title is not None and _GUIDE.match(page_title)
    pieces = [page_title, *_PARTS_OF_A_TITLE.split(page_title)] if page_title and not is_guide else []
    for place, texts in (
        (Place.ARTICLE_TITLE, [meta.get("articletitle"), meta.get("title"), meta.get("og:title")]),
        (Place.LINK, [link]),
        (Place.PAGE_TITLE, [*pieces[1:], *pieces[:1]]),
    ):
        found = [title for text in texts if text and (title := parse_title(text))]
        if found:
            best = max(found, key=lambda title: (title.agency is not None) + (title.year is not None))
            yield Statement(place, best.agency, best.year, best.text)


def from_lead(texts: Sequence[str]) -> Iterator[Statement]:
    """The title that the lead of a report quotes (现公布X县2025年政府信息公开工作年度报告)."""
    for text in texts:
        flat = squeeze(text)
        if not _ENDS_A_CLAUSE.search(flat):
            continue
        for found in (*_QUOTED.finditer(flat), *_AS_FOLLOWS.finditer(flat), *_IN_QUOTES.finditer(flat)):
            title = parse_title(found.group(1))
            if title and (title.agency is None or ORGAN.search(simplified(title.agency))):
                yield Statement(Place.LEAD, title.agency, title.year, title.text)


def from_breadcrumb(texts: Sequence[str]) -> Iterator[Statement]:
    """The last organ of 首页 > 政府信息公开 > 部门年报 > 县教育局; the first one is mostly the site's."""
    for text in texts:
        if not BREADCRUMB.search(text):
            continue
        parts = [part for part in re.split(r"[>＞»›/|]+|-{1,2}(?=\D)|\s{2,}|→", text) if part.strip()]
        crumbs = [re.sub(r"^.*(?:位置|首页)\s*[:：]?", "", squeeze(part)) for part in parts]
        titles = [title for crumb in crumbs if (title := parse_title(crumb))]
        if titles and (titles[-1].agency or titles[-1].year):
            yield Statement(Place.BREADCRUMB, titles[-1].agency, titles[-1].year, text)
            continue
        organs = [(n, crumb) for n, crumb in enumerate(crumbs) if _is_organ(crumb)]
        if organs:
            first = min(n for n, crumb in enumerate(crumbs) if crumb)
            at, name = organs[-1]
            yield Statement(Place.SITE if at == first else Place.BREADCRUMB, clean_agency(name), None, text)


def _is_organ(text: str) -> bool:
    if not 3 <= len(text) <= 30:
        return False
    plain = simplified(text)
    return (
        bool(ORGAN.search(plain))
        and not _COLUMN.match(plain)
        and not _NO_NAME.search(plain)
        and clean_agency(text) is not None
    )


def below_title(texts: Sequence[str]) -> Iterator[Statement]:
    """An organ alone on one of the lines right below the title."""
    yield from (
        Statement(Place.PUBLISHER, squeeze(text), None, text) for text in texts[1:4] if _is_organ(squeeze(text))
    )


def from_signature(texts: Sequence[str]) -> Iterator[Statement]:
    """An organ alone on its line above the date at the end of the text."""
    for before, above, line in zip(("", *texts), texts, texts[1:], strict=False):
        if _is_organ(squeeze(before)):
            continue  # a list of organs
        if _is_organ(squeeze(above)) and len(squeeze(line)) <= 16 and next(dates_in(line), None):
            yield Statement(Place.SIGNATURE, squeeze(above), None, above)


def from_fields(meta: Mapping[str, str], texts: Sequence[str]) -> Iterator[Statement]:
    """发布机构, 来源 and the office that prepared the report; ContentSource."""
    for place, labels in ((Place.PUBLISHER, _PUBLISHER), (Place.SOURCE, _SOURCE)):
        if place is Place.SOURCE:
            yield from _named(place, [meta[name].strip() for name in _ORGAN_FIELDS if meta.get(name, "").strip()])
        yield from _named(place, [name for text in texts for name in _NAMED[labels].findall(text)])
        below = (after for text, after in pairwise(texts) if _is_label(text, labels))
        yield from _named(place, [after.strip(" -•·|") for after in below])
    yield from _named(Place.PREPARED_BY, [n for text in texts for n in _PREPARED_BY.findall(squeeze(text))])


def _is_label(text: str, labels: str) -> bool:
    return bool(_LABELS[labels].fullmatch(squeeze(text)))


def _named(place: Place, names: Sequence[str]) -> Iterator[Statement]:
    for name in names:
        plain = simplified(squeeze(name))
        if len(plain) <= 40 and not _NOT_AGENCY.search(plain) and ORGAN.search(plain) and clean_agency(name):
            yield Statement(place, clean_agency(name), None, name)


def from_first_sentence(texts: Sequence[str]) -> Iterator[Statement]:
    """Whose report the lead begins with: 2023年，示例县教育局认真贯彻… A place alone (示例县坚持…) may stand for its organs."""
    for text in texts:
        found = _OPENS_NARRATIVE.match(squeeze(text))
        name = found["agency"] if found else ""
        is_own = all(
            own == name[-1:] for own in _OWN_KIND.findall(squeeze(text))
        )  # 某省民政厅…，我局…: not the own one
        if is_own and _is_organ(name) and not _PLACE_ALONE.search(simplified(name)) and "、" not in name:
            yield Statement(Place.FIRST_SENTENCE, name, None, text[:80])


def from_narrative(text: str) -> Iterator[Statement]:
    """How section one begins: 2023年，示例县教育局认真贯彻…"""
    found = _OPENS_NARRATIVE.match(squeeze(text))
    if found:
        name = found["agency"] if _is_organ(found["agency"]) else None
        year = parse_title(f"{found['year']}年政府信息公开工作年度报告")
        yield Statement(Place.NARRATIVE, name, year.year if year else None, text[:80])
