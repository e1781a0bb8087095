"""What changed after publication: cells that differ between versions, and tables as they stood at a moment."""

from collections.abc import Callable

import polars as pl

from pipelines.warehouse.database import Connection
from schemas.forms.catalogue import KEY_COLUMNS
from schemas.tables import FACTS, polars_schema
from schemas.tables.sql import quote

_KEYS = tuple(dict.fromkeys(key for keys in KEY_COLUMNS.values() for key in keys))
_AT_ONCE = 2_000
"""Reports compared together: all their versions are in memory."""


def load_cell_changes(
    connection: Connection, read: Callable[[str, pl.DataFrame], pl.DataFrame], versions: pl.DataFrame
) -> None:
    """Compare each version with the one before it, cell by cell. The cost depends on the edits only.

    Args:
        read: (table, reports) → rows of all versions of these reports.
        versions: All versions of the reports to compare, each report in one province.
    """
    edited = versions.filter(pl.col("version").max().over("report_id") > 1).sort("report_id", "version")
    reports = edited.select("report_id").unique(maintain_order=True)
    for some in reports.iter_slices(_AT_ONCE):
        chosen = edited.join(some, on="report_id", how="semi")
        connection.register("edited", chosen.select("report_id", "version", "first_fetched_at"))
        for table in FACTS:
            connection.register("held", read(table, chosen.unique("report_id")))
            connection.execute(_changes_sql(table))
            connection.unregister("held")
        connection.unregister("edited")


def _changes_sql(table: str) -> str:
    keys = KEY_COLUMNS[table]
    using = ", ".join(("report_id", "version", *keys))
    shown = ", ".join(k if k in keys else f"NULL AS {k}" for k in _KEYS)
    return f"""
    INSERT INTO history.cell_changes BY NAME
    WITH new AS (SELECT * FROM held WHERE version > 1),
    old AS (SELECT * REPLACE (version + 1 AS version) FROM held
            WHERE (report_id, version + 1) IN (SELECT (report_id, version) FROM edited)),
    both_sides AS (
      SELECT {using}, old.value AS old_value, new.value AS new_value, old.raw_text AS old_raw_text,
             new.raw_text AS new_raw_text, old.value_status AS old_status, new.value_status AS new_status,
             old.evidence AS old_evidence, new.evidence AS new_evidence
      FROM old FULL JOIN new USING ({using}))
    SELECT report_id, version, version - 1 AS previous_version, first_fetched_at AS first_seen_at,
           '{table}' AS table_name, {shown},
           CASE WHEN old_status IS NULL THEN 'added' WHEN new_status IS NULL THEN 'removed' ELSE 'changed' END AS change,
           * EXCLUDE ({using}, first_fetched_at)
    FROM both_sides JOIN edited USING (report_id, version)
    WHERE old_value IS DISTINCT FROM new_value OR old_raw_text IS DISTINCT FROM new_raw_text
       OR old_status IS DISTINCT FROM new_status
    ORDER BY ALL"""


def create_as_of(connection: Connection) -> None:
    """``history.applications_as_of(moment)`` and the like: the tables as they were at that moment."""
    connection.execute("""
    CREATE MACRO history.reports_as_of(moment) AS TABLE
      SELECT * FROM history.report_versions WHERE first_fetched_at <= moment
      QUALIFY row_number() OVER (PARTITION BY report_id ORDER BY version DESC) = 1""")
    _comment("reports_as_of", connection, "截至某一时刻每份报告的版本", "The version of every report as of a moment.")
    for table in FACTS:
        connection.execute(_as_of_sql(table))
        _comment(f"{table}_as_of", connection, f"{table} 在某一时刻的样子", f"The cells of {table} as of a moment.")


def _comment(macro: str, connection: Connection, zh: str, en: str) -> None:
    connection.execute(f"COMMENT ON MACRO TABLE history.{macro} IS {quote(f'{zh} | {en}')}")


def _as_of_sql(table: str) -> str:
    """Revert cells whose next change is after the moment; keep the others."""
    keys = KEY_COLUMNS[table]
    cell = ", ".join(("report_id", *keys))
    dtype = "DECIMAL(20,6)" if isinstance(polars_schema(table)["value"], pl.Decimal) else "BIGINT"
    return f"""
    CREATE MACRO history.{table}_as_of(moment) AS TABLE
    WITH known AS (SELECT report_id, max(version) AS version FROM history.report_versions
                   WHERE first_fetched_at <= moment GROUP BY report_id),
    undone AS (SELECT * FROM history.cell_changes WHERE table_name = '{table}' AND first_seen_at > moment
               QUALIFY row_number() OVER (PARTITION BY {cell} ORDER BY version) = 1)
    SELECT report_id, known.version, {", ".join(keys)}, value, raw_text, value_status, evidence
    FROM {table} AS now JOIN known USING (report_id) ANTI JOIN undone USING ({cell})
    UNION ALL
    SELECT report_id, known.version, {", ".join(keys)}, old_value::{dtype}, old_raw_text, old_status, old_evidence
    FROM undone JOIN known USING (report_id) WHERE change <> 'added'"""
