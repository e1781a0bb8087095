"""Findings as an asset: contradictions inside each report, between years, and between copies of the same report."""

import time
from typing import Any

import dagster as dg
import polars as pl

from assets.display import plots
from assets.display.column_lineage import column_lineage
from assets.display.metadata import TIDY, definition_metadata, seconds_since
from assets.display.tables import PREVIEW_ROWS, frame_table, preview
from assets.runtime.resources import DataFolder
from pipelines.comparison.continuity import check_across_years
from pipelines.tidy.stored_rows import rows_in
from pipelines.tidy.tidy_store import tidy_files
from schemas.tables import TABLES

_TABLE = TABLES["quality.findings"]
_SHOWN = ("rule", "severity", "report_id", "version", "message", "message_zh", "evidence")


@dg.asset(
    deps=list(TIDY),
    group_name="facts",
    kinds={"parquet", "polars"},
    metadata=definition_metadata("quality.findings"),
    description=_TABLE.summary,
)
def findings(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Compare each report with adjacent years and copies, and count the findings of all rules."""
    started = time.perf_counter()
    home = data_folder.home
    across = check_across_years(home)
    files = tidy_files(home, "findings")  # of all provinces, and the one just written
    every = rows_in(files, "findings")
    counted = every.select("rule", "severity", "report_id", "version").collect()
    by_rule = (
        counted.group_by("rule", "severity")
        .agg(findings=pl.len(), reports=pl.col("report_id").n_unique())
        .sort("severity", "findings", "rule", descending=[False, True, False])
    )
    metadata: dict[str, Any] = {
        "dagster/row_count": len(counted),
        "between_years_and_copies": len(across),
        "bytes": sum(file.stat().st_size for file in files),
        "by_rule": frame_table(by_rule, limit=50),
        "preview": preview(every.select(_SHOWN).head(PREVIEW_ROWS).collect()),
        "seconds": seconds_since(started),
        **column_lineage("findings"),
    }
    versions = tidy_files(home, "report_versions")
    if versions:
        reports = pl.read_parquet(versions, columns=["report_id", "version", "report_year"])
        shares = contradiction_shares(reports, counted)
        metadata["contradictory_percent"] = round(100 * sum(shares["n_contradictory"]) / max(sum(shares["n"]), 1), 2)
        metadata["contradictions_by_year"] = plots.lines(
            "Contradictory reports, % of each report year",
            shares.drop_nulls("report_year"), along="report_year", values=[c for c in shares.columns if c.endswith("%")],
        )  # fmt: skip
    return dg.MaterializeResult(metadata=metadata)


def contradiction_shares(reports: pl.DataFrame, findings: pl.DataFrame, rules: int = 4) -> pl.DataFrame:
    """Share of contradictory reports by report year, over all rules and for the most frequent ones.

    Args:
        reports: ``report_id, version, report_year`` of all versions; the latest counts.
        findings: ``report_id, version, rule, severity``; errors count.

    Returns:
        ``report_year, n, n_contradictory`` and a column ``<rule> %`` for ``any`` and for each of the chosen rules.
    """
    current = reports.sort("version").unique("report_id", keep="last")
    errors = findings.filter(pl.col("severity") == "error").join(current, on=["report_id", "version"], how="semi")
    common = errors.group_by("rule").len().sort("len", "rule", descending=[True, False])["rule"].head(rules)
    flagged = current.with_columns(
        pl.col("report_id").is_in(errors["report_id"].unique().to_list()).alias("any"),
        *(
            pl.col("report_id").is_in(errors.filter(pl.col("rule") == rule)["report_id"].unique().to_list()).alias(rule)
            for rule in common
        ),
    )
    shares = [(pl.col(name).mean() * 100).round(2).alias(f"{name} %") for name in ("any", *common)]
    grouped = flagged.group_by("report_year").agg(
        pl.len().alias("n"), pl.col("any").sum().alias("n_contradictory"), *shares
    )
    return grouped.sort("report_year")
