"""Administrative divisions from 2008 to today, and the one question asked of them: which division is this name?

``divisions.csv`` holds one row per code, name and parent with the years in which they held (licences in ``licences/``).
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from schemas.vocabulary import PROVINCES, Level

DIVISIONS = Path(__file__).with_name("divisions.csv")
FIRST_YEAR = 2008
_LONGEST = 30  # 黔南布依族苗族自治州三都水族自治县 with its province is 22
_AUTONOMOUS = re.compile("族?自治(?=[县旗]$)")


@dataclass(frozen=True)
class Division:
    """A division in the years in which code, name and parent hold (``valid_to`` None: today)."""

    code: str
    name: str
    short_name: str
    level: Level
    parent_code: str | None
    full_name: str
    valid_from: int
    valid_to: int | None
    lineage_code: str

    def holds_in(self, year: int) -> bool:
        """Years before the record count as its first year."""
        asked = max(year, FIRST_YEAR)
        return self.valid_from <= asked and (self.valid_to is None or asked <= self.valid_to)


@dataclass(frozen=True)
class RegionMatch:
    """The division a name begins with, as of a year. ``rest`` is what the name says after it (人民政府, 教育局 …)."""

    code: str
    name: str
    full_name: str
    level: Level
    lineage_code: str
    rest: str


@cache
def divisions() -> tuple[Division, ...]:
    """Every division interval, sorted by code and year."""
    with DIVISIONS.open(encoding="utf-8", newline="") as handle:
        return tuple(
            Division(
                r["region_code"], r["name"], r["short_name"], Level(r["level"]), r["parent_code"] or None, r["full_name"],
                int(r["valid_from"]), int(r["valid_to"]) if r["valid_to"] else None, r["lineage_code"],
            )
            for r in csv.DictReader(handle)
        )  # fmt: skip


@cache
def division(code: str, year: int) -> Division | None:
    """The division with this code in this year, or None."""
    return next((d for d in _by_code().get(code, ()) if d.holds_in(year)), None)


def resolve(name: str, year: int, *, parent: str | None = None, host_hint: str | None = None) -> RegionMatch | None:
    """Find the division an agency name begins with, as of the report year.

    Args:
        name: ``启东市人民政府``, ``江苏省南通市启东市``, ``鼓楼区教育局``, or a bare short name (``启东``).
        year: Report year. A name of another year is followed along its lineage: 海门市 asked for 2020 is 海门区 320614.
        parent: What the name stands under, when known: a code, or a name (``南京市``, ``江苏省``, ``jiangsu``).
        host_hint: A weaker hint, used only when the name stays ambiguous: a code, a 政府网站标识码, or a site name.

    Returns:
        The match, or None when no division or more than one fits (29 county names are shared in 2024): never a guess.
    """
    compact = _with_full_prefecture("".join(name.split()))
    for length in range(min(len(compact), _LONGEST), 1, -1):
        found = _by_name().get(compact[:length], ())
        if not found and length == len(compact):
            found = _by_short_name().get(compact, ())
        if found:
            match = _choose(found, year, parent, host_hint)
            return _match(match, compact[length:]) if match else None
    return None


def _choose(found: Iterable[Division], year: int, parent: str | None, hint: str | None) -> Division | None:
    holding = [d for d in found if d.holds_in(year)]
    candidates = holding or [now for d in found if (now := _along_lineage(d, year))]
    for context in (parent, hint):
        narrowed = [d for d in candidates if context and _is_under(d, context, year)]
        if context and (narrowed or context is parent):
            candidates = narrowed
    distinct = {d.code: d for d in candidates}
    return next(iter(distinct.values())) if len(distinct) == 1 else None


def _along_lineage(old: Division, year: int) -> Division | None:
    """The one division of the same lineage that holds in ``year``."""
    heirs = [d for d in _by_lineage()[old.lineage_code] if d.holds_in(year)]
    return heirs[0] if len(heirs) == 1 else None


def _is_under(candidate: Division, context: str, year: int) -> bool:
    """Whether the candidate is, or lies in, the place that ``context`` names."""
    code = PROVINCES[context][0] if context in PROVINCES else context
    if code[:6].isdigit() and len(code) >= 6:
        stem = code[:6]
        stem = stem[:2] if stem.endswith("0000") else stem[:4] if stem.endswith("00") else stem
        return candidate.code.startswith(stem)
    over = resolve(context, year) if context != candidate.name else None
    if over is None:
        return candidate.full_name.startswith(context) or context in candidate.full_name[: -len(candidate.name)]
    return candidate.code == over.code or candidate.full_name.removesuffix(candidate.name).startswith(over.full_name)


def _match(found: Division, rest: str) -> RegionMatch:
    return RegionMatch(found.code, found.name, found.full_name, found.level, found.lineage_code, rest)


@cache
def _by_code() -> dict[str, tuple[Division, ...]]:
    return _group((d.code, d) for d in divisions())


@cache
def _by_lineage() -> dict[str, tuple[Division, ...]]:
    return _group((d.lineage_code, d) for d in divisions())


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    """Every way a division is written out: alone, with its prefecture, with its province, with both."""
    return _group((written, d) for d in divisions() for written in _written(d))


@cache
def _by_short_name() -> dict[str, tuple[Division, ...]]:
    return _group((d.short_name, d) for d in divisions())


def _written(d: Division) -> set[str]:
    """大通县 is how 大通回族土族自治县 calls itself; a county of just that name would make it ambiguous."""
    autonomous = _AUTONOMOUS.search(d.name)
    names = {d.name, d.short_name.split(autonomous.group())[0] + d.name[-1]} if autonomous else {d.name}
    above = d.full_name.removesuffix(d.name)
    province = next((name for _, name in PROVINCES.values() if above.startswith(name)), "")
    between = above.removeprefix(province)
    return {prefix + name for prefix in ("", above, between, province) for name in names}


def _with_full_prefecture(name: str) -> str:
    """海南州 is written 海南藏族自治州 in the record, also where it stands before a county."""
    pattern, full = _prefectures()
    return pattern.sub(lambda found: found.group(1) + full[found.group(2)], name, count=1)


@cache
def _prefectures() -> tuple[re.Pattern[str], dict[str, str]]:
    full = {f"{d.short_name}州": d.name for d in divisions() if d.name.endswith("自治州")}
    provinces = "|".join(name for _, name in PROVINCES.values())
    return re.compile(f"^((?:{provinces})?)({'|'.join(full)})"), full


def _group(pairs: Iterable[tuple[str, Division]]) -> dict[str, tuple[Division, ...]]:
    grouped: dict[str, list[Division]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return {key: tuple(values) for key, values in grouped.items()}


@lru_cache(maxsize=1)
def latest_year() -> int:
    """Last year in which a division began: the record is no newer than this."""
    return max(d.valid_from for d in divisions())
