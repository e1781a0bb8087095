"""The marts: views inside the warehouse, one SQL file each, one asset each so that the lineage shows them."""

import re
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.display.column_lineage import column_lineage, tables_of
from assets.display.metadata import seconds_since
from assets.display.tables import preview
from assets.runtime import progress
from assets.runtime.resources import DataFolder
from assets.stages.warehouse import warehouse
from pipelines.home import Home
from pipelines.warehouse.marts import Mart, mart_purpose
from pipelines.warehouse.marts import marts as declared
from pipelines.warehouse.queries.query import query


def views_read_by(mart: Mart) -> list[dg.AssetKey]:
    """The other marts that a mart's SELECT reads."""
    names = dict.fromkeys(re.findall(r"\bmarts\.(\w+)", mart.select))
    return [dg.AssetKey(["marts", name]) for name in names]


_COLUMNS = """
SELECT table_name AS view, column_name AS name, data_type AS type, comment
FROM duckdb_columns() WHERE schema_name = 'marts' ORDER BY table_name, column_index"""

MART_KEYS = [dg.AssetKey(["marts", mart.name]) for mart in declared()]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key=key,
            deps=[warehouse, *views_read_by(mart), *tables_of(mart.name)],
            group_name="marts",
            kinds={"duckdb", "sql"},
            description=f"{mart_purpose(mart.name)}\n\n```sql\n{mart.select}\n```",
            metadata={"dagster/table_name": f"marts.{mart.name}"},
        )
        for key, mart in zip(MART_KEYS, declared(), strict=True)
    ]
)
def marts(data_folder: DataFolder) -> Iterator[dg.MaterializeResult[None]]:
    """Query each view of the published warehouse once and count its rows."""
    told = query(data_folder.home, _COLUMNS)
    counts = " UNION ALL ".join(f"SELECT '{mart.name}', count(*) FROM marts.\"{mart.name}\"" for mart in declared())
    rows = dict(query(data_folder.home, counts).iter_rows())  # one connection for all: opening the file takes longest
    for number, (key, mart) in enumerate(zip(MART_KEYS, declared(), strict=True), 1):
        columns = [
            dg.TableColumn(name, dtype, description=comment)
            for name, dtype, comment in told.filter(view=mart.name).drop("view").iter_rows()
        ]
        yield dg.MaterializeResult(asset_key=key, metadata=_shown(data_folder.home, mart, columns, rows[mart.name]))
        progress.report("marts", number, len(MART_KEYS))


def _shown(home: Home, mart: Mart, columns: list[dg.TableColumn], rows: int) -> dict[str, Any]:
    started = time.perf_counter()
    first = query(home, f'SELECT * FROM marts."{mart.name}" LIMIT 10')
    return {
        "dagster/row_count": rows,
        "dagster/column_schema": dg.MetadataValue.table_schema(dg.TableSchema(columns=columns)),
        "preview": preview(first),
        "seconds": seconds_since(started),
        **column_lineage(f"marts/{mart.name}"),
    }
