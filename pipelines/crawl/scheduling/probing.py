"""What a page turns out to be that its link named only by a year or an organ: one report, or a part of the column."""

from collections.abc import Iterator

from pipelines.content.attachments import find_attachments
from pipelines.content.report_titles import parse_title
from pipelines.crawl.classification.page import Page
from pipelines.crawl.classification.replacement_policy import shows_pictures
from pipelines.crawl.scheduling.link_selection import role_of
from pipelines.crawl.site_families.detection import adapter_for
from pipelines.crawl.site_families.links import anchors
from pipelines.crawl.site_families.page_lists.printed import PrintedList
from pipelines.crawl.site_families.page_lists.vsb import Vsb
from schemas.carriers import by_extension, by_media_type
from schemas.site_families import ListingFamily

_A_NARRATIVE = 800  # Chinese characters: more than in the frame of a site


def holds_one_report(page: Page, *, latest_year: int) -> bool:
    """Whether a page is the report itself and no list: a document, or a page that is titled like one and links to no other.

    Its text may be a narrative without the six headings, or stand in an attachment or a picture.
    """
    if not page.is_html:
        entry = by_media_type(page.content_type.partition(";")[0].strip())
        return entry is not None and entry.is_document
    if page.reads_like_report:
        return True
    if not any((title := parse_title(text)) is not None and title.year is not None for text in _titles(page)):
        return False
    if not isinstance(adapter_for(ListingFamily.AUTO, page), PrintedList | Vsb):
        return False  # its list is fetched by a script
    if any(role_of(link, page.url, latest_year=latest_year) for link in anchors(page) if not _is_document(link.url)):
        return False
    return page.n_text >= _A_NARRATIVE or shows_pictures(page) or any(find_attachments(page.tree.root, page.url))


def _titles(page: Page) -> Iterator[str]:
    for node in page.tree.css("meta[name='ArticleTitle' i]"):
        yield node.attributes.get("content") or ""
    for node in page.tree.css("h1, h2, h3")[:5]:
        yield node.text(strip=True)
    yield page.title.replace("_", "-").partition("-")[0]


def _is_document(url: str) -> bool:
    entry = by_extension(url.partition("?")[0].rpartition(".")[2])
    return entry is not None and entry.is_document
