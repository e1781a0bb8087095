"""How the crawl stands, from the fetch log: what came last, what keeps failing and since when.

One answer for the operator, whether he asks ``gongkai status`` or looks at the asset check in the Dagster UI.
"""

import polars as pl

from pipelines.crawl.outcomes import Outcome

_GOOD = [outcome.value for outcome in Outcome if outcome.is_good]


def failing(fetches: pl.DataFrame) -> pl.DataFrame:
    """Pages whose last fetch was not good: since when, how often asked since, and what can be done.

    "Since" is the first fetch after the last good one, so a page that came back and failed again starts anew.
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
        )
        .with_columns(
            what_to_do=pl.col("outcome").map_elements(lambda value: Outcome(value).advice, return_dtype=pl.String)
        )
        .sort("since", "url")
        .select("source_id", "url", "outcome", "since", "last_asked", "times", "what_to_do")
    )


def last_crawl(fetches: pl.DataFrame) -> pl.DataFrame:
    """Requests of the latest run by outcome, with the moment the last of each ended."""
    if fetches.is_empty():
        return pl.DataFrame(schema={"outcome": pl.String, "requests": pl.UInt32, "ended": pl.Datetime("us", "UTC")})
    latest = fetches.sort("fetched_at").tail(1)["run_id"].item()
    last = fetches.filter(pl.col("run_id") == latest)
    counts = last.group_by("outcome").agg(requests=pl.len(), ended=pl.col("fetched_at").max())
    return counts.sort("requests", "outcome", descending=[True, False])
