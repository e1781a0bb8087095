"""The system's Chromium, driven by Playwright: bytes of a page in, the finished page out.

The browser has no way out: its proxy leads nowhere, and every request is answered by ``Subrequests`` or refused. A page has a
context of its own, without cookies, storage of others, service workers, pop-ups or downloads, and a bound on time and memory.
A page that goes beyond either may answer nothing any more: then the browser is killed, and the next page gets a new one.
Challenges, logins and captchas never come here: they are walls, recognised before.
"""

import queue
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from pipelines.crawl.rendering.browser_process import BrowserProcess
from pipelines.crawl.rendering.page_visit import RenderingFailed, visit
from pipelines.crawl.rendering.subrequests import Subrequests

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGE_SECONDS = 120.0
MEMORY_BYTES = 1_500_000_000
"""Of all processes of the browser, which alone takes some 150 million."""
_START_SECONDS = 60.0
_END_SECONDS = 10.0
_LOOK_SECONDS = 0.25
# Without HttpsUpgrades off, every http page is asked for under https first, which no one answers.
_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--mute-audio", "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=256", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
    "--disable-features=WebRtcHideLocalIpsWithMdns,Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
INSTALL = "install Chromium and Playwright (Debian: `apt-get install chromium`; Python: `pip install gongkai[render]`)"


def program() -> str | None:
    """Path of the browser, None where none is installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class _Turn:
    """One page that waits for the browser, or is being rendered."""

    def __init__(self, work: Callable[[Any], bytes]) -> None:
        self.work = work
        self.done: Future[bytes] = Future()
        self.began: float | None = None

    def take(self, browser: Any) -> None:
        """Render it."""
        self.began = time.monotonic()
        try:
            self.done.set_result(self.work(browser))
        except Exception as error:  # noqa: BLE001 - Playwright names no base for all that a dying browser raises
            self.done.set_exception(_failed("not rendered", error))


def _failed(what: str, error: Exception) -> RenderingFailed:
    told = " ".join(str(error).split()).partition(" Call log:")[0].partition(" ====")[0]
    return RenderingFailed(f"{what}: {told[:200]}")


class Renderer:
    """One browser for a run, in a thread of its own, started with the first page and ended with ``close``."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent
        self._waiting: queue.Queue[_Turn | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._process: BrowserProcess | None = None
        self._broken: str | None = None
        self._lock = threading.Lock()

    def render(self, url: str, body: bytes, content_type: str, requests: Subrequests) -> bytes:
        """The finished page as UTF-8 HTML.

        Raises:
            RenderingFailed: no browser, too slow, too large, leads elsewhere, or the browser died.
        """
        seconds = PAGE_SECONDS + requests.delay * 50
        turn = _Turn(lambda browser: visit(browser, self._user_agent, url, body, content_type, requests, seconds))
        with self._lock:
            if self._broken is not None:
                raise RenderingFailed(self._broken)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="renderer", daemon=True)
                self._thread.start()
            self._waiting.put(turn)
        while not turn.done.done():
            try:
                turn.done.result(_LOOK_SECONDS)
            except TimeoutError:
                self._look_after(turn, seconds)
        return turn.done.result()

    def _look_after(self, turn: _Turn, seconds: float) -> None:
        """End the browser where the page of this turn takes too much of it.

        Raises:
            RenderingFailed: it was ended, or rendering has ended for this run.
        """
        if self._broken is not None:
            raise RenderingFailed(self._broken)
        if turn.began is None or self._process is None:
            return
        late = time.monotonic() - turn.began > seconds + _END_SECONDS
        memory = self._process.memory()
        if not late and memory <= MEMORY_BYTES:
            return
        self._process.kill()
        why = "it gave no answer in time" if late else f"it took more than {MEMORY_BYTES >> 20} MiB of memory"
        try:
            turn.done.result(_END_SECONDS)
        except TimeoutError as error:  # its thread is stuck: whoever waits behind it would wait for ever
            self._broken = f"not rendered: the browser did not end after {why}"
            raise RenderingFailed(self._broken) from error
        except RenderingFailed as error:
            raise RenderingFailed(f"not rendered: {why}") from error

    def close(self) -> None:
        """End the browser."""
        with self._lock:
            if self._thread is not None:
                self._waiting.put(None)
                self._thread.join(_END_SECONDS)
                if self._thread.is_alive() and self._process is not None:
                    self._process.kill()
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
                browser = self._launched(playwright, path)
                while (turn := self._waiting.get()) is not None:
                    try:
                        if not browser.is_connected():  # it was killed, or died
                            browser = self._launched(playwright, path)
                    except Exception as error:
                        turn.done.set_exception(_failed("the browser ended", error))
                        raise
                    turn.take(browser)
                browser.close()
        except Exception as error:  # noqa: BLE001 - whatever ends the browser ends rendering for this run, and is said
            self._refuse(str(_failed("the browser ended", error)))

    def _launched(self, playwright: Any, path: str) -> Any:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS), timeout=_START_SECONDS * 1000)
        session = browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        self._process = BrowserProcess(next(int(entry["id"]) for entry in processes if entry["type"] == "browser"))
        return browser

    def _refuse(self, why: str) -> None:
        """From now on no page is rendered; those that wait are told, until the end of the run."""
        self._broken = why
        while (turn := self._waiting.get()) is not None:
            turn.done.set_exception(RenderingFailed(why))
