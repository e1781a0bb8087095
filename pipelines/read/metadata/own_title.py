"""The report's own title: which line of the page prints it, among lists of other reports."""

import re
from collections.abc import Sequence

from pipelines.content.agency_names import ORGAN
from pipelines.content.report_titles import YEAR, ReportTitle, agree, parse_title
from pipelines.extract.document import Line
from schemas.labels import simplified, squeeze

MAX_PART = 40  # characters of one line of a title on several
_MOST_LINES = 5
_YEAR_ALONE = re.compile(f"{YEAR}年?度?")
_WORDS_OF_A_TITLE = re.compile(
    f"(?:[\\w()]{{2,20}}?(?={YEAR}))?(?:关于)?(?:{YEAR}年?度?)?(?:政府|政务|信息|公开|工作|开展|情况|年度|年报|报告|总结|的)*"
)
_FIELD_LINE = re.compile(
    r"\s*(?:来\s*源|信息来源|发布时间|发布日期|日\s*期|时\s*间|字\s*[体号]|浏览|作者|发布机构|索\s*引\s*号)\s*[:：]"
)


def own_titles(lines: Sequence[Line], entries: frozenset[int]) -> list[tuple[ReportTitle, int]]:
    """Titles that the lines print, each with the index of its line; ``entries`` lead to other documents.

    A title on several lines is put together. Where the line above names an organ, the title stands for itself, too: the
    line may be the name of the site.
    """
    texts = ["" if index in entries else line.text for index, line in enumerate(lines)]
    found: list[tuple[ReportTitle, int]] = []
    for index, text in enumerate(texts):
        title, last = _title_at(texts, index) if text else (None, index)
        if title is None or (last > index and any(end == last for _, end in found)):
            continue  # the second is the rest of a title that begins on an earlier line
        above = texts[index - 1] if index else ""
        if title.agency is None and _is_agency_line(above) and not _is_in_a_list(texts, index - 1):
            whole = parse_title("".join(line.strip() for line in texts[index - 1 : last + 1]))
            found += [(whole, last)] if whole else []
        found.append((title, last))
    return found


def _title_at(texts: Sequence[str], index: int) -> tuple[ReportTitle | None, int]:
    """The title that begins on a line, and the index of its last line."""
    text, following = texts[index], texts[index + 1] if index + 1 < len(texts) else ""
    title = parse_title(_FIELD_LINE.split(text)[0]) or parse_title(text)
    if title and following and not title.year and not title.agency:
        title = parse_title(text + following) or title
    if title or len(text) > MAX_PART:
        return title, index
    for last in range(index + 1, min(index + _MOST_LINES, len(texts))):
        if not _may_go_on(texts, index, last):
            break
        whole = "".join(line.strip() for line in texts[index : last + 1])
        title = parse_title(whole)
        if title and (last == index + 1 or whole.endswith(("报告", "年报"))):
            return title, last
    return None, index


def _may_go_on(texts: Sequence[str], first: int, last: int) -> bool:
    """Whether a title that begins on a line may reach to another: no line is empty, or a title with an organ or a year."""
    own = parse_title(texts[last]) if texts[last] else None
    if not texts[last] or (own and (own.agency or own.year)):
        return False
    return not (own or last > first + 1) or _are_parts(texts, first, last)


def _are_parts(texts: Sequence[str], first: int, last: int) -> bool:
    """Whether the lines may be those of one title: an organ on one line, or on two (某县, 教育局), a year, words of the title.

    Lines of a site's menu are organs, too.
    """
    if not (_is_agency_line(texts[first]) or _YEAR_ALONE.fullmatch(squeeze(texts[first]))):
        return False
    rest = [squeeze(line) for line in texts[first + 1 : last + 1]]
    if _is_agency_line(rest[0]) and not re.search(f"{YEAR}|公开", rest[0]):
        is_place = re.search("[省市县区旗州盟]$", squeeze(texts[first])) and not (
            first and _is_agency_line(texts[first - 1])
        )
        rest = rest[1:] if is_place else rest
    return all(_WORDS_OF_A_TITLE.fullmatch(simplified(line)) for line in rest)


def _is_in_a_list(texts: Sequence[str], index: int) -> bool:
    """Whether the two lines above an organ are organs, too: a list of sites."""
    return index > 1 and _is_agency_line(texts[index - 1]) and _is_agency_line(texts[index - 2])


def _is_agency_line(text: str) -> bool:
    if "  " in text.strip():
        return False  # cells of a metadata table
    agency = re.sub(f"{YEAR}年度?$", "", squeeze(text))  # the title may be broken behind its year
    return 2 <= len(agency) <= 30 and bool(ORGAN.search(agency)) and not re.search(r"[^\w()·、]|\d", agency)


def choose(
    found: Sequence[tuple[ReportTitle, int]], lines: Sequence[Line], others: Sequence[ReportTitle], year: int | None
) -> tuple[ReportTitle, int] | None:
    """The title with the most evidence: its line of source and date below it, the page's other titles (``others``: its meta
    tag, the link that led here), the year of the statistical period, agency and year, the place nearest to the text."""
    told = {(title.agency, title.year) for title, _ in found}

    def trust(item: tuple[ReportTitle, int]) -> tuple[bool, int, bool, int, int, bool, int]:
        title, index = item
        below = lines[index + 1].text if index + 1 < len(lines) else ""
        described = bool(_FIELD_LINE.search(lines[index].text) or _FIELD_LINE.match(below.strip()))
        confirmed = sum(agree(title, other) for other in others)
        fits_period = year is not None and title.year == year
        complete = (title.agency is not None) + (title.year is not None)
        # 大中小示例县… is a title with the font widget glued to it: it confirms the one without.
        same = sum(other.year == title.year and (other.agency or "").endswith(title.agency or "") for other, _ in found)
        own_line = len(squeeze(lines[index].text)) <= len(squeeze(title.text)) and not re.search("[:：]", title.text)
        return described, confirmed, fits_period, complete, same, own_line, index if len(told) > 1 else -index

    return max(found, key=trust, default=None)
