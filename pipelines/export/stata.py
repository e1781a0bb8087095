"""Stata files: the reports and every mart, with names that Stata accepts and the official labels as variable labels."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyreadstat

from pipelines.atomic import replace_atomically
from pipelines.warehouse.database import Connection
from pipelines.warehouse.queries.labels import label_of

LONGEST_NAME = 32
_LONGEST_LABEL = 80
_VERSION = 15  # Stata 14 and 15: Unicode
ROW_CAP = 1_000_000
"""A file is made in memory. A table with more rows is left out whole, and ``READ-ME.txt`` says so."""


def write_dta(connection: Connection, folder: Path, tables: Sequence[str]) -> Iterator[Path]:
    """``<table>.dta`` for ``reports`` and the marts, and ``READ-ME.txt`` that lists them."""
    told = []
    for name in (name for name in tables if name == "reports" or name.startswith("marts.")):
        counted = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        rows = int(counted[0]) if counted else 0
        if rows > ROW_CAP:
            told.append(f"{name}: left out, {rows} rows; the Parquet and CSV files have them")
            continue
        path = folder / f"{name}.dta"
        replace_atomically(path, lambda draft, name=name: _write(connection, name, draft))  # type: ignore[misc]
        told.append(f"{name}.dta: {rows} rows")
        yield path
    note = folder / "READ-ME.txt"
    replace_atomically(note, lambda draft: draft.write_text("\n".join([*told, ""]), "utf-8"))
    yield note


def _write(connection: Connection, name: str, path: Path) -> None:
    space, _, table = name.rpartition(".")
    columns = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE database_name = current_database()"
        " AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [space or "main", table],
    ).fetchall()
    names = stata_names([column for column, _ in columns])
    frame = connection.sql(f"SELECT * FROM {name} ORDER BY ALL").pl()
    labels: list[str | None] = [
        _label(column, label_of(comment), shortened=short != column)
        for (column, comment), short in zip(columns, names, strict=True)
    ]
    pyreadstat.write_dta(_plain(frame).rename(dict(zip(frame.columns, names, strict=True))), str(path),
                         column_labels=labels, version=_VERSION)  # fmt: skip


def _label(column: str, label: str, *, shortened: bool) -> str:
    """The official label; where the name had to be shortened, the whole name stands behind it."""
    return f"{label} {column}".strip()[:_LONGEST_LABEL] if shortened else label[:_LONGEST_LABEL]


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Types that Stata has: doubles, texts, dates, times without zone (UTC), and 0 and 1 for no and yes."""
    return frame.with_columns(
        pl.col(pl.Decimal).cast(pl.Float64),
        pl.col(pl.Categorical, pl.Enum).cast(pl.String),
        pl.col(pl.Boolean).cast(pl.Int8),
        pl.col(pl.Datetime).dt.replace_time_zone(None),
    ).with_columns(pl.col(pl.Int64, pl.UInt64).cast(pl.Float64))


def stata_names(names: Sequence[str]) -> list[str]:
    """Names of at most 32 letters, digits and underscores, in order and all different; a name that fits stays as it is."""
    made: list[str] = []
    for name in names:
        short = _shortened(re.sub(r"\W", "_", name))
        number = 2
        while short in made:
            short = f"{_shortened(re.sub(r'[^a-zA-Z0-9_]', '_', name), LONGEST_NAME - 3)}_{number}"
            number += 1
        made.append(short)
    return made


def _shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """The words of a name cut to the same length, the longest that fits: ``administrative_…`` becomes ``admini_…``."""
    words = name.split("_")
    for letters in range(max(map(len, words)), 2, -1):
        cut = "_".join(word[:letters] for word in words)
        if len(cut) <= longest:
            return cut
    return name[:longest]
