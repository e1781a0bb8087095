"""Stable ids of findings: the same contradiction has the same id in every run."""

import hashlib

import polars as pl

_PLACE = (
    "report_id", "version", "rule", "severity", "table_name", "line", "applicant", "procedure", "outcome", "item",
    "metric", "expected", "printed", "message", "evidence", "other_report_id",
)  # fmt: skip


def identify(findings: pl.DataFrame) -> pl.DataFrame:
    """Add ``finding_id``: a hash of report, version, rule, place and figures. Equal findings become one row."""
    unique = findings.unique(maintain_order=True)
    place = unique.select([c for c in _PLACE if c in unique.columns])
    ids = [hashlib.sha256(repr(row).encode()).hexdigest()[:16] for row in place.iter_rows()]
    return unique.with_columns(finding_id=pl.Series(ids, dtype=pl.String))
