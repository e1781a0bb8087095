"""Building the warehouse: a new file beside the published one, verified, then swapped in under the readers.

Analysts never see a half-built file and never block the nightly run. Nobody opens the published path for writing, ever:
a reader that holds the old file keeps reading it until it connects again.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.warehouse import releases
from pipelines.warehouse.corrections import FOLDER, load_corrections
from pipelines.warehouse.database import Connection, DatabaseError, draft
from pipelines.warehouse.errors import VerificationFailed
from pipelines.warehouse.history import create_as_of, load_cell_changes
from pipelines.warehouse.load import (
    create_tables,
    current_findings,
    insert,
    load_dimensions,
    load_facts,
    load_quality,
    load_reports,
    read_versions,
)
from pipelines.warehouse.marts import create_marts
from pipelines.warehouse.query import one_line
from pipelines.warehouse.verify import verify
from schemas.tables import TABLES


@dataclass(frozen=True)
class BuildSummary:
    """What was published."""

    release: int
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    n_bytes: int = 0
    changes: str = ""  # against the release before, one line


def build_warehouse(
    home: Home,
    sources_frame: pl.DataFrame,
    *,
    fetches_frame: pl.DataFrame | None = None,
    corrections_folder: Path = FOLDER,
    keep_releases: int = 3,
) -> BuildSummary:
    """Build, verify and publish ``warehouse/gongkai.duckdb`` from the tidy files.

    Args:
        sources_frame: Columns of crawl.sources.
        fetches_frame: Columns of crawl.fetches; read from the fetch log when not given.
        keep_releases: How many former files to keep under ``warehouse/releases/``, by number.

    Raises:
        VerificationFailed: the draft contradicts its inputs; the published file is untouched.
        CorrectionError: a corrections file is malformed or a correction is stale; likewise.
    """
    started = time.monotonic()
    path = home.warehouse.with_name(f".{home.warehouse.name}.{os.getpid()}.building")
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    try:
        with draft(path) as connection:
            _fill(connection, home, sources_frame, _fetches(home, fetches_frame), corrections_folder)
            content = releases.describe(connection)
        return _publish(home, path, content, started, keep_releases)
    except DatabaseError as error:
        raise VerificationFailed(f"the new warehouse was not published, the old one stays: {one_line(error)}") from error
    finally:
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _fill(
    connection: Connection, home: Home, sources: pl.DataFrame, fetches: pl.DataFrame, corrections_folder: Path
) -> None:
    corrections = load_corrections(corrections_folder)
    versions = read_versions(home)
    findings = current_findings(home, versions)
    create_tables(connection)
    reports = load_reports(connection, versions, findings)
    load_facts(connection, home, reports)
    load_cell_changes(connection, home, versions)
    load_quality(connection, home, findings)
    load_dimensions(connection)
    insert(connection, "crawl.sources", sources)
    insert(connection, "crawl.fetches", fetches)
    create_as_of(connection)
    create_marts(connection)
    verify(connection, home, reports, corrections)


def _publish(home: Home, path: Path, content: releases.Content, started: float, keep: int) -> BuildSummary:
    """Make the draft durable, keep the old file by number, then rename: the one moment readers could notice, and do not."""
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
    number, changes = releases.record(home, content, keep=keep)
    path.replace(home.warehouse)
    folder = os.open(home.warehouse.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    rows = {name: content.rows[name] for name in TABLES}
    return BuildSummary(number, rows, round(time.monotonic() - started, 3), home.warehouse.stat().st_size, changes)


def _fetches(home: Home, given: pl.DataFrame | None) -> pl.DataFrame:
    if given is not None:
        return given
    from pipelines.crawl.holdings import fetch_frame  # the crawl's room is only entered when asked for

    return fetch_frame(home)


def _remove_abandoned(path: Path) -> None:
    """Drafts of builds that were killed. A draft's name holds the id of its process."""
    for left in path.parent.glob(".gongkai.duckdb.*.building*"):
        pid = left.name.split(".")[3]
        if not pid.isdigit() or int(pid) == os.getpid() or not Path(f"/proc/{pid}").exists():
            left.unlink(missing_ok=True)
