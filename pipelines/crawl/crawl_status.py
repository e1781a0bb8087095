"""The status of the crawl, from the fetch log: the latest run, and what has been failing since when.

Shared by ``gongkai status`` and the asset checks in the Dagster UI.
"""

from collections.abc import Iterable
from typing import Protocol

import polars as pl

from pipelines.crawl.list_visits import ListVerdict
from pipelines.crawl.outcomes import Outcome

_GONE = [Outcome.NOT_FOUND.value, Outcome.SOFT_404.value]
_GOOD = [outcome.value for outcome in Outcome if outcome.is_good]


class Crawled(Protocol):
    """What is asked of a source here."""

    @property
    def id(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def province(self) -> str: ...
    @property
    def enabled(self) -> bool: ...


def failing(fetches: pl.DataFrame) -> pl.DataFrame:
    """Pages whose last fetch was not good: since when, how often asked since, and what can be done.

    "Since" is the first fetch after the last good one.
    """
    asked = fetches.filter(pl.col("kind") != "robots").sort("fetched_at")
    good = pl.col("outcome").is_in(_GOOD)
    since_good = (good.cast(pl.Int64).cum_sum().over("url")).alias("good_before")
    runs = asked.with_columns(since_good).filter(pl.col("good_before") == pl.col("good_before").max().over("url"))
    bad = runs.filter(~good)
    return (
        bad.group_by("url")
        .agg(
            pl.col("source_id").last(),
            pl.col("outcome").last(),
            since=pl.col("fetched_at").min(),
            last_asked=pl.col("fetched_at").max(),
            times=pl.len(),
            why=pl.col("message").last(),
        )
        .with_columns(
            what_to_do=pl.col("outcome").map_elements(lambda value: Outcome(value).advice, return_dtype=pl.String)
        )
        .sort("since", "url")
        .select("source_id", "url", "outcome", "why", "since", "last_asked", "times", "what_to_do")
    )


def failing_sources(fetches: pl.DataFrame, sources: Iterable[Crawled]) -> pl.DataFrame:
    """The same grouped by source and outcome: one row may stand for a thousand blocked pages.

    Enabled sources only; first those whose own page fails, because they yield nothing. ``url`` is that page, or an
    example. Columns: province, source_id, pages, outcome, why, since, last_asked, what_to_do, url.
    """
    entries = {source.id: source for source in sources if source.enabled}
    own = [source.url for source in entries.values()]
    bad = failing(fetches).filter(pl.col("source_id").is_in(list(entries))).with_columns(own=pl.col("url").is_in(own))
    advice = (
        pl.when(pl.col("outcome").is_in(_GONE) & ~pl.col("own").any())
        .then(pl.lit("nothing; the list names pages that are gone"))
        .otherwise(pl.col("what_to_do").first())
    )
    found = bad.sort("own", "since", descending=[True, False]).group_by("source_id", "outcome", maintain_order=True)
    return (
        found.agg(
            pl.col("own").any(), pages=pl.len(), why=pl.col("why").first(), since=pl.col("since").min(),
            last_asked=pl.col("last_asked").max(), what_to_do=advice.first(), url=pl.col("url").first(),
        )
        .with_columns(
            province=pl.col("source_id").map_elements(lambda name: entries[name].province, return_dtype=pl.String)
        )
        .sort("own", "pages", "since", descending=[True, True, False], maintain_order=True)
        .select("province", "source_id", "pages", "outcome", "why", "since", "last_asked", "what_to_do", "url")
    )  # fmt: skip


def latest_run(fetches: pl.DataFrame) -> pl.DataFrame:
    """The requests of the latest run."""
    return fetches.filter(pl.col("run_id") == pl.col("run_id").sort_by("fetched_at").last())


def unsound_lists(visits: pl.DataFrame, sources: Iterable[Crawled]) -> pl.DataFrame:
    """Enabled sources whose lists were not read whole in their latest run, the worst verdicts first.

    Columns: province, source_id, verdict, message, since, report_links, links_before, what_to_do, url.
    """
    enabled = [source.id for source in sources if source.enabled]
    sound = [verdict.value for verdict in ListVerdict if verdict.is_sound]
    bad = visits.filter(pl.col("source_id").is_in(enabled), ~pl.col("verdict").is_in(sound))
    return bad.select(
        "province", "source_id", "verdict", "message", "since", "report_links", "links_before", "what_to_do", "url"
    )


def list_verdicts(visits: pl.DataFrame) -> pl.DataFrame:
    """How many sources came to which verdict, the worst verdicts first."""
    return visits.group_by("verdict", maintain_order=True).agg(
        sources=pl.len(), report_links=pl.col("report_links").sum()
    )


def last_crawl(fetches: pl.DataFrame) -> pl.DataFrame:
    """Requests of the latest run by outcome, with the moment the last of each ended."""
    if fetches.is_empty():
        return pl.DataFrame(schema={"outcome": pl.String, "requests": pl.UInt32, "ended": pl.Datetime("us", "UTC")})
    last = latest_run(fetches)
    counts = last.group_by("outcome").agg(requests=pl.len(), ended=pl.col("fetched_at").max())
    return counts.sort("requests", "outcome", descending=[True, False])
