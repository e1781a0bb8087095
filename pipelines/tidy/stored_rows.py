"""Rows of the tidy tables, as frames: all of them, or those of some reports."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.tidy.tidy_store import read_state, tidy_files, with_part
from schemas.tables import polars_schema

_TIDY = {
    "report_versions": "history.report_versions",
    "findings": "quality.findings",
    "quarantine": "quality.quarantine",
}
"""Tidy folder → warehouse table, where the names differ."""


def read_versions(
    home: Home, reports: pl.DataFrame | None = None, columns: Sequence[str] | None = None
) -> pl.DataFrame:
    """All versions of all reports, or of some. A report met in two provinces belongs to the one that saw it first.

    Args:
        reports: ``report_id, province`` of all provinces in which these reports are held; None: all reports.
        columns: What to read, at least ``report_id, version, province, first_fetched_at``; None: all columns.
    """
    if reports is None:
        stored = rows_in(tidy_files(home, "report_versions"), "report_versions")
        versions = (stored.select(columns) if columns else stored).collect()
    else:
        versions = rows_of(home, "report_versions", reports)
        versions = versions.select(columns) if columns else versions
    places = versions.select("report_id", "province", "first_fetched_at")
    owner = places.sort("report_id", "first_fetched_at", "province").unique("report_id", keep="first")
    if places.select("report_id", "province").unique().height > owner.height:
        versions = versions.join(owner.select("report_id", "province"), on=["report_id", "province"], how="semi")
    return versions.sort("report_id", "version")


def rows_in(files: Sequence[Path], table: str) -> pl.LazyFrame:
    """Rows of these files of a tidy table; none when there are no files."""
    return pl.scan_parquet(list(files)) if files else pl.LazyFrame(schema=polars_schema(_TIDY.get(table, table)))


def rows_of(home: Home, table: str, reports: pl.DataFrame) -> pl.DataFrame:
    """Rows of a tidy table of all versions of these reports, each from the province it belongs to.

    Args:
        reports: ``report_id, province``, and more.
    """
    ours = reports.lazy().select("report_id", held_in="province")
    among = pl.col("report_id").is_in(reports["report_id"].unique().implode())  # lets the scan decode these rows only
    near = rows_near(home, table, reports).filter(among)
    return near.join(ours, on=["report_id", "held_in"], how="semi").drop("held_in").collect()


def rows_near(home: Home, table: str, reports: pl.DataFrame) -> pl.LazyFrame:
    """Rows of the parts that hold these reports, with the province they are ``held_in``; no other file is opened."""
    held = with_part(home, reports.select("report_id", "province")).select("province", "part").unique()
    found = {
        str(path): province
        for province, part in held.sort("part").iter_rows()
        if read_state(home, province).holds(table, part) and (path := home.tidy_table(table, part)).exists()
    }
    if not found:
        return rows_in((), table).with_columns(held_in=pl.lit(None, pl.String))
    rows = pl.scan_parquet(list(found), glob=False, include_file_paths="file")
    held_in = pl.col("file").replace_strict(list(found), list(found.values()), return_dtype=pl.String)
    return rows.with_columns(held_in=held_in).drop("file")


def superseded(home: Home, reports: pl.DataFrame) -> pl.DataFrame:
    """Report, version and province of the rows that are not published: older versions, and other provinces.

    Args:
        reports: ``report_id, version, province`` of all published reports.
    """
    keys = ["report_id", "version", "province"]
    written = rows_in(tidy_files(home, "report_versions"), "report_versions").select(keys)
    return written.join(reports.lazy().select(keys), on=keys, how="anti").collect()


def published_rows(home: Home, table: str, old: pl.DataFrame) -> int:
    """Number of rows of a tidy table that are published: all there are, less those in ``old``, as ``superseded`` has them."""
    written = rows_in(tidy_files(home, table), table).select(pl.len()).collect().item()
    where = old.lazy().rename({"province": "held_in"})
    left_out = rows_near(home, table, old).join(where, on=["report_id", "version", "held_in"], how="semi")
    return int(written - left_out.select(pl.len()).collect(engine="streaming").item())
