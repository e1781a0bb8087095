"""``sites.yaml`` as the bytes each address answers with, for one night."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from gongkai.demo import chrome
from gongkai.demo.chrome import ListItem
from gongkai.demo.page import REPORTS, ReportPage, body, load_report, picture_name
from gongkai.demo.render_html import FlatWriter, HtmlWriter, WordWriter
from schemas.yaml_text import load_yaml

SITES = Path(__file__).parent / "sites.yaml"
WRITERS: dict[str, HtmlWriter] = {
    "flat": FlatWriter(), "word": WordWriter(), "tables": HtmlWriter(), "images": HtmlWriter(), "script": HtmlWriter(),
}  # fmt: skip
_FILES = {"pdf": "application/pdf", "doc": "application/msword", "ofd": "application/ofd"}
_LONG_AGO = date(2020, 1, 1)
_CHALLENGE = (
    "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_clearance_s=-1')+'; max-age=3600; path=/';"
    "location.href=location.pathname+location.search</script>"
)


@dataclass(frozen=True)
class Resource:
    """What one address answers."""

    body: bytes
    content_type: str
    modified: date
    status: int = 200
    headers: Mapping[str, str] | None = None
    is_dynamic: bool = False  # no validators, as program pages have none


@dataclass(frozen=True)
class Site:
    """One site of ``sites.yaml``."""

    name: str
    host: str
    title: str
    spec: Mapping[str, Any]

    @property
    def encoding(self) -> str:
        return str(self.spec.get("encoding", "utf-8"))

    def report_pages(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, page in self.spec["pages"].items():
            if "report" in page:
                yield name, page


@cache
def load_sites() -> tuple[Site, ...]:
    """The sites of ``sites.yaml``."""
    data = load_yaml(SITES.read_text(encoding="utf-8"))
    return tuple(Site(s["name"], s["host"], s["title"], s) for s in data["sites"])


def resources(site: Site, night: int) -> dict[str, Resource]:
    """Everything a site serves, by path with query."""
    served: dict[str, Resource] = {}
    if site.spec["robots"] is not None:
        served["/robots.txt"] = Resource(site.spec["robots"].encode(), "text/plain", _LONG_AGO)
    for page in site.spec["pages"].values():
        served |= _page(site, page, night)
    for column in site.spec.get("columns", ()):
        served |= _column(site, column)
    return served


def _html(site: Site, title: str, inner: str, meta: Mapping[str, str], modified: date) -> Resource:
    charset = "utf-8" if site.encoding == "utf-8" else "gb2312"
    text = chrome.html_document(site.title, title, inner, meta=meta, charset=charset)
    # Old sites name the charset in the page only; the header of a utf-8 site says it too.
    kind = "text/html; charset=utf-8" if charset == "utf-8" else "text/html"
    return Resource(text.encode(site.encoding), kind, modified)


def _page(site: Site, page: Mapping[str, Any], night: int) -> dict[str, Resource]:
    path = page["path"]
    if "report" in page:
        return _report(site, page, night)
    if "challenge" in page:
        return {path: Resource(_CHALLENGE.encode(), "text/html", _LONG_AGO, status=521, is_dynamic=True)}
    if "soft_404" in page:
        gone = '<div class="tip"><h2>页面不存在</h2><p>您访问的页面不存在或已被删除。</p></div>'
        return {path: _html(site, "页面不存在", gone, {}, page["published"])}
    text = f"<h1>{page['trap']}</h1><div id='zoom'><p>演示页面：标题与年度报告相近，但不是年度报告。</p></div>"
    return {path: _html(site, page["trap"], text, {"ArticleTitle": page["trap"]}, page["published"])}


def _report(site: Site, page: Mapping[str, Any], night: int) -> dict[str, Resource]:
    report = load_report(page["report"], night)
    modified: date = page["edited"] if night > 1 and "edited" in page else report.published or _LONG_AGO
    if page["as"] == "linked_file":
        inner, served = _linked_file(report, page, modified)
    elif page["as"] == "images":
        inner, served = _pictures(report, page, modified)
    else:
        inner, served = WRITERS[page["as"]].body(body(report)), {}
    article = chrome.article(report, inner, container=page["container"])
    if page["as"] == "script":
        data = json.dumps({"html": article}, ensure_ascii=False).encode()
        served, article = {page["data"]: Resource(data, "application/json", modified)}, chrome.shell(page["data"])
    return {page["path"]: _html(site, report.title, article, chrome.article_meta(report), modified), **served}


def _linked_file(report: ReportPage, page: Mapping[str, Any], modified: date) -> tuple[str, dict[str, Resource]]:
    """A page that links the committed file of its report."""
    extension = page["attachment"].rpartition(".")[2]
    link = page["attachment"].replace("&", "&amp;")
    inner = f'<p>{report.title}</p><p><a href="{link}">{report.title}.{extension}</a></p>'
    content = (REPORTS / f"{page['report']}.{extension}").read_bytes()
    disposition = {"Content-Disposition": f'attachment; filename="report.{extension}"'}
    return inner, {page["attachment"]: Resource(content, _FILES[extension], modified, headers=disposition)}


def _pictures(report: ReportPage, page: Mapping[str, Any], modified: date) -> tuple[str, dict[str, Resource]]:
    """A page that shows its tables as the committed pictures of its report."""
    blocks = body(report, table_images=True)
    folder = page["path"].rpartition("/")[0]
    served = {
        f"{folder}/{picture_name(number)}": Resource(
            (REPORTS / f"{page['report']}-{number}.png").read_bytes(), "image/png", modified
        )
        for number in report.tables
    }
    return WRITERS["images"].body(blocks), served


def _items(site: Site, column: Mapping[str, Any]) -> list[ListItem]:
    items = []
    for item in column["items"]:
        if "page" not in item:
            items.append(ListItem(item["href"], item["text"], item["published"]))
            continue
        page = site.spec["pages"][item["page"]]
        report: ReportPage | None = load_report(page["report"]) if "report" in page else None
        text = report.title if report else page.get("trap") or page.get("challenge") or page["soft_404"]
        published = report.published if report else page["published"]
        items.append(ListItem(_relative(page["path"], column["path"]), text, published))
    return items


def _relative(path: str, column: str) -> str:
    """TRS and most static lists link with ``./``; other families link from the root."""
    return f"./{path.removeprefix(column)}" if path.startswith(column) else path


def _column(site: Site, column: Mapping[str, Any]) -> dict[str, Resource]:
    items, path = _items(site, column), column["path"]
    newest = max(i.published for i in items if i.published)
    size = column.get("per_page", len(items))
    groups = [items[i : i + size] for i in range(0, len(items), size)]

    def page(inner: str) -> Resource:
        return _html(site, "政府信息公开年报", inner, chrome.COLUMN_META, newest)

    if column["kind"] == "trs":
        lists = [page(chrome.trs_list(group, len(groups), k)) for k, group in enumerate(groups)]
        names = [path, *(f"{path}index_{k}.html" for k in range(1, len(groups)))]
        return {**dict(zip(names, lists, strict=True)), f"{path}index.html": lists[0]}
    if column["kind"] == "jpage":
        return _jpage(column, groups, len(items), page)
    return {path: page(chrome.static_list(items))}


def _jpage(column: Mapping[str, Any], groups: list[list[ListItem]], total: int, page: Any) -> dict[str, Resource]:
    """The first group stands in the column page, the others behind ``dataproxy.jsp?page=N``."""
    proxy = "/module/web/jpage/dataproxy.jsp"
    number = column["column"]
    args = f"appid=1&webid=1&path=/&columnid={number}&unitid={number}01&webname=&permissiontype=0"

    def store(k: int) -> str:
        following = f"{proxy}?page={k + 2}&{args}" if k + 1 < len(groups) else ""
        return chrome.datastore(groups[k], total=total, next_group=following)

    served = {column["path"]: page(chrome.jpage_list(store(0), column=number, per_page=column["per_page"]))}
    for k in range(len(groups)):
        served[f"{proxy}?page={k + 1}"] = Resource(
            store(k).encode(), "text/xml; charset=utf-8", _LONG_AGO, is_dynamic=True
        )
    return served
