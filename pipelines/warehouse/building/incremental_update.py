"""Updates a copy of the published file: the changed reports, and everything that depends on them.

The primary document of an agency depends on its other documents, and so do findings between years. So all reports of the present
and former agencies of changed reports are resolved again. Their unchanged rows are taken from the copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.home import Home
from pipelines.tidy.agencies import resolve_reports
from pipelines.tidy.stored_rows import read_versions, rows_of
from pipelines.warehouse.building.load import BETWEEN, BY_REPORT, findings_across, insert, load_reports
from pipelines.warehouse.database import Connection
from pipelines.warehouse.history import load_cell_changes
from pipelines.warehouse.marts.stored import update_stored_marts
from schemas.tables import TABLES, polars_schema

TOUCHED = "memory.main.touched"
"""Ids of the reports that changed, in the scratch database beside the draft."""

_CONCERNED, _AGENCIES = "memory.main.concerned", "memory.main.agencies"


@dataclass(frozen=True)
class Changes:
    """New, removed and changed reports.

    Attributes:
        ids: ``report_id``.
        held: ``report_id, province`` of existing ones, for every province that holds them.
    """

    ids: pl.DataFrame
    held: pl.DataFrame


@dataclass(frozen=True)
class _Concerned:
    """Tables that are loaded completely, in addition to facts and sections of changed reports."""

    report_ids: pl.Series
    agency_ids: pl.Series
    versions: pl.DataFrame
    findings: pl.DataFrame


def update(connection: Connection, home: Home, changes: Changes) -> tuple[pl.DataFrame, dict[str, int]]:
    """Apply the changes to the copy. The cost depends on the changes, and on a scan of a few columns.

    Returns:
        The resolved reports that were loaded, and the expected row counts of facts and sections.
    """
    fresh = read_versions(home, changes.held)
    concerned = _concerned(connection, home, changes, fresh)
    existing = _clear(connection, changes, concerned)
    insert(connection, "history.report_versions", concerned.versions)
    insert(connection, "quality.findings", concerned.findings)
    reports = resolve_reports(concerned.versions)
    load_reports(connection, reports)
    rows = {name: rows_of(home, name, fresh.unique("report_id")) for name in BY_REPORT}
    current = {name: frame.join(reports, on=["report_id", "version"], how="semi") for name, frame in rows.items()}
    insert_current(connection, current)
    load_cell_changes(connection, lambda table, some: rows[table].join(some, on="report_id", how="semi"), fresh)
    update_stored_marts(connection, _CONCERNED)
    return reports, {name: existing[name] + current[name].height for name in BY_REPORT}


def insert_current(connection: Connection, rows: dict[str, pl.DataFrame]) -> None:
    """Insert facts and sections of the current versions that changed."""
    for name, frame in rows.items():
        insert(connection, name, frame)


def _concerned(connection: Connection, home: Home, changes: Changes, fresh: pl.DataFrame) -> _Concerned:
    touched = pl.col("report_id").is_in(changes.ids["report_id"].implode())
    known = connection.sql("SELECT report_id, version, agency_id FROM reports").pl()
    others = known.filter(~touched)
    now = resolve_reports(fresh)
    current = pl.concat([others, now.select(others.columns)])
    across = findings_across(home).join(current.lazy(), on=["report_id", "version"], how="semi").collect()
    seeds = pl.concat([changes.ids["report_id"], _told_otherwise(connection, across)])
    agencies = known.filter(pl.col("report_id").is_in(seeds.implode()))["agency_id"]
    agency_ids = pl.concat([agencies, now["agency_id"]]).drop_nulls().unique()
    members = others.filter(pl.col("agency_id").is_in(agency_ids.implode()))["report_id"]
    report_ids = pl.concat([members, changes.ids["report_id"]])
    versions = pl.concat([fresh, _held(connection, "history.report_versions", members)])
    inside = rows_of(home, "findings", now).join(now, on=["report_id", "version"], how="semi")
    existing = _held(connection, "quality.findings", members).filter(~pl.col("rule").is_in(BETWEEN))
    between = across.filter(pl.col("report_id").is_in(report_ids.implode()))
    findings = pl.concat([between, inside, existing]).unique("finding_id", maintain_order=True)
    return _Concerned(report_ids, agency_ids, versions, findings.sort("report_id", "rule", "finding_id"))


def _told_otherwise(connection: Connection, across: pl.DataFrame) -> pl.Series:
    """Reports whose findings between reports differ from those in the copy."""
    rules = ", ".join(f"'{rule}'" for rule in BETWEEN)
    told: pl.DataFrame = connection.sql(
        f"SELECT finding_id, report_id FROM quality.findings WHERE rule IN ({rules})"
    ).pl()
    gone, new = told.join(across, on="finding_id", how="anti"), across.join(told, on="finding_id", how="anti")
    return pl.concat([gone["report_id"], new["report_id"]]).unique()


def _held(connection: Connection, table: str, report_ids: pl.Series) -> pl.DataFrame:
    """Rows of the copy about these reports, in the dtypes of the tidy files."""
    connection.register("asked", pl.DataFrame({"report_id": report_ids}))
    rows: pl.DataFrame = connection.sql(f"FROM {table} WHERE report_id IN (SELECT report_id FROM asked)").pl()
    connection.unregister("asked")
    return rows.cast(polars_schema(table))


def _clear(connection: Connection, changes: Changes, concerned: _Concerned) -> dict[str, int]:
    """Delete the rows that will be loaded. Returns the remaining row counts of facts and sections."""
    scratch = {
        TOUCHED: changes.ids["report_id"], _CONCERNED: concerned.report_ids, _AGENCIES: concerned.agency_ids,
    }  # fmt: skip
    for name, ids in scratch.items():
        connection.register("incoming", pl.DataFrame({"id": ids}))
        connection.execute(f"CREATE TABLE {name} AS FROM incoming")
        connection.unregister("incoming")
    _delete(connection, (*BY_REPORT, "history.cell_changes"), "report_id", TOUCHED)
    _delete(connection, ("reports", "history.report_versions", "quality.findings"), "report_id", _CONCERNED)
    _delete(connection, ("agencies",), "agency_id", _AGENCIES)
    return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in BY_REPORT}


def _delete(connection: Connection, tables: Sequence[str], key: str, ids: str) -> None:
    for name in tables:
        connection.execute(f"DELETE FROM {TABLES[name].name} WHERE {key} IN (SELECT id FROM {ids})")
