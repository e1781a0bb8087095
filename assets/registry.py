"""The first asset: which pages to crawl, as declared in ``sources/*.yaml``."""

from collections import Counter

import dagster as dg

from assets.metadata import table_of
from assets.resources import DataFolder


@dg.asset(
    group_name="crawl",
    kinds={"yaml"},
    description="Sources declared in sources/*.yaml: columns, single reports and year-by-agency endpoints of government sites.",
)
def source_registry(data_folder: DataFolder) -> dg.MaterializeResult[None]:
    """Load and check every source; a wrong key fails the run before anything is fetched."""
    sources = data_folder.load_sources()
    by_province = Counter(source.province for source in sources)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(sources),
            "enabled": sum(source.enabled for source in sources),
            "seen": sum(source.known == "seen" for source in sources),
            "by_province": table_of(
                [{"province": name, "sources": count} for name, count in sorted(by_province.items())]
            ),
        }
    )
