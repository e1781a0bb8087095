"""The crawl as an asset: pages in the archive (WARC) and a line in the fetch log for every request, province by province.

A blocked or silent site is data: it stands in the fetch log with its outcome. Only a broken stage fails the run.
"""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from assets import progress
from assets.metadata import frame_table
from assets.partitions import in_one_run, provinces
from assets.registry import source_registry
from assets.resources import DataFolder, enabled
from pipelines.crawl.crawl import crawl
from pipelines.crawl.holdings import fetch_frame
from pipelines.crawl.progress import CrawlProgress


@dg.asset(
    partitions_def=provinces,
    backfill_policy=in_one_run,
    deps=[source_registry],
    group_name="crawl",
    kinds={"http", "warc"},
    description="List pages and report pages as fetched: raw responses in WARC files, one row in the fetch log a request.",
)
def pages(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
    """Crawl the sources of the run's provinces in one go: hosts are shared between provinces, politeness is kept per host."""
    chosen = enabled(data_folder.load_sources(), context.partition_keys)
    crawl(
        data_folder.home,
        chosen,
        data_folder.crawl_policy(),
        run_id=context.run_id,
        now=datetime.now(UTC),
        on_progress=_Teller(),
    )
    fetched = fetch_frame(data_folder.home).filter(pl.col("run_id") == context.run_id)
    for province in context.partition_keys:
        here = fetched.filter(pl.col("province") == province)
        outcomes = here.group_by("outcome").len("requests").sort("requests", descending=True)
        context.add_asset_metadata(
            {
                "dagster/partition_row_count": len(here),
                "sources": sum(source.province == province for source in chosen),
                "outcomes": frame_table(outcomes, limit=40),
            },
            partition_key=province,
        )


class _Teller:
    """Adds up the provinces, which the crawl reports one by one."""

    def __init__(self) -> None:
        self._latest: dict[str, CrawlProgress] = {}

    def __call__(self, state: CrawlProgress) -> None:
        self._latest[state.province] = state
        done = sum(told.done for told in self._latest.values())
        progress.report("crawl", done, done + sum(told.waiting for told in self._latest.values()))
