"""The system's Chromium, driven by Playwright: bytes of a page in, the finished page out.

The browser has no way out: its proxy leads nowhere, and every request is answered by ``Subrequests`` or refused. A page has a
context of its own, without cookies, storage of others, service workers, pop-ups or downloads, and a bound on time and memory.
Challenges, logins and captchas never come here: they are walls, recognised before.
"""

import queue
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pipelines.crawl.rendering.subrequests import Subrequests
from schemas.errors import GongkaiError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_SECONDS = 120.0
_SETTLE_MS = 1_500
_START_SECONDS = 60.0
_END_SECONDS = 10.0
MAX_HTML = 20_000_000
_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio", "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=256", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
    "--disable-features=WebRtcHideLocalIpsWithMdns,Translate", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
INSTALL = "install Chromium and Playwright (Debian: `apt-get install chromium`; Python: `pip install gongkai[render]`)"


class RenderingFailed(GongkaiError):
    """The page was not rendered; the message says why."""


def program() -> str | None:
    """Path of the browser, None where none is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Renderer:
    """One browser for a run, in a thread of its own, started with the first page and ended with ``close``."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._waiting: queue.Queue[Callable[[Any], None] | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._broken: str | None = None
        self._lock = threading.Lock()

    def render(self, url: str, body: bytes, content_type: str, requests: Subrequests) -> bytes:
        """The finished page as UTF-8 HTML.

        Raises:
            RenderingFailed: no browser, too slow, too large, or the browser died.
        """
        done: Future[bytes] = Future()

        def work(browser: Any) -> None:
            try:
                done.set_result(self._render(browser, url, body, content_type, requests))
            except Exception as error:  # noqa: BLE001 - Playwright names no base for all that a dying browser raises
                done.set_exception(RenderingFailed(f"not rendered: {' '.join(str(error).split())[:200]}"))

        with self._lock:
            if self._broken is not None:
                raise RenderingFailed(self._broken)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="renderer", daemon=True)
                self._thread.start()
            self._waiting.put(work)
        try:
            return done.result(PAGE_SECONDS + requests.delay * 50 + _START_SECONDS)
        except TimeoutError as late:
            raise RenderingFailed("not rendered: the browser gave no answer in time") from late

    def close(self) -> None:
        """End the browser."""
        with self._lock:
            if self._thread is not None:
                self._waiting.put(None)
                self._thread.join(_END_SECONDS)
                self._thread = None

    def _work(self) -> None:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            self._refuse(f"Playwright is not installed; {INSTALL}")
            return
        path = program()
        if path is None:
            self._refuse(f"no browser is installed; {INSTALL}")
            return
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=path, args=list(_ARGUMENTS), timeout=_START_SECONDS * 1000
                )
                while (work := self._waiting.get()) is not None:
                    work(browser)
                browser.close()
        except Exception as error:  # noqa: BLE001 - whatever ends the browser ends rendering for this run, and is said
            self._refuse(f"the browser ended: {' '.join(str(error).split())[:200]}")

    def _refuse(self, why: str) -> None:
        """From now on no page is rendered; those that wait are told, until the end of the run."""

        class _Dead:
            def __getattr__(self, _: str) -> Any:
                raise RenderingFailed(why)

        self._broken = why
        while (work := self._waiting.get()) is not None:
            work(_Dead())

    def _render(self, browser: Any, url: str, body: bytes, content_type: str, requests: Subrequests) -> bytes:
        context = browser.new_context(
            user_agent=self._user_agent, locale="zh-CN", service_workers="block", accept_downloads=False,
            java_script_enabled=True, ignore_https_errors=False,
        )  # fmt: skip
        try:
            context.set_default_timeout(PAGE_SECONDS * 1000)
            opened = [False]

            def answer(route: Any) -> None:
                request = route.request
                if (
                    not opened[0]
                    and request.is_navigation_request()
                    and request.url.partition("#")[0] == url.partition("#")[0]
                ):
                    opened[0] = True
                    route.fulfill(status=200, content_type=content_type or "text/html", body=body)
                    return
                sent = request.post_data_buffer
                found = requests.answer(request.url, request.resource_type, sent, _headers(request, url))
                if found.status == 0:
                    route.abort()
                else:
                    route.fulfill(status=found.status, content_type=found.content_type, body=found.body)

            context.route("**/*", answer)
            context.route_web_socket("**/*", lambda socket: socket.close())
            page = context.new_page()
            page.on("dialog", lambda dialog: dialog.dismiss())
            page.on("popup", lambda popup: popup.close())
            page.goto(url, wait_until="domcontentloaded", timeout=PAGE_SECONDS * 1000)
            page.wait_for_load_state("networkidle", timeout=PAGE_SECONDS * 1000)
            page.wait_for_timeout(_SETTLE_MS)
            page.wait_for_load_state("networkidle", timeout=PAGE_SECONDS * 1000)
            html: str = page.content()
        finally:
            context.close()
        if len(html) > MAX_HTML:
            raise RenderingFailed(f"not rendered: the page has more than {MAX_HTML} characters")
        return _in_utf8(html)


def _headers(request: Any, page: str) -> tuple[tuple[str, str], ...]:
    """Of a script's request only what its server needs to answer."""
    given = request.headers
    kept = [(name, given[name]) for name in ("content-type", "x-requested-with", "accept") if name in given]
    return (*kept, ("Referer", page))


def _in_utf8(html: str) -> bytes:
    """The page says that it is UTF-8, whatever its own head says."""
    return b"\xef\xbb\xbf" + html.encode("utf-8", "replace")
