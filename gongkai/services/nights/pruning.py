"""`gongkai prune`: bounds what grows. Archive, fetch log and published warehouse are never touched."""

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from assets.runtime.run_lock import hold
from gongkai.dagster_runs.instance import fail_orphaned_runs, open_instance
from gongkai.printing import err
from pipelines.home import Home
from pipelines.warehouse import releases
from schemas.settings import Settings

_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_BATCH = 50


def prune(settings: Settings, now: datetime | None = None) -> None:
    """Delete what is older than GONGKAI_KEEP_RUN_DAYS or more than GONGKAI_KEEP_RELEASES.

    That is: finished runs with their events and logs, notes on releases, former warehouse files, and drafts that killed runs
    left behind. The latest run of each job and its latest success stay, so that the lineage keeps showing when each asset
    was made; so does the note on the published release.

    Args:
        now: The moment from which ages count; the real one when not given.

    Raises:
        HomeBusy: a run is writing.
    """
    before = (now or datetime.now(UTC)) - timedelta(days=settings.keep_run_days)
    home = Home(settings.home)
    with hold(settings.home, "gongkai prune"), open_instance(settings) as instance:
        fail_orphaned_runs(instance)
        runs = _delete_old_runs(instance, before, home)
        former = _delete_old_releases(home, before, settings.keep_releases)
        drafts = _delete_drafts(home)
        objects = _sweep_store(settings)
    err.print(
        f"pruned {runs} runs older than {settings.keep_run_days} days, {former} files of former releases"
        f" and {drafts} abandoned drafts" + (f", {objects} objects of the store" if settings.store else "")
    )


def _sweep_store(settings: Settings) -> int:
    """Objects that no kept release needs, when the data folder is on an object store."""
    if settings.store is None:
        return 0
    from pipelines.replica.garbage_collection import sweep

    return sweep(settings.store, settings.home)


def _delete_old_runs(instance: dg.DagsterInstance, before: datetime, home: Home) -> int:
    keep = set(_latest_runs(instance))
    deleted = 0
    while True:
        old = instance.get_run_records(
            dg.RunsFilter(statuses=_FINISHED, created_before=before), limit=_BATCH + len(keep)
        )
        doomed = [record.dagster_run.run_id for record in old if record.dagster_run.run_id not in keep]
        if not doomed:
            return deleted
        for run_id in doomed:
            instance.delete_run(run_id)
            # Dagster empties a run's event file and forgets its console output, but leaves both on the disk.
            shutil.rmtree(home.dagster / "storage" / run_id, ignore_errors=True)
            _unlink((home.dagster / "history" / "runs").glob(f"{run_id}.db*"))
        deleted += len(doomed)


def _latest_runs(instance: dg.DagsterInstance) -> Iterable[str]:
    jobs = {record.dagster_run.job_name for record in instance.get_run_records(limit=1000)}
    for job in jobs:
        for statuses in (_FINISHED, [dg.DagsterRunStatus.SUCCESS]):
            for record in instance.get_run_records(dg.RunsFilter(job_name=job, statuses=statuses), limit=1):
                yield record.dagster_run.run_id


def _delete_old_releases(home: Home, before: datetime, keep: int) -> int:
    folder = releases.folder(home)
    files = sorted(folder.glob("gongkai-*.duckdb"))
    notes = sorted(folder.glob("[0-9]*.json"))[:-1]  # the last one is that of the published file
    old = [note for note in notes if note.stat().st_mtime < before.timestamp()]
    return _unlink([*files[: max(len(files) - keep, 0)], *old, *(note.with_suffix(".md") for note in old)])


def _delete_drafts(home: Home) -> int:
    """Temporary siblings of ``pipelines.atomic``. Nobody writes while the data folder is held, so each is abandoned."""
    folders = (home.staged, home.tidy, home.warehouse.parent, home.exports)
    return _unlink(path for folder in folders for path in folder.rglob(".*.tmp") if path.is_file())


def _unlink(paths: Iterable[Path]) -> int:
    gone = list(paths)
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
