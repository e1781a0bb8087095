"""The nation: what is held, by province and year, and the trends of all reports."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.charts import TILES, bars, tiles
from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import Links, language, page, store_of
from gongkai.explore.words import name, word
from schemas.vocabulary import PROVINCES

_SERIES = ("received", "processed_total", "disclosure_rate", "denial_rate")
_LEVELS = ("province", "prefecture", "county", "department")


def show(request: Request) -> Response:
    """``/``, with ``?year=``."""
    store, lang = store_of(request), language(request)
    years = store.ask("years")
    held = {row["report_year"]: row["n_reports"] for row in years.rows if row["n_reports"]}
    # The newest year with most reports: the last one fills up for months.
    year = shaped(request.query_params, ("year",)).get("year") or max(
        held, key=lambda item: (held[item], item), default=None
    )
    provinces, coverage = store.ask("provinces", year=year), store.ask("coverage", year=year)
    trends, totals = store.ask("trends"), store.ask("totals")
    counts = {row["province"]: row["n_reports"] for row in provinces.rows}
    return page(
        request, "home.html", title=word("site", lang), answers=(totals, years, provinces, coverage, trends),
        totals=totals.first, years=list(held), year=year, provinces=provinces.rows,
        tiles=_tiles(counts, lang), coverage=_by_province(coverage.rows), charts=_charts(trends.rows, lang), levels=_LEVELS,
    )  # fmt: skip


def _tiles(counts: dict[str, int], lang: str) -> object:
    link = Links(lang)
    names = {province: name("province", province, lang) if lang == "zh" else province.title() for province in TILES}
    addresses = {province: link("region", PROVINCES[province][0]) for province in TILES}
    return tiles(counts, names, addresses, word("held_by_province", lang))


def _by_province(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a province with its levels beside each other; those of which nothing is held come last."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        province = found.setdefault(
            row["province_code"],
            {"name": row["province_name"], "code": row["province_code"], "held": 0, "no_column": 0, "no_report": 0},
        )
        province[row["government_level"]] = row
        province["held"] += row["n_held"]
        province["no_column"] += row["n_without_column"]
        province["no_report"] += row["n_without_report"]
    return sorted(found.values(), key=lambda province: (not province["held"], province["code"]))


def _charts(rows: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["report_year"] is not None and row["level"] and row["scope"]:
            groups.setdefault((row["level"], row["scope"]), []).append(row)
    found = []
    for (level, scope), years in sorted(groups.items(), key=lambda item: -sum(row["n_reports"] for row in item[1]))[:6]:
        label = f"{name('level', level, lang)} · {name('scope', scope, lang)}"
        charts = [
            (word(key, lang), bars([(row["report_year"], row[key]) for row in years], f"{label} {word(key, lang)}"))
            for key in _SERIES
        ]
        found.append({"label": label, "charts": charts, "rows": years})
    return found
