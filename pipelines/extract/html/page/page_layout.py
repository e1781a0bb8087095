"""Loads ``page_layout.yaml``: what the extractor knows about web pages, as compiled patterns and selectors."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.content.report_words import GAP, ReportWords, any_of, report_words
from schemas.yaml_text import load_yaml

_FILE = Path(__file__).with_name("page_layout.yaml")


@dataclass(frozen=True)
class PageLayout:
    """Selectors are CSS lists; patterns search text in which every block stands on its own line."""

    containers: str
    chrome: str
    unprinted: tuple[str, ...]  # tags
    words: ReportWords
    metadata: re.Pattern[str]
    chrome_image: re.Pattern[str]
    envelope_meta: dict[str, str]


@cache
def page_layout() -> PageLayout:
    """The layout knowledge, read once a process."""
    raw = load_yaml(_FILE.read_text(encoding="utf-8"))
    return PageLayout(
        containers=",".join(raw["containers"]),
        chrome=",".join(raw["chrome"]),
        unprinted=tuple(raw["unprinted"]),
        words=report_words(),
        metadata=re.compile(any_of(GAP.join(label) for label in raw["metadata"])),
        chrome_image=re.compile(any_of(re.escape(word) for word in raw["chrome_images"]), re.IGNORECASE),
        envelope_meta=raw["envelope_meta"],
    )
