"""The tidy tables on disk: which files count, and what each part of a province was made of.

The state file of a province (``tidy/_state/<province>.json``) lists the valid parts. Files that a crash left behind are
ignored. A part that is not listed is being replaced, and the next run writes it again.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import parts
from pipelines.atomic import identity, replace_atomically, replace_together
from pipelines.home import Home
from schemas.tables import STAGED

FOLDERS = {"documents": "report_versions"} | {name: name for name in STAGED if name != "documents"}
"""Staged folder → tidy folder."""

ACROSS_YEARS = "_across_years"
"""The file of ``tidy/findings`` with findings between reports, which belongs to no province."""


@dataclass(frozen=True)
class PartResult:
    """The result of validating a part.

    Attributes:
        inputs: Digest of its staged files.
        rows: By tidy table.
        quarantined: By warehouse table.
        problems: Defects of whole tables, as messages.
    """

    inputs: str
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """The tidy files of a province.

    Attributes:
        rules: Digest of the code, registry and corrections they were written with.
        count: Number of parts.
        made: By part; one that is absent is being replaced.
    """

    rules: str = ""
    count: int = 1
    made: dict[str, PartResult] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return len(self.made) == self.count

    def holds(self, table: str, part: str) -> bool:
        """Whether a part may have rows of a tidy table. Opening an empty file costs as much as reading a small one."""
        made = self.made.get(part)
        if made is None:
            return True
        return bool(made.quarantined) if table == "quarantine" else made.rows.get(table, 1) > 0


def read_state(home: Home, province: str) -> State:
    """The state of a province; empty if there is no state file or it was written by older code."""
    path = _state_path(home, province)
    return _parsed(path, identity(path)) if path.exists() else State()


@lru_cache(maxsize=128)
def _parsed(path: Path, _: str) -> State:
    """The parsed state file, cached."""
    held = json.loads(path.read_text("utf-8"))
    made = {part: PartResult(**{**m, "problems": tuple(m["problems"])}) for part, m in held.get("made", {}).items()}
    return State(held.get("rules", ""), held.get("count", 1), made)


def write_state(home: Home, province: str, state: State) -> None:
    """Write the state file."""
    made = ",\n".join(
        f"{json.dumps(part)}: {json.dumps(vars(result), ensure_ascii=False, sort_keys=True)}"
        for part, result in sorted(state.made.items())
    )  # a part on a line: to indent them all takes fifteen times as long
    text = f'{{"count": {state.count}, "rules": {json.dumps(state.rules)}, "made": {{\n{made}\n}}}}\n'
    replace_atomically(_state_path(home, province), lambda draft: draft.write_text(text, "utf-8"))


def states(home: Home) -> dict[str, State]:
    """By province, sorted."""
    return {path.stem: read_state(home, path.stem) for path in sorted((home.tidy / "_state").glob("[!.]*.json"))}


def tidy_files(home: Home, table: str, province: str | None = None) -> list[Path]:
    """Files of one tidy table in the order of provinces and ids, of all provinces or of one; findings across years are last.

    Files that are known to be empty are left out.
    """
    wanted = states(home) if province is None else {province: read_state(home, province)}
    names = [
        part for name, state in wanted.items() for part in parts.names(name, state.count) if state.holds(table, part)
    ]
    last = [ACROSS_YEARS] if table == "findings" and province is None else []
    return [path for part in (*names, *last) if (path := home.tidy_table(table, part)).exists()]


def tidy_rows(home: Home) -> Counter[str]:
    """Row counts of each tidy table, all versions, and of ``quarantine``, from the state files."""
    total: Counter[str] = Counter()
    for state in states(home).values():
        for made in state.made.values():
            total.update(made.rows)
            total["quarantine"] += sum(made.quarantined.values())
    return total


def with_part(home: Home, reports: pl.DataFrame) -> pl.DataFrame:
    """Reports (``report_id, province``, and more) with the part that holds each."""
    placed = [reports.clear().with_columns(part=pl.lit(None, pl.String))]
    provinces = reports["province"].unique()
    counts = {province: read_state(home, province).count for province in provinces if province is not None}
    for count in sorted(set(counts.values())):
        mine = [province for province, parts_of in counts.items() if parts_of == count]
        group = reports.filter(pl.col("province").is_in(mine))
        names = pl.Series([name for province in mine for name in parts.names(province, count)])
        first = pl.col("province").replace_strict(mine, [at * count for at in range(len(mine))], return_dtype=pl.Int64)
        place = parts.places(group["report_id"], count)
        placed.append(group.with_columns(part=names.gather(group.select(first + place).to_series())))
    return pl.concat(placed)


def signed_reports(home: Home) -> pl.DataFrame | None:
    """``report_id, province, signature`` of all reports; None if some part has none, and changes are unknown."""
    frames = []
    for province, state in states(home).items():
        paths = [signature_path(home, part) for part in parts.names(province, state.count)]
        if not state.is_whole or not all(path.exists() for path in paths):
            return None
        frames.append(pl.read_parquet(paths).with_columns(province=pl.lit(province)))
    return pl.concat(frames).select("report_id", "province", "signature") if frames else None


def signature_path(home: Home, part: str) -> Path:
    return home.tidy / "_state" / f"{part}.signatures"


def write_parquet(files: Mapping[Path, pl.DataFrame]) -> None:
    """Replace files together by deterministic zstd Parquet."""
    options: dict[str, Any] = {"compression": "zstd", "compression_level": 3}
    replace_together({path: partial(rows.write_parquet, **options) for path, rows in files.items()})


def _state_path(home: Home, province: str) -> Path:
    return home.tidy / "_state" / f"{province}.json"
