"""How the runs stand: the last one of each job, and since when they fail. What ``gongkai status`` says of them.

Dagster takes a second of processor time to import, and on most nights nothing has failed: then three rows of its run table are
all there is to say, and they are read without it. Reasons of failures, and anything unexpected, are asked of Dagster itself.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from gongkai.dagster_runs.finished_run import JOBS, RunStatus
from pipelines.home import Home
from schemas.settings import Settings

_LAST_FINISHED = """
SELECT run_id, status, end_time, update_timestamp FROM runs
WHERE pipeline_name = ? AND status IN ('SUCCESS', 'FAILURE') ORDER BY id DESC LIMIT 1"""
_LAST_SOURCES = "SELECT value FROM run_tags WHERE key = ? ORDER BY id DESC LIMIT 1"
_WAIT_SECONDS = 5
SOURCES_TAG = ".dagster/gongkai_sources"
"""Run tag with the path of the sources that a run was given. With this prefix the UI does not show it."""


def run_statuses(settings: Settings) -> list[RunStatus]:
    """The latest finished run of each job, newest first; nothing when none has been run in this data folder.

    Raises:
        HistoryUnreachable: the history cannot be read: the PostgreSQL of GONGKAI_POSTGRES_URL does not answer, or the disk is
            full or read-only.
    """
    folder = Home(settings.home).dagster
    if settings.postgres_url is None and not folder.exists():
        return []  # opening an instance would make the folder
    found = None if settings.postgres_url is not None else successes(folder / "history" / "runs.db")
    if found is None:
        from gongkai.dagster_runs.run_history import statuses_from_dagster

        found = statuses_from_dagster(settings)
    return sorted(found, key=lambda status: status.ended, reverse=True)


def sources_of_last_run(settings: Settings) -> Path | None:
    """The sources that the last run was given, finished or not; None when there was none, or they are gone.

    Only of a history in the data folder: with PostgreSQL the configured sources count.
    """
    table = Home(settings.home).dagster / "history" / "runs.db"
    if settings.postgres_url is not None or not table.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{table.as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as connection:
            row = connection.execute(_LAST_SOURCES, [SOURCES_TAG]).fetchone()
    except sqlite3.Error:
        return None
    return Path(row[0]) if row is not None and Path(row[0]).exists() else None


def successes(table: Path) -> list[RunStatus] | None:
    """The latest finished run of each job from Dagster's run table; None when one failed or the table is not as expected."""
    found = []
    try:
        with closing(sqlite3.connect(f"{table.as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)) as connection:
            for job in JOBS:
                row = connection.execute(_LAST_FINISHED, [job]).fetchone()
                if row is None:
                    continue
                run_id, status, ended, updated = row
                if status != "SUCCESS":
                    return None
                moment = datetime.fromtimestamp(ended, UTC) if ended else datetime.fromisoformat(updated)
                found.append(RunStatus(job, run_id, True, moment if moment.tzinfo else moment.replace(tzinfo=UTC)))
    except (sqlite3.Error, TypeError, ValueError):
        return None
    return found
