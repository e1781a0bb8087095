"""A column that lists its organs in a tree, a select box or tabs: each is followed as a column of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.home import Home
from schemas.sources import Source
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Asked, Site

TITLE = "2023年政府信息公开工作年度报告"
ORGANS = {"教育局": "jyj", "城关镇": "cgz"}
_NODES = ",".join(f"{{id:1,name:'{name}',url:'/nb/{step}/'}}" for name, step in ORGANS.items())
OFFERED = {
    "select": "<select>" + "".join(f"<option value='/nb/{step}/'>{name}</option>" for name, step in ORGANS.items()) + "</select>",
    "tree": f"<script>var nodes=[{_NODES}];</script>",
    "tabs": "".join(f"<li data-url='/nb/{step}/'>{name}</li>" for name, step in ORGANS.items()),
    "arguments": "".join(f"<option value='/nb/?dept={step}'>{name}</option>" for name, step in ORGANS.items()),
}  # fmt: skip


@pytest.mark.parametrize("offered", OFFERED)
def test_every_organ_is_read(serve: Callable[..., Site], tmp_path: Path, offered: str) -> None:
    def column(asked: Asked) -> Answer:
        step = asked.query.get("dept") or asked.path.removeprefix("/nb/").strip("/")
        own = f"<li><a href='/r/{step or 'own'}.html'>{step or '本级'}{TITLE}</a></li>"
        return Answer(page(OFFERED[offered] + "<a href='/nb/about/'>关于我们</a>" + own))

    paths = {f"/nb/{step}/": column for step in ORGANS.values()}
    reports = {f"/r/{step}.html": report(step, 2023) for step in ("own", *ORGANS.values())}
    site = serve(from_pages({"/nb/": column, **paths, **reports}, reports_at="/none/"))
    source = Source(id="a", url=site.url("/nb/"), delay_seconds=0, allow_hosts=(site.authority,), province="jiangsu")
    crawl(Home(tmp_path), [source], CrawlPolicy(), run_id="one", now=datetime(2026, 2, 1, tzinfo=UTC))
    assert {path for path in site.paths() if path.startswith("/r/")} == set(reports)
    assert "/nb/about/" not in site.paths()
