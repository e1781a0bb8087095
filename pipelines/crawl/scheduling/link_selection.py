"""Which links of a list page are followed: reports, parts of the column, and attachments that carry a report."""

import re
from collections.abc import Collection
from enum import Enum
from urllib.parse import unquote, urlsplit

from pipelines.content.attachments import find_attachments
from pipelines.content.report_titles import is_cut_at_year, may_name_a_report, names_a_report, parse_link_title
from pipelines.content.report_words import report_words
from pipelines.crawl.classification.page import Page
from pipelines.crawl.discovery.menu_links import Found, menu_links
from pipelines.crawl.site_families.links import Link, resolve_link
from pipelines.extract.document import Picture
from pipelines.extract.extract import extract
from schemas.labels import squeeze

_LIST_SHAPED = re.compile(r"/$|/(?:index|list|default)(?:_\d+)?\.\w+$|/col/col\d+|/[^/.]*$", re.IGNORECASE)
_DATE_STEP = re.compile(r"^(?:\d{1,2}|\d{4}|\d{6}|\d{8}|\d{4}-\d{2}(?:-\d{2})?)$")
_YEAR_PART = r"(?<!\d)20\d\d(?!\d)年?度?(?:政府信息公开)?(?:工作)?(?:年度报告|年报|报告)?"
_OF_A_YEAR = re.compile(rf"^\W*{_YEAR_PART}\W*$")
_SUB_COLUMN = re.compile(
    rf"^\W*(?:{_YEAR_PART}"
    r"|.{0,12}(?:部门|单位|乡镇|镇街|街道|乡\(镇\)|县区|区县|县\(市、区\)|县市区|各区|各县|市直|区直|县直|本级|政府|垂直)[^年]{0,12}"
    r"(?:年度报告|年报|工作报告)?|政府信息公开(?:工作)?(?:年度报告|年报))\W*$"
)
_ORGAN = re.compile(
    r"^[\u4e00-\u9fff（）()、]{2,20}(?:局|委|委员会|办|办公室|镇|乡|街道|办事处|中心|队|院|政府|管委会|厅)$"
)
_LONGEST_LABEL = 30
_YEAR = re.compile(r"20\d\d|报告|年报")


class Role(Enum):
    """What following a link would mean. ``PROBE``: a report or a part of the column; its content decides."""

    REPORT = "report"
    PROBE = "probe"


def role_of(link: Link, column: str, *, latest_year: int) -> Role | None:
    """Decide whether to follow a link of the list at ``column``; None to ignore it."""
    title = parse_link_title(link.title, latest_year=latest_year)
    shaped_as_list = is_list_shaped(link.url)
    inside = _is_inside(link.url, column)
    if title is not None and not shaped_as_list and (title.year is not None or inside):
        return Role.REPORT
    if title is not None and shaped_as_list and (title.year is not None or inside):
        return Role.PROBE
    if not inside:
        return None
    if shaped_as_list:
        return Role.PROBE if is_sub_column(link.title) else None
    # Within a column of reports a list may print no more of a report than its year or its organ.
    label = squeeze(link.title)
    is_short = len(label) <= _LONGEST_LABEL and (_OF_A_YEAR.match(label) is not None or is_organ(label))
    return Role.PROBE if is_short or is_cut_at_year(link.title) else None


def may_be_report(link: Link, prefixes: Collection[str]) -> bool:
    """Whether a row among those of reports, at an address like theirs, may be one: its title speaks of disclosure in a year."""
    return not is_list_shaped(link.url) and link_prefix(link.url) in prefixes and may_name_a_report(link.title)


def menu_parts(page: Page, column: str) -> tuple[Link, ...]:
    """Parts of a column that its opening page offers in a tree, a select box or tabs: of single organs, of years.

    Only what is called like a part and lies below the column, or at the column's own address with other arguments.
    """
    found: dict[str, Link] = {}
    for link in menu_links(page):
        if link.found in (Found.FRAME, Found.SCRIPT_FILE) or not (is_organ(link.label) or is_sub_column(link.label)):
            continue
        if (_is_inside(link.url, column) and is_list_shaped(link.url)) or _is_same_page(link.url, column):
            found.setdefault(link.url, Link(link.url, link.label))
    return tuple(found.values())


def is_organ(text: str) -> bool:
    """Whether a label is no more than the name of an organ."""
    return bool(_ORGAN.search(text)) and not _YEAR.search(text)


def is_sub_column(text: str) -> bool:
    """Whether a link's text names a part of an annual-report column: a year, 市直部门, 乡镇街道, …"""
    text = squeeze(text)
    return (
        0 < len(text) <= _LONGEST_LABEL
        and bool(_SUB_COLUMN.match(text))
        and not report_words().link_look_alikes.search(text)
    )


def is_list_shaped(url: str) -> bool:
    """Whether an address looks like a list. Only a hint: a report can sit at one (docs/domain/site-behaviour.md#addresses)."""
    parts = urlsplit(url)
    return not parts.query and bool(_LIST_SHAPED.search(parts.path or "/"))


def link_prefix(url: str) -> str:
    """Host and folder of an article address without its date steps: the path a column's articles share.

    >>> link_prefix("http://www.nantong.gov.cn/zwgk/nb/202101/t20210129_352.html")
    'www.nantong.gov.cn/zwgk/nb'
    """
    parts = urlsplit(url)
    steps = parts.path.split("/")[1:-1]
    while steps and _DATE_STEP.match(steps[-1]):
        steps.pop()
    return "/".join([parts.netloc, *steps])


def attachments_of(page: Page, limit: int) -> tuple[str, ...]:
    """Documents that may carry the report of ``page``: links, embedded frames, viewers and download handlers.

    Those whose text speaks of the report come first; ``limit`` caps the rest (a page's footer may offer forms and apps).
    """
    found: dict[str, bool] = {}
    for attachment in find_attachments(page.tree.root, page.url):
        url = resolve_link(page.url, attachment.href)
        if url is not None:
            text = f"{attachment.name} {unquote(url)}"
            found[url] = found.get(url, False) or attachment.is_shown or _names_a_report(text)
    ranked = sorted(found, key=lambda url: not found[url])
    return tuple(ranked[:limit])


def pictures_of(page: Page, limit: int) -> tuple[str, ...]:
    """Pictures that stand in the content of ``page``, in its order: its tables may be in them.

    What counts as content is decided where the page is read, so that what is fetched is what is looked for. Pictures on
    another site are left alone: a government keeps its report on its own hosts.
    """
    found: dict[str, None] = {}
    for block in extract(page.body, url=page.url, content_type=page.content_type).blocks:
        url = resolve_link(page.url, block.source) if isinstance(block, Picture) and block.content is None else None
        if url is not None and _is_near(url, page.url):
            found[url] = None
    return tuple(found)[:limit]


def _is_near(url: str, page_url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == urlsplit(page_url).hostname or host.endswith(".gov.cn")


def _names_a_report(text: str) -> bool:
    return bool(re.search(r"报告|年报|附件", text)) or names_a_report(text)


def _is_inside(url: str, column: str) -> bool:
    """Under the folder of the column, and not the column itself."""
    here, there = urlsplit(column), urlsplit(url)
    folder = here.path.rpartition("/")[0] + "/"
    return (
        there.netloc == here.netloc
        and there.path.startswith(folder)
        and there.path.rstrip("/") != here.path.rstrip("/")
    )


def _is_same_page(url: str, column: str) -> bool:
    """The column's own page with other arguments: ``list.jsp?dept=3``."""
    here, there = urlsplit(column), urlsplit(url)
    return bool(there.query) and here[:3] == there[:3] and here.query != there.query
