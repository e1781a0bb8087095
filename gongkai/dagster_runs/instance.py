"""The Dagster instance of a data folder: its configuration file, and opening it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg2
import yaml

from gongkai.dagster_runs.finished_run import HistoryUnreachable
from gongkai.settings import adopt
from pipelines.atomic import replace_atomically
from pipelines.home import Home
from schemas.settings import PROJECT, Settings
from schemas.yaml_text import load_yaml

_CONNECT_SECONDS = 5
_SETTLING = timedelta(seconds=60)
"""A run the UI launched needs this long, at worst, between being marked as started and taking the lock."""


def prepare(settings: Settings) -> Path:
    """Write ``dagster.yaml`` for this data folder and point this process at it. Returns ``DAGSTER_HOME``."""
    adopt(settings)
    folder = Home(settings.home).dagster
    config = load_yaml((PROJECT / "gongkai" / "dagster.yaml").read_text(encoding="utf-8"))
    config["concurrency"]["runs"]["max_concurrent_runs"] = settings.max_concurrent_runs
    config["compute_logs"]["config"] = {"base_dir": str(folder / "storage")}
    if settings.postgres_url is not None:
        config["storage"] = {"postgres": {"postgres_url": {"env": "GONGKAI_POSTGRES_URL"}}}
    text = yaml.safe_dump(config, sort_keys=False)
    target = folder / "dagster.yaml"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        replace_atomically(target, lambda draft: draft.write_text(text, encoding="utf-8"))
    return folder


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The persistent instance under ``GONGKAI_HOME/dagster``: the same run history that the UI shows.

    Raises:
        HistoryUnreachable: GONGKAI_POSTGRES_URL is set and no server answers there.
    """
    folder = prepare(settings)
    if settings.postgres_url is not None:
        _demand_answer(settings.postgres_url)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


def _demand_answer(url: str) -> None:
    """Dagster itself would try for a minute and then show a trace."""
    try:
        psycopg2.connect(url, connect_timeout=_CONNECT_SECONDS).close()
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise HistoryUnreachable(f"the run history (GONGKAI_POSTGRES_URL) does not answer: {reason}") from error


def fail_orphaned_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs whose process was killed as failed. Call it only while holding the data folder: then none can be alive.

    A killed run stays "started" in Dagster's history for ever and would block the queue.
    """
    settled = datetime.now(UTC) - _SETTLING
    mine = process_tag()
    dead = 0
    for record in instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    ):
        by_command_line = record.dagster_run.tags.get(PROCESS_TAG)
        if by_command_line == mine or (
            by_command_line is None and record.create_timestamp.replace(tzinfo=UTC) > settled
        ):
            continue
        instance.report_run_failed(record.dagster_run, "its process was killed; the next run goes on where it stopped")
        dead += 1
    return dead


PROCESS_TAG = ".dagster/gongkai_process"
"""Run tag that names the process of a run started by the command line. With this prefix the UI does not show it."""


def process_tag() -> str:
    """This process, in a form that a later one with the same number does not share."""
    return f"{os.getpid()}-{_STARTED:.0f}"


_STARTED = time.time()
