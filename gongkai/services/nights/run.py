"""`gongkai run` and `gongkai rebuild`: the jobs of the lineage, from the command line."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from assets.partitions import of_tonight
from assets.runtime import progress
from assets.runtime.compute_logs import StepLogs
from assets.runtime.resources import DataFolder
from assets.runtime.run_lock import hold
from gongkai.dagster_runs.instance import PROCESS_TAG, fail_orphaned_runs, open_instance, process_tag
from gongkai.dagster_runs.launch import FinishedRun, run_job
from gongkai.dagster_runs.run_status import SOURCES_TAG
from gongkai.errors import demand_province
from gongkai.interrupts import Interrupts, ending_on_signals
from gongkai.services.nights.preflight import demand_reachable
from gongkai.services.sources.source_list import demand_sound
from schemas.settings import Settings

PARTITION_TAG = "dagster/partition"
_STAGES = {
    "crawl": "Crawling",
    "read": "Reading",
    "recognise": "Recognising",
    "tidy": "Validating",
    "build": "Building the warehouse",
    "marts": "Counting the marts",
    "export": "Exporting",
}


@dataclass(frozen=True)
class Choices:
    """What one run may do differently from the settings."""

    provinces: tuple[str, ...] = ()
    lists: str | None = None
    revisit_reports: bool | None = None
    from_scratch: bool = False
    at: datetime | None = None
    """The moment that counts as now; None is the real one. For rehearsals."""
    debug: bool = False

    def __post_init__(self) -> None:
        for province in self.provinces:
            demand_province(province)


def nightly(settings: Settings, choices: Choices) -> FinishedRun:
    """Crawl, read, check, publish, export: what the schedule does at night, now.

    Raises:
        SourceError, UnregisteredHost: the sources are wrong; nothing was fetched.
        StoreError, ExecutorError: the object store or the cluster cannot be used; likewise.
        HomeBusy: another run holds the data folder.
        RunFailed: a step failed.
    """
    demand_sound(settings)
    demand_reachable(settings)
    with _attended() as interrupts, _ready(settings) as instance:
        *first, last = _targets(choices.provinces, settings)
        for tags in first:  # one partition a run keeps Dagster's record of each province true
            _run(instance, "crawl_and_read", settings, choices, tags, interrupts)
        return _run(instance, "nightly", settings, choices, last, interrupts)


def rebuild(settings: Settings, choices: Choices) -> FinishedRun:
    """Everything after the crawl, from the archive, without the network. Raises as :func:`nightly`."""
    demand_reachable(settings)
    with _attended() as interrupts, _ready(settings) as instance:
        return _run(instance, "rebuild", settings, choices, of_tonight(settings), interrupts)


def _targets(provinces: Sequence[str], settings: Settings) -> list[dict[str, str]]:
    return [{PARTITION_TAG: province} for province in dict.fromkeys(provinces)] or [of_tonight(settings)]


@contextmanager
def _ready(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with hold(settings.home, "gongkai run"), open_instance(settings) as instance:
        fail_orphaned_runs(instance)
        yield instance


def _run(
    instance: dg.DagsterInstance,
    job: str,
    settings: Settings,
    choices: Choices,
    tags: dict[str, str],
    interrupts: Interrupts,
) -> FinishedRun:
    folder = DataFolder.from_settings(settings)
    resource = {
        "root": folder.root,
        "sources": folder.sources,
        "allow_hosts": folder.allow_hosts,
        "lists": choices.lists or folder.lists,
        "revisit_reports": folder.revisit_reports if choices.revisit_reports is None else choices.revisit_reports,
        "from_scratch": choices.from_scratch,
        "at": choices.at.isoformat() if choices.at else "",
    }
    StepLogs.mirrored = choices.debug
    tags = {**tags, PROCESS_TAG: process_tag(), SOURCES_TAG: str(settings.sources.absolute())}
    return run_job(instance, job, resource=resource, tags=tags, interrupts=interrupts, debug=choices.debug)


@contextmanager
def _attended() -> Iterator[Interrupts]:
    """Progress bars on a terminal, nothing in a log file; and an end in any case when a signal asks for it.

    Dagster redirects descriptor 2 into the log of each step: what is to be seen at once goes to a duplicate taken before.
    """
    with os.fdopen(os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2), "w", encoding="utf-8") as terminal:
        console = Console(file=terminal, highlight=False)
        with ending_on_signals(terminal.fileno()) as interrupts, _bars(console):
            yield interrupts


@contextmanager
def _bars(console: Console) -> Iterator[None]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", style="dim"),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        tasks: dict[str, TaskID] = {}
        starting = bars.add_task("Starting", total=None, detail="")

        def tell(stage: str, done: int, total: int | None, detail: str) -> None:
            what, _, where = stage.partition(" ")
            bars.update(starting, visible=False)
            if stage not in tasks:
                tasks[stage] = bars.add_task(
                    f"{_STAGES.get(what, what.capitalize())} {where}".rstrip(), total=total, detail=detail
                )
            waiting = not where or total is None or done < total  # thirty-two provinces do not fit a screen
            bars.update(tasks[stage], completed=done, total=total, detail=detail, visible=waiting)

        with progress.listening(tell):
            yield
