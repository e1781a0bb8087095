"""`gongkai run` in a real terminal: bars while it crawls, and Ctrl-C."""

import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Gongkai
from tests.integration.cli.slow_site import SlowSite

_SECONDS = 120
pytestmark = pytest.mark.slow


@dataclass
class Screen:
    """What a command in a pseudo-terminal has shown."""

    pid: int
    descriptor: int
    text: str = ""

    def read_until(self, done: Callable[[str], bool]) -> None:
        """Read on until ``done`` says so of the whole text, or the command has ended."""
        ends = time.monotonic() + _SECONDS
        while not done(self.text):
            assert time.monotonic() < ends, self.text[-2000:]
            if select.select([self.descriptor], [], [], 0.5)[0]:
                try:
                    self.text += os.read(self.descriptor, 65536).decode(errors="replace")
                except OSError:  # Linux says EIO when the other side has closed
                    return

    def status(self) -> int:
        self.read_until(lambda _: False)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def site() -> Iterator[SlowSite]:
    with SlowSite(60, seconds=0.1) as site:
        yield site


def start(site: SlowSite, tmp_path: Path) -> Screen:
    arguments = [
        "run",
        "--home",
        str(tmp_path / "home"),
        "--sources",
        str(site.write_sources(tmp_path)),
        "--lists",
        "run",
    ]
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "gongkai.cli", *arguments])
    return Screen(pid, descriptor)


def crawling(site: SlowSite) -> Callable[[str], bool]:
    """A bar has been drawn that says how many pages have come, and pages are still missing."""
    return lambda text: re.search(r"Crawling zhejiang.* [1-9]\d*/6\d", text) is not None and len(site.asked) < 55


@pytest.mark.parametrize("interrupt", ["Ctrl-C", "SIGTERM"])
def test_a_bar_is_seen_in_the_middle_of_the_crawl_and_an_interrupt_is_one_line(
    site: SlowSite, tmp_path: Path, gongkai: Gongkai, interrupt: str
) -> None:
    screen = start(site, tmp_path)
    screen.read_until(crawling(site))
    assert screen.text.startswith("Starting")  # before Dagster is imported
    if interrupt == "Ctrl-C":
        os.write(screen.descriptor, b"\x03")
    else:
        os.kill(screen.pid, signal.SIGTERM)
    assert screen.status() == {"Ctrl-C": 130, "SIGTERM": 143}[interrupt]
    assert "Traceback" not in screen.text
    assert screen.text.count("interrupted; run again to go on") == 1
    status = gongkai("status", "--home", tmp_path / "home")
    assert status.code == 0
    assert "FAILED" not in status.out
    assert (
        "1 enabled of 1 in the last run" in status.out
    )  # the file that the run was given, not the sources of the checkout
    assert "failing" not in status.out.lower()
    outcomes = gongkai("status", "--home", tmp_path / "home", "--format", "json").out
    assert '"timeout"' not in outcomes  # a page that we cut off is no failure of its site


def test_a_second_interrupt_leaves_no_bar_behind(site: SlowSite, tmp_path: Path) -> None:
    screen = start(site, tmp_path)
    screen.read_until(crawling(site))
    os.write(screen.descriptor, b"\x03\x03")
    assert screen.status() == 130
    assert re.search(r"\x1b\[2K[^\r\n]*interrupted; run again to go on", screen.text) is not None
    assert screen.text.rindex("\x1b[?25h") > screen.text.rindex("\x1b[?25l")
