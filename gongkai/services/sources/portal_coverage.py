"""`gongkai sources coverage`, and its line in `gongkai status`: what should exist, against what is known and held."""

import csv
import sys
from datetime import UTC, datetime

from gongkai.errors import WrongUsage, demand_province
from gongkai.printing import Format, counted, err, grid, out
from pipelines.crawl.registry.portal_coverage import ColumnState, Covered, count_by_province, cover
from pipelines.crawl.registry.source_files import read_sources
from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from schemas.settings import Settings

_HEAD = ("region_path", "region", "province", "level", "portal_url", "state", "source_ids")


def latest_due_year(now: datetime) -> int:
    """The latest year whose reports must have been published: the last deadline is 31 March of the next."""
    return now.year - (1 if now.month > 3 else 2)


def covered(settings: Settings, year: int) -> list[Covered]:
    """Every government of the list of portals with what is known of its column and of its report of ``year``."""
    home = Home(settings.home)
    portals = settings.sources / "portals.csv"
    if not portals.is_file():
        return []
    held: set[str] = set()
    if home.warehouse.exists():
        rows = query(
            home, f"SELECT region_code FROM marts.government_years WHERE is_held AND report_year = {int(year)}"
        )
        held = set(rows["region_code"].to_list())
    return cover(portals, read_sources(settings.sources)[0], held)


def run(settings: Settings, province: str | None, form: Format, year: int | None) -> int:
    """Print the coverage by province, or with ``csv`` every government.

    Raises:
        WrongUsage: no such province, or there is no list of portals.
    """
    demand_province(province)
    year = year or latest_due_year(datetime.now(UTC))
    rows = [item for item in covered(settings, year) if province in (None, item.province)]
    if not rows:
        raise WrongUsage(f"no list of portals at {settings.sources / 'portals.csv'}")
    if form is Format.CSV:
        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(_HEAD)
        for item in rows:
            said = (item.region_path, item.region, item.province, item.level, item.portal_url, item.state.value)
            table.writerow([*said, " ".join(item.source_ids)])
    else:
        head = ("province", "governments", "without a column", f"column, no report of {year}", f"report of {year}")
        out.print(grid(head, count_by_province(rows), numbers=range(1, 5)))
    err.print(summary(rows, year), markup=False, soft_wrap=True)
    return 0


def summary(rows: list[Covered], year: int) -> str:
    """One line: how many governments are without a column, and how many with one but without the report."""
    counts = {state: sum(1 for item in rows if item.state is state) for state in ColumnState}
    return (
        f"{counted(len(rows), 'government')} with a portal: {counts[ColumnState.NO_COLUMN]:,} without a column, "
        f"{counts[ColumnState.NO_REPORT]:,} with a column and no report of {year}, {counts[ColumnState.HELD]:,} with it"
    )
