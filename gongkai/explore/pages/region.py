"""One region: its government with departments and townships, the governments below, and the aggregate against its parts."""

from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import page, store_of
from gongkai.explore.store import Row


def show(request: Request) -> Response:
    """``/region/{lineage_code}``."""
    store = store_of(request)
    asked = shaped(request.path_params, ("lineage_code",))
    found = store.ask("region", **asked)
    if not found:
        raise HTTPException(404)
    names = ("organs", "years", "parts", "parents")
    organs, years, parts, below = (store.ask(f"region_{what}", **asked) for what in names)
    region = found.rows[0]
    return page(
        request, "region.html", title=region["full_name"] or region["name"], answers=(found, organs, years, parts, below),
        region=region, former=found.rows[1:], organs=_by_organ(organs.rows), below=_governments(years.rows),
        years=sorted({row["report_year"] for row in years.rows}), parts=parts.rows,
        organ_years=sorted({row["report_year"] for row in organs.rows if row["report_year"]}), code=asked["lineage_code"],
    )  # fmt: skip


def _by_organ(rows: Iterable[Row]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        organ = found.setdefault(row["agency_id"], {**row, "reports": {}})
        if row["report_year"] is not None:
            organ["reports"].setdefault(row["report_year"], row)
    return list(found.values())


def _governments(rows: Iterable[Row]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        government = found.setdefault(row["lineage_code"], {"code": row["lineage_code"], "years": {}})
        government |= {"name": row["region_name"], "level": row["government_level"]}
        government["years"][row["report_year"]] = row
    return list(found.values())
