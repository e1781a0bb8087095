"""The facts: what the reader said, with versions numbered and every row validated against its pandera model.

One asset a table. They are made together, because a report's rows are accepted or quarantined together.
"""

from collections.abc import Iterator

import dagster as dg

from assets import progress
from assets.documents import documents
from assets.metadata import definition_metadata, table_of, tidy_metadata
from assets.resources import DataFolder
from pipelines.warehouse.tidy import TidySummary, validate_province
from schemas.tables import TABLES
from schemas.vocabulary import PROVINCES

TIDY = {
    "report_versions": "history.report_versions",
    "sections": "sections",
    "proactive_disclosure": "proactive_disclosure",
    "applications": "applications",
    "disputes": "disputes",
    "legacy_statistics": "legacy_statistics",
}
"""Asset (and folder under ``tidy/``) → the warehouse table it becomes."""


class BadTable(Exception):
    """A whole table of a province does not have the columns its model asks for: a defect of the code, not of the data."""


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key=name,
            deps=[documents],
            group_name="facts",
            kinds={"parquet", "pandera"},
            description=f"{TABLES[table].label_zh}: {TABLES[table].grain} {TABLES[table].description}",
            metadata=definition_metadata(table),
        )
        for name, table in TIDY.items()
    ]
)
def facts(context: dg.AssetExecutionContext, data_folder: DataFolder) -> Iterator[dg.MaterializeResult[None]]:
    """Validate every province that has staged rows; one whose input has not changed is not touched."""
    home = data_folder.home
    staged = [name for name in PROVINCES if home.staged_table("documents", name).exists()]
    summaries: list[TidySummary] = []
    for done, province in enumerate(staged):
        progress.report("tidy", done, len(staged))
        summaries.append(validate_province(home, province))
    progress.report("tidy", len(staged), len(staged))
    problems = [f"{summary.province}: {problem}" for summary in summaries for problem in summary.problems]
    if problems:
        raise BadTable(f"{problems[0]}" + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""))
    rejected = [
        {"province": s.province, "table": name, "rows": n} for s in summaries for name, n in s.quarantined.items() if n
    ]
    for name in TIDY:
        metadata = tidy_metadata(home.tidy / name, name)
        metadata["quarantined"] = table_of([row for row in rejected if row["table"] == name])
        metadata["provinces_changed"] = sum(summary.changed for summary in summaries)
        yield dg.MaterializeResult(asset_key=name, metadata=metadata)
