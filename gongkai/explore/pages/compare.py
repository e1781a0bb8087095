"""Two reports side by side: figures, differences and prose."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.pages.report import key_of
from gongkai.explore.parameters import WrongParameter, shaped
from gongkai.explore.rendering import language, page, store_of
from gongkai.explore.store import Row
from gongkai.explore.words import cell_name, word


def show(request: Request) -> Response:
    """``/compare?report_id=&other_id=``, with ``&all=1`` for the figures that agree as well."""
    store, lang = store_of(request), language(request)
    asked = shaped(request.query_params, ("report_id", "other_id"))
    if len(asked) < 2:
        raise WrongParameter("report_id and other_id name the two reports")
    reports = [store.ask("report", report_id=asked[which]).first for which in ("report_id", "other_id")]
    if None in reports:
        raise HTTPException(404)
    cells = store.ask("compare_cells", **asked)
    prose = [store.ask("report_sections", report_id=asked[which]) for which in ("report_id", "other_id")]
    with_all = request.query_params.get("all") == "1"
    rows = [_called(row, lang) for row in cells.rows if with_all or row["raw_left"] != row["raw_right"]]
    return page(
        request, "compare.html", title=word("compare", lang), answers=(cells, *prose), reports=reports, rows=rows,
        with_all=with_all, prose=_sections(prose[0].rows, prose[1].rows), asked=asked,
    )  # fmt: skip


def _called(row: Row, lang: str) -> dict[str, Any]:
    keys = key_of(row)
    return {**row, "place": cell_name(row["table_name"], keys, lang), "keys": keys}


def _sections(left: list[Row], right: list[Row]) -> list[dict[str, Any]]:
    numbers = sorted({row["section_no"] for row in (*left, *right)} - {0})
    sides = [{row["section_no"]: row for row in rows} for rows in (left, right)]
    return [{"number": number, "sides": [side.get(number) for side in sides]} for number in numbers]
