"""Executor on a Dask cluster: the connection, retries after worker deaths, and one-line errors.

Imported only when a cluster is configured, by ``pipelines.execution.executor``.
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
"""A cluster that was just started has a scheduler before it has workers."""
RETRIES = 3
"""How often a task is submitted again after its worker died, in addition to the scheduler's own retries."""
DESERTED_SECONDS = 600
"""How long a run waits when all workers are gone: longer than a pod takes to restart."""

_SILENCE = {"distributed.admin.large-graph-warning-threshold": "256MB"}
"""Dask warns above 10 MB. Batches contain their documents, up to 32 MB or one document, and this is intended."""

_EXTRA = "GONGKAI_EXECUTOR={}: Dask is not installed; pip install 'gongkai[cluster]', here and on the workers"
_TLS = (
    "GONGKAI_EXECUTOR={}: no certificates for TLS; set DASK_DISTRIBUTED__COMM__TLS__CA_FILE,"
    " DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
)
_GONE = "the Dask scheduler has gone: its tasks are lost; run again to continue"


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
    for name in ("distributed", "distributed.client"):  # their long tracebacks are replaced by the errors raised below
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
class Reducible(Protocol):
    """A task argument that can be reduced, so that a retry needs less time or memory than the attempt that killed its worker."""

    def reduced(self) -> Self:
        """The same with less work per task."""


class ClusterPool(Executor):
    """Submits tasks to a cluster: each worker must run this code version; tasks are retried when their worker dies."""

    def __init__(self, pool: Executor, client: Any, address: str) -> None:
        self._pool, self._client, self._address = pool, client, address
        self._out: WeakSet[Future[Any]] = WeakSet()
        self._stop = threading.Event()
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    def close(self) -> None:
        """Cancel outstanding tasks. With no workers left they would never finish."""
        self._stop.set()
        self._pool.shutdown(wait=False)

    @property
    def width(self) -> int:
        """Current number of threads of all workers."""
        return sum(self._client.nthreads().values()) or 1

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As Executor.submit. The future raises ExecutorError when the cluster could not do the task at all.

        A task whose worker died is submitted again with its ``Reducible`` arguments reduced.
        """
        given: list[Any] = list(args)

        def submit_once() -> Future[T]:
            future = self._pool.submit(_with_this_code, code_version(), task, tuple(given), kwargs)
            given[:] = [arg.reduced() if isinstance(arg, Reducible) else arg for arg in given]
            return future

        future = RetryingFuture(submit_once)
        self._out.add(future)
        return future

    def _watch(self) -> None:
        """Fail outstanding tasks when no worker is left: Dask would wait forever, and the run would keep its lock."""
        empty = 0
        while not self._stop.wait(DESERTED_SECONDS / 20):
            try:
                empty = 0 if self._client.nthreads() else empty + 1
            except Exception:  # noqa: BLE001 - a lost scheduler raises anything; the futures report it
                continue
            if empty >= 20:
                for future in list(self._out):
                    with suppress(InvalidStateError):
                        future.set_exception(
                            ExecutorError(
                                f"GONGKAI_EXECUTOR={self._address}: all workers have gone and none has come back for"
                                f" {DESERTED_SECONDS} s; start one with 'dask worker' and run again to continue"
                            )
                        )


class RetryingFuture(Future[T]):
    """A future that submits its task again after the scheduler gave up on it (``KilledWorker``)."""

    def __init__(self, submit_once: Callable[[], Future[T]]) -> None:
        super().__init__()
        self._submit_once, self._left = submit_once, RETRIES
        self._give()

    def _give(self) -> None:
        try:
            self._submit_once().add_done_callback(self._settle)
        except Exception as error:  # noqa: BLE001 - an error raised in a callback would be lost, and the run would wait forever
            self.set_exception(ExecutorError(f"{_GONE} ({error})"))

    def _settle(self, inner: Future[T]) -> None:
        with suppress(InvalidStateError):  # ``_watch`` has already failed it
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
    """Run ``task`` on a worker after comparing code versions. Workers may join at any time, so every task checks."""
    if code_version() != version:
        raise WrongVersion(
            f"a Dask worker runs gongkai {code_version()}, this machine {version}: deploy the same checkout"
        )
    return task(*args, **kwargs)
