"""Whether a page is a column of annual reports, and of the government in question."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from pipelines.content.report_titles import ReportTitle, parse_link_title
from pipelines.crawl.classification.page import Page
from pipelines.crawl.classification.placeholder import says_nothing_yet
from pipelines.crawl.discovery.candidates import Candidate
from pipelines.crawl.discovery.ownership import Ballot, Government, Owner, organ_of
from pipelines.crawl.discovery.scoring import Says, is_refused, names_column
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import ListRequest
from pipelines.crawl.site_families.detection import read_list
from pipelines.crawl.site_families.links import Link
from pipelines.crawl.site_families.page_lists.browser_only import needs_browser
from schemas.labels import squeeze
from schemas.site_families import ListingFamily

_CROWD = 3  # report titles that make a page a list of them
_CROWD_SHARE = 0.4  # of its links with a title
_HEADINGS = "h1, .position, .location, .crumb, .crumbs, .breadcrumb, .bread, .dqwz, .weizhi, .curpos, .current"


@dataclass(frozen=True)
class Finding:
    """What a page is. ``refusal`` says why a page that could be a column is none; ``data`` is where its list may come from."""

    is_column: bool = False
    family: str = ""
    owner: Owner = Owner.UNSAID
    titles: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    report_urls: frozenset[str] = frozenset()
    refusal: str = ""
    data: tuple[ListRequest, ...] = ()
    names_itself: bool = False
    is_crowded: bool = False
    is_report_page: bool = False
    note: str = ""


def judge_page(
    page: Page, candidate: Candidate, government: Government, *, latest_year: int, familiar: Set[str] = frozenset()
) -> Finding:
    """Judge a page by the reports it lists; never by its address.

    Args:
        page: the page.
        candidate: how the search came to it.
        government: whose column is looked for.
        latest_year: titles of later years are no reports.
        familiar: links of pages seen before, probably the menus of the site.
    """
    request = candidate.asked or ListRequest(
        Request(page.url), ListingFamily.AUTO, state={"latest_year": str(latest_year)}
    )
    family, listed = read_list(page, request)
    reports = [(link, title.year) for link, title in _reports(listed.links, latest_year)]
    ballot = Ballot.of(government, (link.title for link, _ in reports))
    base = Finding(
        family=family.value,
        owner=_owner(page, candidate, government, ballot),
        titles=tuple(link.title for link, _ in reports),
        years=tuple(sorted({year for _, year in reports if year}, reverse=True)),
        report_urls=frozenset(link.url for link, _ in reports),
        names_itself=page.is_html and _names_itself(page),
        data=tuple(r for r in (listed.next, *listed.branches) if r and not r.guess) if not reports else (),
    )
    if page.is_html and page.reads_like_report:
        return _of_report(page, candidate, government, base)
    is_list = _is_list_of(reports, listed.links, familiar)
    if not (candidate.in_column or base.names_itself):
        crowded = len(reports) >= _CROWD and is_list and _is_acceptable(base.owner, page, government)
        return replace(base, is_crowded=crowded, data=())
    return _of_column(page, candidate, government, base, is_list=is_list)


def _of_column(page: Page, candidate: Candidate, government: Government, base: Finding, *, is_list: bool) -> Finding:
    """The finding about a page that is called a column, or that a column led to: a column, or why it is none."""
    if page.is_html and candidate.says is not Says.DATA and _names_look_alike(page):
        refusal = f"{page.url} is something else: {_own_name(page)}"
        return replace(base, refusal=refusal, names_itself=False, data=())
    if not base.titles:
        return replace(base, refusal=_silence(page, candidate, base))
    if not _is_acceptable(base.owner, page, government):
        whose = next((organ for title in base.titles if (organ := organ_of(title))), "") or "no organ is named"
        return replace(base, refusal=f"{page.url} lists reports of another government ({whose})")
    is_part = candidate.says in (Says.PART, Says.ORGAN)
    if is_part and not base.names_itself and not is_list:
        return replace(base, refusal=f"{page.url} ({candidate.label}) is no list of reports")
    return replace(base, is_column=True)


def _is_list_of(reports: Sequence[object], links: Sequence[Link], familiar: Set[str]) -> bool:
    items = [link for link in links if len(link.title) >= 8 and link.url not in familiar]
    return len(reports) >= len(items) * _CROWD_SHARE


def _reports(links: tuple[Link, ...], latest_year: int) -> Iterator[tuple[Link, ReportTitle]]:
    for link in links:
        title = parse_link_title(link.title, latest_year=latest_year)
        if title is not None and (title.year is not None or len(organ_of(link.title)) >= 3):
            yield link, title


def _owner(page: Page, candidate: Candidate, government: Government, ballot: Ballot) -> Owner:
    """The titles decide; when they name no organ, the site's own name does, and then the host."""
    by_titles = ballot.verdict()
    if by_titles is not Owner.UNSAID:
        return by_titles
    by_site = government.owner_of_page(page) if page.is_html else Owner.UNSAID
    if by_site is not Owner.UNSAID:
        return by_site
    column = candidate.column.url if candidate.column is not None else page.url
    return Owner.UNSAID if government.is_home(column) or government.is_home(page.url) else Owner.OTHER


def _is_acceptable(owner: Owner, page: Page, government: Government) -> bool:
    return owner is Owner.OWN or (owner is Owner.UNSAID and government.is_home(page.url))


def _of_report(page: Page, candidate: Candidate, government: Government, base: Finding) -> Finding:
    """A column that is one report: the latest, or the only one. Lonsun's ``type=3`` of an organ is such a page.

    A report behind the link of a year proves the column that the link stands in.
    """
    lonsun = parse_qs(urlsplit(page.url).query).get("type") == ["3"]
    base = replace(base, data=())
    proves = candidate.says is Says.YEAR and candidate.column is not None
    may_be_column = candidate.says in (Says.COLUMN, Says.PART, Says.ORGAN) and (candidate.in_column or lonsun)
    if not (proves or may_be_column):
        return base
    owner = government.owner_of_title(_own_name(page) or page.title)
    if owner is Owner.UNSAID:
        owner = base.owner
    if not _is_acceptable(owner, page, government):
        return replace(base, owner=owner, refusal=f"{page.url} is a report of another government")
    if proves:
        return replace(base, owner=owner, is_column=True, titles=(_own_name(page) or page.title,))
    return replace(base, owner=owner, is_column=True, is_report_page=True, note="the page is itself a report")


def _own_name(page: Page) -> str:
    """What a page calls itself: the column's name in its head, or the first part of its title."""
    for name in ("ColumnName", "columnName"):
        node = page.tree.css_first(f"meta[name='{name}']")
        if node is not None and node.attributes.get("content"):
            return squeeze(str(node.attributes["content"]))
    return re.split(r"[-_—|–]", squeeze(page.title))[0]


def _names_itself(page: Page) -> bool:
    name = _own_name(page)
    if is_refused(name):
        return False
    heads = [squeeze(node.text())[-40:] for node in page.tree.css(_HEADINGS)[:12]]
    last = [re.split(r"[>》›/＞]", head)[-1] for head in heads]
    return names_column(name) or any(len(head) <= 24 and names_column(head) for head in last)


def _names_look_alike(page: Page) -> bool:
    name = _own_name(page)
    return is_refused(name) and not names_column(name)


def _silence(page: Page, candidate: Candidate, base: Finding) -> str:
    """Why a page that should be a column shows no report; empty while its list may still come from elsewhere."""
    if base.data:
        return ""
    if needs_browser(page):
        return f"{page.url}: {base.family}: the list needs a browser"
    if says_nothing_yet(page):
        return f"{page.url} says that there is nothing yet"
    return f"{page.url} ({candidate.label or candidate.says}) names no report"
