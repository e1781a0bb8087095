"""Which responses may replace a good version of a report. Refused ones are still recorded and shown."""

import re
from dataclasses import replace

from pipelines.crawl.archive.page_index import Held
from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.classification.page import Page, is_html
from pipelines.crawl.classification.placeholder import says_nothing_yet
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from schemas.sources import Source, SourceKind

_ENOUGH_TO_COMPARE = 200  # Chinese characters: ratios of shorter texts are meaningless
_A_NARRATIVE = 800  # a page with more text than this is a document even without the six headings
_NOTHING_HERE = re.compile(r"暂无|没有(?:找到|查询到|相关)|无相关(?:数据|信息|内容)|未找到")
_ICON = re.compile(r"logo|icon|banner|qr|code|weixin|wx|share|btn|arrow|bg|gongan|jiucuo|dzjg", re.IGNORECASE)


def judge_report(
    page: Page, verdict: Verdict, held: Held | None, attachments: tuple[str, ...], policy: CrawlPolicy, source: Source
) -> Verdict:
    """Classify a page that was fetched as a report.

    ``SOFT_404``: an enumerable endpoint has no report for this year. ``SHRUNK``: far less text than the version we
    hold. ``IMAGES_ONLY``: headings and pictures, no table words and no files.
    """
    if not page.is_html:
        return _against_held(page, verdict, held, policy)
    empty = not page.reads_like_report and not attachments and page.n_text < _A_NARRATIVE
    if empty and (source.kind is SourceKind.ENUMERABLE or "xxgkAnnualReport" in page.url):
        return replace(verdict, outcome=Outcome.SOFT_404, message="no report for this year")
    if empty and len(page.visible) < 300 and _NOTHING_HERE.search(page.visible):
        return replace(verdict, outcome=Outcome.SOFT_404, message="the page says there is nothing")
    if empty and not shows_pictures(page) and says_nothing_yet(page):
        return replace(verdict, outcome=Outcome.SOFT_404, message="the page says there is nothing yet")
    judged = _against_held(page, verdict, held, policy)
    if judged.outcome is Outcome.FETCHED and not attachments and not page.has_statutory_tables and shows_pictures(page):
        return replace(verdict, outcome=Outcome.IMAGES_ONLY, message="headings and pictures, no table text")
    return judged


def judge_file(page: Page, verdict: Verdict, held: Held | None, policy: CrawlPolicy) -> Verdict:
    """Classify an attachment. A web page or a sharply smaller file does not replace the held one."""
    if held is not None and held.digest is not None and page.is_html and not is_html(held.content_type or ""):
        return replace(verdict, outcome=Outcome.WRONG_TYPE, message="a web page where a file is held")
    return _against_held(page, verdict, held, policy)


def _against_held(page: Page, verdict: Verdict, held: Held | None, policy: CrawlPolicy) -> Verdict:
    if held is None or held.digest is None or not held.n_text or is_html(held.content_type or "") != page.is_html:
        return verdict
    if held.n_text >= _ENOUGH_TO_COMPARE and page.n_text < held.n_text * policy.shrink_ratio:
        message = f"{page.n_text} {'characters' if page.is_html else 'bytes'} against {held.n_text} in the version held"
        return replace(verdict, outcome=Outcome.SHRUNK, message=message)
    return verdict


def shows_pictures(page: Page) -> bool:
    """Whether there are pictures and little text. Icons and seals in the footer do not count."""
    if page.n_text > _A_NARRATIVE * 2:
        return False
    sources = [
        node.attributes.get("src") or ""
        for node in page.tree.css("p img, td img, div[class*=content] img, div[class*=TRS] img")
    ]
    return any(source and not _ICON.search(source) for source in sources)
