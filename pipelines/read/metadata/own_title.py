"""The report's own title: which line of the page prints it, among lists of other reports."""

import re
from collections.abc import Sequence

from pipelines.content.agency_names import ORGAN
from pipelines.content.report_titles import YEAR, ReportTitle, agree, parse_title
from pipelines.extract.document import Line
from schemas.labels import squeeze

MAX_PART = 40  # characters of one line of a title on several
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
        title = _title_at(texts, index) if text else None
        if title and title.agency is None and index and _is_agency_line(texts[index - 1]):
            whole = parse_title(texts[index - 1].strip() + text.strip())
            found += [(whole, index)] if whole else []
        found += [(title, index)] if title else []
    return found


def _title_at(texts: Sequence[str], index: int) -> ReportTitle | None:
    text, following = texts[index], texts[index + 1] if index + 1 < len(texts) else ""
    title = parse_title(_FIELD_LINE.split(text)[0]) or parse_title(text)
    if title and following and not title.year and not title.agency:
        title = parse_title(text + following) or title
    if title or not following or len(text) > MAX_PART or parse_title(following):
        return title
    title = parse_title(text.strip() + following.strip())
    if not title and _is_agency_line(text):  # a title on three lines
        whole = "".join(line.strip() for line in texts[index : index + 3])
        is_one = re.search(rf"{YEAR}|信息公开|政务公开", squeeze(following))  # else it may be the site's menu
        return parse_title(whole) if is_one and whole.endswith(("报告", "年报")) else None
    return title


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
