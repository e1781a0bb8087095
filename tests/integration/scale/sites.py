"""Sites that link to each other, for a crawl that is divided by host, and an executor that does its tasks in this process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipelines.crawl.archive.captures import captures, load_capture
from pipelines.execution import executor as executors
from pipelines.home import Home
from schemas.sources import Source
from tests.integration.scale import corpus
from tests.web.server import Answer, Asked, Site

LIST = "<html><body><ul>{}</ul></body></html>"


def site_of(pages: dict[str, bytes], links: str) -> Callable[[Asked], Answer]:
    def handle(asked: Asked) -> Answer:
        if asked.path == "/nb/":
            return Answer(LIST.format(links), headers={"Content-Type": "text/html; charset=utf-8"})
        body = pages.get(asked.path)
        return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"}) if body else Answer("", 404)

    return handle


@contextmanager
def report_sites(count: int, per_site: int) -> Iterator[list[Site]]:
    """Sites whose lists also link to a report of the next site: a host met in the middle of another's share."""
    made = [(f"/nb/2024/{n}.html", page) for n, (_, _, page) in enumerate(corpus.pages(count * per_site))]
    sites: list[Site] = []
    for number in range(count):
        mine = dict(made[number * per_site : (number + 1) * per_site])
        abroad = (
            f'<li><a href="{sites[-1].url("/nb/2024/abroad.html")}">第九局2023年政府信息公开工作年度报告</a></li>'
            if sites
            else ""
        )
        listed = "".join(
            f"<li><a href='{path}'>第{path[9:-5]}局2023年政府信息公开工作年度报告</a></li>" for path in mine
        )
        sites.append(Site(site_of({**mine, "/nb/2024/abroad.html": made[0][1]}, listed + abroad)))
    try:
        yield sites
    finally:
        for site in sites:
            site.close()


def sources_of(sites: list[Site], delay: float = 0) -> list[Source]:
    allowed = [site.authority for site in sites]
    return [
        Source.model_validate(
            {
                "id": f"s{n}",
                "url": site.url("/nb/"),
                "province": "jiangsu",
                "delay_seconds": delay,
                "allow_hosts": allowed,
            }
        )
        for n, site in enumerate(sites)
    ]


def held(home: Home) -> dict[str, tuple[str, bytes]]:
    """Digest and bytes of every report held, by its id."""
    return {c.report_id: (c.payload_digest, load_capture(home, c).data) for c in captures(home, "jiangsu")}


class Here:
    """An executor that does its tasks at once, and says that it does so many at a time."""

    def __init__(self, width: int) -> None:
        self.width = width

    def submit(self, task: Callable[..., Any], *given: Any) -> Any:
        return executors.LazyPool(None, 1).submit(task, *given)  # type: ignore[arg-type]
