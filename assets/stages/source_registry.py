"""The first asset: which pages to crawl, as declared in ``sources/*.yaml``."""

import time

import dagster as dg
import polars as pl

from assets.display.metadata import definition_metadata, seconds_since
from assets.display.tables import frame_table, preview
from assets.runtime.resources import DataFolder
from pipelines.crawl.archive.captures import source_frame
from pipelines.crawl.registry.portal_coverage import cover
from pipelines.crawl.registry.portal_frame import portal_frame


@dg.asset(
    group_name="crawl",
    kinds={"yaml"},
    metadata=definition_metadata("crawl.sources"),
    description="Sources declared in sources/*.yaml: columns, single reports and year-by-agency endpoints of government sites."
    " | 抓取来源清单：栏目、单页报告与可枚举接口。",
)
def source_registry(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Load and check every source and the list of portals; a fault fails the run before anything is fetched."""
    started = time.perf_counter()
    sources = data_folder.load_sources()
    frame = source_frame(sources)
    governments = portal_frame(cover(data_folder.portals, sources, ()))
    by_province = frame.group_by("province").agg(sources=pl.len(), enabled=pl.col("enabled").sum()).sort("province")
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(sources),
            "enabled": sum(source.enabled for source in sources),
            "seen": sum(source.known == "seen" for source in sources),
            "governments_with_a_portal": len(governments),
            "of_them_without_a_column": int((~governments["has_column"]).sum()),
            "by_province": frame_table(by_province, limit=len(by_province)),
            "preview": preview(frame),
            "seconds": seconds_since(started),
        }
    )
