"""The fact tables: staged rows with numbered versions, validated against their pandera models.

One asset per table. They are materialized together, because a report's rows are accepted or quarantined together.
"""

import time
from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.display import plots
from assets.display.column_lineage import column_lineage
from assets.display.metadata import TIDY, definition_metadata, seconds_since, tidy_metadata
from assets.display.tables import table_of
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.stages.documents import documents
from pipelines.home import Home
from pipelines.tidy.stored_rows import rows_in
from pipelines.tidy.tidy_store import tidy_files
from pipelines.tidy.validation import tidy_provinces, validate_provinces
from schemas.errors import GongkaiError
from schemas.tables import TABLES


class BadTable(GongkaiError):
    """A whole table of a province does not have the columns its model asks for: a defect of the code, not of the data."""


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key=name,
            deps=[documents],
            group_name="facts",
            kinds={"parquet", "pandera"},
            description=TABLES[table].summary,
            metadata=definition_metadata(table),
        )
        for name, table in TIDY.items()
    ]
)
def facts(context: dg.AssetExecutionContext, data_folder: DataFolder) -> Iterator[dg.MaterializeResult[None]]:
    """Validate every province that has staged rows. Provinces with unchanged input are skipped."""
    started = time.perf_counter()
    home = data_folder.home
    staged = tidy_provinces(home)
    progress.report("tidy", 0, len(staged))
    summaries = validate_provinces(home, staged, on_done=lambda done: progress.report("tidy", done, len(staged)))
    problems = [f"{summary.province}: {problem}" for summary in summaries for problem in summary.problems]
    if problems:
        raise BadTable(f"{problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""))
    rejected = [
        {"province": s.province, "table": name, "rows": n} for s in summaries for name, n in s.quarantined.items() if n
    ]
    took = seconds_since(started)
    versions = tidy_files(home, "report_versions")
    current = (
        pl.scan_parquet(versions).group_by("report_id").agg(pl.col("version").max()).collect() if versions else None
    )
    for name in TIDY:
        metadata = tidy_metadata(tidy_files(home, name), None if name == "report_versions" else current)
        if name == "report_versions" and staged:
            metadata["reports_by_province_and_year"] = reports_by_province_and_year(home)
        metadata |= {
            "quarantined": table_of([row for row in rejected if row["table"] == name]),
            "provinces_changed": sum(summary.changed for summary in summaries),
            "seconds": took,  # of all tables: they are validated together
            **column_lineage(name),
        }
        yield dg.MaterializeResult(asset_key=name, metadata=metadata)


def reports_by_province_and_year(home: Home) -> dg.MarkdownMetadataValue:
    """How many reports are held, by province and the year they report on."""
    versions = rows_in(tidy_files(home, "report_versions"), "report_versions")
    reports = versions.select("report_id", "province", "report_year").collect()
    counts = (
        reports.unique(["report_id", "province"], keep="last", maintain_order=True)
        .with_columns(pl.col("report_year").cast(pl.String).fill_null("year unknown"))
        .group_by("province", "report_year")
        .len("reports")
        .sort("province", "report_year")
    )
    title = "Reports held, by province and year reported on"
    return plots.bars(title, counts, of="province", by="report_year", count="reports")
