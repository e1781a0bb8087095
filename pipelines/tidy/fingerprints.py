"""Detects changed reports by a hash over all staged rows of a report, so that only they are validated again."""

import polars as pl

from schemas.tables import staged_schema


def sign(staged: dict[str, pl.DataFrame]) -> pl.DataFrame | None:
    """A signature per report over its rows in every staged table, whatever their order.

    Returns:
        ``report_id, signature``, sorted. None if a table does not have the staged schema or a row has no report id: such
        input is validated as a whole.
    """
    parts = []
    for seed, (name, frame) in enumerate(sorted(staged.items()), 1):
        if frame.schema != staged_schema(name) or frame["report_id"].null_count():
            return None
        rows = frame.select("report_id").with_columns(row=frame.hash_rows(seed))
        parts.append(rows.group_by("report_id").agg(pl.col("row").sum(), pl.len()))
    one_by_one = pl.concat(parts).sort("report_id", "row")
    whole = pl.concat_str("row", "len", separator=":").str.join(";")
    return one_by_one.group_by("report_id", maintain_order=True).agg(signature=whole).with_columns(
        pl.col("signature").hash().cast(pl.String)  # compared with the same report's former one only: 64 bits are enough
    )  # fmt: skip


def changed_reports(before: pl.DataFrame | None, now: pl.DataFrame | None) -> pl.Series | None:
    """Ids of new, removed or changed reports. None if that is unknown and all must be validated."""
    if before is None or now is None:
        return None
    new = now.join(before, on=["report_id", "signature"], how="anti")["report_id"]
    gone = before.join(now, on=["report_id", "signature"], how="anti")["report_id"]
    return pl.concat([new, gone]).unique().sort()


def changes_between(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """``report_id, province`` of new, removed or changed reports.

    Args:
        before, now: ``report_id, province, signature``.
    """
    on = ["report_id", "province", "signature"]
    differing = pl.concat([now.join(before, on=on, how="anti"), before.join(now, on=on, how="anti")])
    return differing.select("report_id", "province").unique()
