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


def attach_versions(
    rows: pl.DataFrame, versions: pl.DataFrame, documents: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Replace ``payload_digest`` by ``version``; rows of merged captures fall away.

    A payload that came back after an edit stands for several versions, and its rows are repeated for each.

    Args:
        rows: Rows of a staged table.
        versions: What ``number_versions`` returned.
        documents: All staged documents, also those that began no version.

    Returns:
        The rows of versions, and the rows that belong to no document at all.
    """
    on = ["report_id", "payload_digest"]
    begun = versions.select(*on, "version")
    merged = documents.select(on).unique().join(begun, on=on, how="anti").with_columns(version=pl.lit(0, pl.Int64))
    # The rows of a capture are adjacent: looking up the first of each run avoids comparing two strings for every cell.
    begins = rows.select(pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in on).alias("run"))
    first = pl.int_range(pl.len()) == 0
    run = begins.select((pl.col("run") | first).cum_sum().cast(pl.UInt32))
    heads = rows.select(on).filter(begins.select(pl.col("run") | first).to_series()).with_row_index("run", offset=1)
    looked_up = heads.join(pl.concat([begun, merged]), on=on, how="left", maintain_order="left").drop(on)
    joined = rows.with_columns(run).join(looked_up, on="run", how="left", maintain_order="left").drop("run")
    orphans = joined.filter(pl.col("version").is_null()).drop("version")
    return joined.filter(pl.col("version") > 0).drop("payload_digest"), orphans
