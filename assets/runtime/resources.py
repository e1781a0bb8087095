"""Dagster resources: the data folder (locked for one run at a time), the sources, the crawl policy.

Defaults come from the settings. A run can override them in its config, which the UI shows.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import Field, PrivateAttr

from assets.runtime.workspace import Workspace, workspace
from pipelines.crawl.policy import CrawlPolicy
from pipelines.crawl.registry.source_files import load_sources
from pipelines.home import Home
from pipelines.run_log import in_run
from schemas.settings import Settings, load_settings
from schemas.sources import Source


class DataFolder(dg.ConfigurableResource):  # type: ignore[type-arg]  # dagster's generic has no useful argument here
    """The data folder and the sources of a run."""

    root: str = Field(description="The data folder: a path, or s3://bucket/prefix (GONGKAI_HOME).")
    sources: str = Field(description="Sources file or folder (GONGKAI_SOURCES).")
    allow_hosts: list[str] = Field(default=[], description="Hosts outside .gov.cn that may be reached.")
    lists: str = Field(default="season", description="When list pages are looked at: run or season.")
    revisit_reports: bool = Field(default=False, description="Ask again for every report we hold.")
    from_scratch: bool = Field(default=False, description="Read every document again, whether or not anything changed.")
    _work: Workspace | None = PrivateAttr(default=None)
    at: str = Field(
        default="", description="The moment that counts as now (ISO 8601), for rehearsals; empty: the real one."
    )

    @classmethod
    def from_settings(cls, settings: Settings) -> "DataFolder":
        return cls(
            root=settings.address,
            sources=str(settings.sources),
            allow_hosts=list(settings.allow_hosts),
            lists=settings.lists,
            revisit_reports=settings.revisit_reports,
        )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["DataFolder"]:
        """Lock the folder for the whole run: Dagster's in-process executor creates resources once per run."""
        run_id = context.run.run_id if context.run else "without id"
        with in_run(run_id), workspace(load_settings(home=self.root), f"run {run_id[:8]}") as work:
            self._work = work
            try:
                yield self
            finally:
                self._work = None

    @property
    def home(self) -> Home:
        return self.work.home

    @property
    def work(self) -> Workspace:
        """What the run works in; outside a run (in a test), the folder as it lies here."""
        return self._work or Workspace(Home(load_settings(home=self.root).home))

    def now(self) -> datetime:
        """The time of this run, in UTC, for revisits, freshness and the fetch log."""
        return datetime.fromisoformat(self.at).astimezone(UTC) if self.at else datetime.now(UTC)

    def load_sources(self) -> list[Source]:
        """All sources, enabled or not. Raises SourceError naming file, line and key."""
        return load_sources(Path(self.sources))

    @property
    def portals(self) -> Path:
        """The list of governments that have a portal. It may be absent: a run of one sources file has none."""
        return Path(self.sources) / "portals.csv"

    def crawl_policy(self) -> CrawlPolicy:
        """The crawl policy of this run: the settings, with this run's choices on top."""
        return CrawlPolicy.from_settings(
            load_settings(),
            allow_hosts=tuple(self.allow_hosts),
            lists="run" if self.lists == "run" else "season",
            revisit_reports=self.revisit_reports,
        )


def enabled(sources: Sequence[Source], provinces: Sequence[str]) -> list[Source]:
    """The sources of these provinces that are not switched off."""
    return [source for source in sources if source.enabled and source.province in set(provinces)]
