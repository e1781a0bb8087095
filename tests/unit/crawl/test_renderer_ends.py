"""A browser that cannot be started again, or that does not end, fails the pages that wait; none waits for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from pipelines.crawl.rendering import chromium
from pipelines.crawl.rendering.browser_process import BrowserProcess
from pipelines.crawl.rendering.chromium import Renderer
from pipelines.crawl.rendering.page_visit import RenderingFailed
from pipelines.crawl.rendering.subrequests import Subrequests

playwright = pytest.importorskip("playwright.sync_api")


class NoRequests:
    delay = 0.0


class Process(BrowserProcess):
    """Takes as much memory as it is said to; kills nothing."""

    def __init__(self, taken: int) -> None:
        self._taken = taken

    def memory(self) -> int:
        return self._taken

    def kill(self) -> None:
        pass


class Browser:
    def __init__(self, *, connected: bool) -> None:
        self._connected = connected

    def is_connected(self) -> bool:
        return self._connected

    def close(self) -> None:
        pass


@contextmanager
def no_playwright() -> Iterator[object]:
    yield object()


@pytest.fixture
def renderer(monkeypatch: pytest.MonkeyPatch) -> Renderer:
    monkeypatch.setattr(playwright, "sync_playwright", no_playwright)
    monkeypatch.setattr(chromium, "program", lambda: "chromium")
    monkeypatch.setattr(chromium, "_END_SECONDS", 0.2)
    return Renderer("test")


def rendered(renderer: Renderer) -> str:
    """What came of a page, asked for in a thread that the test gives up after a while."""
    told: list[str] = []

    def ask() -> None:
        try:
            renderer.render("http://site.gov.cn/", b"", "text/html", cast("Subrequests", NoRequests()))
        except RenderingFailed as error:
            told.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    return told[0] if told else "still waiting"


def test_a_browser_that_does_not_start_again_ends_rendering(
    monkeypatch: pytest.MonkeyPatch, renderer: Renderer
) -> None:
    browsers = [Browser(connected=False)]

    def launched(self: Renderer, *_: Any) -> Browser:
        if not browsers:
            raise OSError("no memory")
        return browsers.pop()

    monkeypatch.setattr(Renderer, "_launched", launched)
    assert rendered(renderer) == "the browser ended: no memory"
    assert rendered(renderer) == "the browser ended: no memory"


def test_pages_behind_one_that_cannot_be_ended_are_told(monkeypatch: pytest.MonkeyPatch, renderer: Renderer) -> None:
    stuck = threading.Event()

    def launched(self: Renderer, *_: Any) -> Browser:
        self._process = Process(chromium.MEMORY_BYTES + 1)
        return Browser(connected=True)

    def visit(*_: Any) -> bytes:
        stuck.wait(60)
        return b""

    monkeypatch.setattr(Renderer, "_launched", launched)
    monkeypatch.setattr(chromium, "visit", visit)
    try:
        assert "did not end after it took more than" in rendered(renderer)
        assert "did not end after it took more than" in rendered(renderer)
    finally:
        stuck.set()
