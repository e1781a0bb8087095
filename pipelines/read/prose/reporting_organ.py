"""How a report names its own organ, and which words of its sentences name another one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_NEUTRAL = ("单位", "机关", "部门")
_SHORT = {
    "人民政府办公室": ("办", "办公室"), "人民政府办公厅": ("办公厅",), "街道办事处": ("街道", "办事处", "街道办事处", "街道办"),
    "管理委员会": ("管委会",), "管委会": ("管委会",), "委员会": ("委",), "办公室": ("办", "办公室"),
}  # fmt: skip
_GOVERNMENT = re.compile(r"(?P<kind>[省市县区州旗镇乡])(?:人民政府|政府)?$")


@dataclass(frozen=True)
class ReportingOrgan:
    """``names``: what stands before a figure of the organ itself, at the start of a clause; ``mentions``: the same anywhere."""

    names: re.Pattern[str]


@lru_cache(maxsize=256)
def reporting_organ(agency: str | None, scope: str | None) -> ReportingOrgan:
    """The names of an agency: its own, 本机关, 我局 where it is a 局, 全县 where it is the county and reports for all of it."""
    names = sorted({re.escape(name) for name in _names(agency, scope)}, key=len, reverse=True)
    return ReportingOrgan(re.compile(f"(?:{'|'.join(names)})"))


def _names(agency: str | None, scope: str | None) -> Iterator[str]:
    yield from (f"{whose}{word}" for whose in "我本" for word in _NEUTRAL)
    if not agency:
        return
    yield agency
    short = next((words for ending, words in _SHORT.items() if agency.endswith(ending)), None)
    government = _GOVERNMENT.search(agency)
    if short is None and government:
        kind = government["kind"]
        yield re.sub("(?:人民政府|政府)$", "", agency)
        short = (kind, f"{kind}政府", "政府", f"{kind}人民政府")
        if scope != "government_only":
            yield f"全{kind}"
    elif short is None:
        short = (agency[-1], agency[-2:])
    yield from (f"{whose}{word}" for whose in "我本" for word in short)
