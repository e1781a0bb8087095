"""Verifies a new file against its inputs. All checks run, and all failures are reported together."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from pipelines.home import Home
from pipelines.tidy.corrections import Correction, CorrectionError
from pipelines.tidy.stored_rows import published_rows, superseded
from pipelines.warehouse.building.load import BY_REPORT
from pipelines.warehouse.database import Connection, literal
from pipelines.warehouse.errors import VerificationFailed
from schemas.tables import TABLES, Table


def verify(
    connection: Connection,
    expected: Mapping[str, int],
    reports: pl.DataFrame,
    corrections: Sequence[Correction],
    *,
    among: str = "true",
) -> None:
    """Raise VerificationFailed or CorrectionError if the draft contradicts the tidy files or itself.

    Args:
        expected: Rows that facts and sections must have, counted from the other side.
        reports: Loaded reports; corrections of others were checked when those were loaded.
        among: Condition on ``report_id``: whose facts and sections to search for duplicates and orphans.
    """
    stale = list(_stale_corrections(connection, reports, corrections))
    if stale:
        raise CorrectionError(f"{len(stale)} stale correction(s): {'; '.join(stale)}")
    problems = [
        *_row_counts(connection, expected), *_duplicate_keys(connection, among), *_orphans(connection, among),
    ]  # fmt: skip
    if problems:
        raise VerificationFailed(f"the new warehouse was not published, the old one stays: {'; '.join(problems)}")


def expected_rows(home: Home, reports: pl.DataFrame) -> dict[str, int]:
    """Facts must be the Parquet rows of current versions: all there are, less those of older versions."""
    old = superseded(home, reports)
    return {name: published_rows(home, name, old) for name in BY_REPORT}


def _row_counts(connection: Connection, expected: Mapping[str, int]) -> Iterator[str]:
    for name, count in expected.items():
        found = _one(connection, f"SELECT count(*) FROM {name}")
        if found != count:
            yield f"{name} has {found} rows, the tidy files {count}"


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


def _stale_corrections(
    connection: Connection, reports: pl.DataFrame, corrections: Sequence[Correction]
) -> Iterator[str]:
    """Corrections whose cell no longer prints the expected text. Skips reports that are not held."""
    held = set(reports["report_id"]) if corrections else set()
    for correction in corrections:
        if correction.report_id in held:
            where = " AND ".join(
                f"{k} = '{literal(v)}'" for k, v in (("report_id", correction.report_id), *correction.key)
            )
            row = connection.execute(f"SELECT coalesce(raw_text, '') FROM {correction.table} WHERE {where}").fetchone()
            if row is None:
                yield f"{correction.name} ({correction.file}): the cell is no longer printed"
            elif row[0] != correction.expect:
                yield f"{correction.name} ({correction.file}): expects '{correction.expect}', the report prints '{row[0]}'"


def _one(connection: Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
