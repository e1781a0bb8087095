"""Jobs: selections of assets that run together."""

import dagster as dg

from assets.stages.documents import documents
from assets.stages.pages import pages
from assets.stages.source_registry import source_registry

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    description="One night: crawl, read, check, publish, export. The schedule, `gongkai run` and `gongkai demo` run this job."
    " | 每夜一次：抓取、读取、校验、发布、导出。",
)
crawl_and_read = dg.define_asset_job(
    "crawl_and_read",
    selection=dg.AssetSelection.assets(source_registry, pages, documents),
    description="One province crawled and read, without rebuilding the warehouse."
    " | 只抓取并读取一个省份，不重建数据仓库。",
)
rebuild = dg.define_asset_job(
    "rebuild",
    selection=dg.AssetSelection.assets(documents).downstream(),
    description="Everything after the crawl, from the archive, without the network."
    " | 不联网，由归档重做抓取之后的全部步骤。",
)
