"""One page in a browser: its own address answered with the archived bytes, everything else by the crawler or not at all."""

import time
from typing import Any
from urllib.parse import urlsplit

from pipelines.crawl.rendering.subrequests import Subrequests
from schemas.errors import GongkaiError

MAX_HTML = 20_000_000
MAX_LOADS = 3
"""How often a page may load itself again."""
_SETTLE_MS = 1_500
_WRITTEN = """(() => {
  const root = document.documentElement, html = root ? root.outerHTML : "";
  if (html.length > LARGEST) return html.length;
  return (document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "") + html;
})()""".replace("LARGEST", str(MAX_HTML))


class RenderingFailed(GongkaiError):
    """The page was not rendered; the message says why."""


class _Answers:
    """Answers the requests of one page, and notes where it leads."""

    def __init__(self, url: str, body: bytes, content_type: str, requests: Subrequests) -> None:
        self._url, self._body, self._content_type, self._requests = url, body, content_type, requests
        self._loads = 0
        self.frame: Any = None
        """The main frame of the page."""
        self.leads_to: str | None = None

    def __call__(self, route: Any) -> None:
        request = route.request
        is_page = request.is_navigation_request() and _frame_of(request) == self.frame
        if is_page and _same(request.url, self._url) and self._loads < MAX_LOADS:
            self._loads += 1
            route.fulfill(status=200, content_type=self._content_type or "text/html", body=self._body)
            return
        if is_page:
            self.leads_to = request.url
        sent = request.post_data_buffer
        found = self._requests.answer(request.url, request.resource_type, sent, _headers(request, self._url))
        if found.status == 0:
            route.abort()
        else:
            route.fulfill(status=found.status, content_type=found.content_type, body=found.body)


def visit(
    browser: Any, user_agent: str, url: str, body: bytes, content_type: str, requests: Subrequests, seconds: float
) -> bytes:
    """The page as the browser shows it when its scripts have come to rest, as UTF-8 HTML.

    Raises:
        RenderingFailed: it is too large, or leads elsewhere.
    """
    until = time.monotonic() + seconds

    def left() -> float:
        """Milliseconds."""
        return max(1.0, 1000 * (until - time.monotonic()))

    context = browser.new_context(
        user_agent=user_agent, locale="zh-CN", service_workers="block", accept_downloads=False,
        java_script_enabled=True, ignore_https_errors=False,
    )  # fmt: skip
    try:
        answers = _Answers(url, body, content_type, requests)
        context.route("**/*", answers)
        context.route_web_socket("**/*", lambda socket: socket.close())
        page = context.new_page()
        answers.frame = page.main_frame
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("popup", lambda popup: popup.close())
        page.goto(url, wait_until="domcontentloaded", timeout=left())
        page.wait_for_load_state("networkidle", timeout=left())
        page.wait_for_timeout(_SETTLE_MS)
        page.wait_for_load_state("networkidle", timeout=left())
        if answers.leads_to is not None or urlsplit(page.url)[:2] != urlsplit(url)[:2]:
            raise RenderingFailed(f"its script leads to {answers.leads_to or page.url}, which was not followed")
        html = _written(context, page)
    finally:
        context.close()
    return b"\xef\xbb\xbf" + html.encode("utf-8", "replace")  # it is UTF-8 now, whatever its own head says


def _written(context: Any, page: Any) -> str:
    """The document as HTML, measured before it is fetched; in a world of its own, where the page has changed nothing."""
    session = context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
    asked = {"expression": _WRITTEN, "contextId": world, "returnByValue": True}
    found = session.send("Runtime.evaluate", asked)["result"].get("value")
    if not isinstance(found, str):
        raise RenderingFailed(f"the page has {found or 'too many'} characters, more than {MAX_HTML}")
    return found


def _frame_of(request: Any) -> Any:
    """The frame that a request is for; None where it is a new window, which has none yet."""
    from playwright.sync_api import Error

    try:
        return request.frame
    except Error:
        return None


def _same(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]


def _headers(request: Any, page: str) -> tuple[tuple[str, str], ...]:
    """Of a script's request only what its server needs to answer."""
    given = request.headers
    kept = [(name, given[name]) for name in ("content-type", "x-requested-with", "accept") if name in given]
    return (*kept, ("Referer", page))
