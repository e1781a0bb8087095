"""Findings as an asset: contradictions inside each report, between years, and between copies of the same report."""

import dagster as dg
import polars as pl

from assets.facts import TIDY
from assets.metadata import definition_metadata, frame_table
from assets.resources import DataFolder
from pipelines.check.continuity import check_across_years
from schemas.tables import TABLES

_TABLE = TABLES["quality.findings"]


@dg.asset(
    deps=list(TIDY),
    group_name="facts",
    kinds={"parquet", "polars"},
    metadata=definition_metadata("quality.findings"),
    description=f"{_TABLE.label_zh}: {_TABLE.grain} {_TABLE.description}",
)
def findings(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Compare each report with its neighbours, and count what all the rules have found."""
    home = data_folder.home
    across = check_across_years(home)
    files = sorted((home.tidy / "findings").glob("*.parquet"))  # one a province, and the one just written
    counted = pl.concat([pl.read_parquet(file, columns=["rule", "severity", "report_id"]) for file in files])
    by_rule = (
        counted.group_by("rule", "severity")
        .agg(findings=pl.len(), reports=pl.col("report_id").n_unique())
        .sort("severity", "findings", "rule", descending=[False, True, False])
    )
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(counted),
            "between_years_and_copies": len(across),
            "by_rule": frame_table(by_rule, limit=50),
        }
    )
