"""The crawl as an asset: pages in the archive (WARC) and a line in the fetch log for every request, province by province.

A blocked or unreachable site does not fail the run: it is in the fetch log with its outcome.
"""

import time
from typing import Any

import dagster as dg
import polars as pl

from assets.display import plots
from assets.display.column_lineage import PAYLOAD
from assets.display.metadata import definition_metadata, seconds_since
from assets.display.tables import frame_table
from assets.partitions import in_one_run, provinces
from assets.runtime import progress
from assets.runtime.resources import DataFolder, enabled
from assets.runtime.run_tags import tag_run
from assets.stages.source_registry import source_registry
from pipelines.crawl.archive.captures import fetch_frame
from pipelines.crawl.crawl import crawl
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.scheduling.distributed import crawl_by_host
from pipelines.crawl.scheduling.progress import CrawlProgress
from pipelines.execution.executor import open_executor
from schemas.settings import load_settings

_PRINTED = dg.TableColumn(
    PAYLOAD, "bytes", description="原文 | The response as received, in archive/*.warc.gz: every figure is printed here."
)


@dg.asset(
    partitions_def=provinces,
    backfill_policy=in_one_run,
    deps=[source_registry],
    group_name="crawl",
    kinds={"http", "warc"},
    metadata=definition_metadata("crawl.fetches", _PRINTED),
    description="List pages and report pages as fetched: raw responses in WARC files, one row in the fetch log a request."
    " | 抓取的列表页与报告页：WARC 原始响应，每次请求记一行日志。",
)
def pages(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
    """Crawl the sources of all provinces of the run together, because provinces share hosts and politeness is per host."""
    started = time.perf_counter()
    chosen = enabled(data_folder.load_sources(), context.partition_keys)
    home, policy, now = data_folder.home, data_folder.crawl_policy(), data_folder.now()
    executor = load_settings().executor
    if executor == "processes":  # threads: a crawl mostly waits, and one process can wait for many sites
        crawl(home, chosen, policy, run_id=context.run.run_id, now=now, on_progress=_tell)
    else:
        with open_executor(executor) as pool:
            crawl_by_host(pool, home, chosen, policy, run_id=context.run.run_id, now=now, on_progress=_tell)
    data_folder.work.save()
    took = seconds_since(started)
    fetched = fetch_frame(data_folder.home).filter(pl.col("run_id") == context.run.run_id)
    provinces_asked = sorted({source.province for source in chosen})
    new = fetched.filter(pl.col("outcome") == Outcome.FETCHED.value, pl.col("kind") != "robots")
    tag_run(
        context,
        province=provinces_asked[0] if len(provinces_asked) == 1 else f"{len(provinces_asked)} provinces",
        pages=fetched.filter(pl.col("kind") != "robots").height,
        changed=new.height,
    )
    for province in context.partition_keys:
        here = fetched.filter(pl.col("province") == province)
        shown: dict[str, Any] = {
            "dagster/partition_row_count": len(here),
            "sources": sum(source.province == province for source in chosen),
            "bytes": int(here["n_bytes"].sum() or 0),
        }
        if len(here):
            outcomes = here.group_by("outcome").len("requests").sort("requests", descending=True)
            first = here.select("outcome", "url", "link_title", "message")
            shown |= {
                "outcomes_by_host": outcomes_by_host(here),
                "outcomes": frame_table(outcomes, limit=40),
                "preview": frame_table(first),
                "seconds": took,  # of the whole crawl: hosts are shared between provinces
            }
        context.add_asset_metadata(shown, partition_key=province)


def outcomes_by_host(fetched: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """Requests of a crawl by host and outcome; hosts with most failures first."""
    hosts = fetched.with_columns(
        host=pl.col("url").str.extract(r"^[a-z]+://([^/?#]+)").fill_null("?"),
        bad=~pl.col("outcome").is_in([outcome.value for outcome in Outcome if outcome.is_good]),
    )
    counts = hosts.group_by("host", "outcome").agg(requests=pl.len(), bad=pl.col("bad").sum())
    order = counts.sort(
        pl.col("bad").sum().over("host"), pl.col("requests").sum().over("host"), "host", "outcome",
        descending=[True, True, False, False],
    )  # fmt: skip
    return plots.bars("Requests by host and outcome", order, of="host", by="outcome", count="requests")


def _tell(state: CrawlProgress) -> None:
    """A province's own progress: pages done and waiting, and how its hosts do."""
    failing = f", {state.failing_hosts} failing" if state.failing_hosts else ""
    hosts = "1 host" if state.hosts == 1 else f"{state.hosts} hosts"
    detail = f"{hosts}{failing}, {state.n_bytes / 1e6:.1f} MB"
    progress.report(f"crawl {state.province}", state.done, state.done + state.waiting, detail)
