"""What reading some of the demo's reports takes beyond the package itself, and whether it is here."""

import importlib.util
from collections.abc import Callable
from typing import NamedTuple

from pipelines.crawl.rendering import chromium
from pipelines.extract.office import converter
from pipelines.extract.picture import engine


class Need(NamedTuple):
    """Something to be installed. ``what``: in the words of a message; ``install``: how to get it."""

    what: str
    is_met: Callable[[], bool]
    install: str


def has_browser() -> bool:
    """Are Chromium and Playwright here?"""
    return chromium.program() is not None and importlib.util.find_spec("playwright") is not None


NEEDS = {
    "ocr": Need("tables in pictures", engine.is_installed, engine.INSTALL),
    "office": Need("a .doc file", lambda: converter.program() is not None, converter.INSTALL),
    "browser": Need("a page that only a browser builds", has_browser, chromium.INSTALL),
}
"""By the ``read_with`` of a report file."""


def is_met(name: str | None) -> bool:
    """Can a report be read here that needs ``name``? None needs nothing."""
    return name is None or NEEDS[name].is_met()
