"""All parameters of a crawl in one frozen object, made from the settings."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from schemas.sources import FIRST_REPORT_YEAR

if TYPE_CHECKING:  # the settings model costs a quarter of a second to import; whoever has settings has it already
    from schemas.settings import Settings


@dataclass(frozen=True)
class CrawlPolicy:
    """Limits, politeness and revisit rules of a crawl. Times in seconds unless they are ``timedelta``."""

    user_agent: str = "gongkai/0.1 (crawler of statutory government-disclosure reports)"
    robots_agent: str = "gongkai"  # the name looked up in robots.txt
    allow_hosts: tuple[str, ...] = ()  # hosts outside .gov.cn for every source: --allow-host
    ca_file: Path | None = None  # extra certificates: a site's missing intermediate, or a test's own authority

    threads: int = 16  # requests in flight over all hosts; a host never has more than one
    min_delay_seconds: float = 1.0  # lower bound of a source's delay_seconds on .gov.cn hosts
    max_delay_seconds: float = 60.0  # AutoThrottle stops growing here
    crawl_delay_cap: float = 120.0  # a robots Crawl-delay beyond this would stall the run: the host is left for today

    connect_timeout: float = 10.0
    read_timeout: float = 30.0  # silence on an open connection
    total_deadline: float = 120.0  # a whole exchange, also for a slow but steady response
    max_bytes: int = 30_000_000  # as transferred
    max_decoded_bytes: int = 80_000_000  # after Content-Encoding: gzip bombs
    max_redirects: int = 5

    render: Literal["off", "chromium"] = "off"  # pages that only a browser builds

    max_list_pages: int = 200  # per source
    max_attachments: int = 8  # per report
    max_pictures: int = 40  # per report whose tables stand in none of its text: a long report is cut into as many
    first_year: int = FIRST_REPORT_YEAR

    max_attempts: int = 3  # per address and run, transient failures only
    retry_backoff: float = 5.0  # doubled with every attempt
    max_retry_after: float = 600.0  # a longer Retry-After parks the host until the next run
    breaker_failures: int = 5  # consecutive failures of a host that open its circuit
    breaker_cooldown: float = 300.0  # until one probe request is allowed
    breaker_probes: int = 2  # failed probes after which the host is left alone for this run

    robots_ttl: timedelta = timedelta(days=1)

    lists: Literal["run", "season"] = "season"
    """``run``: list pages are looked at in every run. ``season``: nightly January-April, weekly otherwise."""
    season_months: tuple[int, ...] = (1, 2, 3, 4)  # 31 January and 31 March are the statutory days
    list_interval_in_season: timedelta = timedelta(hours=20)
    list_interval_off_season: timedelta = timedelta(days=6, hours=20)
    deep_list_interval: timedelta = timedelta(days=30)  # pages behind an unchanged first page

    revisit_reports: bool = False
    """Ask again for every report we hold, whatever its age (conditional requests; an unchanged page moves no bytes)."""
    report_intervals: tuple[tuple[timedelta, timedelta], ...] = (
        (timedelta(days=30), timedelta(days=7)),  # held for under a month: weekly, corrections come early
        (timedelta(days=180), timedelta(days=30)),
        (timedelta(days=730), timedelta(days=90)),
    )
    """(held for less than, look again after); beyond the last step ``oldest_report_interval`` holds."""
    oldest_report_interval: timedelta = timedelta(days=365)
    failure_interval: timedelta = timedelta(days=7)  # permanent failures: doubled each time up to the cap
    failure_interval_cap: timedelta = timedelta(days=90)
    wall_interval: timedelta = timedelta(days=1)  # blocked or forbidden: ask again tomorrow, then rarer

    shrink_ratio: float = 0.4  # a report with less than this share of its last text does not replace it
    warc_max_bytes: int = 1_000_000_000  # then the archive file is rotated

    @classmethod
    def from_settings(cls, settings: "Settings", **choices: Any) -> "CrawlPolicy":
        """The policy of the settings, with ``choices`` (fields of this class) of one run on top."""
        steps = (step.split(":") for step in settings.report_revisits.split(","))
        chosen: dict[str, Any] = {
            "user_agent": settings.user_agent,
            "allow_hosts": settings.allow_hosts,
            "ca_file": settings.ca_file,
            "threads": settings.crawl_threads,
            "render": settings.render,
            "min_delay_seconds": settings.min_delay_seconds,
            "max_bytes": settings.max_bytes,
            "lists": settings.lists,
            "season_months": settings.season_months,
            "list_interval_in_season": timedelta(hours=settings.list_hours_in_season),
            "list_interval_off_season": timedelta(hours=settings.list_hours_off_season),
            "deep_list_interval": timedelta(days=settings.deep_list_days),
            "revisit_reports": settings.revisit_reports,
            "report_intervals": tuple((timedelta(days=int(age)), timedelta(days=int(wait))) for age, wait in steps),
            "oldest_report_interval": timedelta(days=settings.report_days_oldest),
            "failure_interval": timedelta(days=settings.failure_days),
            "failure_interval_cap": timedelta(days=settings.failure_days_most),
            "wall_interval": timedelta(days=settings.wall_days),
        }
        return cls(**chosen | choices)
