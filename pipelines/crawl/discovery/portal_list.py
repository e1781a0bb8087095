"""``sources/portals.csv``: the governments that should have a column, and the addresses of their portals."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import GongkaiError
from schemas.vocabulary import PROVINCES

COLUMNS = ("region_path", "level", "portal_url", "final_url")
_BY_NAME = {name: key for key, (_, name) in PROVINCES.items()}


@dataclass(frozen=True)
class Portal:
    """A government and the address of its site. ``region_path`` is 省/市/县; empty when only an address is known."""

    url: str
    region_path: str = ""
    level: str = ""
    moved_to: str = ""
    province: str = "central"


class PortalListError(GongkaiError):
    """A list of portals cannot be used."""


def read_portals(path: Path) -> list[Portal]:
    """Portals of a csv with the columns ``region_path`` and ``portal_url``, and perhaps ``level`` and ``final_url``.

    Raises:
        PortalListError: the file cannot be read or lacks a column.
    """
    return list(_portals(portal_rows(path)))


def portal_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a list of portals as printed.

    Raises:
        PortalListError: the file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, restval="")
            lacking = {"region_path", "portal_url"} - set(reader.fieldnames or ())
            if lacking:
                raise PortalListError(f"{path}: no column {', '.join(sorted(lacking))}")
            return list(reader)
    except OSError as error:
        raise PortalListError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PortalListError(f"{path} is not UTF-8 text") from error


def province_of(region_path: str) -> str:
    """The province in pinyin that a region path begins with; central when it names none."""
    first = region_path.partition("/")[0]
    return next(
        (key for name, key in _BY_NAME.items() if first and (name == first or name.startswith(first))), "central"
    )


def _portals(rows: Iterable[Mapping[str, str]]) -> Iterator[Portal]:
    seen: set[str] = set()
    for row in rows:
        url = row["portal_url"].strip()
        if not url or url in seen:
            continue
        seen.add(url)
        region = row["region_path"].strip()
        moved = row.get("final_url", "").strip()
        yield Portal(url, region, row.get("level", "").strip(), moved, province_of(region))
