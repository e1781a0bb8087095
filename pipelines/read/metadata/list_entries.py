"""Lines that lead away: entries of a list of reports, previous and next, related and recommended.

What they print belongs to other documents, so no agency, year or date of this one is taken from them.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, groupby
from typing import NamedTuple

from pipelines.content.report_titles import ReportTitle, agree, parse_title
from pipelines.extract.document import Line
from schemas.labels import simplified

_LEADS_AWAY = (
    r"上\s*[一1]\s*[篇条页个则]|下\s*[一1]\s*[篇条页个则]|前一[篇条]|后一[篇条]|上篇|下篇|相关(?:链接|阅读|文章|信息|推荐|新闻|报告|内容|文档|稿件|报道|年报|附件)"
    r"|推荐(?:阅读|信息|文章)|猜你喜欢|热门(?:信息|文章|推荐)|热点(?:信息|推荐)|延伸阅读|扩展阅读|拓展阅读|其他(?:年度|年份|单位|部门|年报)|历[年史](?:年报|年度报告|报告|信息)"
    r"|往年(?:年报|报告|年度报告)|更多|最新(?:信息|发布|公开|文章)|同类(?:信息|文章)|信息列表|文章列表|年报列表|兄弟单位|友情链接"
)
_NEIGHBOUR = re.compile(r"^[\W_]*(?:[上下]\s*[一1]?|[前后]一)\s*[篇条页个则]")
_POINTER = re.compile(rf"^[\W_]*(?:{_LEADS_AWAY})")
_HEADING_OF_A_LIST = re.compile(rf"^[\W_]*(?:{_LEADS_AWAY})[\W_]*$")
_BULLET = re.compile(r"^\s*(?:[·•●■◆▪▲►▶※○◇□☆★*>»›-]|\d{1,2}\s*[.、)）](?!\d))\s*(?=\S)")
_DATE = (
    r"[\[【(（]?\s*(?:(?:19|20)\d\d\s*[-./年]\s*)?\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
    r"\s*[\])）】]?"
)
_DATED = re.compile(rf"(?:^\s*{_DATE}\s*[|\s]*(?=\S{{6}})|(?<=\S)[|\s]*{_DATE}\s*[|]?\s*$)")
_DATE_ALONE = re.compile(rf"^[\s|]*{_DATE}[\s|]*$")
_FIELD = re.compile(r"来\s*源|发布|时\s*间|日\s*期|字\s*[体号]|浏览|作者|索\s*引|编辑|点击|机构|单位")
_FIELDS = re.compile(rf"\W*(?:{_FIELD.pattern})[^:：]{{0,6}}[:：]")
_LONGEST_FIELDS = 80
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar)\W*$", re.IGNORECASE)
_TRAIL = re.compile(r"位置\s*[:：]|首\s*页\s*[>＞»/›|-]")
_MOST_OF_A_LIST = 80
_LONGEST_TITLE = 120  # with the date beside it


class _Look(NamedTuple):
    """What the text of one line looks like.

    Attributes:
        title: The title that it prints, without the bullet before it and the date beside it.
        points_away: It begins with what leads away (上一篇).
        heads_a_list: It is that alone, so that a list of other documents follows.
        is_date: It is a date and nothing else.
        describes: It is a date, or a line of source and date, as it stands below a title.
    """

    title: ReportTitle | None
    points_away: bool
    heads_a_list: bool
    is_date: bool
    describes: bool


def _look(text: str) -> _Look:
    return _looked_at(text) if len(text) <= _LONGEST_TITLE else _looked_at.__wrapped__(text)


@lru_cache(maxsize=16384)
def _looked_at(text: str) -> _Look:
    """Short lines are remembered, for most are menus that every page of a site prints."""
    is_date = _DATE_ALONE.match(text) is not None
    return _Look(
        parse_title(_DATED.sub("", _BULLET.sub("", text))) if len(text) <= _LONGEST_TITLE else None,
        _POINTER.match(text) is not None,
        _HEADING_OF_A_LIST.match(simplified(text)) is not None,
        is_date,
        is_date or (len(text) <= _LONGEST_FIELDS and _FIELDS.match(text) is not None),
    )


def list_entries(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that lead to other documents, and of the dates that stand beside them.

    An entry is recognised by what leads away (上一篇, 相关链接, and what follows below such a heading), by its link, by a
    bullet, or by its neighbours: several titles of different reports in a row. The last title of such a row is no entry where
    the report's own line of source and date, or its text, follows right below it.
    """
    looks = [_look(line.text) for line in lines]
    titles = [look.title for look in looks]
    found = _below_headings(lines, looks) | _in_rows(lines, looks)
    found |= {i for i, line in enumerate(lines) if looks[i].points_away or _leads_away(line)}
    dates = {i for i, look in enumerate(looks) if look.is_date and i and i - 1 in found and titles[i - 1]}
    return frozenset(found | dates)


def without_other_reports(lines: Sequence[Line]) -> list[str]:
    """What lines at the end of a page print, without titles of reports and the dates and sources below those.

    A title with its date beside it has no other date below. What follows the previous and the next page (上一篇, 下一篇), where
    they stand together, is this one's: the first of the two would print a date as well.
    """
    entries = list_entries(lines)
    neighbours = [index for index, line in enumerate(lines) if _NEIGHBOUR.match(line.text)]
    together = len(neighbours) > 1 and neighbours[-1] - neighbours[0] == len(neighbours) - 1
    kept: list[str] = []
    is_of_another = False
    for index, line in enumerate(lines):
        look = _look(line.text)
        is_title = look.title is not None
        is_dated = is_title and _DATED.search(_BULLET.sub("", line.text)) is not None
        is_below = is_of_another and look.describes
        is_bare = is_dated or (together and index == neighbours[-1])
        is_of_another = (is_title and not is_bare) or is_below
        if not (index in entries or line.linked or is_title or is_below):
            kept.append(line.text)
    return kept


def _leads_away(line: Line) -> bool:
    """Whether a line is a link to another document. The links of a breadcrumb lead to where this one stands."""
    return line.linked and not _is_file(line) and not _TRAIL.search(line.text)


def _is_file(line: Line) -> bool:
    return bool(_FILE.search(line.text.strip()))


def _below_headings(lines: Sequence[Line], looks: Sequence[_Look]) -> set[int]:
    """Entries under 相关链接 and the like: titles and dates up to the first line that is neither."""
    found: set[int] = set()
    inside = False
    for index, look in enumerate(looks):
        if look.heads_a_list:
            inside = True
        elif inside and (look.title or look.is_date) and not _FIELD.search(lines[index].text):
            found.add(index)
        else:
            inside = False
    return found


def _in_rows(lines: Sequence[Line], looks: Sequence[_Look]) -> set[int]:
    """Entries recognised by their neighbours: titles in a row, dates or sources between them, that name different reports."""
    found: set[int] = set()
    titles = [look.title for look in looks]
    for is_part, group in groupby(range(len(lines)), key=lambda i: looks[i].title is not None or looks[i].describes):
        row = list(group)
        named = [index for index in row if titles[index]]
        if not is_part or len(named) < 2 or len(row) > _MOST_OF_A_LIST or _agree(titles, named):
            continue
        own = _own(lines, titles, named)
        kept = False  # a title of the row may be the report's own, and so is what stands below it
        for index in row[row.index(named[0]) :]:
            kept = index in own if titles[index] else kept
            found |= set() if kept else {index}
    return found


def _agree(titles: Sequence[ReportTitle | None], named: Sequence[int]) -> bool:
    reports = [title for index in named if (title := titles[index])]
    return all(agree(one, other) for one, other in combinations(reports, 2))


def _own(lines: Sequence[Line], titles: Sequence[ReportTitle | None], named: Sequence[int]) -> set[int]:
    """Titles of a row that may be the report's own."""
    described = [index for index in named if _is_described(lines, titles, index)]
    if described and _agree(titles, described):
        return {described[-1]}
    if described:  # a list of cards, each with its source and date
        rest = [index for index in named if index not in described] or named
        return {rest[0], rest[-1]}
    marked = {i for i in named if lines[i].linked or _BULLET.match(lines[i].text) or _DATED.search(lines[i].text)}
    return set(named) - marked if marked else {named[0], named[-1]}


def _is_described(lines: Sequence[Line], titles: Sequence[ReportTitle | None], index: int) -> bool:
    """Whether source and date are printed beside or right below a title: so a page describes the document that it shows."""
    below = lines[index + 1].text[:60] if index + 1 < len(lines) and not titles[index + 1] else ""
    return bool(_FIELD.search(lines[index].text) or _FIELD.search(below)) and not lines[index].linked
