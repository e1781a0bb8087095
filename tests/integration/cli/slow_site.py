"""A site with as many reports as wanted, each of a wanted size and answered after a wanted time."""

import random
import time
from pathlib import Path
from typing import Self

import yaml

from tests.web.pages import page
from tests.web.server import NOT_FOUND, Answer, Asked, Site


class SlowSite(Site):
    """``pages`` reports of ``characters`` Chinese characters; ``seconds`` pass before each is answered."""

    def __init__(self, pages: int, *, characters: int = 200, seconds: float = 0.0) -> None:
        super().__init__(self._answer)
        self._pages, self._characters, self._seconds = pages, characters, seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, asked: Asked) -> Answer:
        if asked.path == "/list/":
            return Answer(page("".join(map(_item, range(self._pages)))))
        if not asked.path.startswith("/r/"):
            return NOT_FOUND
        time.sleep(self._seconds)
        chance = random.Random(asked.path)
        text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(self._characters))
        return Answer(page(f"<h1>某县2023年政府信息公开工作年度报告</h1><p>{text}</p>"))

    def write_sources(self, folder: Path) -> Path:
        """A sources file with this site."""
        source = {"id": "slow", "url": self.url("/list/"), "delay_seconds": 0, "allow_hosts": [self.authority]}
        path = folder / "zhejiang.yaml"
        path.write_text(yaml.safe_dump({"province": "zhejiang", "sources": [source]}), "utf-8")
        return path


def _item(number: int) -> str:
    title = f"某县{number}局2023年政府信息公开工作年度报告"
    return f'<li><a href="/r/{number}.html" title="{title}">{title}</a><span>2024-03-18</span></li>'
