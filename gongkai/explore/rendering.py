"""Pages from templates. Every value is escaped; addresses are made here, so that language and parameters are carried along."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gongkai.explore.anchors import figure_anchor, parts, source_anchor
from gongkai.explore.parameters import shaped
from gongkai.explore.store import Answer, Store
from gongkai.explore.words import cell_name, name, word
from gongkai.values import exact

_BEIJING = ZoneInfo("Asia/Shanghai")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["shown"] = shown
    environment.filters["grouped"] = grouped
    environment.globals.update(source_anchor=source_anchor, figure_anchor=figure_anchor, evidence_parts=parts)
    return environment


def shown(value: object) -> str:
    """A value as the page prints it: exact digits, moments in Beijing time."""
    if isinstance(value, datetime):
        return value.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return exact(value)


def grouped(value: int | None) -> str:
    """A count of ours with its thousands apart; never a printed figure, which is shown as it is printed."""
    return "" if value is None else f"{value:,}"


def store_of(request: Request) -> Store:
    """The store of the application."""
    store: Store = request.app.state.store
    return store


def is_static(request: Request) -> bool:
    """Is the page made for an export, where nothing answers?"""
    return bool(request.scope.get("gongkai.static"))


def language(request: Request) -> str:
    """``zh``, or what ``?lang=`` says."""
    return str(shaped(request.query_params, ("lang",)).get("lang", "zh"))


class Links:
    """Addresses within the application, in the language of the page."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, *path: object, fragment: str = "", **query: object) -> str:
        given = {key: value for key, value in query.items() if value not in (None, "")}
        if self._lang != "zh":
            given.setdefault("lang", self._lang)
        address = "/" + "/".join(quote(str(part), safe="") for part in path)
        return address + (f"?{urlencode(given)}" if given else "") + (f"#{quote(fragment)}" if fragment else "")


def page(
    request: Request, template: str, *, title: str, answers: Sequence[Answer] = (), status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page. ``answers``: the data sets that its figures are from; it links to each."""
    html = render(request, template, title=title, answers=answers, **values)
    return HTMLResponse(html, status_code=status)


def render(request: Request, template: str, *, title: str, answers: Sequence[Answer] = (), **values: Any) -> str:
    """The text of a page."""
    lang = language(request)
    other = {**request.query_params, "lang": "en" if lang == "zh" else "zh"}

    def words(key: str) -> str:
        return word(key, lang)

    def named(column: str, key: object) -> str:
        return name(column, key, lang)

    def called(table: str, keys: Sequence[str]) -> str:
        return cell_name(table, keys, lang)

    return _environment().get_template(template).render(
        called=called, title=title, lang=lang, t=words, named=named, link=Links(lang), answers=answers, static=is_static(request),
        other_language=f"{request.url.path}?{urlencode(other)}", path=request.url.path, data_query=data_query, **values,
    )  # fmt: skip


def data_query(answer: Answer) -> Mapping[str, Any]:
    """The parameters that give a data set again."""
    return {key: value for key, value in answer.asked.items() if value is not None}


def as_file(content: bytes, media_type: str, file_name: str | None = None) -> Response:
    """A file for download, or for the page when it has no name."""
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'} if file_name else {}
    return Response(content, media_type=media_type, headers=headers)
