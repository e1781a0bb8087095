"""Chromium as it shows a page, driven through Playwright. Skips where it is not installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
_SCRIPT = Path(__file__).with_name("shown_cells.js").read_text(encoding="utf-8")
_WINDOW = {"width": 1280, "height": 720}
_TALLEST = 12_000  # pixels: a character is looked for where it is drawn, and must lie inside of the window

Shown = dict[str, dict[str, Any]]
"""By evidence of a cell: ``text`` (lines as seen), ``plain`` (without notes), ``objects``, ``struck``, ``inner``, ``rect``."""


@contextmanager
def chromium() -> Iterator[Any]:
    """A page of a browser that reaches no other machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=_WINDOW)  # type: ignore[arg-type]
        page.set_default_timeout(30_000)
        page.route("**/*", lambda route: route.abort())
        try:
            yield page
        finally:
            browser.close()


def shown_cells(page: Any, markup: str) -> Shown:
    """What each table cell of a page shows."""
    page.set_viewport_size(_WINDOW)
    page.set_content(markup, wait_until="domcontentloaded")
    width, height = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    width, height = max(width, _WINDOW["width"]), max(height + 200, _WINDOW["height"])
    page.set_viewport_size({"width": min(width, _TALLEST), "height": min(height, _TALLEST)})
    found: Shown = page.evaluate(_SCRIPT)
    return found


def shown_text(page: Any) -> str:
    """The text of the page as the browser would copy it."""
    text: str = page.evaluate("() => document.body ? document.body.innerText : ''")
    return text
