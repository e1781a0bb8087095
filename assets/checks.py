"""Asset checks: gates where bad data would be published (blocking), gauges elsewhere (warnings).

Each shows its figures and the worst ten rows. A check only looks: it never repairs and never decides what is published;
that is done by the stage it stands behind, which the gate stops.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import dagster as dg
import polars as pl

from assets.documents import documents
from assets.facts import TIDY
from assets.findings import findings
from assets.metadata import frame_table, table_of
from assets.pages import pages
from assets.resources import DataFolder
from assets.warehouse import warehouse
from pipelines.crawl.archive import ArchiveError
from pipelines.crawl.holdings import captures, fetch_frame, load_capture
from pipelines.home import Home
from pipelines.standing import failing
from pipelines.warehouse.query import query
from schemas.settings import load_settings
from schemas.tables import FACTS
from schemas.vocabulary import PROVINCES

WORST = 10
_SHRINKAGE = 0.10
"""A fact table may lose this share of its rows against the published release; more has never been an honest night."""
_QUARANTINE = 0.02
_SAMPLED = 200


def _result(
    passed: bool, severity: dg.AssetCheckSeverity, **metadata: dg.MetadataValue | int | float | str
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=passed, severity=severity, metadata=metadata)


@dg.asset_check(
    asset=pages,
    description="Pages that keep failing, since when, and what can be done. A wall is data, so this only warns.",
)
def sites_answer(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn while any page of the fetch log is failing."""
    bad = failing(fetch_frame(data_folder.home))
    outcomes = bad.group_by("outcome").agg(pages=pl.len(), oldest=pl.col("since").min()).sort("pages", descending=True)
    return _result(
        bad.is_empty(),
        dg.AssetCheckSeverity.WARN,
        failing_pages=len(bad),
        by_outcome=frame_table(outcomes, limit=30),
        worst=frame_table(bad.select("source_id", "url", "outcome", "since", "times", "what_to_do"), limit=WORST),
    )


@dg.asset_check(asset=pages, description="Sources that gave no good page for GONGKAI_STALE_DAYS days.")
def sources_are_fresh(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about enabled sources without a recent good answer."""
    wanted = [source for source in data_folder.load_sources() if source.enabled]
    frame = fetch_frame(data_folder.home)
    good = frame.filter(pl.col("outcome").is_in(["fetched", "not_modified", "unchanged", "images_only"]))
    last = dict(good.group_by("source_id").agg(pl.col("fetched_at").max()).iter_rows())
    limit = datetime.now(UTC) - timedelta(days=load_settings().stale_days)
    stale = [
        {"source": source.id, "province": source.province, "last_good": last.get(source.id)}
        for source in wanted
        if source.id not in last or last[source.id] < limit
    ]
    return _result(
        not stale, dg.AssetCheckSeverity.WARN, sources=len(wanted), stale=len(stale), worst=table_of(stale[:WORST])
    )


@dg.asset_check(
    asset=pages,
    blocking=True,
    description="The newest captures of every province can be read back from the archive with the digest that was logged.",
)
def archive_is_intact(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Stop the run when the archive does not give back what it was given: everything downstream would be built on it."""
    home, looked_at, broken = data_folder.home, 0, []
    for province in PROVINCES:
        if (home.fetches / province).is_dir():
            for capture in islice(reversed(captures(home, province)), _SAMPLED):
                looked_at += 1
                try:
                    load_capture(home, capture)
                except (ArchiveError, OSError) as error:
                    broken.append({"province": province, "url": capture.url, "reason": str(error)})
    return _result(
        not broken, dg.AssetCheckSeverity.ERROR, looked_at=looked_at, broken=len(broken), worst=table_of(broken[:WORST])
    )


@dg.asset_check(asset=documents, description="Documents that were not read whole, and why.")
def documents_are_read(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn about documents whose tables could not be read."""
    frame = _tables(data_folder.home.staged / "documents")
    status = (
        frame.group_by("extraction_status").len("documents").sort("documents", descending=True) if len(frame) else frame
    )
    unread = frame.filter(pl.col("extraction_status").is_in(["unreadable", "partial"])) if len(frame) else frame
    worst = unread.select("url", "title", "extraction_status", "problem") if len(unread) else unread
    return _result(
        unread.is_empty(),
        dg.AssetCheckSeverity.WARN,
        documents=len(frame),
        not_read_whole=len(unread),
        by_status=frame_table(status),
        worst=frame_table(worst, limit=WORST),
    )


@dg.asset_check(
    asset="report_versions",
    blocking=True,
    description="Rows rejected by their pandera model: few are data, many are a defect.",
)
def few_rows_are_rejected(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Stop before publishing when more than a fiftieth of the rows failed their schema."""
    home = data_folder.home
    rejected = _tables(home.tidy / "quarantine")
    kept = sum(_rows(home.tidy / name) for name in TIDY)
    share = len(rejected) / max(kept + len(rejected), 1)
    worst = rejected.select("table_name", "province", "report_id", "reason") if len(rejected) else rejected
    return _result(
        share <= _QUARANTINE,
        dg.AssetCheckSeverity.ERROR,
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
        description=f"No more than {_SHRINKAGE:.0%} fewer rows than in the published release.",
    )
    def no_rows_are_lost(data_folder: DataFolder) -> dg.AssetCheckResult:
        home = data_folder.home
        published = query(home, f"SELECT count(*) FROM {name}").item() if home.warehouse.exists() else 0
        current = _current_rows(home, name)
        return _result(
            current >= published * (1 - _SHRINKAGE),
            dg.AssetCheckSeverity.ERROR,
            rows=current,
            published=published,
            change=current - published,
        )

    return no_rows_are_lost


@dg.asset_check(asset=findings, description="Share of reports that contradict themselves, rule by rule.")
def contradictions_are_usual(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn above GONGKAI_MAX_CONTRADICTION_RATE: a reader that misreads shows up here first."""
    home = data_folder.home
    found, reports = _tables(home.tidy / "findings"), _tables(home.tidy / "report_versions")
    if found.is_empty() or reports.is_empty():
        return _result(True, dg.AssetCheckSeverity.WARN, reports=len(reports), contradictory=0)
    errors = found.filter(pl.col("severity") == "error")
    share = errors["report_id"].n_unique() / reports["report_id"].n_unique()
    by_rule = errors.group_by("rule").agg(findings=pl.len(), reports=pl.col("report_id").n_unique())
    worst = (
        errors.group_by("report_id").len("contradictions").sort("contradictions", "report_id", descending=[True, False])
    )
    titles = reports.select("report_id", "agency_name", "report_year").unique(
        "report_id", keep="last", maintain_order=True
    )
    return _result(
        share <= load_settings().max_contradiction_rate,
        dg.AssetCheckSeverity.WARN,
        reports=reports["report_id"].n_unique(),
        contradictory=errors["report_id"].n_unique(),
        share=round(share, 4),
        by_rule=frame_table(by_rule.sort("findings", "rule", descending=[True, False]), limit=30),
        worst=frame_table(worst.head(WORST).join(titles, on="report_id", how="left"), limit=WORST),
    )


@dg.asset_check(asset=warehouse, description="Every fact of the published warehouse says where it is printed.")
def every_fact_has_evidence(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Look into the file that analysts open, not into what it was built from."""
    union = " UNION ALL ".join(f"SELECT '{name}' AS fact_table, evidence FROM {name}" for name in FACTS)
    counts = query(
        data_folder.home,
        f"SELECT fact_table, count(*) AS facts, count(*) FILTER (evidence IS NULL OR evidence = '') AS without"
        f" FROM ({union}) GROUP BY ALL ORDER BY fact_table",
    )
    without = int(counts["without"].sum() or 0)
    return _result(without == 0, dg.AssetCheckSeverity.ERROR, without_evidence=without, by_table=frame_table(counts))


checks = [
    sites_answer,
    sources_are_fresh,
    archive_is_intact,
    documents_are_read,
    few_rows_are_rejected,
    *(_against_release(name) for name in FACTS),
    contradictions_are_usual,
    every_fact_has_evidence,
]


def _tables(folder: Path) -> pl.DataFrame:
    files = sorted(folder.glob("*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]) if files else pl.DataFrame()


def _rows(folder: Path) -> int:
    return len(_tables(folder))


def _current_rows(home: Home, name: str) -> int:
    """Rows of current versions: the published tables hold no superseded ones."""
    facts = _tables(home.tidy / name)
    if facts.is_empty():
        return 0
    current = facts.group_by("report_id").agg(pl.col("version").max())
    return len(facts.join(current, on=["report_id", "version"], how="semi"))
