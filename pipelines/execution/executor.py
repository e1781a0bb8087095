"""Executors for parallel work: processes of this machine, or the workers of a Dask cluster.

Every stage takes a ``concurrent.futures.Executor`` and checks that every submitted task returned. A task is a pure function of
its arguments: a worker needs this checkout, but no shared disk.
"""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def open_executor(address: str, *, workers: int = 0) -> Iterator[Executor]:
    """An executor for the block.

    Args:
        address: ``processes``, or ``dask://host:port`` / ``dask+tls://host:port`` of a scheduler.
        workers: processes of this machine; 0 means one per core. Ignored for a cluster.

    Raises:
        ExecutorError: Dask is not installed, the scheduler does not answer, or the cluster has no workers.
        WrongVersion: a worker runs other code.
    """
    if address == "processes":
        # Spawned, not forked: polars' threads do not survive a fork.
        others = set(active_children())
        processes = ProcessPoolExecutor(
            workers or os.cpu_count(), mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent
        )
        try:
            yield LazyPool(processes)
        except BaseException:
            processes.shutdown(wait=False, cancel_futures=True)
            for child in set(active_children()) - others:
                child.kill()  # its results are no longer needed; below nohup it may ignore SIGTERM
            raise
        processes.shutdown()
        return
    from pipelines.execution.cluster import open_cluster

    with open_cluster(address) as cluster:
        yield cluster


def _leave_interrupts_to_the_parent() -> None:
    """Ignore SIGINT in a worker: Ctrl-C reaches the whole process group, and each worker would print a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def width(executor: Executor) -> int:
    """Number of tasks that run at the same time; the number of cores if the executor does not say."""
    return int(getattr(executor, "width", os.cpu_count() or 1))


class LazyPool(Executor):
    """Runs the first ``inline_tasks`` tasks in this process and submits the others to ``pool``.

    A nightly run often has only a few new reports. Starting worker processes takes longer than reading them.
    """

    def __init__(self, pool: Executor, inline_tasks: int = 2) -> None:
        self._pool, self._inline_tasks = pool, inline_tasks

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; one of the first tasks is finished before this returns."""
        if self._inline_tasks <= 0:
            return self._pool.submit(task, *args, **kwargs)
        self._inline_tasks -= 1
        done: Future[T] = Future()
        try:
            done.set_result(task(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a Future hands over whatever its task raised
            done.set_exception(error)
        return done
