"""Work on the workers of a Dask cluster: the connection, tasks that outlive their worker, and one line when it cannot be.

Imported only when a cluster is asked for, by ``pipelines.execution.executor``.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from typing import Any, ParamSpec, Protocol, Self, TypeVar, runtime_checkable
from weakref import WeakSet

from pipelines.code_version import code_version
from pipelines.execution.errors import ExecutorError, WrongVersion

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS = 10
WORKERS_SECONDS = 60
"""A cluster that has just been started has its scheduler first."""
RETRIES = 3
"""Times a task is given to the cluster again after the worker that had it died, beyond what the scheduler tries itself."""
DESERTED_SECONDS = 600
"""So long a run waits for a cluster that has lost all its workers: longer than a pod takes to come back."""

_SILENCE = {"distributed.admin.large-graph-warning-threshold": "256MB"}
"""Batches bring their documents with them, up to 32 MB or one document: Dask warns of 10 MB, and there is nothing to mend."""

_EXTRA = "GONGKAI_EXECUTOR={}: Dask is not installed; pip install 'gongkai[cluster]', here and on the workers"
_TLS = (
    "GONGKAI_EXECUTOR={}: no certificates for TLS; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE,"
    " DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
)
_GONE = "the Dask scheduler has gone: what was handed out is lost; run again to go on"


@contextmanager
def open_cluster(address: str) -> Iterator["ClusterPool"]:
    """As ``pipelines.execution.executor.open_executor``, for the address of a scheduler."""
    with _client(address) as client:
        cluster = ClusterPool(client.get_executor(retries=RETRIES, pure=False), client, address)
        try:
            yield cluster
        finally:
            cluster.close()


@contextmanager
def _client(address: str) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client, Security
    except ImportError as error:
        raise ExecutorError(_EXTRA.format(address)) from error
    for name in ("distributed", "distributed.client"):  # what matters of their pages of traces is raised below
        logging.getLogger(name).setLevel(logging.CRITICAL)
    scheme, _, place = address.partition("://")
    secure = scheme.endswith("+tls")
    if secure and Security().get_connection_args("client").get("ssl_context") is None:  # type: ignore[no-untyped-call]
        raise ExecutorError(_TLS.format(address))
    reached = f"{'tls' if secure else 'tcp'}://{place}"
    try:
        client: Any = Client(reached, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        raise ExecutorError(
            f"GONGKAI_EXECUTOR={address}: no Dask scheduler answers there within {CONNECT_SECONDS} s"
        ) from error
    try:
        _demand_workers(client, address)
        with dask.config.set(_SILENCE):
            yield client
    finally:
        client.close(timeout=CONNECT_SECONDS)


def _demand_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        raise ExecutorError(
            f"GONGKAI_EXECUTOR={address}: the scheduler has no workers; start one with 'dask worker'"
        ) from error
    try:
        client.get_versions(check=True, packages=["polars"])
    except ValueError as error:
        odd = " ".join(line.strip() for line in str(error).splitlines() if "|" in line and "Package" not in line)
        raise WrongVersion(
            f"GONGKAI_EXECUTOR={address}: other package versions there (client, scheduler, workers): {odd}"
        ) from error


@runtime_checkable
class Divisible(Protocol):
    """An argument of a task that can ask for less, so that a worker which dies often may live to the end of it."""

    def lighter(self) -> Self:
        """The same with less to do at a time."""


class ClusterPool(Executor):
    """Tasks for a cluster's workers: only for workers with this code, and again when the worker that had one died."""

    def __init__(self, pool: Executor, client: Any, address: str) -> None:
        self._pool, self._client, self._address = pool, client, address
        self._out: WeakSet[Future[Any]] = WeakSet()
        self._stop = threading.Event()
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    def close(self) -> None:
        """Call off what is still out: whoever failed need not wait for it, and a deserted cluster never ends it."""
        self._stop.set()
        self._pool.shutdown(wait=False)

    @property
    def width(self) -> int:
        """Threads of all workers at this moment."""
        return sum(self._client.nthreads().values()) or 1

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit. The future raises ExecutorError when the cluster could not do the task at all.

        After it has died with its workers a task is given out with its ``Divisible`` arguments made lighter.
        """
        given: list[Any] = list(args)

        def hand_out() -> Future[T]:
            future = self._pool.submit(_with_this_code, code_version(), task, tuple(given), kwargs)
            given[:] = [arg.lighter() if isinstance(arg, Divisible) else arg for arg in given]
            return future

        promise = _Insistent(hand_out)
        self._out.add(promise)
        return promise

    def _watch(self) -> None:
        """Dask itself would wait for workers for ever, and the run would keep the data folder from every other one."""
        empty = 0
        while not self._stop.wait(DESERTED_SECONDS / 20):
            try:
                empty = 0 if self._client.nthreads() else empty + 1
            except Exception:  # noqa: BLE001 - whatever a scheduler that goes away raises: the futures tell
                continue
            if empty >= 20:
                for promise in list(self._out):
                    with suppress(InvalidStateError):
                        promise.set_exception(
                            ExecutorError(
                                f"GONGKAI_EXECUTOR={self._address}: all workers have gone and none has come back for"
                                f" {DESERTED_SECONDS} s; start one with 'dask worker' and run again to go on"
                            )
                        )


class _Insistent(Future[T]):
    """A future that gives its task to the cluster again when the worker died under it too often for the scheduler."""

    def __init__(self, hand_out: Callable[[], Future[T]]) -> None:
        super().__init__()
        self._hand_out, self._left = hand_out, RETRIES
        self._give()

    def _give(self) -> None:
        try:
            self._hand_out().add_done_callback(self._settle)
        except Exception as error:  # noqa: BLE001 - raised in a callback it would be lost, and the run wait for ever
            self.set_exception(ExecutorError(f"{_GONE} ({error})"))

    def _settle(self, inner: Future[T]) -> None:
        with suppress(InvalidStateError):  # the watcher of the cluster has given up on it meanwhile
            try:
                self.set_result(inner.result())
            except CancelledError:
                self.set_exception(ExecutorError(_GONE))
            except Exception as error:  # noqa: BLE001 - a Future hands over whatever its task raised
                self._failed(error)

    def _failed(self, error: Exception) -> None:
        if type(error).__name__ != "KilledWorker":
            self.set_exception(error)
        elif not self._left:
            self.set_exception(ExecutorError(f"a task died with its worker again and again (out of memory?): {error}"))
        else:
            self._left -= 1
            self._give()


def _with_this_code(version: str, task: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """Runs on the worker. A worker may join at any time, so every task looks, and looking costs one cached digest."""
    if code_version() != version:
        raise WrongVersion(
            f"a Dask worker runs gongkai {code_version()}, this machine {version}: deploy the same checkout"
        )
    return task(*args, **kwargs)
