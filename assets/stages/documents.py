"""Reading as an asset: every captured page becomes a document with its cells, province by province."""

import shutil
import time
from dataclasses import asdict
from functools import partial
from typing import Any

import dagster as dg
import polars as pl

from assets.display.column_lineage import column_lineage
from assets.display.metadata import columns_of, seconds_since
from assets.display.tables import frame_table, table_of
from assets.partitions import in_one_run, provinces
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.runtime.retries import retry_transient
from assets.stages.pages import pages
from pipelines.execution.executor import open_executor
from pipelines.home import Home
from pipelines.staging.picture_recognition import Recognition
from pipelines.staging.province_reader import ReadSummary, read_province
from pipelines.staging.staged_tables import staged_files
from schemas.settings import load_settings
from schemas.tables import STAGED, staged_schema


def _schema() -> dg.TableSchema:
    """All staged tables, their columns as ``applications.value``."""
    digest = "内容摘要 | SHA-256 of the page and its attachments: which bytes were read."
    columns = []
    for name, table in STAGED.items():
        known = {column.name: column for column in columns_of(table.name, f"{name}.")}
        for column in staged_schema(name):
            full = f"{name}.{column}"
            columns.append(known.get(full) or dg.TableColumn(full, "String", description=digest))
    return dg.TableSchema(columns=columns)


@dg.asset(
    partitions_def=provinces,
    backfill_policy=in_one_run,
    deps=[pages],
    group_name="read",
    kinds={"python", "parquet"},
    metadata={"dagster/column_schema": _schema()},
    description="What the reader says of every captured report: who, when, which form, and each printed cell with its evidence."
    " | 每份报告的读取结果：机关、年度、格式与逐格数字及其出处。",
)
def documents(context: dg.AssetExecutionContext, data_folder: DataFolder) -> None:
    """Read what is new or changed, or everything when the reader, the forms or the corrections changed."""
    home, keys = data_folder.home, context.partition_keys
    if data_folder.from_scratch and context.retry_number == 0 and home.staged.exists():
        shutil.rmtree(home.staged)  # derived from the archive, all of it
    settings = load_settings()
    recognition = Recognition(float(settings.ocr_seconds))
    with retry_transient(context), open_executor(settings.executor, workers=settings.workers) as pool:
        for province in keys:
            started = time.perf_counter()
            recognition.on_progress = partial(progress.report, f"recognise pictures of {province}")
            summary = read_province(
                home, province, pool, partial(progress.report, f"read {province}"), recognition=recognition
            )
            shown = _shown(home, province, summary) | {"seconds": seconds_since(started)}
            context.add_asset_metadata(shown, partition_key=province)
    data_folder.work.save()


def _shown(home: Home, province: str, summary: ReadSummary) -> dict[str, Any]:
    counts = {name.removeprefix("n_"): count for name, count in asdict(summary).items()}
    held = {name: files for name in STAGED if (files := staged_files(home, name, province))}
    shown: dict[str, Any] = {"dagster/partition_row_count": summary.n_captures, **counts}
    if summary.n_captures and "documents" in held:
        rows = {name: pl.scan_parquet(files).select(pl.len()).collect().item() for name, files in held.items()}
        read = pl.read_parquet(held["documents"], columns=["title", "agency_name", "report_year", "extraction_status"])
        shown |= {
            "rows_by_table": table_of([{"table": name, "rows": count} for name, count in rows.items()]),
            "bytes": sum(path.stat().st_size for files in held.values() for path in files),
            "preview": frame_table(read),
            **column_lineage("documents"),
        }
    return shown
