"""Metadata of an asset's table: row count, size, column schema with labels and units, a preview."""

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from assets.display.tables import PREVIEW_ROWS, frame_table, preview, table_of
from pipelines.parts import province_of
from schemas.tables import TABLES, Table

TIDY = {
    "report_versions": "history.report_versions",
    "sections": "sections",
    "proactive_disclosure": "proactive_disclosure",
    "applications": "applications",
    "disputes": "disputes",
    "legacy_statistics": "legacy_statistics",
    "legacy_breakdown": "legacy_breakdown",
    "narrative_statistics": "narrative_statistics",
}
"""Fact asset (and folder under ``tidy/``) → the warehouse table it becomes."""


_SHORT = ("title", "agency_name", "report_year", "extraction_status")
"""What a preview shows of a report: a row of all its columns would fill a page."""


def columns_of(name: str, prefix: str = "") -> list[dg.TableColumn]:
    """Columns of a warehouse table with type and comment (官方标签, unit, description), from the registry of tables."""
    table: Table = TABLES[name]
    return [
        dg.TableColumn(
            f"{prefix}{column.name}",
            str(column.dtype),
            description=column.comment,
            constraints=dg.TableColumnConstraints(nullable=column.nullable, unique=column.unique),
        )
        for column in table.columns
    ]


def seconds_since(started: float) -> dg.FloatMetadataValue:
    """How long an asset took, from a ``time.perf_counter()`` at its start. The UI plots it over the nights."""
    return dg.MetadataValue.float(round(time.perf_counter() - started, 2))


def tidy_metadata(files: Sequence[Path], current: pl.DataFrame | None = None) -> dict[str, Any]:
    """Row count, bytes, provinces and a preview of the Parquet files of one tidy table.

    Args:
        current: report_id and version of what the warehouse publishes; rows of former versions are counted apart. Not given
            for a table that holds all versions.
    """
    counts: Counter[str] = Counter()
    every = 0
    for file in files:
        rows = pl.scan_parquet(file)
        every += rows.select(pl.len()).collect().item()
        if current is not None:
            rows = rows.join(current.lazy(), on=["report_id", "version"], how="semi")
        counts[province_of(file.stem)] += rows.select(pl.len()).collect().item()
    first = pl.scan_parquet(list(files)).head(PREVIEW_ROWS).collect() if files else pl.DataFrame()
    return {
        "dagster/row_count": sum(counts.values()),
        "rows_of_former_versions": every - sum(counts.values()),
        "bytes": sum(file.stat().st_size for file in files),
        "rows_by_province": table_of([{"province": p, "rows": n} for p, n in counts.items() if n]),
        "preview": frame_table(first.select(_SHORT)) if set(_SHORT) <= set(first.columns) else preview(first),
    }


def definition_metadata(name: str, *extra: dg.TableColumn) -> dict[str, Any]:
    """Metadata of a table before its first materialization."""
    schema = dg.TableSchema(columns=[*columns_of(name), *extra])
    return {"dagster/column_schema": schema, "dagster/table_name": name}
