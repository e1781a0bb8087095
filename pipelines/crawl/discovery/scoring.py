"""How promising a link is, by the weights of ``weights.yaml``. Pure: labels and addresses in, a score out."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.crawl.discovery.menu_links import Found, MenuLink
from schemas.labels import squeeze
from schemas.yaml_text import load_yaml

_YEAR = re.compile(r"20\d\d")
_STEPS = ("column_steps", "disclosure_steps", "look_alike_steps")


class Says(StrEnum):
    """What a label says that its target is."""

    PORTAL = "portal"
    DISCLOSURE = "disclosure"
    COLUMN = "column"
    YEAR = "year"
    PART = "part"
    ORGAN = "organ"
    FRAME = "frame"
    DATA = "data"
    SCRIPT = "script"
    GUESS = "guess"


@dataclass(frozen=True)
class Worth:
    """A link's promise. Higher is asked for sooner."""

    says: Says
    score: int


@dataclass(frozen=True)
class Hint:
    """A pattern and what finding it is worth."""

    pattern: re.Pattern[str]
    score: int = 0
    bonus: int = 0
    penalty: int = 0


@dataclass(frozen=True)
class Weights:
    """``weights.yaml``, compiled."""

    refused: re.Pattern[str]
    labels: tuple[tuple[Says, Hint], ...]
    hints: dict[str, Hint]
    guesses: tuple[str, ...]
    numbers: dict[str, int]


@cache
def weights() -> Weights:
    """The weights, read once a process."""
    raw: dict[str, Any] = load_yaml(Path(__file__).with_name("weights.yaml").read_text(encoding="utf-8"))
    labels = tuple((Says(item["says"]), Hint(re.compile(item["pattern"]), item["score"])) for item in raw["labels"])
    hints = {name: _hint(item) for name, item in raw.items() if isinstance(item, dict)}
    numbers = {name: item for name, item in raw.items() if isinstance(item, int)}
    return Weights(re.compile("|".join(raw["refused"])), labels, hints, tuple(raw["guesses"]), numbers)


def _hint(item: dict[str, Any]) -> Hint:
    return Hint(re.compile(item["pattern"], re.IGNORECASE), **{key: item[key] for key in item if key != "pattern"})


def is_refused(label: str) -> bool:
    """Whether a label names something that only looks like the way: 法治政府年报, 网站年度报表, 公开指南 …"""
    return bool(weights().refused.search(squeeze(label)))


def names_column(label: str) -> bool:
    """Whether a label names a column of annual disclosure reports."""
    text = squeeze(label)
    return not is_refused(text) and any(
        says is Says.COLUMN and hint.pattern.search(text) for says, hint in weights().labels
    )


def worth_of(link: MenuLink, *, host: str, in_column: bool) -> Worth | None:
    """What following a link promises; None to ignore it. ``host`` is that of the page, ``in_column`` what the page is."""
    label, table = squeeze(link.label), weights()
    if label and (is_refused(label) or len(label) > 40):
        return None
    if link.found is Found.SCRIPT_FILE:
        same_host = urlsplit(link.url).netloc == host
        name = "script_file_in_column_score" if in_column else "script_file_score"
        return Worth(Says.SCRIPT, table.numbers[name]) if same_host else None
    if in_column and (part := _part(label)):
        return part
    if link.found is Found.FRAME and not label:
        return Worth(Says.FRAME, 46)
    if _YEAR.search(label):
        return None  # a report, or a part of a column that is somewhere else
    return _by_label_and_path(label, link.url, host)


def _by_label_and_path(label: str, url: str, host: str) -> Worth | None:
    """The worth by what the label names; where it names nothing, or there is none, by the steps of the path."""
    table = weights()
    steps = [step for step in urlsplit(url).path.lower().split("/") if step]
    in_path = {name: any(table.hints[name].pattern.search(step) for step in steps) for name in _STEPS}
    worth = next((Worth(says, hint.score) for says, hint in table.labels if hint.pattern.search(label)), None)
    if worth is None and (in_path["column_steps"] or not label):
        worth = _by_path(in_path, has_label=bool(label))
    return worth and Worth(worth.says, worth.score + _adjusted(label, url, host, in_path))


def _part(label: str) -> Worth | None:
    hints = weights().hints
    for name, says in (("year", Says.YEAR), ("part", Says.PART), ("organ", Says.ORGAN)):
        if label and hints[name].pattern.search(label) and len(label) <= 24:
            return Worth(says, hints[name].score)
    return None


def _by_path(in_path: dict[str, bool], *, has_label: bool) -> Worth | None:
    hints = weights().hints
    if in_path["column_steps"]:
        return Worth(Says.COLUMN, hints["column_steps"].score - (30 if has_label else 0))
    return Worth(Says.DISCLOSURE, hints["disclosure_steps"].score) if in_path["disclosure_steps"] else None


def _adjusted(label: str, url: str, host: str, in_path: dict[str, bool]) -> int:
    hints = weights().hints
    there = urlsplit(url).netloc
    change = 0 if there == host else -4
    if hints["platform_hosts"].pattern.search(there):
        change += hints["platform_hosts"].bonus
    if hints["upward"].pattern.search(label):
        change -= hints["upward"].penalty
    for name in ("column_steps", "disclosure_steps"):
        change += hints[name].bonus if in_path[name] else 0
    return change - (hints["look_alike_steps"].penalty if in_path["look_alike_steps"] else 0)
