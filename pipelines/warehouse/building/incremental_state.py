"""Incremental builds: the published file is copied, and only changed reports are replaced in the copy.

This requires that all else is unchanged: code, registry, forms, rules, divisions, marts and corrections, other tidy files, and
the published file itself. Otherwise, and after every ``_FRESH_EVERY`` builds, the file is built from scratch.
"""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines import parts
from pipelines.atomic import copy_file, identity, replace_atomically
from pipelines.code_version import code_version
from pipelines.home import Home
from pipelines.tidy.corrections import Correction
from pipelines.tidy.corrections import digest as corrections_digest
from pipelines.tidy.fingerprints import changes_between
from pipelines.tidy.tidy_store import FOLDERS, signed_reports, states, write_parquet
from pipelines.warehouse.building.incremental_update import Changes

_FRESH_EVERY = 30
"""Deleted rows leave gaps; an occasional full build keeps the file small and sorted."""

_MOST = 0.05
"""Share of changed reports above which a full build is as cheap."""


@dataclass(frozen=True)
class WarehouseInputs:
    """The inputs of a build.

    Attributes:
        basis: Digest of all inputs except reports.
        files: Identity of the tidy files, by province.
        reports: ``report_id, province, signature``.
    """

    basis: str
    files: dict[str, str]
    reports: pl.DataFrame


def current_inputs(home: Home, corrections: Sequence[Correction]) -> WarehouseInputs | None:
    """The current inputs. None if a part has no signatures, and changes are unknown."""
    reports, held = signed_reports(home), states(home)
    if reports is None:
        return None
    made_with = [f"{province} {state.rules}" for province, state in held.items()]
    files = {province: _files(home, parts.names(province, state.count)) for province, state in held.items()}
    fixed = [duckdb.__version__, pl.__version__, code_version(), corrections_digest(corrections), *made_with]
    return WarehouseInputs(hashlib.sha256("\n".join(fixed).encode()).hexdigest(), files, reports)


def _files(home: Home, names: Sequence[str]) -> str:
    """Identity of all tidy files of these parts."""
    found = []
    for folder in (*FOLDERS.values(), "quarantine"):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                found.append(identity(home.tidy_table(folder, name)))
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def copy_published(home: Home, now: WarehouseInputs | None, draft: Path) -> Changes | None:
    """Copy the published file to ``draft`` if an incremental build is possible.

    Returns:
        The reports to replace, including removed ones. None: build from scratch.
    """
    note = _read_note(home)
    if now is None or note is None or not home.warehouse.exists():
        return None
    if note["basis"] != now.basis or note["file"] != identity(home.warehouse) or note["deltas"] >= _FRESH_EVERY:
        return None
    changed = changes_between(pl.read_parquet(_signatures(home)), now.reports)
    ids = changed.select("report_id").unique().sort("report_id")
    rewritten = {province for province, files in now.files.items() if note["files"].get(province) != files}
    if rewritten - set(changed["province"]):  # files of another machine or another run
        return None
    if ids.height > _MOST * max(now.reports.height, 1000):
        return None
    copy_file(home.warehouse, draft)
    return Changes(ids, now.reports.join(ids, on="report_id", how="semi").select("report_id", "province"))


def remember(home: Home, now: WarehouseInputs | None, *, was_delta: bool) -> None:
    """Record the inputs of the published file. After a crash before this the next build is a full one."""
    if now is None:
        _note(home).unlink(missing_ok=True)
        return
    last = _read_note(home)
    deltas = last["deltas"] + 1 if was_delta and last else 0
    write_parquet({_signatures(home): now.reports})
    note = {"basis": now.basis, "files": now.files, "file": identity(home.warehouse), "deltas": deltas}
    replace_atomically(_note(home), lambda p: p.write_text(json.dumps(note, indent=1), "utf-8"))


def _note(home: Home) -> Path:
    return home.warehouse.with_name(".published.json")


def _signatures(home: Home) -> Path:
    return home.warehouse.with_name(".published.parquet")


def _read_note(home: Home) -> dict[str, Any] | None:
    """What ``remember`` wrote. None if it is missing or was written by older code."""
    try:
        note: dict[str, Any] = json.loads(_note(home).read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return note if _signatures(home).exists() and {"basis", "files", "file", "deltas"} <= note.keys() else None
