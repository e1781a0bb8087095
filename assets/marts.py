"""The marts: views inside the warehouse, one SQL file each, one asset each so that the lineage shows them."""

import re
from collections.abc import Iterator

import dagster as dg

from assets.metadata import frame_table
from assets.resources import DataFolder
from assets.warehouse import warehouse
from pipelines.home import Home
from pipelines.warehouse.marts import Mart, mart_purpose
from pipelines.warehouse.marts import marts as declared
from pipelines.warehouse.query import query


def views_read_by(mart: Mart) -> list[dg.AssetKey]:
    """The other marts that a mart's SELECT reads."""
    names = dict.fromkeys(re.findall(r"\bmarts\.(\w+)", mart.select))
    return [dg.AssetKey(["marts", name]) for name in names]


MART_KEYS = [dg.AssetKey(["marts", mart.name]) for mart in declared()]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key=key,
            deps=[warehouse, *views_read_by(mart)],
            group_name="marts",
            kinds={"duckdb", "sql"},
            description=f"{mart_purpose(mart.name)}\n\n```sql\n{mart.select}\n```",
            metadata={"dagster/table_name": f"marts.{mart.name}"},
        )
        for key, mart in zip(MART_KEYS, declared(), strict=True)
    ]
)
def marts(data_folder: DataFolder) -> Iterator[dg.MaterializeResult[None]]:
    """Ask each view of the published warehouse once: it answers, and this is how many rows it has."""
    for key, mart in zip(MART_KEYS, declared(), strict=True):
        yield dg.MaterializeResult(asset_key=key, metadata=_shown(data_folder.home, mart))


def _shown(home: Home, mart: Mart) -> dict[str, int | dg.MetadataValue]:
    preview = query(home, f'SELECT * FROM marts."{mart.name}" LIMIT 10')
    words = dict(mart.columns)
    columns = [dg.TableColumn(name, str(dtype), description=words.get(name)) for name, dtype in preview.schema.items()]
    return {
        "dagster/row_count": query(home, f'SELECT count(*) FROM marts."{mart.name}"').item(),
        "dagster/column_schema": dg.MetadataValue.table_schema(dg.TableSchema(columns=columns)),
        "preview": frame_table(preview),
    }
