"""Blocking asset checks: they stop a run before bad data is published.

Each shows its figures and the worst ten rows. A check repairs nothing; it blocks the assets downstream.
"""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import dagster as dg
import polars as pl

from assets.display.metadata import TIDY
from assets.display.tables import frame_table, table_of
from assets.runtime.resources import DataFolder
from assets.stages.pages import pages
from pipelines.crawl.archive.captures import captures, load_capture
from pipelines.crawl.archive.warc import ArchiveError
from pipelines.home import Home
from pipelines.tidy.stored_rows import published_rows, read_versions, superseded
from pipelines.tidy.tidy_store import tidy_files, tidy_rows
from pipelines.warehouse.queries.query import query
from schemas.tables import FACTS
from schemas.vocabulary import PROVINCES

WORST = 10
_SHRINKAGE = 0.10
"""Share of rows that a fact table may lose against the published release; more is always a defect."""
_QUARANTINE = 0.02
_SAMPLED = 200


def _result(passed: bool, **metadata: dg.MetadataValue | int | float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=dg.AssetCheckSeverity.ERROR, metadata=metadata)


@dg.asset_check(
    asset=pages,
    blocking=True,
    description="The newest captures of every province can be read back from the archive with the digest that was logged."
    " | 各省最新归档可按记录的摘要读回。",
)
def archive_is_intact(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Stop the run if archived bytes do not match their digests: everything downstream depends on them."""
    home, looked_at, broken = data_folder.home, 0, []
    for province in PROVINCES:
        if (home.fetches / province).is_dir():
            for capture in islice(reversed(captures(home, province)), _SAMPLED):
                looked_at += 1
                try:
                    load_capture(home, capture)
                except (ArchiveError, OSError) as error:
                    broken.append({"province": province, "url": capture.url, "reason": str(error)})
    return _result(not broken, looked_at=looked_at, broken=len(broken), worst=table_of(broken[:WORST]))


@dg.asset_check(
    asset="report_versions",
    blocking=True,
    description="Rows rejected by their pandera model: few are data, many are a defect. | 未通过表结构校验的行。",
)
def few_rows_are_rejected(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Stop before publishing when more than a fiftieth of the rows failed their schema."""
    home = data_folder.home
    rejected = tables(tidy_files(home, "quarantine"))
    rows = tidy_rows(home)
    kept = sum(rows[name] for name in TIDY)
    share = len(rejected) / max(kept + len(rejected), 1)
    worst = rejected.select("table_name", "province", "report_id", "reason") if len(rejected) else rejected
    return _result(
        share <= _QUARANTINE,
        rejected=len(rejected),
        kept=kept,
        share=round(share, 5),
        worst=frame_table(worst, limit=WORST),
    )


def _against_release(name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=name,
        name="no_rows_are_lost",
        blocking=True,
        description=f"No more than {_SHRINKAGE:.0%} fewer rows than in the published release. | 行数不得明显少于已发布版本。",
    )
    def no_rows_are_lost(data_folder: DataFolder) -> dg.AssetCheckResult:
        home = data_folder.home
        published = query(home, f"SELECT count(*) FROM {name}").item() if home.warehouse.exists() else 0
        current = _current_rows(home, name)
        return _result(
            current >= published * (1 - _SHRINKAGE),
            rows=current,
            published=published,
            change=current - published,
        )

    return no_rows_are_lost


blocking_checks = [archive_is_intact, few_rows_are_rejected, *(_against_release(name) for name in FACTS)]


def tables(files: Sequence[Path]) -> pl.DataFrame:
    """Rows of these files of one tidy or staged table; no columns when there are none."""
    return pl.read_parquet(list(files)) if files else pl.DataFrame()


def _current_rows(home: Home, name: str) -> int:
    """Rows of current versions; published tables contain no superseded ones."""
    versions = read_versions(home, columns=("report_id", "version", "province", "first_fetched_at"))
    current = versions.unique("report_id", keep="last", maintain_order=True)
    return published_rows(home, name, superseded(home, current))
