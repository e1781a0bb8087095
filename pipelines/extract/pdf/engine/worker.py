"""The parent side of the process that PDFium runs in: starts it, sends it files, and restarts it after a crash.

Native code meets hostile files, so it runs where it can do no harm: in a process of its own, bounded in memory and time. One
such process serves many documents; a new one is started after it died. A plain subprocess, for workers of a pool or a
cluster may have no children of ``multiprocessing``. No wait is without a bound.
"""

import atexit
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from schemas.errors import GongkaiError

MEMORY = 1 << 30
"""Bytes of address space of the process."""
SECONDS = 8
"""Processor seconds for a document."""
PATIENCE = 180.0
"""Seconds until an answer, on however busy a machine."""
DOCUMENTS = 1_000
"""After so many documents a new process is started, so that what leaks is given back."""
MOST = 256 << 20
"""Bytes of an answer."""
FAILED = "the process that read it failed"
"""Stands in the problem of a document over which the process died."""
TOO_SLOW = "of processor time"
"""Stands there when it took too long."""
_HEADER = struct.Struct(">Qd")
_ROOT = Path(__file__).parents[4]


class WorkerDied(GongkaiError):
    """The process ended, or did not answer in time; the message says how."""


class Worker:
    """One process. Not for two threads at a time."""

    def __init__(self, module: str = "pipelines.extract.pdf.engine.worker_main") -> None:
        ours, theirs = socket.socketpair()
        paths = [str(_ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, str(MEMORY), str(SECONDS)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        self._socket = ours
        self.pid = self._process.pid
        self.answered = 0
        self.seconds = 0.0
        """Processor seconds of the last answer."""

    def ask(self, data: bytes) -> bytes:
        """What the process answers to a document. Raises WorkerDied."""
        until = time.monotonic() + PATIENCE
        try:
            self._socket.settimeout(PATIENCE)
            self._socket.sendall(_HEADER.pack(len(data), 0.0))
            self._socket.sendall(data)
            size, self.seconds = _HEADER.unpack(self._receive(_HEADER.size, until))
            if size > MOST:
                self.close()
                raise WorkerDied(f"it would answer with {size} bytes")
            answer = self._receive(size, until)
        except TimeoutError:
            self.close()
            raise WorkerDied(f"it did not answer within {PATIENCE:.0f} s") from None
        except (OSError, EOFError):
            raise WorkerDied(self._end()) from None
        self.answered += 1
        return answer

    def _receive(self, size: int, until: float) -> bytes:
        parts: list[bytes] = []
        while size:
            self._socket.settimeout(max(0.01, until - time.monotonic()))
            part = self._socket.recv(min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _end(self) -> str:
        """How the process ended, in words."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            code = None
        self.close()
        if code == -signal.SIGXCPU:
            return f"it took more than {SECONDS} s {TOO_SLOW}"
        if code is not None and code < 0:
            return f"it was ended by {signal.Signals(-code).name}"
        return "it hung up" if code is None else f"it ended with code {code}"

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.kill()
        with contextlib.suppress(
            subprocess.TimeoutExpired
        ):  # else the kernel holds it; it is reaped with the next child
            self._process.wait(5)


class _Shared:
    """The worker of this process, started when first needed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.worker: Worker | None = None
        self.seconds = 0.0

    def forget(self) -> None:
        """In a fork: the worker belongs to the other process."""
        self.lock = threading.Lock()
        self.worker = None

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
            self.worker = None


_shared = _Shared()
atexit.register(_shared.close)
os.register_at_fork(after_in_child=_shared.forget)


def ask(data: bytes) -> bytes:
    """Ask this process's worker for what a PDF prints.

    A worker that dies over a document may have been ill before, so the document is tried once more with a new one: what it
    comes to does not depend on the documents before it.

    Raises:
        WorkerDied: a new worker died, too.
    """
    if not _shared.lock.acquire(timeout=4 * PATIENCE):
        raise WorkerDied("other documents did not come to an end")
    try:
        if _shared.worker is not None and _shared.worker.answered >= DOCUMENTS:
            _shared.close()
        is_new = _shared.worker is None or _shared.worker.answered == 0
        try:
            return _ask(data)
        except WorkerDied as died:
            if is_new or TOO_SLOW in str(died):
                raise
            return _ask(data)
    finally:
        _shared.lock.release()


_new_worker: Callable[[], Worker] = Worker


def _ask(data: bytes) -> bytes:
    worker = _shared.worker = _shared.worker or _new_worker()
    try:
        answer = worker.ask(data)
    except WorkerDied:
        _shared.worker = None
        raise
    _shared.seconds += worker.seconds
    return answer


def take_seconds() -> float:
    """Processor seconds that documents took in the worker since this was last asked; no clock of this process counts them."""
    seconds, _shared.seconds = _shared.seconds, 0.0
    return seconds
