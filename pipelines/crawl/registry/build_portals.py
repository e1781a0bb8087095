"""Builds ``sources/portals.csv`` from a registry of portals: which governments there are, and where their sites are.

    python -m pipelines.crawl.registry.build_portals portals.csv --to sources/portals.csv

The registry is a public survey; its first look of each portal is kept only where it led somewhere else.
"""

import argparse
import csv
import sys
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.crawl.discovery.portal_list import province_of
from schemas.regions import latest_year, resolve
from schemas.vocabulary import PROVINCES

COLUMNS = ("region_path", "region", "level", "portal_url", "final_url")


def build_portals(registry: Path, to: Path) -> int:
    """Write the list; returns the number of portals."""
    with registry.open(encoding="utf-8-sig", newline="") as handle:
        rows = [_row(row) for row in csv.DictReader(handle)]

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="") as handle:
            table = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(rows)

    replace_atomically(to, write)
    return len(rows)


def _row(row: dict[str, str]) -> dict[str, str]:
    path = row["region_path"]
    return {
        "region_path": path, "region": region_code(path), "level": row["level"], "portal_url": row["portal_url"],
        "final_url": row.get("final_url", ""),
    }  # fmt: skip


def region_code(path: str) -> str:
    """The code of the division that a path of names leads to; empty when it is not exactly one."""
    first, *names = path.split("/")
    code = PROVINCES[province_of(first)][0] if province_of(first) != "central" else ""
    for name in names:
        match = resolve(name, latest_year(), parent=code or None)
        if match is None or match.rest:
            return ""
        code = match.code
    return code


def main() -> None:
    """Command line of the script."""
    parser = argparse.ArgumentParser(description="Build sources/portals.csv from a registry of portals.")
    parser.add_argument("registry", type=Path)
    parser.add_argument("--to", type=Path, default=Path("sources/portals.csv"))
    given = parser.parse_args()
    sys.stdout.write(f"{build_portals(given.registry, given.to)} portals\n")


if __name__ == "__main__":
    main()
