"""Reading on a Dask cluster: the bytes of the local run, also when workers die; and one line when it cannot be."""

import os
import shutil
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from pipelines.execution import cluster
from pipelines.execution import executor as executors
from pipelines.execution.errors import ExecutorError, WrongVersion
from pipelines.execution.executor import open_executor
from pipelines.home import Home
from pipelines.staging.batches import LIMITS, BatchLimits
from pipelines.staging.province_reader import BatchLost, ReadingSteps, read_province
from tests.integration.scale import corpus, machines

SMALL_BATCHES = ReadingSteps(limits=BatchLimits(documents=12))


def read_all(home: Home, pool: Any = None, on_progress: Any = None) -> dict[str, bytes]:
    """Read every province; the staged files."""
    for province in corpus.PROVINCES:
        read_province(home, province, pool, on_progress, steps=SMALL_BATCHES)
    return corpus.files_of(home.staged)


@pytest.fixture(scope="session")
def staged(archived: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What this process alone reads."""
    return read_all(copy(archived, tmp_path_factory.mktemp("alone")))


def copy(home: Home, to: Path) -> Home:
    shutil.copytree(home.root, to, dirs_exist_ok=True)
    return Home(to)


@pytest.mark.slow
def test_a_cluster_reads_the_same_bytes_while_workers_die(
    archived: Home, staged: dict[str, bytes], dask: machines.Cluster, tmp_path: Path
) -> None:
    """A worker is killed when the first batch of a province has come back: others are on their way then."""
    home = copy(archived, tmp_path)
    killed: list[int] = []

    def kill(done: int, of: int) -> None:
        if done < of and len(killed) < 3:
            killed.append(done)
            dask.kill_worker()

    with open_executor(dask.address) as pool:
        assert read_all(home, pool, kill) == staged
    assert len(killed) == 3


def test_a_worker_with_other_code_is_refused(dask: machines.Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_executor(dask.address) as pool:
        monkeypatch.setattr(cluster, "code_version", lambda: "another")
        with pytest.raises(
            WrongVersion, match=r"a Dask worker runs gongkai \w+, this machine another: deploy the same"
        ):
            pool.submit(os.getpid).result(timeout=60)


def test_a_batch_of_full_size_is_handed_out_without_a_warning(dask: machines.Cluster) -> None:
    with open_executor(dask.address) as pool, warnings.catch_warnings():
        warnings.simplefilter("error")
        assert pool.submit(len, os.urandom(LIMITS.n_bytes)).result(timeout=60) == LIMITS.n_bytes


def test_a_scheduler_that_goes_away_is_told_and_nothing_is_staged(archived: Home, tmp_path: Path) -> None:
    """It goes when the first document has come back: some are on their way then, others not handed out yet."""
    home = copy(archived, tmp_path)
    one_by_one = ReadingSteps(limits=BatchLimits(documents=1))
    with (
        machines.cluster(workers=1) as doomed,
        pytest.raises(ExecutorError, match="the Dask scheduler has gone"),
        open_executor(doomed.address) as pool,
    ):
        read_province(home, "jiangsu", pool, lambda done, of: doomed.kill_scheduler(), steps=one_by_one)
    assert not home.staged.exists()


def test_nobody_at_the_address_and_a_cluster_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 1)
    nobody = f"dask://127.0.0.1:{machines.free_port()}"
    with pytest.raises(ExecutorError, match="no Dask scheduler answers there"), open_executor(nobody):
        pass
    with (
        machines.cluster(workers=0) as empty,
        pytest.raises(ExecutorError, match="the scheduler has no workers"),
        open_executor(empty.address),
    ):
        pass


def test_a_lost_document_fails_the_reading(archived: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that loses work and reports success must not go unnoticed."""
    home = copy(archived, tmp_path)

    class Loses:
        def submit(self, task: Callable[..., Any], batch: Any) -> Any:
            return executors.LazyPool(None, 1).submit(task, batch[1:])  # type: ignore[arg-type]

    with pytest.raises(BatchLost, match=r"60 documents were handed out to be read and 5[0-9] came back"):
        read_province(home, "jiangsu", Loses())  # type: ignore[arg-type]
    assert not home.staged.exists()


class KilledWorker(Exception):
    """As Dask's, by name."""


class Batch(int):
    """An argument that can be reduced."""

    def reduced(self) -> "Batch":
        return Batch(self // 2)


class Dying(Executor):
    """A cluster whose worker dies under each task so many times; then it does it, or refuses to take it again."""

    def __init__(self, deaths: int, *, refuses: bool = False) -> None:
        self.left, self.refuses, self.given = deaths, refuses, list[Any]()

    def submit(self, task: Callable[..., Any], /, *given: Any, **_: Any) -> Future[Any]:
        if self.refuses and self.given:
            raise RuntimeError("closed")
        self.given.append(given[2])
        future: Future[Any] = Future()
        if self.left:
            self.left -= 1
            future.set_exception(KilledWorker("died"))
        else:
            future.set_result(task(*given))
        return future


class Peopled:
    """A client that sees so many workers."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def nthreads(self) -> dict[str, int]:
        return {str(number): 1 for number in range(self.workers)}


def test_a_task_that_died_is_submitted_again_and_reduced() -> None:
    dying = Dying(deaths=2)
    assert cluster.ClusterPool(dying, Peopled(1), "dask://x").submit(abs, Batch(-16)).result(timeout=5) == 4
    assert dying.given == [(-16,), (-8,), (-4,)]


@pytest.mark.parametrize(
    ("dying", "said"),
    [
        (Dying(deaths=9), "died with its worker again and again"),
        (Dying(deaths=9, refuses=True), "the Dask scheduler has gone: .*closed"),
    ],
    ids=["too often", "refused"],
)
def test_a_task_that_cannot_be_given_out_again_is_told(dying: Dying, said: str) -> None:
    """An error in a callback is swallowed by ``concurrent.futures``: whoever waits would wait for ever."""
    with pytest.raises(ExecutorError, match=said):
        cluster.ClusterPool(dying, Peopled(1), "dask://x").submit(abs, -1).result(timeout=5)


def test_a_cluster_that_lost_all_its_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask waits for workers for ever; a run that does holds the data folder against every night that follows."""
    monkeypatch.setattr(cluster, "DESERTED_SECONDS", 1)
    with machines.cluster(workers=1) as made, open_executor(made.address) as pool:
        pool.submit(os.getpid).result(timeout=60)
        made.workers[0].kill()
        with pytest.raises(ExecutorError, match="all workers have gone and none has come back"):
            pool.submit(os.getpid).result(timeout=60)
