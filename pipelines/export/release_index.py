"""``index.json``: what a folder of exports holds, for programs: release, last change, row counts, checksums, change feed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.export.change_feed import ChangeFile
from pipelines.warehouse.database import Connection, literal
from schemas.forms.catalogue import KEY_COLUMNS

NAME = "index.json"
_LAYOUT = 1
"""Counted up when a program that reads the index must change."""


def known_changes(to: Path) -> list[ChangeFile]:
    """The releases that the change feed in ``to`` has, according to its index; none where there is no index of this layout."""
    path = to / NAME
    index = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if index.get("layout") != _LAYOUT:
        return []
    names = ChangeFile.__dataclass_fields__
    return [ChangeFile(**{name: entry[name] for name in names}) for entry in index["changes"]]


def release_index(
    connection: Connection, to: Path, tables: Sequence[str], files: Mapping[str, tuple[str, int]],
    note: Mapping[str, Any] | None, feed: Sequence[ChangeFile],
) -> dict[str, Any]:  # fmt: skip
    """The index as JSON values.

    Args:
        files: Path below ``to`` → SHA-256 in hex, and bytes.
        note: The note of the release; None for a file that was published elsewhere.
        feed: The releases of the change feed, oldest first.
    """
    seen = connection.execute("SELECT max(first_fetched_at)::TIMESTAMPTZ FROM history.report_versions").fetchone()
    changed = [item for item in feed if not item.is_empty]
    last = changed[-1] if changed else None
    return {
        "layout": _LAYOUT,
        "release": note["release"] if note else None,
        "published_at": note["published_at"] if note else None,
        "last_seen_at": seen[0].isoformat() if seen and seen[0] else None,
        "last_change": {"release": last.release, "published_at": last.published_at} if last else None,
        "rows": {name: _rows(connection, to, name) for name in tables},
        "cell_keys": {table: ["report_id", *keys] for table, keys in KEY_COLUMNS.items()},
        "changes": [item.as_entry() for item in feed],
        "files": [{"path": path, "sha256": digest, "bytes": size} for path, (digest, size) in sorted(files.items())],
    }


def _rows(connection: Connection, to: Path, name: str) -> int:
    """From the footer of the Parquet file where there is one: counting a view computes it again."""
    parquet = to / "parquet" / f"{name}.parquet"
    source = f"read_parquet('{literal(parquet)}')" if parquet.exists() else name
    row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    return int(row[0]) if row else 0
