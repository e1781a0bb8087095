"""The warehouse as an asset: a new DuckDB file built from Parquet, verified, then swapped in under the readers."""

import time
from dataclasses import asdict
from typing import Any

import dagster as dg

from assets.display.column_lineage import column_lineage
from assets.display.metadata import columns_of, seconds_since
from assets.display.tables import plain, table_of
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.runtime.run_tags import tag_run
from assets.stages.findings import findings
from pipelines.crawl.archive.captures import source_frame
from pipelines.crawl.registry.portal_coverage import cover
from pipelines.crawl.registry.portal_frame import portal_frame
from pipelines.warehouse.building.build import build_warehouse
from schemas.settings import load_settings
from schemas.tables import TABLES

_COLUMNS = [column for name in TABLES for column in columns_of(name, f"{name}.")]


@dg.asset(
    deps=[findings],
    group_name="warehouse",
    kinds={"duckdb"},
    metadata={"dagster/column_schema": dg.TableSchema(columns=_COLUMNS)},
    description="warehouse/gongkai.duckdb: facts, dimensions, history, quality, crawl. Replaced only by a verified build."
    " | 数据仓库文件，仅由通过校验的新文件替换。",
)
def warehouse(context: dg.AssetExecutionContext, data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Build beside the published file, check, replace. If a check fails, the old file stays."""
    started = time.perf_counter()
    progress.report("build", 0, 1)
    sources = data_folder.load_sources()
    summary = build_warehouse(
        data_folder.home,
        source_frame(sources),
        portals_frame=portal_frame(cover(data_folder.portals, sources, ())),
        keep_releases=load_settings().keep_releases,
    )
    progress.report("build", 1, 1)
    shown: dict[str, Any] = asdict(summary)
    rows = shown.pop("rows")
    tag_run(context, reports=rows["reports"])
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(rows.values()),
            "rows_by_table": table_of([{"table": name, "rows": count} for name, count in rows.items()]),
            "bytes": data_folder.home.warehouse.stat().st_size,
            "build": table_of([{"what": key, "value": plain(value)} for key, value in shown.items()]),
            "seconds": seconds_since(started),
            **column_lineage("warehouse"),
        }
    )
