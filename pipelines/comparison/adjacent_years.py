"""Pairs of current primary reports of consecutive years, and their comparable cells."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipelines.home import Home
from pipelines.tidy.stored_rows import rows_near
from schemas.forms.catalogue import KEY_COLUMNS

_ZERO = ("blank", "none_mark")


@dataclass(frozen=True)
class Reports:
    """Resolved current reports, and pairs of primary reports of consecutive years."""

    resolved: pl.DataFrame
    pairs: (
        pl.DataFrame
    )  # report_id, version, other_report_id, other_version, before (year), form_table2, other_form_table2


def with_pairs(resolved: pl.DataFrame) -> Reports:
    """Pair the primary reports of consecutive years.

    Years are paired within one agency and scope: 本级 is not compared with 全市汇总.
    """
    columns = ["report_id", "version", "agency_id", "scope", "report_year", "form_table2"]
    primary = resolved.filter("is_primary").select(columns)
    before = primary.with_columns(before="report_year", report_year=pl.col("report_year") + 1).rename(
        {"report_id": "other_report_id", "version": "other_version", "form_table2": "other_form_table2"}
    )
    pairs = primary.join(before, on=["agency_id", "scope", "report_year"], how="inner", nulls_equal=True)
    return Reports(resolved, pairs.drop("agency_id", "scope", "report_year"))


def agency_groups(resolved: pl.DataFrame, most: int = 32_768) -> Iterator[pl.DataFrame]:
    """Split reports into groups of about ``most`` that no agency crosses, so that each can be compared by itself.

    Reports of one province stay together as far as possible: their cells are in the same files.
    """
    first = pl.col("province").min().over("agency_id")  # an agency may be met in the partitions of two provinces
    placed = resolved.with_columns(of=pl.when(pl.col("agency_id").is_null()).then("province").otherwise(first))
    group: list[pl.DataFrame] = []
    for mine in placed.partition_by("of", maintain_order=True, include_key=False):
        if group and sum(each.height for each in group) + mine.height > most:
            yield pl.concat(group)
            group = []
        if mine.height > 2 * most:
            bucket = mine["agency_id"].fill_null("").hash() % (mine.height // most)
            yield from mine.with_columns(of=bucket).partition_by("of", include_key=False)
        else:
            group.append(mine)
    if group:
        yield pl.concat(group)


def read_cells(home: Home, table: str, keep: pl.Expr, reports: pl.DataFrame) -> pl.DataFrame:
    """Cells of current versions that match ``keep``: report_id, version, keys, value, value_status, evidence."""
    keys = KEY_COLUMNS[table]
    chosen = ["report_id", "version", *keys, "value", "value_status", "evidence"]
    ours = reports.lazy().select("report_id", "version", held_in="province")  # a report met in two belongs to one
    cells = rows_near(home, table, reports).filter(keep).join(ours, on=["report_id", "version", "held_in"], how="semi")
    return cells.select(chosen).collect()


def comparable(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with the number to compare: printed, or 0 for a blank or "/" in a row that prints some number.

    Many reports leave zeros blank. Rows that are blank throughout and unreadable cells are excluded. Stored values are not
    changed.
    """
    row = ["report_id", "line"] if "line" in cells.columns else ["report_id", "item"]
    filled = pl.col("value").is_not_null().any().over(row)
    number = pl.when(pl.col("value").is_not_null()).then("value").when(
        pl.col("value_status").is_in(_ZERO) & filled
    ).then(pl.lit(0, cells.schema["value"]))  # fmt: skip
    return cells.with_columns(number=number).filter(pl.col("number").is_not_null())
