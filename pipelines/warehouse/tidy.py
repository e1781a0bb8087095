"""Staged rows of one province → validated rows of all versions, in ``tidy/``.

Pure in (staged files, corrections, code): equal inputs give equal bytes, and a province whose inputs have not changed
is not touched.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.atomic import replace_atomically
from pipelines.home import Home
from pipelines.warehouse import conform as conforming
from pipelines.warehouse.corrections import FOLDER, Correction, apply_corrections, load_corrections
from pipelines.warehouse.corrections import digest as corrections_digest
from pipelines.warehouse.findings import identify
from pipelines.warehouse.versions import attach_versions, number_versions
from schemas.tables import FACTS, STAGED, TABLES, Table, polars_schema, staged_schema

CODE_VERSION = "1"
"""Raise it when this stage writes other rows from the same input: every province is then written again."""

_FOLDERS = {"documents": "report_versions"} | {name: name for name in STAGED if name != "documents"}
"""Staged folder → tidy folder."""

_ADDED = ("corrected_value", "finding_id", "other_report_id", "other_evidence")
_STATE = "_state"


@dataclass(frozen=True)
class TidySummary:
    """What one province came to. ``problems`` are whole-table defects, in words."""

    province: str
    rows: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    changed: bool = True

    @property
    def n_quarantined(self) -> int:
        return sum(self.quarantined.values())


def validate_province(home: Home, province: str, *, corrections_folder: Path = FOLDER) -> TidySummary:
    """Number versions, apply corrections, validate every table, and replace the province's tidy files.

    Rows that fail go to ``tidy/quarantine/<province>.parquet`` with all their reasons; rows of a report whose own row
    failed go with it. One bad table does not stop the others. Raises CorrectionError for a malformed corrections file.
    """
    corrections = load_corrections(corrections_folder)
    inputs = _inputs_digest(home, province, corrections)
    previous = _read_state(home, province)
    if previous and previous["inputs"] == inputs and _outputs_exist(home, province):
        kept = previous["summary"]
        return TidySummary(province, kept["rows"], kept["quarantined"], tuple(kept["problems"]), changed=False)
    summary = _validate(home, province, corrections)
    state = json.dumps({"inputs": inputs, "summary": asdict(summary)}, ensure_ascii=False, sort_keys=True, indent=1)
    replace_atomically(_state_path(home, province), lambda p: p.write_text(state, "utf-8"))
    return summary


def tidy_provinces(home: Home) -> list[str]:
    """Provinces that have staged documents, sorted."""
    return sorted(p.stem for p in (home.staged / "documents").glob("*.parquet") if not p.name.startswith("."))


def _validate(home: Home, province: str, corrections: Sequence[Correction]) -> TidySummary:
    staged = {name: _read_staged(home, name, province) for name in STAGED}
    numbered, unnumbered = _number(staged["documents"])
    documents = conforming.conform(numbered.drop("payload_digest", strict=False), STAGED["documents"])
    rejected, problems = [unnumbered, documents.rejected], list(documents.problems)
    rows = {"report_versions": _write(home, "report_versions", province, documents.rows)}
    for name, table in STAGED.items():
        if name == "documents":
            continue
        kept, orphans = _with_versions(staged[name], table, numbered, staged["documents"])
        if name in FACTS:
            kept = apply_corrections(kept, name, corrections) if _has_keys(kept, table) else kept
        elif name == "findings":
            kept = identify(kept)
        result = conforming.conform(kept, table, optional=_ADDED)
        good, fatherless = _of_good_reports(result.rows, documents, table)
        rejected += [orphans, result.rejected, fatherless]
        problems += result.problems
        rows[name] = _write(home, _FOLDERS[name], province, good)
    columns = list(polars_schema("quality.quarantine"))
    quarantine = pl.concat(rejected).with_columns(province=pl.lit(province)).select(columns)
    _write(home, "quarantine", province, quarantine)
    counts = dict(quarantine.group_by("table_name").len().sort("table_name").iter_rows())
    return TidySummary(province, rows, counts, tuple(problems))


def _read_staged(home: Home, name: str, province: str) -> pl.DataFrame:
    path = home.staged_table(name, province)
    return pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=staged_schema(name))


def _number(documents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Numbered versions, and the documents that lack what numbering needs."""
    needed = ("report_id", "payload_digest", "content_hash", "first_fetched_at")
    table = STAGED["documents"]
    absent = [n for n in needed if n not in documents.columns]
    if absent:
        return documents.clear(), conforming.reject(documents, table, f"column {absent[0]} is missing")
    whole = pl.all_horizontal(pl.col(n).is_not_null() for n in needed)
    bad = documents.filter(~whole)
    return number_versions(documents.filter(whole)), conforming.reject(bad, table, f"null among {', '.join(needed)}")


def _with_versions(
    rows: pl.DataFrame, table: Table, numbered: pl.DataFrame, documents: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with their version, and rows of captures that no document describes."""
    keys = ["report_id", "payload_digest"]
    if any(k not in rows.columns or k not in numbered.columns for k in keys):
        return rows, conforming.reject(rows.clear(), table, "")
    kept, orphans = attach_versions(rows, numbered, documents)
    return kept, conforming.reject(orphans, table, "orphan: no document for this report and payload")


def _of_good_reports(
    rows: pl.DataFrame, documents: conforming.Conformed, table: Table
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of reports whose own row was accepted, and the others as quarantine."""
    if documents.rejected.is_empty():
        return rows, documents.rejected
    on = ["report_id", "version"]
    keys = documents.rows.select(on)
    lost = rows.join(keys, on=on, how="anti")
    return rows.join(keys, on=on, how="semi"), conforming.reject(lost, table, "orphan: the report's own row is in quarantine")


def _has_keys(rows: pl.DataFrame, table: Table) -> bool:
    return {"raw_text", *table.key} <= set(rows.columns)


def _write(home: Home, folder: str, province: str, rows: pl.DataFrame) -> int:
    table = next((t for t in TABLES.values() if t.short_name == folder), None)
    lead = [key for key in ("report_id", "version") if table and key in table.key]
    ordered = rows.sort(lead, maintain_order=True) if lead else rows  # within a report the staged order: that of its keys
    write_parquet(home.tidy_table(folder, province), ordered)
    return rows.height


def write_parquet(path: Path, rows: pl.DataFrame) -> None:
    """Write deterministic zstd Parquet over ``path``."""
    replace_atomically(path, lambda draft: rows.write_parquet(draft, compression="zstd", compression_level=3))


def _inputs_digest(home: Home, province: str, corrections: Sequence[Correction]) -> str:
    hasher = hashlib.blake2b(f"{CODE_VERSION} {corrections_digest(corrections)}".encode(), digest_size=16)
    hasher.update(repr([(t.name, t.columns) for t in STAGED.values()]).encode())
    for name in sorted(STAGED):
        path = home.staged_table(name, province)
        hasher.update(name.encode())
        if path.exists():
            with path.open("rb") as handle:
                hasher.update(hashlib.file_digest(handle, "blake2b").digest())
    return hasher.hexdigest()


def _state_path(home: Home, province: str) -> Path:
    return home.tidy / _STATE / f"{province}.json"


def _read_state(home: Home, province: str) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads(_state_path(home, province).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return state


def _outputs_exist(home: Home, province: str) -> bool:
    return all(home.tidy_table(folder, province).exists() for folder in (*_FOLDERS.values(), "quarantine"))
