"""Loopback sites, a data folder, and a watch over every connection: nothing outside loopback is contacted."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.crawl.archive.captures import Capture, captures
from pipelines.crawl.archive.fetch_log import FetchRecord, log_files, read_log
from pipelines.crawl.crawl import crawl
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.scheduling.progress import CrawlSummary
from pipelines.home import Home
from schemas.sources import Source
from tests.web.server import Handle, Site

QUICK: dict[str, Any] = {"retry_backoff": 0.01, "breaker_cooldown": 0.05, "threads": 8, "lists": "run"}
IMPATIENT: dict[str, Any] = {"connect_timeout": 2.0, "read_timeout": 0.6, "total_deadline": 1.2}
"""For servers that never answer. Elsewhere the usual patience: a busy machine is no failure of the site."""


@pytest.fixture(autouse=True)
def contacted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Addresses connected to. A connection that leaves loopback fails the test that made it."""
    seen: list[str] = []
    connect = socket.socket.connect

    def watched(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            seen.append(address[0])
            assert ipaddress.ip_address(address[0]).is_loopback, f"a test contacted {address[0]}"
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    yield seen
    assert all(ipaddress.ip_address(address).is_loopback for address in seen)


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """Start a site; it stops with the test."""
    sites: list[Site] = []

    def start(handle: Handle, **options: Any) -> Site:
        sites.append(Site(handle, **options))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@dataclass
class Night:
    """Runs crawls on one data folder and answers questions about what they left."""

    home: Home
    runs: int = 0
    now: datetime = field(default_factory=lambda: datetime(2026, 2, 1, 18, 0, tzinfo=UTC))

    def crawl(self, *sources: Source, run_id: str | None = None, guard: Any = None, **policy: Any) -> CrawlSummary:
        self.runs += 1
        self.now += timedelta(hours=1)
        chosen = CrawlPolicy(**{**QUICK, **policy})
        return crawl(self.home, sources, chosen, run_id=run_id or f"run-{self.runs}", now=self.now, guard=guard)

    def records(self, province: str = "jiangsu") -> list[FetchRecord]:
        return [record for path in log_files(self.home, province) for record in read_log(path)]

    def outcome(self, url: str) -> str:
        """How the last fetch of ``url`` ended."""
        return [record.outcome for record in self.records() if record.url == url][-1]

    def captures(self) -> list[Capture]:
        return captures(self.home, "jiangsu")


@pytest.fixture
def night(tmp_path: Path) -> Night:
    return Night(Home(tmp_path))


def source(site: Site | None, path: str, **overrides: Any) -> Source:
    """A source of a loopback site: no delay, its own address allowed."""
    fields: dict[str, Any] = {
        "id": f"s-{len(path)}-{abs(hash(path)) % 10**6}",
        "delay_seconds": 0,
        "province": "jiangsu",
    }
    if site is not None and "url" not in overrides:
        fields["url"] = site.url(path)
    if site is not None and "allow_hosts" not in overrides:
        fields["allow_hosts"] = (site.authority,)
    return Source.model_validate({**fields, **overrides})
