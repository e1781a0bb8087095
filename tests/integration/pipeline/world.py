"""A small world that changes from night to night: three sites with real report pages, and one thing happening after another.

night  3        the list of the first site gains a report
night  5 to 8   the second site is down: its list cannot be asked, and what only the list leads to waits
night  9        the first site edits a report (found on night 14: reports are asked again weekly)
night 12 to 16  the third site hides behind a script challenge; its report falls due on night 14
night 18        the machine dies in the middle of the crawl
night 20        the first site publishes another report
night 24        the disk is full while pages are read
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import yaml

from gongkai.demo.resources import Resource, load_sites, resources
from pipelines.home import Home
from tests.web.pages import page
from tests.web.server import NOT_FOUND, Answer, Asked, Site

FIRST_NIGHT = datetime(2026, 1, 10, 18, 0, tzinfo=UTC)  # 02:00 in China, in the publishing season
NIGHTS = 30
OUTAGE, EDITED, WALL, CRASH, FULL_DISK = range(5, 9), 9, range(12, 17), 18, 24
LISTED = {"shili-2022": 0, "shili-2023": 0, "shili-2012": 3, "water": 20}
"""Page of the first site → the night from which its list names it."""
_TITLES = {
    "shili-2022": "示例县2022", "shili-2023": "示例县2023", "shili-2012": "示例县2012", "water": "示例县水利局2023",
    "qidong-word": "启东市2020",
}  # fmt: skip
_NAMED = {"B list": ("qidong", "/list/"), "C": ("testcity", "/r/testcity.html")}
_CHALLENGE = Answer("<html><script>document.cookie='__jsl_clearance_s=-1';location.reload()</script></html>", 521)


def pages_of(name: str, night: int) -> dict[str, Resource]:
    """Page name → what a site of the demo answers there."""
    site = next(site for site in load_sites() if site.name == name)
    served = resources(site, 2 if night >= EDITED else 1)
    return {page: served[spec["path"]] for page, spec in site.spec["pages"].items() if spec["path"] in served}


@dataclass
class World:
    """The sites, their state tonight, and the data folder that follows them."""

    folder: Path
    night: int = 0
    sites: dict[str, Site] = field(default_factory=dict)

    def __enter__(self) -> Self:
        for name, handle in (("shili", self._shili), ("qidong", self._qidong), ("testcity", self._testcity)):
            self.sites[name] = Site(handle)
        self.sources_file.write_text(yaml.safe_dump({"province": "zhejiang", "sources": self._sources()}), "utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for site in self.sites.values():
            site.close()

    @property
    def home(self) -> Home:
        return Home(self.folder / "home")

    @property
    def sources_file(self) -> Path:
        return self.folder / "zhejiang.yaml"

    @property
    def now(self) -> datetime:
        """The beginning of tonight's run."""
        return moment(self.night)

    def url(self, name: str) -> str:
        """Address of a page by a short name."""
        site, path = _NAMED.get(name, ("shili", f"/r/{name}.html"))
        return self.sites[site].url(path)

    def _sources(self) -> list[dict[str, object]]:
        places = (
            ("shili", "/list/", "column"),
            ("qidong", "/list/", "column"),
            ("testcity", "/r/testcity.html", "report"),
        )
        return [
            {"id": name, "url": self.sites[name].url(path), "kind": kind, "site": name, "delay_seconds": 0,
             "allow_hosts": [self.sites[name].authority]}
            for name, path, kind in places
        ]  # fmt: skip

    def _shili(self, asked: Asked) -> Answer:
        return self._serve("shili", [name for name, since in LISTED.items() if since <= self.night], asked)

    def _qidong(self, asked: Asked) -> Answer:
        return Answer("down", 503) if self.night in OUTAGE else self._serve("qidong", ["qidong-word"], asked)

    def _testcity(self, asked: Asked) -> Answer:
        if self.night in WALL and asked.path != "/robots.txt":
            return _CHALLENGE
        return self._serve("testcity", ["testcity"], asked)

    def _serve(self, site: str, listed: list[str], asked: Asked) -> Answer:
        if asked.path == "/list/":
            return Answer(page("".join(map(_item, listed))))
        name = asked.path.removeprefix("/r/").removesuffix(".html")
        if name not in listed:
            return NOT_FOUND
        found = pages_of(site, self.night)[name]
        return Answer(found.body, headers={"Content-Type": found.content_type})


def _item(name: str) -> str:
    title = f"{_TITLES[name]}年政府信息公开工作年度报告"
    return f'<li><a href="/r/{name}.html" title="{title}">{title}</a><span>2024-03-18</span></li>'


def moment(night: int) -> datetime:
    """When the run of a night begins."""
    return FIRST_NIGHT + timedelta(days=night)


@dataclass(frozen=True)
class Truth:
    """What an operator must be told on one night."""

    failing: dict[str, int]
    """Page → night since which it has failed."""
    stale: set[str]
    """Sources asked in vain for more than three days."""
    reports: int
    edits: bool
    """The edited cells are known."""
    quiet_days: int
    """Days since a report came in or changed."""


def truth_of(night: int) -> Truth:
    """Told from the calendar above, not from what the system saw."""
    failing = {"B list": 5} if night in OUTAGE else {}
    failing |= {"C": 14} if night in (14, 15, 16) else {}
    stale = ({"qidong"} if night == 8 else set()) | ({"testcity"} if night in (14, 15, 16) else set())
    known = {"shili-2022": 0, "shili-2023": 0, "shili-2012": 3, "water": 20, "B": 0, "C": 0}
    came = [since for since in (*known.values(), 14) if since <= night]
    return Truth(failing, stale, sum(since <= night for since in known.values()), night >= 14, night - max(came))
