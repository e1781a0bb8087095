"""Before a run: can the object store and the cluster be used at all?"""

from pipelines.execution.executor import open_executor
from schemas.settings import Settings


def demand_reachable(settings: Settings) -> None:
    """Find out before the first request to a site whether store and cluster can be used.

    Raises:
        StoreError: bucket, endpoint or credentials are wrong.
        ExecutorError: the scheduler does not answer, it has no worker, or a worker runs other versions.
    """
    if settings.store is not None:
        from pipelines.replica.store import ObjectStore

        ObjectStore(settings.store)
    if settings.executor != "processes":
        with open_executor(settings.executor):
            pass
