"""What an asset shows about its table: row count, size, column schema with labels and units, a preview.

Text from crawled pages reaches the UI only through :func:`plain` and :func:`table_of`: as table cells and text, which the
UI renders as text, never as Markdown.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from schemas.tables import TABLES, Table

PREVIEW_ROWS = 25
_LONGEST_CELL = 200


def plain(value: object) -> str | int | float | bool | None:
    """A cell as the UI may show it: numbers stay, text loses control characters and is cut to a sensible length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = "".join(character if character.isprintable() else " " for character in str(value))
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"


def table_of(rows: Sequence[Mapping[str, object]]) -> dg.TableMetadataValue:
    """Rows as a metadata table. An empty list shows as an empty table."""
    records = [dg.TableRecord({key: plain(value) for key, value in row.items()}) for row in rows]
    names = list(rows[0]) if rows else ["nothing"]
    schema = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in names])
    return dg.MetadataValue.table(records=records, schema=schema)


def frame_table(frame: pl.DataFrame, limit: int = PREVIEW_ROWS) -> dg.TableMetadataValue:
    """The first rows of a frame as a metadata table."""
    return table_of(frame.head(limit).to_dicts())


def column_schema(name: str) -> dg.TableSchema:
    """Columns of a warehouse table with type, unit, 官方标签 and description, from the registry of tables."""
    table: Table = TABLES[name]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                str(column.dtype),
                description=column.comment,
                constraints=dg.TableColumnConstraints(nullable=column.nullable, unique=column.unique),
                tags={"unit": column.unit} if column.unit and column.unit.isascii() else {},
            )
            for column in table.columns
        ]
    )


def tidy_metadata(folder: Path, name: str) -> dict[str, Any]:
    """Row count, bytes, provinces and a preview of the Parquet files of one tidy table."""
    files = sorted(folder.glob("*.parquet"))
    counts = {file.stem: pl.scan_parquet(file).select(pl.len()).collect().item() for file in files}
    preview = pl.scan_parquet(files).head(PREVIEW_ROWS).collect() if files else pl.DataFrame()
    return {
        "dagster/row_count": sum(counts.values()),
        "bytes": sum(file.stat().st_size for file in files),
        "rows_by_province": table_of([{"province": p, "rows": n} for p, n in counts.items() if n]),
        "preview": frame_table(preview),
    }


def definition_metadata(name: str) -> dict[str, Any]:
    """What is known of a table before it is filled."""
    return {"dagster/column_schema": column_schema(name), "dagster/table_name": name}


def totals(results: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Sum the counts of several partitions, key by key."""
    total: dict[str, int] = {}
    for result in results:
        for key, value in result.items():
            total[key] = total.get(key, 0) + value
    return total
