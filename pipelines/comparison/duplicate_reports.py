"""Copies of one report: the same agency, year and scope on several addresses, with other figures."""

import polars as pl

from pipelines.comparison.adjacent_years import read_cells
from pipelines.home import Home
from schemas.forms.catalogue import KEY_COLUMNS
from schemas.tables import FACTS
from schemas.tables.base import SUM


def disagreements(home: Home, resolved: pl.DataFrame) -> pl.DataFrame:
    """Cells in which a copy prints another number than the primary document.

    A blank and a number do not contradict each other.

    Args:
        resolved: Reports with ``is_primary`` and ``primary_report_id``.

    Returns:
        The cell's keys, ``report_id`` of the copy, ``printed`` there and ``expected`` from the primary document.
    """
    copies = resolved.filter(~pl.col("is_primary") & pl.col("primary_report_id").is_not_null())
    involved = resolved.filter(
        pl.col("report_id").is_in(pl.concat([copies["report_id"], copies["primary_report_id"]]).implode())
    )
    link = copies.select("report_id", pl.col("primary_report_id").alias("other_report_id"), before="report_year")
    frames = [_of_table(home, table, involved, link) for table in FACTS]
    return pl.concat(frames, how="diagonal_relaxed")


def _of_table(home: Home, table: str, involved: pl.DataFrame, link: pl.DataFrame) -> pl.DataFrame:
    wanted = involved["report_id"].implode()
    cells = read_cells(home, table, pl.col("report_id").is_in(wanted) & pl.col("value").is_not_null(), involved)
    keys = list(KEY_COLUMNS[table])
    primary = cells.select(
        *keys, pl.col("report_id").alias("other_report_id"), pl.col("value").cast(SUM).alias("expected"),
        pl.col("evidence").alias("other_evidence"),
    )  # fmt: skip
    both = cells.join(link, on="report_id").join(primary, on=["other_report_id", *keys])
    both = both.with_columns(printed=pl.col("value").cast(SUM))
    differing = both.filter(pl.col("printed") != pl.col("expected"))
    return differing.with_columns(rule=pl.lit("copies_disagree"), table_name=pl.lit(table))
