"""How the runs stand: the last one, and since when they fail. Asked from Dagster's run history."""

from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from assets.runtime.failure_message import first_failure
from gongkai.dagster_runs.instance import open_instance
from pipelines.home import Home
from schemas.settings import Settings

_JOBS = ("nightly", "rebuild", "crawl_and_read")
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_LOOKED_AT = 400
"""Runs looked back at: more than a year of nights. A failure that stands longer is said to be at least that old."""


@dataclass(frozen=True)
class RunStatus:
    """The latest finished run of one job."""

    job: str
    run_id: str
    succeeded: bool
    ended: datetime
    reason: str = ""
    failing_since: datetime | None = None
    """End of the first failed run after the last success of the job."""
    failures: int = 0
    """Failed runs in a row."""


def run_statuses(settings: Settings) -> list[RunStatus]:
    """The latest finished run of each job, newest first; nothing when none has been run in this data folder.

    Raises:
        HistoryUnreachable: the PostgreSQL of GONGKAI_POSTGRES_URL does not answer.
    """
    if settings.postgres_url is None and not Home(settings.home).dagster.exists():
        return []  # opening an instance would make the folder
    with open_instance(settings) as instance:
        found = [status for job in _JOBS if (status := _of_job(instance, job)) is not None]
    return sorted(found, key=lambda status: status.ended, reverse=True)


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
