"""One page in a browser: its own address answered with the archived bytes, everything else by the crawler or not at all."""

import time
from typing import Any
from urllib.parse import urlsplit

from pipelines.crawl.rendering.document_text import TooLarge, document_text
from pipelines.crawl.rendering.subrequests import Subrequests
from schemas.errors import GongkaiError

MAX_LOADS = 3
"""How often a page may load itself again."""
_SETTLE_MS = 1_500
_LOOK_MS = 1_000
_STILL_LOADING = """(() => {
  const text = document.body ? document.body.innerText.trim() : "";
  const isLittle = text.length < LITTLE;
  return isLittle || /(?:加载|载入|读取)中|正在(?:加载|载入|读取|查询)|请稍[候等后]|loading/i.test(text.slice(0, 20000));
})()""".replace("LITTLE", "60")
_MORE_LOOKS = 8
"""How often a page that shows next to nothing, or says that it is loading, is given another second."""


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
        kind = "frame" if request.is_navigation_request() and self._is_frame(request) else request.resource_type
        found = self._requests.answer(request.url, kind, sent, _headers(request, self._url))
        if found.status == 0:
            route.abort()
        else:
            route.fulfill(status=found.status, content_type=found.content_type, body=found.body)

    def _is_frame(self, request: Any) -> bool:
        """Is it the document of a frame of the page, and no page or window of its own?"""
        frame = _frame_of(request)
        return frame is not None and frame != self.frame and frame.parent_frame is not None


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
        for _ in range(_MORE_LOOKS):
            if answers.leads_to is not None or not _is_loading(page):
                break
            page.wait_for_timeout(_LOOK_MS)
            page.wait_for_load_state("networkidle", timeout=left())
        if answers.leads_to is not None or urlsplit(page.url)[:2] != urlsplit(url)[:2]:
            raise RenderingFailed(f"its script leads to {answers.leads_to or page.url}, which was not followed")
        html = document_text(context, page)
    except TooLarge as error:
        raise RenderingFailed(str(error)) from error
    finally:
        context.close()
    return b"\xef\xbb\xbf" + html.encode("utf-8", "replace")  # it is UTF-8 now, whatever its own head says


def _is_loading(page: Any) -> bool:
    from playwright.sync_api import Error

    try:
        return bool(page.evaluate(_STILL_LOADING))
    except Error:  # it leads elsewhere just now
        return False


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
