"""The registry of the warehouse: every table and every column once.

polars dtypes, DuckDB DDL and COMMENTs, the data dictionary and ``datapackage.json`` are generated from here.
"""

import polars as pl

from schemas.tables.base import Column, Table
from schemas.tables.crawl import FETCHES, PORTALS, SOURCES
from schemas.tables.dimensions import AGENCIES, FORM_LINES, LABELS, REGIONS, RULES
from schemas.tables.documents import REPORT_VERSIONS, REPORTS, SECTIONS
from schemas.tables.facts import APPLICATIONS, DISPUTES, LEGACY_BREAKDOWN, LEGACY_STATISTICS, PROACTIVE_DISCLOSURE
from schemas.tables.narrative import NARRATIVE_STATISTICS
from schemas.tables.records import CELL_CHANGES, FINDINGS, QUARANTINE
from schemas.tables.sql import ddl as _ddl
from schemas.tables.sql import enum_types

__all__ = [
    "FACTS", "STAGED", "TABLES", "Column", "Table", "ddl", "enum_types", "polars_schema", "staged_schema", "table",
]  # fmt: skip

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        REPORTS, SECTIONS, PROACTIVE_DISCLOSURE, APPLICATIONS, DISPUTES, LEGACY_STATISTICS, LEGACY_BREAKDOWN,
        NARRATIVE_STATISTICS, REGIONS, AGENCIES, FORM_LINES, LABELS, RULES,
        REPORT_VERSIONS, CELL_CHANGES, FINDINGS, QUARANTINE, SOURCES, PORTALS, FETCHES,
    )
}  # fmt: skip
"""Every warehouse table by the name an analyst writes, in the order of the dictionary."""

FACTS = ("proactive_disclosure", "applications", "disputes", "legacy_statistics", "legacy_breakdown")
"""The tables whose rows are printed cells. ``narrative_statistics`` is none: its figures stand in sentences."""

STAGED: dict[str, Table] = {
    "documents": REPORT_VERSIONS, "proactive_disclosure": PROACTIVE_DISCLOSURE, "applications": APPLICATIONS,
    "disputes": DISPUTES, "legacy_statistics": LEGACY_STATISTICS, "legacy_breakdown": LEGACY_BREAKDOWN,
    "narrative_statistics": NARRATIVE_STATISTICS, "sections": SECTIONS, "findings": FINDINGS,
}  # fmt: skip
"""What the reader writes: folder under ``staged/`` → the table it becomes."""

_NOT_STAGED = frozenset({"version", "corrected_value", "finding_id", "other_report_id", "other_evidence"})


def table(name: str) -> Table:
    """Return a table by name; KeyError names the ones that exist."""
    if name not in TABLES:
        raise KeyError(f"no table {name!r}; tables are {', '.join(TABLES)}")
    return TABLES[name]


def polars_schema(name: str) -> pl.Schema:
    """Columns and dtypes of a warehouse table, in order. Enumerated columns are strings here, ENUM in DuckDB."""
    return pl.Schema({c.name: c.dtype for c in table(name).columns})


def staged_schema(name: str) -> pl.Schema:
    """Columns and dtypes of what the reader writes for ``documents``, a fact table, ``sections`` or ``findings``.

    As the warehouse table, with ``payload_digest`` in place of ``version`` and without what is added later.
    """
    columns = {c.name: c.dtype for c in STAGED[name].columns if c.name not in _NOT_STAGED}
    return pl.Schema({"report_id": columns.pop("report_id"), "payload_digest": pl.String(), **columns})


def ddl(name: str) -> str:
    """SQL that creates the table with NOT NULL, CHECK, ENUM and bilingual COMMENTs. Its enum types come first."""
    return _ddl(table(name))
