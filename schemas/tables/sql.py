"""DuckDB DDL from the registry. Strings only: nothing is executed here."""

from collections.abc import Iterable

import polars as pl

from schemas.tables.base import Column, Table


def quote(text: str) -> str:
    """SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def sql_type(column: Column) -> str:
    """DuckDB type of a column; raises TypeError for a dtype the registry does not use."""
    if column.enum:
        return f"main.{column.enum}"
    match column.dtype:
        case pl.Decimal(precision=precision, scale=scale):
            return f"DECIMAL({precision},{scale})"
        case pl.Datetime():
            return "TIMESTAMPTZ"
    simple: dict[type[pl.DataType], str] = {
        pl.String: "VARCHAR", pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.Date: "DATE"
    }  # fmt: skip
    for dtype, name in simple.items():
        if column.dtype == dtype:
            return name
    raise TypeError(f"no SQL type for {column.name}: {column.dtype}")


def enum_types(tables: Iterable[Table]) -> str:
    """``CREATE TYPE`` for every enum used; ValueError where two columns give one name different values."""
    seen: dict[str, tuple[str, ...]] = {}
    for column in (c for t in tables for c in t.columns if c.enum):
        name = column.enum or ""
        if seen.setdefault(name, column.allowed) != column.allowed:
            raise ValueError(f"enum {name} has two lists of values")
    return "\n".join(f"CREATE TYPE main.{n} AS ENUM ({', '.join(map(quote, v))});" for n, v in seen.items())


def _line(column: Column) -> str:
    checks = []
    if column.minimum is not None:
        checks.append(f"{column.name} >= {column.minimum}")
    if column.maximum is not None:
        checks.append(f"{column.name} <= {column.maximum}")
    if column.pattern and not column.references:  # a reference is checked once, where it points
        checks.append(f"regexp_matches({column.name}, {quote(column.pattern)})")
    null = "" if column.nullable else " NOT NULL"
    check = f" CHECK ({' AND '.join(checks)})" if checks else ""
    return f"  {column.name} {sql_type(column)}{null}{check}"


def ddl(table: Table) -> str:
    """``CREATE TABLE`` and ``COMMENT ON`` for the table and each column.

    No primary key: DuckDB's index makes a build three times slower; uniqueness is verified by query instead.
    """
    columns = ",\n".join(_line(c) for c in table.columns)
    statements = [
        f"CREATE SCHEMA IF NOT EXISTS {table.schema};",
        f"CREATE TABLE {table.schema}.{table.short_name} (\n{columns}\n);",
        f"COMMENT ON TABLE {table.schema}.{table.short_name} IS {quote(table.comment)};",
    ]
    statements += [
        f"COMMENT ON COLUMN {table.schema}.{table.short_name}.{c.name} IS {quote(c.comment)};" for c in table.columns
    ]
    return "\n".join(statements)
