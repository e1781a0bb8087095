"""Which answers are worth a browser: shells that scripts fill, and nothing that bars the way."""

import re
from typing import TYPE_CHECKING

from pipelines.crawl.archive.fetch_log import PageKind
from pipelines.crawl.classification.block_detection import Verdict
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Exchange
from pipelines.crawl.outcomes import Outcome

if TYPE_CHECKING:
    from pipelines.crawl.scheduling.frontier import Job

_ASKS = re.compile(
    r"XMLHttpRequest|\bfetch\s*\(|\$\.(?:ajax|get|post|getJSON)\b|\baxios\b|\.load\s*\(|<script[^>]+type=[\"']module",
    re.I,
)
_APP = re.compile(r"<div[^>]+id=[\"'](?:app|root|main-app|__next|__nuxt)[\"'][^>]*>\s*</div>", re.I)


def needs_rendering(job: "Job", exchange: Exchange, verdict: Verdict) -> bool:
    """A page that is built by script, or a report's page without a report whose scripts ask for more."""
    if exchange.is_rendered or verdict.jump is not None or job.request.body is not None or exchange.status != 200:
        return False
    if verdict.outcome is Outcome.NEEDS_RENDER:
        return True
    if verdict.outcome is not Outcome.FETCHED or job.kind is not PageKind.REPORT:
        return False
    page = verdict.page or Page(job.request.url, exchange.body, verdict.content_type)
    return page.is_html and not page.reads_like_report and bool(_APP.search(page.text) or _ASKS.search(page.text))
