"""``datapackage.json``: what each exported file holds, generated from the registry and the comments of the marts."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.warehouse.database import Connection
from pipelines.warehouse.marts import mart_files, mart_purpose
from schemas.tables import TABLES, Column, Table

_TYPES: dict[type[pl.DataType], str] = {
    pl.String: "string", pl.Int64: "integer", pl.Float64: "number", pl.Decimal: "number", pl.Boolean: "boolean",
    pl.Date: "date", pl.Datetime: "datetime",
}  # fmt: skip
_SQL_TYPES = {"BIGINT": "integer", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}


def package_of(connection: Connection, formats: Sequence[str]) -> dict[str, Any]:
    """Describe the CSV files, or the Parquet files where no CSV was asked for."""
    return datapackage(connection, "csv" if "csv" in formats else "parquet")


def datapackage(connection: Connection, file_format: str) -> dict[str, Any]:
    """A Data Package (v1) with one resource per table and mart."""
    resources = [_table_resource(table, file_format) for table in TABLES.values()]
    resources += [_mart_resource(connection, name, file_format) for name in mart_files()]
    return {
        "profile": "tabular-data-package" if file_format == "csv" else "data-package",
        "name": "gongkai",
        "title": "政府信息公开工作年度报告 · Annual reports on government information disclosure in China",
        "description": "Every number is printed in the source, in that row and column, and says where. Blank, '/' and 0 "
        "stay apart: in CSV both null and the empty string are empty; value_status tells them apart. In CSV, text that "
        "would run as a spreadsheet formula is preceded by an apostrophe.",
        "resources": resources,
    }


def _resource(
    name: str, file_format: str, title: str, description: str, fields: list[dict[str, Any]]
) -> dict[str, Any]:
    shared = {
        "name": name, "path": f"{file_format}/{name}.{file_format}", "title": title, "description": description,
        "format": file_format,
    }  # fmt: skip
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if file_format == "csv":
        dialect = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True}
        return {**shared, "profile": "tabular-data-resource", "mediatype": "text/csv", "encoding": "utf-8-sig",
                "dialect": dialect, "schema": schema}  # fmt: skip
    return {**shared, "mediatype": "application/vnd.apache.parquet", "schema": schema}


def _table_resource(table: Table, file_format: str) -> dict[str, Any]:
    resource = _resource(table.name, file_format, table.label_zh, table.comment, [_field(c) for c in table.columns])
    nullable = {c.name for c in table.columns if c.nullable}
    if table.key and not nullable & set(table.key):
        resource["schema"]["primaryKey"] = list(table.key)
    keys = [
        {
            "fields": [c.name],
            "reference": {"resource": target.rpartition(".")[0], "fields": [target.rpartition(".")[2]]},
        }
        for c in table.columns
        if (target := c.references) and target.rpartition(".")[0] != table.name
    ]
    if keys:
        resource["schema"]["foreignKeys"] = keys
    return resource


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {
        "required": None if column.nullable else True, "unique": True if column.unique else None,
        "enum": list(column.allowed) or None, "minimum": column.minimum, "maximum": column.maximum,
        "pattern": column.pattern,
    }  # fmt: skip
    constraints = {key: value for key, value in limits.items() if value is not None}
    field: dict[str, Any] = {
        "name": column.name, "type": _TYPES[column.dtype.base_type()], "title": column.label_zh, "description": column.comment,
    }  # fmt: skip
    if column.unit:
        field["unit"] = column.unit
    if constraints:
        field["constraints"] = constraints
    return field


def _mart_resource(connection: Connection, name: str, file_format: str) -> dict[str, Any]:
    columns = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = 'marts' AND table_name = ?"
        " ORDER BY column_index",
        [name],
    ).fetchall()
    fields = [
        {"name": column, "type": _sql_type(dtype), "description": comment or ""} for column, dtype, comment in columns
    ]
    purpose = mart_purpose(name)
    return _resource(f"marts.{name}", file_format, purpose.partition(" | ")[2], purpose, fields)


def _sql_type(dtype: str) -> str:
    if dtype.startswith("DECIMAL"):
        return "number"
    return _SQL_TYPES.get(dtype, "string")
