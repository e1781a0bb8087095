"""The marts: views inside the warehouse, one SQL file each, one asset each so that the lineage shows them."""

from collections.abc import Iterator

import dagster as dg
from pipelines.warehouse.marts import mart_files, mart_purpose
from pipelines.warehouse.query import query

from assets.metadata import frame_table
from assets.resources import DataFolder
from assets.warehouse import warehouse


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key=["marts", name],
            deps=[warehouse],
            group_name="marts",
            kinds={"duckdb", "sql"},
            description=mart_purpose(name),
            metadata={"dagster/table_name": f"marts.{name}"},
        )
        for name in mart_files()
    ]
)
def marts(data_folder: DataFolder) -> Iterator[dg.MaterializeResult[None]]:
    """Ask each view of the published warehouse once: it answers, and this is how many rows it has."""
    for name in mart_files():
        rows = query(data_folder.home, f'SELECT count(*) FROM marts."{name}"').item()
        preview = query(data_folder.home, f'SELECT * FROM marts."{name}" LIMIT 10')
        columns = [dg.TableColumn(column, str(dtype)) for column, dtype in preview.schema.items()]
        yield dg.MaterializeResult(
            asset_key=["marts", name],
            metadata={
                "dagster/row_count": rows,
                "dagster/column_schema": dg.TableSchema(columns=columns),
                "preview": frame_table(preview),
            },
        )
