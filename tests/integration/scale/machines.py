"""The machines of a large installation, on loopback: an S3 server and a Dask cluster, each a process of its own."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
BUCKET = "gongkai-test"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "us-east-1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def object_store() -> Iterator[str]:
    """Address of an S3 server in a process of its own, with an empty bucket."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for("127.0.0.1", port)
        request = urllib.request.Request(f"http://127.0.0.1:{port}/{BUCKET}", method="PUT")
        request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request")
        urllib.request.urlopen(request, timeout=20).close()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@dataclass
class Cluster:
    """A Dask scheduler and workers, each a process of its own."""

    port: int
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"dask://127.0.0.1:{self.port}"

    def add_worker(self, **environment: str) -> None:
        """Start another worker."""
        command = ["dask_worker", f"tcp://127.0.0.1:{self.port}", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        command += [
            "--host",
            "127.0.0.1",
            "--preload",
            "pipelines.staging.province_reader",
        ]  # a worker begins when it can read
        self.workers.append(_dask(command, environment))

    def kill_worker(self) -> None:
        """Kill the oldest worker, and start another in its place."""
        doomed = self.workers.pop(0)
        doomed.kill()
        doomed.wait()
        self.add_worker()

    def kill_scheduler(self) -> None:
        """Kill the scheduler."""
        assert self.scheduler is not None
        self.scheduler.kill()
        self.scheduler.wait()


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """A scheduler and so many workers; what is left of them ends with the block."""
    made = Cluster(free_port())
    made.scheduler = _dask(["dask_scheduler", "--host", "127.0.0.1", "--port", str(made.port), "--no-dashboard"])
    try:
        wait_for("127.0.0.1", made.port)
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        for process in (*made.workers, made.scheduler):
            process.kill()
            process.wait()


@contextmanager
def reaper(made: Cluster, pool: Any, every: float) -> Iterator[list[int]]:
    """Kill the older of two workers, and start another, once both have been there for so many seconds; again and again.

    Counted from when both are there: on a busy machine a worker takes longer to start than it would be left to live.
    Yields [how many were killed].
    """
    stop, kills = threading.Event(), [0]

    def reap() -> None:
        while not stop.wait(0.5):
            if pool.width >= 2 and not stop.wait(every):
                made.kill_worker()
                kills[0] += 1

    thread = threading.Thread(target=reap, daemon=True)
    thread.start()
    try:
        yield kills
    finally:
        stop.set()
        thread.join()


def _dask(arguments: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{arguments[0]}", *arguments[1:]]
    settings = {**os.environ, "PYTHONPATH": str(PROJECT), **(environment or {})}
    return subprocess.Popen(command, cwd=PROJECT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(host: str, port: int, seconds: float = 60) -> None:
    """Return once something listens there."""
    for _ in range(int(seconds * 20)):
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {host}:{port}")
