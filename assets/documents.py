"""Reading as an asset: every captured page becomes a document with its cells, province by province."""

import shutil
from dataclasses import asdict
from functools import partial

import dagster as dg

from assets import progress
from assets.pages import pages
from assets.partitions import in_one_run, provinces
from assets.resources import DataFolder
from pipelines.executor import open_executor
from pipelines.read.stage import read_province
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
    home, keys = data_folder.home, context.partition_keys
    if data_folder.from_scratch and home.staged.exists():
        shutil.rmtree(home.staged)  # derived from the archive, all of it
    settings = load_settings()
    with open_executor(settings.executor, workers=settings.workers) as pool:
        for province in keys:
            summary = read_province(home, province, pool, partial(progress.report, f"read {province}"))
            counts = {name.removeprefix("n_"): count for name, count in asdict(summary).items()}
            context.add_asset_metadata(
                {"dagster/partition_row_count": summary.n_captures, **counts}, partition_key=province
            )
