"""Is the new file what its inputs say? Every check runs; all failures are told together."""

from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.home import Home
from pipelines.warehouse.corrections import Correction
from pipelines.warehouse.database import Connection, literal
from pipelines.warehouse.errors import CorrectionError, VerificationFailed
from pipelines.warehouse.load import BY_REPORT, TOUCHED, rows_of, superseded, tidy_files
from pipelines.warehouse.marts import mart_files
from schemas.tables import TABLES, Table


def verify(
    connection: Connection,
    home: Home,
    reports: pl.DataFrame,
    corrections: Sequence[Correction],
    *,
    touched_only: bool = False,
) -> None:
    """Raise VerificationFailed or CorrectionError where the draft contradicts the tidy files or itself.

    Args:
        touched_only: Look for duplicates and orphans among the rows of the touched reports; the others were verified
            when they were loaded. Rows are counted in full either way.
    """
    among = f"report_id IN (SELECT report_id FROM {TOUCHED})" if touched_only else "true"
    stale = list(_stale_corrections(connection, reports, corrections))
    if stale:
        raise CorrectionError(f"{len(stale)} stale correction(s): {'; '.join(stale)}")
    problems = [
        *_row_counts(connection, home, reports), *_duplicate_keys(connection, among), *_orphans(connection, among),
        *_marts(connection),
    ]  # fmt: skip
    if problems:
        raise VerificationFailed(f"the new warehouse was not published, the old one stays: {'; '.join(problems)}")


def _row_counts(connection: Connection, home: Home, reports: pl.DataFrame) -> Iterator[str]:
    """Facts must be the Parquet rows of current versions, counted from the other side."""
    old = superseded(home, reports)
    for name in BY_REPORT:
        expected = sum(pl.scan_parquet(path).select(pl.len()).collect().item() for path in tidy_files(home, name))
        left_out = rows_of(home, name, old).join(old, on=["report_id", "version"], how="semi")
        expected -= left_out.height
        found = _one(connection, f"SELECT count(*) FROM {name}")
        if found != expected:
            yield f"{name} has {found} rows, the tidy files {expected}"


def _duplicate_keys(connection: Connection, among: str) -> Iterator[str]:
    """Uniqueness by query: an index would make the build three times slower."""
    for name, table in TABLES.items():
        if table.key:
            some = among if name in BY_REPORT else "true"
            twice = _one(connection, f"SELECT count(*) FROM ({_groups_with_twins(table, some)})")
            if twice:
                yield f"{name} has duplicate keys ({', '.join(table.key)}) in {twice} places"


def _groups_with_twins(table: Table, where: str) -> str:
    """One row for every group of rows with equal keys; where all keys within a report are enumerated, for every report.

    Such a report has as many possible cells as its enumerations have combinations, so a bit for each tells whether one
    was met twice: an eighth of the cost of grouping by the keys.
    """
    inner = [c for c in table.columns if c.name in table.key and c.enum]
    outer = [k for k in table.key if k not in {c.name for c in inner}]
    if not inner or not set(outer) <= {"report_id", "version"}:
        return f"SELECT 1 FROM {table.name} WHERE {where} GROUP BY {', '.join(table.key)} HAVING count(*) > 1"
    place, places = "0", 1
    for column in inner:
        place = f"({place}) * {len(column.allowed)} + enum_code({column.name})::INT"
        places *= len(column.allowed)
    met = f"bit_count(bitstring_agg({place}, 0, {places - 1}))"
    return f"SELECT 1 FROM {table.name} WHERE {where} GROUP BY {', '.join(outer)} HAVING count(*) > {met}"


def _orphans(connection: Connection, among: str) -> Iterator[str]:
    for name, table in TABLES.items():
        for column in table.columns:
            if column.references:
                target, _, key = column.references.rpartition(".")
                lost = _one(
                    connection,
                    f"SELECT count(DISTINCT {column.name}) FROM {name} WHERE {among if name in BY_REPORT else 'true'}"
                    f" AND {column.name} NOT IN (SELECT {key} FROM {target} WHERE {key} IS NOT NULL)",
                )
                if lost:
                    yield f"{name}.{column.name} has {lost} values that are not in {column.references}"


def _marts(connection: Connection) -> Iterator[str]:
    for name in mart_files():
        connection.execute(f"SELECT * FROM marts.{name} LIMIT 0")
    yield from ()


def _stale_corrections(
    connection: Connection, reports: pl.DataFrame, corrections: Sequence[Correction]
) -> Iterator[str]:
    """Corrections whose cell no longer prints what they expect. Reports that are not held are passed over."""
    held = set(reports["report_id"]) if corrections else set()
    for correction in corrections:
        if correction.report_id in held:
            where = " AND ".join(f"{k} = '{literal(v)}'" for k, v in (("report_id", correction.report_id), *correction.key))
            row = connection.execute(f"SELECT coalesce(raw_text, '') FROM {correction.table} WHERE {where}").fetchone()
            if row is None:
                yield f"{correction.name} ({correction.file}): the cell is no longer printed"
            elif row[0] != correction.expect:
                yield f"{correction.name} ({correction.file}): expects '{correction.expect}', the report prints '{row[0]}'"


def _one(connection: Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
