"""What was added and edited lately, as a page and as an Atom feed."""

from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from starlette.requests import Request
from starlette.responses import Response

from gongkai.explore.parameters import shaped
from gongkai.explore.rendering import is_static, language, page, shown, store_of
from gongkai.explore.store import Row
from gongkai.explore.words import word

_ATOM = "http://www.w3.org/2005/Atom"
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


def show(request: Request) -> Response:
    """``/changes``, with ``?since=2026-01-31`` and ``&province=``."""
    asked = shaped(request.query_params, ("since", "province"))
    found = store_of(request).ask("changes", **asked)
    return page(
        request,
        "changes.html",
        title=word("changes", language(request)),
        answers=(found,),
        rows=found.rows,
        asked=asked,
    )


def feed(request: Request) -> Response:
    """``/changes.atom``: the same as a feed."""
    asked = shaped(request.query_params, ("since", "province"))
    rows = store_of(request).ask("changes", **asked).rows
    lang = language(request)
    base = "" if is_static(request) else str(request.base_url)
    end = ".html" if is_static(request) else ""
    root = Xml.Element("feed", {"xmlns": _ATOM})
    Xml.SubElement(root, "title").text = f"{word('site', lang)} · {word('changes', lang)}"
    Xml.SubElement(root, "id").text = "urn:gongkai:changes"
    Xml.SubElement(root, "updated").text = _moment(rows[0]["changed_at"] if rows else _NOTHING_YET)
    Xml.SubElement(root, "link", {"rel": "self", "href": f"{base}changes.atom"})
    for row in rows:
        _entry(root, row, f"{base}report/{row['report_id']}{end}", lang)
    return Response(Xml.tostring(root, encoding="utf-8", xml_declaration=True), media_type="application/atom+xml")


def _entry(root: Xml.Element, row: Row, address: str, lang: str) -> None:
    entry = Xml.SubElement(root, "entry")
    title = row["title"] or row["agency_name"] or row["report_id"]
    Xml.SubElement(entry, "title").text = _legal(f"{change_name(row, lang)}：{title}")
    Xml.SubElement(entry, "id").text = f"urn:gongkai:{row['report_id']}:{row['version']}"
    Xml.SubElement(entry, "updated").text = _moment(row["changed_at"])
    Xml.SubElement(entry, "link", {"href": address})
    author = Xml.SubElement(entry, "author")
    Xml.SubElement(author, "name").text = _legal(row["agency_name"] or "-")
    cells = shown(row["n_changed_cells"])
    Xml.SubElement(entry, "summary").text = _legal(f"{row['url']} · {word('edited_cells', lang)}: {cells}")


def change_name(row: Row, lang: str) -> str:
    """What kind of change it is."""
    key = {"new_report": "new_report"}.get(row["change"], "edited" if row["n_changed_cells"] else "renumbered")
    return word(key, lang)


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _legal(text: str) -> str:
    """XML holds no control characters."""
    return "".join(char for char in text if char.isprintable())
