"""`gongkai prune`: bounds what grows. Archive, fetch log and published warehouse are never touched."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.run_lock import hold
from gongkai.instance import bury_dead_runs, open_instance
from gongkai.show import err
from pipelines.home import Home
from schemas.settings import Settings

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_BATCH = 50


def prune(settings: Settings) -> None:
    """Delete finished runs older than GONGKAI_KEEP_RUN_DAYS with their events, and drafts that killed runs left behind.

    The latest run always stays, so that the lineage keeps showing when each asset was made.

    Raises:
        HomeBusy: a run is writing.
    """
    with hold(settings.home, "gongkai prune"), open_instance(settings) as instance:
        bury_dead_runs(instance)
        runs = _delete_old_runs(instance, datetime.now(UTC) - timedelta(days=settings.keep_run_days))
        drafts = _delete_drafts(Home(settings.home))
    err.print(f"pruned {runs} runs older than {settings.keep_run_days} days and {drafts} abandoned drafts")


def _delete_old_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    newest = instance.get_run_records(limit=1)
    keep = {record.dagster_run.run_id for record in newest}
    deleted = 0
    while True:
        old = instance.get_run_records(dg.RunsFilter(statuses=_FINISHED, created_before=before), limit=_BATCH)
        doomed = [record.dagster_run.run_id for record in old if record.dagster_run.run_id not in keep]
        if not doomed:
            return deleted
        for run_id in doomed:
            instance.delete_run(run_id)
        deleted += len(doomed)


def _delete_drafts(home: Home) -> int:
    """Temporary siblings of ``pipelines.atomic``. Nobody writes while the data folder is held, so each is abandoned."""
    drafts: list[Path] = []
    for folder in (home.staged, home.tidy, home.warehouse.parent, home.exports):
        drafts += [path for path in folder.rglob(".*.tmp") if path.is_file()]
    for draft in drafts:
        draft.unlink()
    return len(drafts)
