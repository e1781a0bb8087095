"""What the name of an organ says: its level, whether it is led from above, whether it is an administrative organ at all.

The words are data (``organs.yaml``); the rank of a division is what ``schemas.regions`` says.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from schemas.labels import simplified, squeeze
from schemas.vocabulary import Level, Scope
from schemas.yaml_text import load_yaml

_NOTE = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_TOWN = re.compile(r"(?:镇|乡|街道|街道办事处|街办|苏木|公所|街道党工委|街道办事处筹备处)$")
_AGGREGATE = re.compile("全[省市区县旗州盟]|汇总|综合")


@dataclass(frozen=True)
class _Words:
    central: frozenset[str]
    vertical: re.Pattern[str]
    prefixes: re.Pattern[str]
    public_institutions: re.Pattern[str]
    platforms: re.Pattern[str]


@cache
def _words() -> _Words:
    raw = load_yaml(Path(__file__).with_name("organs.yaml").read_text(encoding="utf-8"))
    return _Words(
        frozenset(raw["central"]),
        re.compile("|".join(raw["vertical"])),
        re.compile(f"^(?:{'|'.join(raw['prefixes'])})(?=.)"),
        re.compile("|".join(raw["public_institutions"])),
        re.compile(raw["platforms"], re.IGNORECASE),
    )


@lru_cache(maxsize=65536)
def bare_name(name: str) -> str:
    """A name for matching: simplified, without spaces and notes in brackets."""
    return _NOTE.sub("", simplified(squeeze(name)))


@lru_cache(maxsize=65536)
def without_prefix(name: str) -> str:
    """The bare name without the organ of the central government before the place: 珠海市香洲区税务局."""
    return _words().prefixes.sub("", bare_name(name))


def is_platform(name: str) -> bool:
    """Whether a name is that of a site (政府信息公开平台, …人民政府门户网站), not of an organ."""
    return bool(_words().platforms.search(bare_name(name)))


def is_central(name: str) -> bool:
    """Whether a name is that of an organ of the central government itself."""
    bare = bare_name(name)
    return bare in _words().central or bare.removeprefix("中华人民共和国") in _words().central


def is_vertical(name: str) -> bool:
    """Whether an organ belongs to the central government and stands at a place: tax bureau, customs office, survey team."""
    return not is_central(name) and bool(_words().vertical.search(bare_name(name)))


def is_public_institution(name: str) -> bool:
    """Whether a name is that of a school, a hospital or an enterprise: no administrative organ."""
    return not is_vertical(name) and not is_central(name) and bool(_words().public_institutions.search(bare_name(name)))


def level_of(agency: str, region_level: Level | None) -> Level:
    """Rank of an organ by its name; ``region_level`` is that of the division the whole name stands for, if any."""
    name = bare_name(agency)
    core = re.sub(r"(?:人民政府|政府)$", "", name)
    if is_central(name):
        return Level.CENTRAL
    if is_vertical(name) or is_public_institution(name):
        return Level.DEPARTMENT
    if _TOWN.search(core):
        return Level.TOWNSHIP
    if region_level is not None:
        return region_level
    if core != name or re.search(r"(?:省|自治区|市|区|县|旗|州|盟|地区)(?:行政公署|行署)?$", core):
        if re.search(r"(?:省|自治区)$", core):
            return Level.PROVINCE
        if re.search(r"(?:州|盟|地区)(?:行政公署|行署)?$", core):  # 海南州 is how 海南藏族自治州 calls itself
            return Level.PREFECTURE
        return Level.PREFECTURE if core.endswith("市") else Level.COUNTY
    return Level.DEPARTMENT


def scope_of(level: Level, agency: str, lead: str) -> Scope:
    """Which organs the figures cover, from the kind of organ and what the lead says of it."""
    if is_public_institution(agency):
        return Scope.PUBLIC_INSTITUTION
    if is_vertical(agency):
        return Scope.SYSTEM
    if level is Level.TOWNSHIP:
        return Scope.TOWNSHIP
    if level in (Level.DEPARTMENT, Level.CENTRAL):
        if re.search("(?:人民)?政府办公[室厅]$", bare_name(agency)):
            return Scope.REGION_AGGREGATE if _AGGREGATE.search(lead) else Scope.GOVERNMENT_ONLY
        return Scope.SYSTEM if re.search("全系统|本系统", lead) else Scope.DEPARTMENT
    only = re.search("本级(?:政府)?(?:机关)?数据|不含(?:部门|乡镇)", lead)
    return Scope.GOVERNMENT_ONLY if only else Scope.REGION_AGGREGATE
