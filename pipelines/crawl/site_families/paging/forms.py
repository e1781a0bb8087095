"""The next page of a list as a form that a click sends: a submit button, ``__doPostBack``, a call that fills in a number."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Request
from pipelines.crawl.site_families.links import resolve_link
from pipelines.crawl.site_families.script_calls import called_function

_POST_BACK = re.compile(r"__doPostBack\(\s*(?:'|&#39;|\")([^'\"]*)(?:'|\")\s*,\s*(?:'|\")([^'\"]*)(?:'|\")\s*\)")
_FILLS_IN = re.compile(
    r"(?:getElementById\(\s*['\"]([\w$.-]+)['\"]\s*\)|\$\(\s*['\"](?:#|input\[name=['\"]?)([\w$.-]+)['\"\])]*|([\w$]+))"
    r"\s*(?:\.value\s*=\s*|\.val\(\s*)(\w+)\b"
)
_SENT = "input[name], select[name], textarea[name]"
_NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(frozen=True)
class SentForm:
    """Where a form leads when it is sent: an address, and the body of a POST."""

    url: str
    body: bytes | None = None

    def request(self, referer: str) -> Request:
        """The request as a browser sends it."""
        headers = [("Referer", referer)]
        if self.body is not None:
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        return Request(self.url, self.body, tuple(headers))


def sent_form(page: Page, node: LexborNode, functions: str) -> SentForm | None:
    """The form that a click on an element sends, with what it fills in; None when it sends none."""
    attributes = node.attributes
    handler = " ".join(attributes.get(name) or "" for name in ("href", "onclick"))
    if (called := _POST_BACK.search(handler)) is not None:
        form = _form_around(node) or page.tree.css_first("form")
        return _sent(page, form, {"__EVENTTARGET": called[1], "__EVENTARGUMENT": called[2]}) if form else None
    if node.tag in ("input", "button") and (attributes.get("type") or "submit").lower() in ("submit", "image"):
        form = _form_around(node)
        name = attributes.get("name")
        return _sent(page, form, {name: attributes.get("value") or ""} if name else {}) if form is not None else None
    return _filled_in(page, handler, functions)


def _filled_in(page: Page, handler: str, functions: str) -> SentForm | None:
    """``goPage(2)``, where the page's function sets a field of a form to its argument and submits the form."""
    called = called_function(handler, functions)
    if called is None or "submit" not in called.body:
        return None
    for by_id, by_selector, by_name, value in _FILLS_IN.findall(called.body):
        name = by_id or by_selector or by_name
        argument = called.arguments.get(value)
        field = page.tree.css_first(f"input[id='{name}'], input[name='{name}']") if argument is not None else None
        form = _form_around(field) if field is not None else None
        if field is not None and form is not None and argument is not None:
            return _sent(page, form, {field.attributes.get("name") or name: argument})
    return None


def _form_around(node: LexborNode) -> LexborNode | None:
    form = node.parent
    while form is not None and form.tag != "form":
        form = form.parent
    return form


def _sent(page: Page, form: LexborNode, filled: dict[str, str]) -> SentForm | None:
    fields = {
        field.attributes.get("name") or "": _value(field)
        for field in form.css(_SENT)
        if (field.attributes.get("type") or "").lower() not in _NOT_SENT
    }
    address = resolve_link(page.base, form.attributes.get("action") or page.url)
    query = urlencode({**fields, **filled}, encoding=page.base.encoding, errors="replace")
    if address is None or not query:
        return None
    if (form.attributes.get("method") or "get").lower() == "post":
        return SentForm(address, query.encode())
    return SentForm(f"{address.partition('?')[0]}?{query}")


def _value(field: LexborNode) -> str:
    if field.tag == "select":
        chosen = field.css_first("option[selected]") or field.css_first("option")
        return (chosen.attributes.get("value") or "") if chosen is not None else ""
    return field.attributes.get("value") or field.text() or ""
