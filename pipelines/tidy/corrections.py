"""Reviewed corrections: ``corrections/*.yaml``.

A file holds a list under ``corrections``. One entry::

    - name: qidong-2020-commercial-enterprise     # unique, what a stale one is called by
      report_id: 0123456789abcdef                 # or url:
      table: applications
      key: {line: received, applicant: commercial_enterprise}
      expect: "5"                                 # the cell as printed (raw_text) when the correction was written
      corrected_value: 4
      reason: 302+5+0+0+2+1 is 310, the report prints 309 …
      evidence: text:line 112, and section one says 309

``expect`` detects stale corrections: when the source has been fixed, the cell no longer prints this text, and the build
fails with the name of the correction. ``value`` is never touched; only ``corrected_value`` is set.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.crawl.canonical_urls import report_id as report_id_of
from schemas.errors import GongkaiError
from schemas.tables import FACTS, TABLES
from schemas.yaml_text import load_yaml

FOLDER = Path(__file__).resolve().parents[2] / "corrections"
"""Folder of the correction files."""

_REQUIRED = {"name", "table", "key", "expect", "corrected_value", "reason", "evidence"}
_ALLOWED = _REQUIRED | {"report_id", "url", "reviewed_on"}


class CorrectionError(GongkaiError):
    """A corrections file is malformed, or a correction is stale."""


@dataclass(frozen=True)
class Correction:
    """One reviewed figure for one printed cell."""

    name: str
    report_id: str
    table: str
    key: tuple[tuple[str, str], ...]
    expect: str
    corrected_value: Decimal
    reason: str
    evidence: str
    file: str


def load_corrections(folder: Path = FOLDER) -> tuple[Correction, ...]:
    """Read every correction; CorrectionError names file, entry and what is wrong. No folder means no corrections."""
    found: list[Correction] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = load_yaml(path.read_text("utf-8"))
        except yaml.YAMLError as error:
            raise CorrectionError(f"{path.name}: not YAML: {' '.join(str(error).split())}") from error
        entries = (content or {}).get("corrections") if isinstance(content or {}, dict) else None
        if entries is not None and not isinstance(entries, list):
            raise CorrectionError(f"{path.name}: 'corrections' must be a list")
        if content and entries is None:
            raise CorrectionError(f"{path.name}: expected a list under 'corrections'")
        found += [_correction(entry, path, number) for number, entry in enumerate(entries or [], 1)]
    names = [c.name for c in found]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise CorrectionError(f"corrections: name used twice: {', '.join(twice)}")
    return tuple(found)


def _correction(entry: Any, path: Path, number: int) -> Correction:
    where = f"{path.name}: entry {number}"
    if not isinstance(entry, dict):
        raise CorrectionError(f"{where}: expected a mapping")
    where = f"{where} ({entry.get('name', 'no name')})"
    missing, unknown = sorted(_REQUIRED - entry.keys()), sorted(entry.keys() - _ALLOWED)
    if missing or unknown:
        raise CorrectionError(f"{where}: missing {missing or 'nothing'}, unknown {unknown or 'nothing'}")
    if ("report_id" in entry) == ("url" in entry):
        raise CorrectionError(f"{where}: give report_id or url, one of them")
    for field in ("reason", "evidence"):
        if not str(entry[field] or "").strip():
            raise CorrectionError(f"{where}: {field} is empty")
    if entry["table"] not in FACTS:
        raise CorrectionError(f"{where}: table must be one of {', '.join(FACTS)}")
    keys = [k for k in TABLES[entry["table"]].key if k not in ("report_id", "version")]
    if not isinstance(entry["key"], dict) or sorted(entry["key"]) != sorted(keys):
        raise CorrectionError(f"{where}: key must hold {', '.join(keys)}")
    return Correction(
        name=str(entry["name"]), report_id=str(entry.get("report_id") or report_id_of(str(entry["url"]))),
        table=entry["table"], key=tuple((k, str(entry["key"][k])) for k in keys),
        expect="" if entry["expect"] is None else str(entry["expect"]), corrected_value=_number(entry, where),
        reason=str(entry["reason"]), evidence=str(entry["evidence"]), file=path.name,
    )  # fmt: skip


def _number(entry: dict[str, Any], where: str) -> Decimal:
    try:
        return Decimal(str(entry["corrected_value"]))
    except InvalidOperation as error:
        raise CorrectionError(f"{where}: corrected_value {entry['corrected_value']!r} is not a number") from error


def apply_corrections(rows: pl.DataFrame, table: str, corrections: Sequence[Correction]) -> pl.DataFrame:
    """Set ``corrected_value`` where a correction meets the cell it expects; every other cell gets null."""
    dtype = next(c.dtype for c in TABLES[table].columns if c.name == "corrected_value")
    mine = [c for c in corrections if c.table == table]
    if not mine:
        return rows.with_columns(corrected_value=pl.lit(None, dtype))
    frame = corrections_frame(mine).with_columns(pl.col("corrected_value").cast(dtype))
    on = ["report_id", *(k for k in TABLES[table].key if k not in ("report_id", "version"))]
    joined = rows.join(frame.select(*on, "expect", "corrected_value"), on=on, how="left", maintain_order="left")
    met = pl.col("raw_text").fill_null("") == pl.col("expect")
    return joined.with_columns(corrected_value=pl.when(met).then("corrected_value")).drop("expect")


def corrections_frame(corrections: Sequence[Correction]) -> pl.DataFrame:
    """One row per correction of one table, its key as columns."""
    records = [
        {
            **dict(c.key),
            "name": c.name,
            "report_id": c.report_id,
            "expect": c.expect,
            "corrected_value": c.corrected_value,
        }
        for c in corrections
    ]
    frame = pl.DataFrame(records, infer_schema_length=None)
    return frame.with_columns(pl.col("corrected_value").cast(pl.Decimal(20, 6)))


def digest(corrections: Sequence[Correction]) -> str:
    """Changes when any correction changes."""
    return hashlib.blake2b(repr(tuple(corrections)).encode(), digest_size=16).hexdigest()
