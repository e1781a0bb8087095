"""Which governments have a portal and no column among the sources, and which have a column and no report of a year."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.crawl.discovery.portal_list import portal_rows, province_of
from schemas.sources import Source, SourceKind


class ColumnState(StrEnum):
    """What is known of a government's column. The values are shown and exported."""

    NO_COLUMN = "no_column"
    NO_REPORT = "no_report"
    HELD = "held"


@dataclass(frozen=True)
class Covered:
    """A government, its portal, and what is known of its column."""

    region_path: str
    region: str
    province: str
    level: str
    portal_url: str
    state: ColumnState
    source_ids: tuple[str, ...] = ()


def cover(portals: Path, sources: Iterable[Source], held_regions: Collection[str]) -> list[Covered]:
    """Count sources and held reports against the list of portals; [] when there is no list.

    A column is a government's when it lies on its portal's host, was discovered from its portal, or bears its division code
    and names no organ but the government.

    Args:
        held_regions: Codes of the divisions whose government's report of the year in question is held.

    Raises:
        PortalListError: the list cannot be read or lacks a column.
    """
    if not portals.is_file():
        return []
    by_host: dict[str, list[str]] = {}
    by_region: dict[str, list[str]] = {}
    by_portal: dict[str, list[str]] = {}
    for source in sources:
        if not source.enabled or source.kind is SourceKind.REPORT:
            continue
        by_host.setdefault(_host(source.url), []).append(source.id)
        if source.discovery is not None:
            by_portal.setdefault(source.discovery.portal, []).append(source.id)
        if source.region is not None and (source.site is None or "政府" in source.site):
            by_region.setdefault(source.region, []).append(source.id)
    found = []
    for row in portal_rows(portals):
        url, region = row["portal_url"], row.get("region", "")
        ids = [*by_portal.get(url, ()), *by_host.get(_host(url), ()), *(by_region.get(region, ()) if region else ())]
        state = ColumnState.HELD if region in held_regions else ColumnState.NO_REPORT if ids else ColumnState.NO_COLUMN
        path = row["region_path"]
        found.append(
            Covered(path, region, province_of(path), row.get("level", ""), url, state, tuple(dict.fromkeys(ids)))
        )
    return found


def count_by_province(covered: Iterable[Covered]) -> list[tuple[str, int, int, int, int]]:
    """(province, governments, without a column, with a column and no report, with the report), and all of them at the end."""
    counts: Counter[tuple[str, ColumnState]] = Counter((item.province, item.state) for item in covered)
    rows = []
    for province in sorted({province for province, _ in counts}):
        states = [counts[province, state] for state in ColumnState]
        rows.append((province, sum(states), *states))
    totals = [sum(row[at] for row in rows) for at in range(1, 5)]  # type: ignore[misc]
    return [*rows, ("all", *totals)] if rows else []  # type: ignore[list-item]


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
