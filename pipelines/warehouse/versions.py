"""Versions of a report: the distinct contents of one document in the order they were first seen."""

import polars as pl


def number_versions(documents: pl.DataFrame) -> pl.DataFrame:
    """Number the versions of each report and drop documents that repeat the content before them.

    Args:
        documents: Staged documents, one row per capture read (``report_id, payload_digest, content_hash,
            first_fetched_at`` and more).

    Returns:
        The rows that begin a version, with ``version`` (1 = first seen). Consecutive captures with equal
        ``content_hash`` are one version: a visit counter or a new banner changes bytes, not content. A report that is
        edited and edited back has three versions, because that is what happened.
    """
    ordered = documents.sort("report_id", "first_fetched_at", "payload_digest", nulls_last=True)
    changed = pl.col("content_hash").ne_missing(pl.col("content_hash").shift(1).over("report_id"))
    begins = changed | pl.col("report_id").is_first_distinct()
    return ordered.filter(begins).with_columns(version=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("report_id"))


def attach_versions(rows: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """Replace ``payload_digest`` by ``version``; rows of merged captures fall away.

    A payload that came back after an edit stands for several versions, and its rows are repeated for each.
    """
    keys = versions.select("report_id", "payload_digest", "version")
    return rows.join(keys, on=["report_id", "payload_digest"], how="inner").drop("payload_digest")
