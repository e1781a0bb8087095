"""Lists that stand in a frame of a page, or behind the 更多 below its first reports."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.content.report_titles import names_a_report
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.base import Listed, ListRequest
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.paging.pager import Pager
from pipelines.crawl.site_families.script_links import ASSET
from schemas.site_families import ListingFamily

_SKIP_FRAME = re.compile(r"visitcount|count|share|login|search|comment|weather|tianqi", re.IGNORECASE)

_SET_BY_SCRIPT = re.compile(
    r"""(?:<iframe\b[^>]{0,200}?\bsrc\s*=|\.src\s*=)\s*\\?["']([^"'\\<>\s]{1,300})\\?["']\s*(?![\s+])"""
)
"""The address of a frame that a script writes or fills; not one that it puts together."""
_MOST_FRAMES = 4
_DEEPEST = 3
"""How deep lists may lie in frames, or behind 更多, of one another."""


def with_frames(page: Page, asked: ListRequest, own: Listed) -> Listed:
    """A list with those in the frames of its first page; the pager of any page may stand in one."""
    has_pager = own.next is not None and not own.next.guess
    if _depth(asked) >= _DEEPEST or (asked.page > 1 and has_pager):
        return own
    frames = [_inner(page, asked, url) for url in frames_of(page, may_be_elsewhere=not _names_reports(own))]
    if not frames:
        return own
    if has_pager or asked.page > 1:
        return own._replace(branches=(*own.branches, *frames), is_shell=asked.page == 1)
    guesses = (own.next, *own.next.alternatives) if own.next is not None else ()
    first = frames[0].with_alternatives(*guesses)
    return own._replace(next=first, branches=(*own.branches, *frames[1:]), is_shell=True)


def lists_behind_more(page: Page, pager: Pager, asked: ListRequest) -> tuple[ListRequest, ...]:
    """The lists behind 更多, each with a pager of its own; not on other hosts, where those of other governments are."""
    if asked.page > 1 or _depth(asked) >= _DEEPEST:
        return ()
    near = (url for url in pager.more if urlsplit(url).netloc == urlsplit(page.url).netloc)
    return tuple(replace(_inner(page, asked, url), linked=True) for url in near)


def frames_of(page: Page, *, may_be_elsewhere: bool = False) -> list[str]:
    """A list may sit in a frame (常州, 淮安区县), ``may_be_elsewhere`` of another host that the source may reach. Counters,
    logins and share buttons do not count."""
    sources = [node.attributes.get("src") or "" for node in page.tree.css("iframe[src], frame[src]")]
    if "frame" in page.text:
        sources += [found[1] for found in _SET_BY_SCRIPT.finditer(page.scripts) if not ASSET.search(found[1])]
    urls = [url for source in sources if (url := resolve_link(page.base, source))]
    near = [url for url in urls if urlsplit(url).netloc == urlsplit(page.url).netloc]
    found = near or (urls if may_be_elsewhere else [])
    return [url for url in dict.fromkeys(found) if not _SKIP_FRAME.search(urlsplit(url).path)][:_MOST_FRAMES]


def _names_reports(listed: Listed) -> bool:
    return any(names_a_report(link.title) for link in listed.links)


def _inner(page: Page, asked: ListRequest, url: str) -> ListRequest:
    state = {**asked.state, "inner": str(_depth(asked) + (asked.page == 1))}
    return ListRequest(Request(url, None, (("Referer", page.url),)), ListingFamily.AUTO, 1, state)


def _depth(asked: ListRequest) -> int:
    return int(asked.state.get("inner", 0))
