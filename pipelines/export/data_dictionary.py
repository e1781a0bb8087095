"""``docs/data-dictionary.md``, generated from the registry and the marts: ``python -m pipelines.export.data_dictionary``."""

from pathlib import Path

import duckdb

from pipelines.warehouse.building.load import create_tables
from pipelines.warehouse.history import create_as_of
from pipelines.warehouse.marts import create_marts, marts
from schemas.tables import TABLES, Column, Table
from schemas.tables.sql import sql_type

FILE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"

_HEAD = """# Data dictionary · 数据字典

Generated from `schemas/tables` and `pipelines/warehouse/marts`; do not edit. Every comment here is also a COMMENT in the
DuckDB file: `SELECT table_name, column_name, comment FROM duckdb_columns()`.

本文件由表注册与视图文件生成，请勿手改；同样的说明也写入 DuckDB 文件的 COMMENT。
"""


def dictionary() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD, "## Tables · 表\n", _index(), *(_table(t) for t in TABLES.values()), "## Marts · 视图\n", *_marts()]
    return "\n".join(parts).rstrip() + "\n"


def _index() -> str:
    rows = [f"| [`{t.name}`](#{_anchor(t.name)}) | {t.label_zh} | {t.grain} {t.grain_zh} |" for t in TABLES.values()]
    return "\n".join(["| table | 名称 | grain 粒度 |", "|---|---|---|", *rows, ""])


def _anchor(name: str) -> str:
    return name.replace(".", "")


def _table(table: Table) -> str:
    lines = [f"### {table.name}\n", f"**{table.label_zh}** {table.grain} {table.grain_zh}\n",
             f"{table.description} {table.description_zh}\n"]  # fmt: skip
    lines += [f"> {en} {zh}\n" for en, zh in zip(table.warnings, table.warnings_zh, strict=True)]
    if table.key:
        lines.append(f"Key 主键: {', '.join(f'`{k}`' for k in table.key)}\n")
    lines += ["| column | type | unit 单位 | 官方标签 | description 说明 |", "|---|---|---|---|---|"]
    lines += [_row(c) for c in table.columns]
    return "\n".join([*lines, ""])


def _row(column: Column) -> str:
    kind = sql_type(column).removeprefix("main.") + ("" if column.nullable else " NOT NULL")
    words = [column.description, column.description_zh]
    if column.allowed and len(column.allowed) <= 32:
        words.append("Values 取值: " + ", ".join(f"`{v}`" for v in column.allowed))
    if column.references:
        words.append(f"→ `{column.references}`")
    if column.warning:
        words.append(f"**Warning** {column.warning} **注意** {column.warning_zh}")
    text = " ".join(words).replace("|", "\\|")
    return f"| `{column.name}` | {kind} | {column.unit or ''} | {column.label_zh} | {text} |"


def _marts() -> list[str]:
    """Marts need a database to know their columns: an empty one."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        create_as_of(connection)
        create_marts(connection)
        rows = connection.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = 'marts'"
            " ORDER BY table_name, column_index"
        ).fetchall()
    pages = []
    for mart in marts():
        lines = [f"### marts.{mart.name}\n", f"{mart.purpose} {mart.purpose_zh}\n", "| column | type | description 说明 |",
                 "|---|---|---|"]  # fmt: skip
        lines += [
            f"| `{column}` | {'ENUM' if dtype.startswith('ENUM') else dtype} | {comment.replace('|', '·')} |"
            for table, column, dtype, comment in rows
            if table == mart.name
        ]
        pages.append("\n".join([*lines, ""]))
    return pages


if __name__ == "__main__":
    FILE.write_text(dictionary(), "utf-8")
    print(f"{FILE}: {len(TABLES)} tables, {len(marts())} marts")
