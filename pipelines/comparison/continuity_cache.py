"""Cache of the last comparison, so that the next one compares only changed reports.

Three files beside the findings, and a state file that exists only if they are consistent. The cache is local to this machine:
without it everything is compared.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.atomic import identity, replace_atomically
from pipelines.home import Home
from pipelines.tidy.agencies import RESOLVED_FROM, resolve_reports
from pipelines.tidy.fingerprints import changes_between
from pipelines.tidy.stored_rows import read_versions
from pipelines.tidy.tidy_store import ACROSS_YEARS, write_parquet


@dataclass(frozen=True)
class Seen:
    """Reports of the last comparison.

    Attributes:
        resolved: As ``resolve_reports`` gives them, from the columns ``RESOLVED_FROM``.
        signed: ``report_id, province, signature``.
    """

    resolved: pl.DataFrame
    signed: pl.DataFrame


def are(home: Home, inputs: str) -> bool:
    """Whether the findings are those of these inputs."""
    note = _read_note(home)
    return note is not None and note["inputs"] == inputs


def recall(home: Home, code: str) -> Seen | None:
    """The cache; None if it is missing, or was written by other code or for other findings."""
    note = _read_note(home)
    if note is None or note["code"] != code:
        return None
    return Seen(pl.read_parquet(_beside(home, "reports")), pl.read_parquet(_beside(home, "signed")))


def resolve_changed(home: Home, seen: Seen, signed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Resolve the changed reports, and all reports of their present and former agencies.

    Returns:
        The reports that were resolved again, and the unchanged ones.
    """
    changed = changes_between(seen.signed, signed)
    touched = pl.col("report_id").is_in(changed["report_id"].unique().implode())
    fresh = read_versions(home, signed.filter(touched), RESOLVED_FROM)
    agencies = pl.concat([seen.resolved.filter(touched)["agency_id"], resolve_reports(fresh)["agency_id"]])
    concerned = pl.col("agency_id").is_in(agencies.drop_nulls().unique().implode()).fill_null(False)
    members = seen.resolved.filter(concerned & ~touched).select(fresh.columns)
    return resolve_reports(pl.concat([fresh, members])), seen.resolved.filter(~concerned & ~touched)


def replace(
    home: Home, found: pl.DataFrame, resolved: pl.DataFrame, signed: pl.DataFrame | None, inputs: str, code: str
) -> None:
    """Replace the findings and record their inputs. After a crash in between the next comparison is a full one."""
    path = home.tidy_table("findings", ACROSS_YEARS)
    _note(home).unlink(missing_ok=True)
    if signed is None:
        write_parquet({path: found})
        return
    write_parquet({path: found, _beside(home, "reports"): resolved, _beside(home, "signed"): signed})
    text = json.dumps({"inputs": inputs, "code": code, "file": identity(path)})
    replace_atomically(_note(home), lambda draft: draft.write_text(text, "utf-8"))


def _read_note(home: Home) -> dict[str, Any] | None:
    path = home.tidy_table("findings", ACROSS_YEARS)
    if not path.exists() or not _note(home).exists():
        return None
    note: dict[str, Any] = json.loads(_note(home).read_text("utf-8"))
    return note if note["file"] == identity(path) else None


def _note(home: Home) -> Path:
    return _beside(home, "seen")


def _beside(home: Home, what: str) -> Path:
    return home.tidy_table("findings", ACROSS_YEARS).with_name(f".{ACROSS_YEARS}.{what}")
