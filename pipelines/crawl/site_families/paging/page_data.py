"""Parameters of a list that stand outside of object literals: in attributes of elements, in forms, in members set one by one.

They are told as object literals, so that the reader of scripts finds all of them in one form.
"""

import html
import json
import re
from urllib.parse import urljoin

from pipelines.crawl.classification.page import Page

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<(?!a\b|li\b|option\b|img\b|meta\b|link\b)[a-z]\w*\s[^<>]*?\sdata-[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\sdata-([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE)
_MEMBER = re.compile(
    r"(?<![\w$.])([A-Za-z_$][\w$]*)(?:\.([A-Za-z_$][\w$]*)|\[\s*['\"]([^'\"]+)['\"]\s*\])\s*=(?![=>])\s*([^;\n]{1,300})"
    r"|(?<![\w$.])([A-Za-z_$][\w$]*)\.(?:append|set)\(\s*['\"]([^'\"]+)['\"]\s*,\s*([^;\n]{1,300}?)\)\s*(?=[;\n}]|$)"
)
_MADE_EMPTY = re.compile(r"=\s*(?:\{\s*\}|new\s+\w+\s*\(\s*\))")
_NAMES = {
    name.lower(): name
    for name in (
        "siteId", "organId", "catId", "cId", "labelName", "pageSize", "pageIndex", "pageCount", "totalPage", "totalPages",
        "isDate", "dateFormat", "IsAjax", "dataType", "channelId", "channelCode", "webSiteCode", "websiteCodeName", "infotypeId",
        "proxyUrl", "ajaxParam", "templateId", "blockId", "columnId",
    )
}  # fmt: skip
"""Names whose capitals an attribute loses. ``columnid`` of Hanweb is written small and is not in an attribute."""
_MOST = 60  # elements, forms


def data_attributes(page: Page) -> dict[str, str]:
    """Values of ``data-`` attributes by name; the first of each counts."""
    found: dict[str, str] = {}
    for said in _elements(page):
        for name, value in said.items():
            found.setdefault(name.lower(), value)
    return found


def as_literals(page: Page) -> str:
    """Elements with ``data-`` attributes and forms, each as an object literal of a script."""
    objects = [said for said in _elements(page) if len(said) > 1 or any("/" in value for value in said.values())]
    return "\n".join(f"({json.dumps(said, ensure_ascii=False)});" for said in (*objects, *_forms(page)))


def members_as_literals(script: str) -> str:
    """Objects that a script makes empty and fills: ``var o = {}; o.siteId = '3'``, ``form.append('siteId', 3)``."""
    if not _MADE_EMPTY.search(script):
        return ""
    found: dict[str, dict[str, str]] = {}
    for match in _MEMBER.finditer(script):
        owner, key = match[1] or match[5], match[2] or match[3] or match[6]
        found.setdefault(owner, {}).setdefault(key, (match[4] or match[7]).strip())
    filled = {
        owner: said
        for owner, said in found.items()
        if re.search(rf"(?<![\w$.]){re.escape(owner)}\s*{_MADE_EMPTY.pattern}", script)
    }
    lines = (
        f"var {owner}={{{','.join(f'{json.dumps(key)}:{value}' for key, value in said.items())}}};"
        for owner, said in filled.items()
    )
    return "\n".join(lines)


def _elements(page: Page) -> list[dict[str, str]]:
    if "data-" not in page.text:
        return []
    found = []
    for tag in _TAG.findall(_COMMENT.sub("", page.text))[:_MOST]:
        said = {
            _NAMES.get(name.lower().replace("-", ""), name.lower().replace("-", "")): html.unescape(
                double or single or bare
            )
            for name, double, single, bare in _ATTRIBUTE.findall(tag)
        }
        found.append({name: value for name, value in said.items() if value})
    return [said for said in found if said]


def _forms(page: Page) -> list[dict[str, str]]:
    found = []
    for form in page.tree.css("form[action]")[:_MOST]:
        fields = {
            name: field.attributes.get("value") or ""
            for field in form.css("input[name]")
            if (name := field.attributes.get("name"))
        }
        if fields:
            found.append({"url": urljoin(page.base, form.attributes.get("action") or ""), **fields})
    return found
