"""One report: its tables as the form prints them, beside the archived source."""

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongkai.citation_text import citation_text
from gongkai.explore.anchors import figure_anchor
from gongkai.explore.parameters import shaped
from gongkai.explore.printed_form import Key, PrintedBlock, printed
from gongkai.explore.rendering import language, page, shown, store_of
from gongkai.explore.store import Row
from gongkai.explore.words import cell_name
from schemas.forms.catalogue import KEY_COLUMNS

_TABLES = {
    "proactive_disclosure": "table_two", "applications": "table_three", "disputes": "table_four", "legacy_statistics": "legacy",
}  # fmt: skip


def show(request: Request) -> Response:
    """``/report/{report_id}``."""
    store = store_of(request)
    asked = shaped(request.path_params, ("report_id",))
    found = store.ask("report", **asked)
    report = found.first
    if report is None:
        raise HTTPException(404)
    cells, findings, sections = (store.ask(f"report_{what}", **asked) for what in ("cells", "findings", "sections"))
    versions, changes, fetches = (store.ask(f"report_{what}", **asked) for what in ("versions", "changes", "fetches"))
    siblings = store.ask("report_siblings", agency_id=report["agency_id"])
    return page(
        request, "report.html", title=report["title"] or report["agency_name"] or report["report_id"],
        answers=(found, cells, findings, sections, versions, changes, siblings, fetches), report=report,
        tables=_tables(report, cells.rows, findings.rows), findings=[_placed(row) for row in findings.rows],
        sections=sections.rows, versions=versions.rows,
        changes=with_places(changes.rows, language(request)), citation=_citation(report, fetches.rows),
        siblings=[row for row in siblings.rows if row["report_id"] != report["report_id"]],
    )  # fmt: skip


def key_of(cell: Row) -> Key:
    """The keys of a cell as the form orders them."""
    return tuple(cell[f"key_{number}"] for number in (1, 2, 3) if cell[f"key_{number}"] is not None)


def with_places(changes: Iterable[Row], lang: str) -> list[Row]:
    """Edited cells, each with what it is called and the id of its figure."""
    found = []
    for row in changes:
        keys = [row[column] for column in KEY_COLUMNS[row["table_name"]] if row.get(column) is not None]
        place = cell_name(row["table_name"], keys, lang)
        found.append({**row, "place": place, "figure": figure_anchor(row["table_name"], *keys)})
    return found


def _tables(report: Row, cells: Iterable[Row], findings: Iterable[Row]) -> list[dict[str, Any]]:
    by_table: dict[str, dict[Key, Row]] = {}
    for cell in cells:
        by_table.setdefault(cell["table_name"], {})[key_of(cell)] = cell
    marked = _marked(findings)
    found = []
    for table, heading in _TABLES.items():
        held = by_table.get(table)
        if not held:
            continue
        blocks = printed(table, _form_of(report, table))
        found.append({
            "name": table, "heading": heading, "blocks": blocks, "cells": held, "marked": marked,
            "others": _unprinted(blocks, held),
        })  # fmt: skip
    return found


def _form_of(report: Row, table: str) -> str | None:
    form = report["form_table2"] if table == "proactive_disclosure" else report["form_table3"]
    return None if form is None else str(form)


def _unprinted(blocks: Iterable[PrintedBlock], held: Mapping[Key, Row]) -> list[Row]:
    """Cells that are not in the chosen form: none is dropped."""
    asked = {key for block in blocks for row in block.rows for key in row.keys}
    return [cell for key, cell in held.items() if key not in asked]


def _marked(findings: Iterable[Row]) -> dict[str, str]:
    """Id of a figure → severity of the worst finding about its place."""
    marked: dict[str, str] = {}
    for row in findings:
        place = figure_of(row)
        if place and marked.get(place) != "error":
            marked[place] = row["severity"]
    return marked


def figure_of(finding: Row) -> str | None:
    """The id of the figure that a finding is about; of a whole row or column, its total."""
    table = finding["table_name"]
    if table == "applications" and finding["line"]:
        return figure_anchor(table, finding["line"], finding["applicant"] or "total")
    if table == "applications" and finding["applicant"]:
        return figure_anchor(table, "received", finding["applicant"])
    if table == "disputes" and finding["procedure"]:
        return figure_anchor(table, finding["procedure"], finding["outcome"] or "total")
    if table in KEY_COLUMNS and finding["item"] and finding["metric"]:
        article = {"regulations": "20(1)", "normative_documents": "20(1)"}.get(finding["item"])
        return figure_anchor(table, article, finding["item"], finding["metric"]) if article else None
    return None


def _placed(finding: Row) -> Row:
    return {**finding, "figure": figure_of(finding)}


def _citation(report: Row, fetches: list[Row]) -> str:
    seen = _seen(fetches, report["document_url"])
    return citation_text({
        **report, "document_url": report["document_url"] or report["url"], "seen_date": shown(report["first_fetched_at"])[:10],
        "archive_sha256": seen["payload_digest"] if seen else None, "cell": None,
    })  # fmt: skip


def _seen(fetches: list[Row], document_url: str | None) -> Row | None:
    """The fetch that brought the document as it stands, else its page: what a citation names."""
    held = [row for row in fetches if row["has_payload"]]
    named = [row for row in held if document_url and document_url.partition("#")[0] == row["url"]]
    pages = [row for row in held if row["kind"] == "report"]
    return next(reversed(named or pages), None)
