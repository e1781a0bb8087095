"""Runs a job of the lineage in this process, on the persistent instance, exactly as the schedule would.

The run is created with the origin that ``workspace.yaml`` gives the job, so the UI lists it in the job's run history and can
launch it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from assets.runtime.dagster_internals import (
    ReconstructableJob,
    RemoteJobOrigin,
    execute_run_iterator,
    reconstructable_job,
)
from assets.runtime.dagster_internals import job_origin as origin_of
from assets.runtime.failure_message import first_failure, is_interruption
from gongkai.interrupts import Interrupted, Interrupts
from schemas.errors import GongkaiError
from schemas.settings import PROJECT

MODULE = "assets.definitions"
LOCATION = "gongkai"  # location_name in workspace.yaml


class RunFailed(GongkaiError):
    """A step of the run failed; the message is its reason in one line."""

    def __init__(self, run_id: str, reason: str, trace: str) -> None:
        self.run_id = run_id
        self.trace = trace
        super().__init__(reason)


@dataclass(frozen=True)
class FinishedRun:
    """A run that succeeded."""

    run_id: str
    seconds: float


def job_origin(job_name: str) -> RemoteJobOrigin:
    """The origin that the webserver gives the same job, from ``workspace.yaml``."""
    return origin_of(MODULE, str(PROJECT), LOCATION, job_name)


def _execute(
    instance: dg.DagsterInstance, job: ReconstructableJob, run: dg.DagsterRun, interrupts: Interrupts
) -> list[dg.DagsterEvent]:
    """All events of the run. One that is interrupted ends as cancelled: nothing has failed."""
    events = []
    is_canceling = False
    for event in execute_run_iterator(job, run, instance):
        events.append(event)
        if is_interruption(event):
            interrupts.wait()
        if (interrupts.signal is not None or is_interruption(event)) and not is_canceling:
            instance.report_run_canceling(run)
            is_canceling = True
    return events


def run_job(
    instance: dg.DagsterInstance,
    job_name: str,
    *,
    resource: Mapping[str, Any],
    tags: Mapping[str, str],
    interrupts: Interrupts,
    debug: bool = False,
) -> FinishedRun:
    """Execute a job and wait for it.

    Args:
        resource: Configuration of the ``data_folder`` resource.
        tags: Run tags; the partition or partition range is one of them.
        interrupts: Tells whether the user wants the run to end.
        debug: Let Dagster log to the terminal.

    Raises:
        RunFailed: a step failed.
        Interrupted: a signal ended the run.
    """
    job = reconstructable_job(MODULE, "defs", str(PROJECT), job_name)
    run = instance.create_run_for_job(
        job.get_definition(),
        run_config={
            "resources": {"data_folder": {"config": dict(resource)}},
            "loggers": {"console": {"config": {"log_level": "DEBUG" if debug else "CRITICAL"}}},
        },
        tags=dict(tags),
        remote_job_origin=job_origin(job_name),
        job_code_origin=job.get_python_origin(),
    )
    events = _execute(instance, job, run, interrupts)
    if interrupts.signal is not None or any(map(is_interruption, events)):
        raise Interrupted(interrupts.status)
    if not any(event.is_job_success for event in events):
        reason, trace = first_failure(events)
        raise RunFailed(run.run_id, reason, trace)
    stats = instance.get_run_stats(run.run_id)
    return FinishedRun(run.run_id, (getattr(stats, "end_time", None) or 0) - (getattr(stats, "start_time", None) or 0))
