"""A server on a free loopback port, Chromium, and a page that must meet no error and no address outside loopback."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from gongkai.explore.app import application
from pipelines.home import Home

NO_REPORT = "/report/0000000000000000"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-proxy-server",
]  # fmt: skip


@contextmanager
def serving(home: Home) -> Iterator[str]:
    """The pages of a data folder; the address of the server."""
    config = uvicorn.Config(application(home), host="127.0.0.1", port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    for _ in range(400):
        if running.started:
            break
        thread.join(0.05)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window. While it is open, Playwright's event loop runs in this thread: no other can."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages, each in a context of its own with the given options; none may meet anything wrong."""
    contexts: list[Any] = []
    wrong: list[str] = []

    def note(text: str, is_wrong: bool = True) -> None:
        wrong.extend([text] if is_wrong else [])

    def refuse(dialog: Any) -> None:
        note("a dialog")
        dialog.dismiss()

    def opened(**options: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: note(f"{message.text} {message.location}", _is_wrong(message)))
        page.on("pageerror", lambda error: note(str(error)))
        page.on("dialog", refuse)
        page.on("request", lambda request: note(request.url, not _is_near(request.url)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """A page with the usual options."""
    return open_page()


def _is_wrong(message: Any) -> bool:
    """Not wrong: that a sandboxed frame refuses the driver's own look into it, and the answer for a report that is not there."""
    is_asked_for = message.text.startswith("Blocked script execution") or message.location["url"].endswith(NO_REPORT)
    return message.type in ("error", "warning") and not is_asked_for


def _is_near(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "file:///", "data:", "about:"))
