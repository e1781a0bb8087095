"""Building the warehouse: a new file beside the published one, verified, then swapped in under the readers.

Analysts never see an incomplete file and never block the nightly run. The published path is never opened for writing:
a reader with the old file open keeps reading it until it reconnects.
"""

import logging
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import polars as pl

from pipelines.atomic import make_durable, remove_abandoned
from pipelines.home import Home
from pipelines.run_log import log_step
from pipelines.tidy.agencies import RESOLVED_FROM, resolve_reports
from pipelines.tidy.corrections import FOLDER, Correction, load_corrections
from pipelines.tidy.stored_rows import read_versions, rows_of
from pipelines.warehouse import releases
from pipelines.warehouse.building import incremental_state
from pipelines.warehouse.building.incremental_update import TOUCHED, Changes, update
from pipelines.warehouse.building.load import (
    CrawlTables,
    create_tables,
    load_dimensions,
    load_facts,
    load_findings,
    load_reports,
    load_versions,
    load_whole,
)
from pipelines.warehouse.building.verify import expected_rows, verify
from pipelines.warehouse.database import DatabaseError, draft
from pipelines.warehouse.errors import VerificationFailed
from pipelines.warehouse.history import create_as_of, load_cell_changes
from pipelines.warehouse.marts import check_marts, create_marts
from pipelines.warehouse.marts.stored import store_marts
from pipelines.warehouse.queries.statements import one_line
from schemas.tables import TABLES, polars_schema

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class BuildSummary:
    """What was published."""

    release: int
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    n_bytes: int = 0
    changes: str = ""  # difference from the previous release, one line


def build_warehouse(
    home: Home,
    sources_frame: pl.DataFrame,
    *,
    portals_frame: pl.DataFrame | None = None,
    fetches_frame: pl.DataFrame | None = None,
    corrections_folder: Path = FOLDER,
    keep_releases: int = 3,
) -> BuildSummary:
    """Build, verify and publish ``warehouse/gongkai.duckdb`` from the tidy files.

    Args:
        sources_frame: Columns of crawl.sources.
        portals_frame: Columns of crawl.portals; empty when not given.
        fetches_frame: Columns of crawl.fetches; read from the fetch log when not given.
        keep_releases: How many former files to keep under ``warehouse/releases/``, by number.

    Raises:
        VerificationFailed: the draft contradicts its inputs; the published file is untouched.
        CorrectionError: a corrections file is malformed or a correction is stale; likewise.
    """
    started = time.monotonic()
    path = home.warehouse.with_name(f".{home.warehouse.name}.{os.getpid()}.building")
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(home.warehouse)
    _remove(path)
    try:
        corrections = load_corrections(corrections_folder)
        portals = pl.DataFrame(schema=polars_schema("crawl.portals")) if portals_frame is None else portals_frame
        crawl = CrawlTables(sources_frame, portals, _fetches(home, fetches_frame))
        inputs = Inputs(home, crawl, corrections)
        now = incremental_state.current_inputs(home, corrections)
        changes = incremental_state.copy_published(home, now, path)
        content = _updated(path, inputs, changes) if changes is not None else None
        was_delta = content is not None
        content = content or _drafted(path, inputs)
        summary = _publish(home, path, content, started, keep_releases)
        incremental_state.remember(home, now, was_delta=was_delta)
    except DatabaseError as error:
        raise VerificationFailed(
            f"the new warehouse was not published, the old one stays: {one_line(error)}"
        ) from error
    else:
        return summary
    finally:
        _remove(path)


@dataclass(frozen=True)
class Inputs:
    """The inputs of a file, besides the code."""

    home: Home
    crawl: CrawlTables
    corrections: Sequence[Correction]


def _updated(path: Path, inputs: Inputs, changes: Changes) -> releases.Content | None:
    """Update a copy of the published file. None, and no copy, if the result fails verification."""
    try:
        with draft(path) as connection:
            reports, expected = update(connection, inputs.home, changes)
            load_whole(connection, inputs.home, inputs.crawl)
            among = f"report_id IN (SELECT id FROM {TOUCHED})"
            verify(connection, expected, reports, inputs.corrections, among=among)
            return releases.describe(connection)
    except (VerificationFailed, DatabaseError) as error:
        told = one_line(error)
        _LOG.warning("replacing %d reports did not verify, building from nothing: %s", changes.ids.height, told)
        _remove(path)
        return None


def _drafted(path: Path, inputs: Inputs) -> releases.Content:
    """Fill a new file."""
    home = inputs.home
    with draft(path) as connection:
        create_tables(connection)
        load_dimensions(connection)
        create_as_of(connection)
        create_marts(connection)
        versions = read_versions(home, columns=RESOLVED_FROM)
        load_versions(connection, home, versions)
        reports = resolve_reports(versions)
        load_findings(connection, home, reports)
        load_reports(connection, reports)
        load_facts(connection, home, reports)
        load_cell_changes(connection, partial(rows_of, home), versions)
        load_whole(connection, home, inputs.crawl)
        store_marts(connection)
        verify(connection, expected_rows(home, reports), reports, inputs.corrections)
        check_marts(connection)
        return releases.describe(connection)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)


def _publish(home: Home, path: Path, content: releases.Content, started: float, keep: int) -> BuildSummary:
    """fsync the draft, keep the old file as a numbered release, and rename the draft to the published path."""
    make_durable(path)
    number, changes = releases.record(home, content, keep=keep)
    path.replace(home.warehouse)
    make_durable(home.warehouse.parent)
    rows = {name: content.rows[name] for name in TABLES}
    seconds = round(time.monotonic() - started, 3)
    log_step(_LOG, "published", release=number, reports=rows["reports"], rows=sum(rows.values()), seconds=seconds)
    return BuildSummary(number, rows, seconds, home.warehouse.stat().st_size, changes)


def _fetches(home: Home, given: pl.DataFrame | None) -> Iterable[pl.DataFrame]:
    if given is not None:
        return [given]
    from pipelines.crawl.archive.log_frames import FetchLog  # imports the crawl only when it is needed

    return FetchLog(home)
