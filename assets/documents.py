"""Reading as an asset: every captured page becomes a document with its cells, province by province."""

from dataclasses import asdict

import dagster as dg
from pipelines.read.stage import read_province

from assets import progress
from assets.pages import pages
from assets.partitions import in_one_run, provinces
from assets.resources import DataFolder, reading_pool
from schemas.settings import load_settings


@dg.asset(
    partitions_def=provinces,
    backfill_policy=in_one_run,
    deps=[pages],
    group_name="read",
    kinds={"python", "parquet"},
    description="What the reader says of every captured report: who, when, which form, and each printed cell with its evidence.",
)
def documents(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
    """Read what is new or changed, or everything when the reader, the forms or the corrections changed."""
    with reading_pool(load_settings()) as pool:
        for done, province in enumerate(context.partition_keys):
            progress.report("read", done, len(context.partition_keys))
            summary = read_province(data_folder.home, province, pool)
            context.add_asset_metadata(asdict(summary), partition_key=province)
    progress.report("read", len(context.partition_keys), len(context.partition_keys))
