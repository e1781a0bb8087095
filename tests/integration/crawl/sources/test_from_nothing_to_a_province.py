"""The commands of the README, exactly as they stand there, lead from a list of portals to the reports of a province."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.crawl.archive.captures import captures
from pipelines.home import Home
from tests.conftest import Gongkai
from tests.web.pages import from_pages, report
from tests.web.server import Site

_ROOT = Path(__file__).parents[4]
_NAME = "修文县人民政府"
_YEARS = range(2022, 2025)


def commands(readme: str) -> list[list[str]]:
    """The calls of the block that begins with ``sources discover``, without their comments."""
    block = next(
        block
        for block in re.findall(r"```sh\n(.*?)```", (_ROOT / readme).read_text("utf-8"), re.DOTALL)
        if "discover" in block
    )
    return [shlex.split(line, comments=True)[1:] for line in block.splitlines()]


def _page(body: str, title: str = _NAME) -> str:
    return f"<html><head><title>{title}</title></head><body>{body}<p>主办：{_NAME}办公室</p></body></html>"


@pytest.fixture
def province(serve: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Site, Home]:
    rows = "".join(
        f"<li><a href='/zwgk/nb/{year}.html'>{_NAME}{year}年政府信息公开工作年度报告</a></li>" for year in _YEARS
    )
    pages = {
        "/": _page("<a href='/zwgk/'>政府信息公开</a><a href='/xw/'>新闻动态</a>"),
        "/zwgk/": _page("<a href='/zwgk/zn/'>政府信息公开指南</a><a href='/zwgk/nb/'>政府信息公开年报</a>"),
        "/zwgk/nb/": _page(f"<ul>{rows}</ul>", f"政府信息公开年报-{_NAME}"),
        **{f"/zwgk/nb/{year}.html": report(_NAME, year) for year in _YEARS},
    }
    site, folder, home = serve(from_pages(pages, reports_at="/none/")), tmp_path / "sources", tmp_path / "home"
    folder.mkdir()
    (folder / "portals.csv").write_text(
        f"region_path,level,portal_url,reached,final_url,checked_on\n贵州省/贵阳市/修文县,县区,{site.url('/')},direct,,\n",
        encoding="utf-8",
    )
    for name, value in (("SOURCES", folder), ("HOME", home), ("ALLOW_HOSTS", site.authority)):
        monkeypatch.setenv(f"GONGKAI_{name}", str(value))
    return site, Home(home)


def test_the_commands_of_the_readme(province: tuple[Site, Home], gongkai: Gongkai) -> None:
    site, home = province
    called = commands("README.md")
    assert [call[0] if call[0] == "run" else call[1] for call in called] == ["discover", "accept", "audit", "run"]
    for call in called:
        said = gongkai(*call)
        assert said.code == 0, (call, said.err)
    assert {capture.url for capture in captures(home, "guizhou")} == {
        site.url(f"/zwgk/nb/{year}.html") for year in _YEARS
    }


def test_both_readmes_say_the_same() -> None:
    assert commands("README.md") == commands("README.zh.md")
