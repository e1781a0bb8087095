"""One organ: all years of its indicators, timeliness, contradictions, edits, repeated prose, and its place among its peers."""

from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.charts import bars
from gongkai.explore.pages.report import with_places
from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import language, page, store_of
from gongkai.explore.repeated_prose import repeated
from gongkai.explore.store import Row
from gongkai.explore.words import name, word

_SERIES = (
    "received", "processed_total", "disclosed", "denied", "not_processed", "carried_out", "disclosure_rate", "denial_rate",
)  # fmt: skip


def show(request: Request) -> Response:
    """``/organ/{agency_id}``."""
    store, lang = store_of(request), language(request)
    asked = shaped(request.path_params, ("agency_id",))
    found = store.ask("organ", **asked)
    organ = found.first
    if organ is None:
        raise HTTPException(404)
    names = ("reports", "years", "disputes", "findings", "changes", "sections", "peers")
    answers = {what: store.ask(f"organ_{what}", **asked) for what in names}
    return page(
        request, "organ.html", title=organ["name"], answers=(found, *answers.values()), organ=organ,
        reports=answers["reports"].rows, charts=_charts(answers["years"].rows, answers["disputes"].rows, lang),
        years=answers["years"].rows, findings=answers["findings"].rows, changes=with_places(answers["changes"].rows, lang),
        reuse=_reuse(answers["sections"].rows), peers=answers["peers"].rows,
    )  # fmt: skip


def _charts(rows: Iterable[Row], disputes: Iterable[Row], lang: str) -> list[tuple[str, Any]]:
    """A chart for each indicator and scope."""
    by_scope: dict[str, list[Row]] = {}
    for row in rows:
        if row["report_year"] is not None:
            by_scope.setdefault(row["scope"] or "", []).append(row)
    found: list[tuple[str, Any]] = []
    for scope, years in by_scope.items():
        above = f" · {name('scope', scope, lang)}" if len(by_scope) > 1 else ""
        for key in _SERIES:
            label = word(key, lang) + above
            found.append((label, bars([(row["report_year"], row[key]) for row in years], label)))
    by_procedure: dict[str, list[tuple[int, float | None]]] = {}
    for row in disputes:
        if row["report_year"] is not None:
            by_procedure.setdefault(row["procedure"], []).append((row["report_year"], row["value"]))
    found += [
        (name("procedure", key, lang), bars(points, name("procedure", key, lang)))
        for key, points in by_procedure.items()
    ]
    return [(label, chart) for label, chart in found if chart]


def _reuse(sections: Iterable[Row]) -> list[dict[str, Any]]:
    """Each section beside the same of the year before: its sentences, marked where they stood there."""
    before: dict[tuple[str, int], Row] = {}
    found = []
    for row in sections:
        key = (row["scope"], row["section_no"])
        former = before.get(key)
        if former is not None and former["report_year"] != row["report_year"]:
            found.append({"section": row, "former": former, "prose": repeated(row["text"], former["text"])})
        before[key] = row
    return list(reversed(found))
