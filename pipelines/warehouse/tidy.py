"""Staged rows of one province → validated rows of all versions, in ``tidy/``.

Pure in (staged files, corrections, code): equal inputs give equal bytes. A province whose inputs have not changed is not
touched, and in one that has, only the reports whose rows changed are judged again.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.atomic import replace_atomically
from pipelines.home import Home
from pipelines.version import code_version
from pipelines.warehouse.accept import Accepted, accept
from pipelines.warehouse.corrections import FOLDER, Correction, load_corrections
from pipelines.warehouse.corrections import digest as corrections_digest
from pipelines.warehouse.signatures import changed_reports, sign
from schemas.tables import STAGED, staged_schema

_FOLDERS = {"documents": "report_versions"} | {name: name for name in STAGED if name != "documents"}
"""Staged folder → tidy folder."""

_STATE = "_state"


@dataclass(frozen=True)
class TidySummary:
    """What one province came to. ``problems`` are whole-table defects, in words."""

    province: str
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    changed: bool = True
    n_judged: int = 0  # reports validated in this run; the others stand as they were

    @property
    def n_quarantined(self) -> int:
        return sum(self.quarantined.values())


def validate_province(home: Home, province: str, *, corrections_folder: Path = FOLDER) -> TidySummary:
    """Number versions, apply corrections, validate every table, and replace the province's tidy files.

    Rows that fail go to ``tidy/quarantine/<province>.parquet`` with all their reasons; rows of a report whose own row
    failed go with it. One bad table does not stop the others. Raises CorrectionError for a malformed corrections file.
    """
    corrections = load_corrections(corrections_folder)
    rules = _rules_digest(corrections)
    inputs = _inputs_digest(home, province, rules)
    previous = _read_state(home, province)
    whole = previous is not None and _outputs_exist(home, province)
    if whole and previous and previous["inputs"] == inputs:
        kept = previous["summary"]
        return TidySummary(province, kept["rows"], kept["quarantined"], tuple(kept["problems"]), changed=False)
    staged = {name: _read_staged(home, name, province) for name in STAGED}
    signatures = sign(staged)
    before = signature_frame(home, province) if whole and previous and previous.get("rules") == rules else None
    _state_path(home, province).unlink(missing_ok=True)  # until the end of this run the files may be of two minds
    summary = _write_province(home, province, staged, corrections, changed_reports(before, signatures))
    if signatures is not None:
        write_parquet(_signature_path(home, province), signatures)
    state = {"inputs": inputs, "rules": rules, "summary": asdict(summary)}
    text = json.dumps(state, ensure_ascii=False, sort_keys=True, indent=1)
    replace_atomically(_state_path(home, province), lambda p: p.write_text(text, "utf-8"))
    return summary


def validate_provinces(
    home: Home, provinces: Sequence[str], *, corrections_folder: Path = FOLDER, on_done: Callable[[int], None] | None = None
) -> list[TidySummary]:
    """``validate_province`` for many, as many at a time as there are processors; ``on_done`` hears how many are done.

    Threads, not processes: the work is done by polars, which lets other threads run meanwhile.
    """
    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="tidy") as pool:
        running = [pool.submit(validate_province, home, name, corrections_folder=corrections_folder) for name in provinces]
        for done, _ in enumerate(as_completed(running), 1):
            if on_done:
                on_done(done)
        return [job.result() for job in running]


def tidy_provinces(home: Home) -> list[str]:
    """Provinces that have staged documents, sorted."""
    return sorted(p.stem for p in (home.staged / "documents").glob("*.parquet") if not p.name.startswith("."))


def _write_province(
    home: Home,
    province: str,
    staged: dict[str, pl.DataFrame],
    corrections: Sequence[Correction],
    touched: pl.Series | None,
) -> TidySummary:
    """Judge the touched reports (None: all of them) and put them among the others."""
    if touched is not None:
        ours = pl.col("report_id").is_in(touched.implode())
        staged = {name: frame.filter(ours) for name, frame in staged.items()}
    accepted = accept(staged, province, corrections)
    rows = {}
    for name, folder in _FOLDERS.items():
        merged = _among_others(home, folder, province, accepted.rows[name], touched)
        write_parquet(home.tidy_table(folder, province), merged)
        rows[folder] = merged.height
    quarantine = _quarantine(home, province, accepted, touched)
    write_parquet(home.tidy_table("quarantine", province), quarantine)
    counts = dict(quarantine.group_by("table_name").len().sort("table_name").iter_rows())
    judged = staged["documents"]["report_id"].n_unique() if "report_id" in staged["documents"].columns else 0
    return TidySummary(province, rows, counts, accepted.problems, n_judged=judged)


def _among_others(home: Home, folder: str, province: str, good: pl.DataFrame, touched: pl.Series | None) -> pl.DataFrame:
    """Rows sorted by report and version; within them in the staged order, which is that of the keys."""
    ours = good if _in_order(good) else good.sort("report_id", "version", maintain_order=True)
    if touched is None:
        return ours
    # What stands is in order already: the touched reports are cut out and in, and nothing is sorted again.
    standing = pl.read_parquet(home.tidy_table(folder, province))
    new = ours.partition_by("report_id", maintain_order=True, as_dict=True)
    begin, end = (standing["report_id"].search_sorted(touched, side=side) for side in ("left", "right"))
    pieces, at = [], 0
    for report, first, past in zip(touched, begin, end, strict=True):
        pieces += [standing[at:first], new.get((report,), ours.clear())]
        at = past
    return pl.concat([*pieces, standing[at:]], rechunk=True)


def _in_order(rows: pl.DataFrame) -> bool:
    """By report and version already, as the reader writes a province that has no second versions: looking is cheap."""
    report, version = pl.col("report_id"), pl.col("version")
    falls = (report < report.shift()) | ((report == report.shift()) & (version < version.shift()))
    return not rows.select(falls.any()).item()


def _quarantine(home: Home, province: str, accepted: Accepted, touched: pl.Series | None) -> pl.DataFrame:
    parts = [accepted.quarantine]
    if touched is not None:
        others = ~pl.col("report_id").is_in(touched.implode())
        parts.append(pl.read_parquet(home.tidy_table("quarantine", province)).filter(others))
    return pl.concat(parts).sort("table_name", "report_id", "version", "row_json", "reason", nulls_last=True)


def _read_staged(home: Home, name: str, province: str) -> pl.DataFrame:
    path = home.staged_table(name, province)
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=staged_schema(name))


def write_parquet(path: Path, rows: pl.DataFrame) -> None:
    """Write deterministic zstd Parquet over ``path``."""
    replace_atomically(path, lambda draft: rows.write_parquet(draft, compression="zstd", compression_level=3))


def signature_frame(home: Home, province: str) -> pl.DataFrame | None:
    """Report and signature of its staged rows, as of the last run; None when there is none."""
    path = _signature_path(home, province)
    return pl.read_parquet(path) if path.exists() else None


def rules_of(home: Home, province: str) -> str | None:
    """Digest of code, registry and corrections that the province's tidy files were made with."""
    state = _read_state(home, province)
    return str(state["rules"]) if state and "rules" in state else None


def _rules_digest(corrections: Sequence[Correction]) -> str:
    """Changes with the code, the registry and the corrections: all that decides what staged rows become."""
    text = f"{code_version()} {pl.__version__} {corrections_digest(corrections)}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _inputs_digest(home: Home, province: str, rules: str) -> str:
    hasher = hashlib.blake2b(rules.encode(), digest_size=16)
    for name in sorted(STAGED):
        path = home.staged_table(name, province)
        hasher.update(name.encode())
        if path.exists():
            with path.open("rb") as handle:
                hasher.update(hashlib.file_digest(handle, "blake2b").digest())
    return hasher.hexdigest()


def _state_path(home: Home, province: str) -> Path:
    return home.tidy / _STATE / f"{province}.json"


def _signature_path(home: Home, province: str) -> Path:
    return home.tidy / _STATE / f"{province}.signatures"


def _read_state(home: Home, province: str) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(_state_path(home, province).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return state


def _outputs_exist(home: Home, province: str) -> bool:
    return all(home.tidy_table(folder, province).exists() for folder in (*_FOLDERS.values(), "quarantine"))
