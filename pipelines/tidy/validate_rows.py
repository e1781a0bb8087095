"""Staged rows → accepted rows and quarantined rows. Frames in, frames out."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.tidy import schema_check as conforming
from pipelines.tidy.corrections import Correction, apply_corrections
from pipelines.tidy.finding_ids import identify
from pipelines.tidy.report_versions import attach_versions, number_versions
from schemas.tables import FACTS, STAGED, Table

_ADDED = ("corrected_value", "finding_id", "other_report_id", "other_evidence")


@dataclass(frozen=True)
class Accepted:
    """Rows by staged table name, the quarantine of all tables without its province, and defects of whole tables."""

    rows: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    problems: tuple[str, ...]


def accept(staged: dict[str, pl.DataFrame], corrections: Sequence[Correction]) -> Accepted:
    """Number versions, apply corrections, validate every table. One bad table does not stop the others.

    A report is validated by its own rows only, so any subset of reports can be validated separately.
    """
    numbered, unnumbered = _number(staged["documents"])
    documents = conforming.conform(numbered.drop("payload_digest", strict=False), STAGED["documents"])
    rejected, problems = [unnumbered, documents.rejected], list(documents.problems)
    rows = {"documents": documents.rows}
    for name, table in STAGED.items():
        if name == "documents":
            continue
        kept, orphans = _with_versions(staged[name], table, numbered, staged["documents"])
        if name in FACTS and _has_keys(kept, table):
            kept = apply_corrections(kept, name, corrections)
        elif name == "findings":
            kept = identify(kept)
        result = conforming.conform(kept, table, optional=_ADDED)
        rows[name], fatherless = _of_good_reports(result.rows, documents, table)
        rejected += [orphans, result.rejected, fatherless]
        problems += result.problems
    return Accepted(rows, pl.concat(rejected), tuple(problems))


def _number(documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbered versions, and the documents that lack what numbering needs."""
    needed = ("report_id", "payload_digest", "content_hash", "first_fetched_at")
    table = STAGED["documents"]
    absent = [n for n in needed if n not in documents.columns]
    if absent:
        return documents.clear(), conforming.reject(documents, table, f"column {absent[0]} is missing")
    whole = pl.all_horizontal(pl.col(n).is_not_null() for n in needed)
    bad = documents.filter(~whole)
    return number_versions(documents.filter(whole)), conforming.reject(bad, table, f"null among {', '.join(needed)}")


def _with_versions(
    rows: pl.DataFrame, table: Table, numbered: pl.DataFrame, documents: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with their version, and rows of captures that no document describes."""
    keys = ["report_id", "payload_digest"]
    if any(k not in rows.columns or k not in numbered.columns for k in keys):
        return rows, conforming.reject(rows.clear(), table, "")
    kept, orphans = attach_versions(rows, numbered, documents)
    return kept, conforming.reject(orphans, table, "orphan: no document for this report and payload")


def _of_good_reports(
    rows: pl.DataFrame, documents: conforming.Conformed, table: Table
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of reports whose own row was accepted, and the others as quarantine."""
    if documents.rejected.is_empty():
        return rows, documents.rejected
    on = ["report_id", "version"]
    keys = documents.rows.select(on)
    lost = rows.join(keys, on=on, how="anti")
    return rows.join(keys, on=on, how="semi"), conforming.reject(
        lost, table, "orphan: the report's own row is in quarantine"
    )


def _has_keys(rows: pl.DataFrame, table: Table) -> bool:
    return {"raw_text", *table.key} <= set(rows.columns)
