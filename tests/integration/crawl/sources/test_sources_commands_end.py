"""`sources discover` and `sources audit` when they are interrupted, or cannot write: one line, an exit status, and they go on."""

import contextlib
import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.web.pages import from_pages, page
from tests.web.server import NOT_FOUND, Answer, Site

_SECONDS = 60
_REPORT = "<li><a href='/a/1.html'>示例县2024年政府信息公开工作年度报告</a></li>"
_ROW = "<li><a href='/zfxxgknb/{0}.html'>南京市人民政府{0}年政府信息公开工作年度报告</a></li>"


@dataclass
class Two:
    """Two sites: one that answers, and one that holds its answers until it is released."""

    quick: Site
    slow: Site
    sources: Path
    portals: Path
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def allowed(self) -> list[str]:
        return [part for site in (self.quick, self.slow) for part in ("--allow-host", site.authority)]

    def command(self, name: str, home: Path) -> list[str]:
        given = {"discover": ("--portals", str(self.portals)), "audit": ("--home", str(home), "--format", "csv")}[name]
        return ["sources", name, "--sources", str(self.sources), *given, *self.allowed]

    def state(self, name: str, home: Path) -> Path:
        return self.sources / "discovered" / "searched.jsonl" if name == "discover" else home / "audit.jsonl"


@pytest.fixture
def two(serve: Callable[..., Site], tmp_path: Path) -> Iterator[Two]:
    folder = tmp_path / "own" / "sources"
    folder.mkdir(parents=True)
    made = Two(serve(from_pages({"/nb/": page(_REPORT)})), serve(lambda asked: NOT_FOUND), folder, tmp_path / "p.csv")

    def held(asked: object) -> Answer:
        made.released.wait(_SECONDS)
        return Answer(page(_REPORT))

    made.slow.handle = held
    entries = [
        f'  - id: {name}\n    url: {site.url("/nb/")}\n    delay_seconds: 0\n    allow_hosts: ["{site.authority}"]\n'
        for name, site in (("quick", made.quick), ("slow", made.slow))
    ]
    (folder / "jiangsu.yaml").write_text("province: jiangsu\nsources:\n" + "".join(entries), encoding="utf-8")
    with made.portals.open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["region_path", "level", "portal_url", "reached", "final_url", "checked_on"])
        rows.writerows(["江苏省/南京市", "地市", site.url("/"), "direct", "", ""] for site in (made.quick, made.slow))
    yield made
    made.released.set()


def gongkai(arguments: list[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gongkai.cli", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("name", ["discover", "audit"])
def test_an_interrupt_is_one_line_and_the_next_call_goes_on(two: Two, name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    state, until = two.state(name, home), time.monotonic() + _SECONDS
    process = gongkai(two.command(name, home))
    while not (state.exists() and two.quick.authority in state.read_text(encoding="utf-8")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=_SECONDS)
    assert (process.returncode, said) == (130, "interrupted; run again to go on\n")
    asked = len(two.quick.paths())
    two.released.set()
    again = gongkai(two.command(name, home))
    _, said = again.communicate(timeout=_SECONDS)
    assert again.returncode == 0, said
    assert two.slow.authority in state.read_text(encoding="utf-8")
    assert len(two.quick.paths()) == asked


@pytest.fixture(params=["full", "read-only"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder of its own file system that takes nothing more, and what has to be said of it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a file system")
    try:
        (folder / "sources").mkdir()
        (folder / "home").mkdir()
        yield folder, request.param
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def close(folder: Path, how: str) -> None:
    if how == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        return
    with (folder / "filler").open("wb", buffering=0) as handle, contextlib.suppress(OSError):
        while True:  # until there is no space left
            handle.write(bytes(4096))


@pytest.mark.parametrize("name", ["discover", "audit"])
def test_a_disk_that_takes_nothing_is_one_line(two: Two, name: str, disk: tuple[Path, str]) -> None:
    folder, how = disk
    (folder / "sources" / "jiangsu.yaml").write_bytes((two.sources / "jiangsu.yaml").read_bytes())
    two.sources = folder / "sources"
    close(folder, how)
    process = gongkai(two.command(name, folder / "home"))
    two.released.set()
    _, said = process.communicate(timeout=_SECONDS)
    assert process.returncode == 1, said
    assert said.count("\n") == 1, said
    assert {"full": "no space left", "read-only": "read-only"}[how] in said
    assert "Traceback" not in said


def test_proposals_go_beside_the_sources(two: Two, tmp_path: Path) -> None:
    """A folder of one's own gets them, and its files stay; where the sources are one file, another has to be named."""
    two.released.set()
    before = (two.sources / "jiangsu.yaml").read_text(encoding="utf-8")
    two.quick.handle = from_pages({
        "/": page("<a href='/zfxxgknb/'>政府信息公开年报</a>"),
        "/zfxxgknb/": page("".join(_ROW.format(year) for year in range(2020, 2025))),
    })  # fmt: skip
    process = gongkai(two.command("discover", tmp_path))
    _, said = process.communicate(timeout=_SECONDS)
    made = two.sources / "discovered" / "jiangsu.yaml"
    assert process.returncode == 0, said
    assert two.quick.url("/zfxxgknb/") in made.read_text(encoding="utf-8")
    assert f"proposals in {made}" in said
    assert (two.sources / "jiangsu.yaml").read_text(encoding="utf-8") == before
    two.sources = two.sources / "jiangsu.yaml"
    process = gongkai(two.command("discover", tmp_path))
    _, said = process.communicate(timeout=_SECONDS)
    assert (process.returncode, said.count("\n")) == (2, 1)
    assert "--to" in said
