"""The release that readers ask: in the data folder, or the one that an object store's pointer names."""

from pipelines.executor import open_executor
from pipelines.home import Home
from schemas.settings import Settings


def published(settings: Settings, *, with_log: bool = False) -> Home:
    """A folder with the published warehouse (and its fetch log).

    Raises:
        StoreError: the object store cannot be read.
        WarehouseMissing: nothing has been published on it yet.
    """
    if settings.store is None:
        return Home(settings.home)
    from pipelines.replica.reading import published_home

    return published_home(settings.store, settings.home, with_log=with_log)


def demand_reachable(settings: Settings) -> None:
    """Find out before the first request to a site whether store and cluster can be used.

    Raises:
        StoreError: bucket, endpoint or credentials are wrong.
        ExecutorError: nobody answers at the scheduler, it has no worker, or a worker runs other versions.
    """
    if settings.store is not None:
        from pipelines.replica.store import ObjectStore

        ObjectStore(settings.store)
    if settings.executor != "processes":
        with open_executor(settings.executor):
            pass
