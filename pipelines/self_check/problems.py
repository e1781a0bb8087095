"""Why a draft could not be read, in Chinese: the sheet goes to people who do not read English."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from schemas.yaml_text import load_yaml


def problem_in_chinese(problem: str) -> str:
    """The sentence of ``problems.yaml`` for a reader's ``problem``; one that has none is quoted."""
    for pattern, sentence in _sentences():
        if found := pattern.search(problem):
            return found.expand(sentence)
    return f"文件未能读取（{problem}）"


@cache
def _sentences() -> Sequence[tuple[re.Pattern[str], str]]:
    raw = load_yaml(Path(__file__).with_name("problems.yaml").read_text(encoding="utf-8"))
    return [(re.compile(entry["problem"]), entry["zh"]) for entry in raw]
