"""Column lineage: from a column of a mart down to the page on which its figures are printed.

Computed, not maintained by hand. Marts are traced through their SQL, tables through the registry: a column of a table comes
from the column of the same name one table upstream. Columns that the warehouse computes itself (``reports.is_primary``) end
there, and a count of rows comes from no column.
"""

import logging
from collections.abc import Iterator
from functools import cache

import dagster as dg
from sqlglot import exp
from sqlglot.lineage import Node, lineage
from sqlglot.schema import MappingSchema

from assets.display.metadata import TIDY
from assets.display.tables import table_of
from pipelines.warehouse.marts import marts
from schemas.tables import STAGED, TABLES, polars_schema, staged_schema

PAYLOAD = "payload"
"""Column of ``pages`` that represents the archived bytes."""

Place = tuple[str, str]
"""An asset and one of its columns."""
Sources = dict[str, list[Place]]
"""Column of an asset → the places it is computed from."""

_KEYS = {"report_id": "report_id", "payload_digest": "payload_digest"}
_LOGGED = _KEYS | {"url": "url", "source_id": "source_id", "province": "province", "first_fetched_at": "fetched_at"}
"""Staged columns that come from the fetch log, with their names there. All others are read from the page."""


def column_lineage(asset: str) -> dict[str, dg.TableMetadataValue | dg.TableColumnLineage]:
    """Metadata of an asset: its lineage for machines, and as the table that the UI shows."""
    sources = sources_of(asset)
    rows = [
        {
            "column": column,
            "comes_from": ", ".join(map(_said, places)),
            "printed_in": ", ".join(dict.fromkeys(_said(root) for place in places for root in roots(place))),
        }
        for column, places in sources.items()
    ]
    deps = {
        column: [dg.TableColumnDep(dg.AssetKey(below.split("/")), name) for below, name in places]
        for column, places in sources.items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps), "columns_come_from": table_of(rows, longest=800)}


def sources_of(asset: str) -> Sources:
    """Origins of each column of an asset; empty for the first assets."""
    return _mart_sources()[asset] if asset.startswith("marts/") else _table_sources().get(asset, {})


@cache
def roots(place: Place) -> tuple[Place, ...]:
    """The first origins of a column, followed to the end."""
    below = sources_of(place[0]).get(place[1], [])
    return tuple(dict.fromkeys(root for source in below for root in roots(source))) or (place,)


@cache
def _table_sources() -> dict[str, Sources]:
    published = TIDY | {"findings": "quality.findings"}
    below = {table: asset for asset, table in published.items()}
    below |= {"reports": "report_versions", "crawl.fetches": "pages", "crawl.sources": "source_registry"}
    warehouse = {
        f"{table}.{column}": [(asset, column)]
        for table, asset in below.items()
        for column in polars_schema(table)
        if column in polars_schema(published.get(asset, table))
    }
    return {
        "documents": dict(_staged()),
        **{asset: dict(_tidy(asset, table)) for asset, table in published.items()},
        "warehouse": warehouse,
    }


def _staged() -> Iterator[tuple[str, list[Place]]]:
    for table in STAGED:
        logged = _LOGGED if table == "documents" else _KEYS
        for column in staged_schema(table):
            yield f"{table}.{column}", [("pages", logged.get(column, PAYLOAD))]


def _tidy(asset: str, table: str) -> Iterator[tuple[str, list[Place]]]:
    staged = "documents" if asset == "report_versions" else asset
    written = {column: column for column in staged_schema(staged)} | {"version": "payload_digest"}
    for column in polars_schema(table):
        if column in written:
            yield column, [("documents", f"{staged}.{written[column]}")]


@cache
def _mart_sources() -> dict[str, Sources]:
    """Every mart by its SELECT. Takes a third of a second, once a process."""
    schema = MappingSchema(dialect="duckdb")
    for name in TABLES:
        space, _, short = name.rpartition(".")
        schema.add_table(f"{space or 'main'}.{short}", dict.fromkeys(polars_schema(name), "VARCHAR"))
    found = {}
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # sqlglot warns about what it cannot trace, such as UNPIVOT
    for mart in marts():
        columns = lineage(None, mart.select, schema, dialect="duckdb", trim_selects=False, copy=False, db="main")
        schema.add_table(f"marts.{mart.name}", dict.fromkeys(columns, "VARCHAR"))
        read = {column: sorted(_read_by(node)) for column, node in columns.items()}
        found[f"marts/{mart.name}"] = {column: places for column, places in read.items() if places}
    return found


def _read_by(node: Node) -> set[Place]:
    read = set()
    for leaf in node.walk():
        table = leaf.expression
        if isinstance(table, exp.Table):
            column = leaf.name.rpartition(".")[2].strip('"')
            space = "" if table.db == "main" else f"{table.db}."
            read.add(
                (f"marts/{table.name}", column)
                if table.db == "marts"
                else _place_of_table(f"{space}{table.name}", column)
            )
    return read


def tables_of(mart: str) -> list[str]:
    """Assets of the tables that a mart reads, besides the warehouse that holds them all."""
    read = {place[0] for places in sources_of(f"marts/{mart}").values() for place in places}
    return sorted(read - {"warehouse"} - {name for name in read if name.startswith("marts/")})


def _place_of_table(table: str, column: str) -> Place:
    """The asset that writes the table; columns that only the warehouse computes end there."""
    made = _table_sources()["warehouse"].get(f"{table}.{column}")
    return made[0] if made else ("warehouse", f"{table}.{column}")


def _said(place: Place) -> str:
    return f"{place[0]}: {place[1]}"
