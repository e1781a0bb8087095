"""Governments and their columns as the table ``crawl.portals``.

Apart from the count of them: `gongkai status` counts, and the registry of tables takes half a second to import.
"""

from collections.abc import Iterable

import polars as pl

from pipelines.crawl.registry.portal_coverage import Covered
from schemas.tables import polars_schema


def portal_frame(covered: Iterable[Covered]) -> pl.DataFrame:
    """Governments as rows: the columns of ``crawl.portals``."""
    rows = [
        {
            "region_path": item.region_path, "region_code": item.region or None, "province": item.province,
            "portal_url": item.portal_url, "has_column": bool(item.source_ids), "source_ids": ",".join(item.source_ids) or None,
        }
        for item in covered
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema("crawl.portals"))
