"""Where work that fans out is done: processes of this machine, or the workers of a Dask cluster. One door for both.

Every stage takes a ``concurrent.futures.Executor`` and asserts after its fan-in that as much came back as went out. A
task is a pure function of what travels with it: a worker needs this checkout and no shared disk.
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
        workers: processes of this machine; 0 is one for each core. Says nothing about a cluster.

    Raises:
        ExecutorError: Dask is missing, nobody answers at the address, or the cluster has no worker.
        WrongVersion: a worker runs other code.
    """
    if address == "processes":
        # Spawned, not forked: polars' threads do not survive a fork.
        others = set(active_children())
        processes = ProcessPoolExecutor(
            workers or os.cpu_count(), mp_context=get_context("spawn"), initializer=_leave_interrupts_to_the_parent
        )
        try:
            yield ReluctantPool(processes)
        except BaseException:
            processes.shutdown(wait=False, cancel_futures=True)
            for child in set(active_children()) - others:
                child.terminate()  # nobody waits for what it is doing any more
            raise
        processes.shutdown()
        return
    from pipelines.execution.cluster import open_cluster

    with open_cluster(address) as cluster:
        yield cluster


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches every process of the terminal; a worker that died of it would print a trace of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def width(executor: Executor) -> int:
    """Tasks that the executor does at a time, as far as it says."""
    return int(getattr(executor, "width", os.cpu_count() or 1))


class ReluctantPool(Executor):
    """Does the first few tasks itself and hands over the rest.

    A night brings a handful of new reports; starting worker processes for them takes longer than reading them.
    """

    def __init__(self, pool: Executor, patience: int = 2) -> None:
        self._pool, self._patience = pool, patience

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit; while patience lasts, the task is done before this returns."""
        if self._patience <= 0:
            return self._pool.submit(task, *args, **kwargs)
        self._patience -= 1
        done: Future[T] = Future()
        try:
            done.set_result(task(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - a Future hands over whatever its task raised
            done.set_exception(error)
        return done
