"""How the runs stand, asked of Dagster's run history: also why they failed, and since when."""

from datetime import UTC, datetime

import dagster as dg
from sqlalchemy.exc import DBAPIError

from assets.runtime.failure_message import first_failure
from gongkai.dagster_runs.finished_run import JOBS, HistoryUnreachable, RunStatus
from gongkai.dagster_runs.instance import open_instance
from gongkai.disk_errors import disk_problem
from schemas.settings import Settings

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_LOOKED_AT = 400
"""Runs looked back at: more than a year of nights. A failure that stands longer is said to be at least that old."""


def statuses_from_dagster(settings: Settings) -> list[RunStatus]:
    """The latest finished run of each job, with the reason where it failed.

    Raises:
        HistoryUnreachable: the PostgreSQL of GONGKAI_POSTGRES_URL does not answer, or the disk is full or read-only.
    """
    try:
        with open_instance(settings) as instance:
            return [status for job in JOBS if (status := _of_job(instance, job)) is not None]
    except (OSError, DBAPIError) as error:  # a full or read-only disk under Dagster's own storage
        reason = disk_problem(error, settings.home) or f"{type(error).__name__}: {error}"
        raise HistoryUnreachable(reason) from error


def _of_job(instance: dg.DagsterInstance, job: str) -> RunStatus | None:
    records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_FINISHED), limit=_LOOKED_AT)
    if not records:
        return None
    failed: list[dg.RunRecord] = []
    for record in records:  # newest first
        if record.dagster_run.status is dg.DagsterRunStatus.SUCCESS:
            break
        failed.append(record)
    latest = records[0]
    run_id = latest.dagster_run.run_id
    if not failed:
        return RunStatus(job, run_id, True, _ended(latest))
    return RunStatus(job, run_id, False, _ended(latest), _reason(instance, run_id), _ended(failed[-1]), len(failed))


def _ended(record: dg.RunRecord) -> datetime:
    if record.end_time is not None:
        return datetime.fromtimestamp(record.end_time, UTC)
    return record.update_timestamp.replace(tzinfo=UTC)


def _reason(instance: dg.DagsterInstance, run_id: str) -> str:
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.RUN_FAILURE}
    logs = instance.all_logs(run_id, of_type=kinds)
    return first_failure([log.dagster_event for log in logs if log.dagster_event is not None])[0]
