"""One run at a time on one data folder.

An flock, so a killed run leaves nothing stale behind: the kernel lets go when the process is gone. Within one process it
may be taken again, because ``gongkai run`` takes it before Dagster starts (to refuse in one line, without a failed run in
the history) and the run's own resource takes it once more.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_guard = threading.Lock()
_held: dict[Path, list[int]] = {}
"""Data folder → [descriptor of the lock, how often this process holds it]."""


class HomeBusy(Exception):
    """Another run is writing to this data folder."""


@contextmanager
def hold(root: Path, purpose: str) -> Iterator[None]:
    """Hold the data folder ``root`` for writing while the block runs.

    Raises:
        HomeBusy: another process holds it; the message names its process, purpose and start.
    """
    root = root.absolute()
    with _guard:
        if root not in _held:
            _held[root] = [_acquire(root, purpose), 0]
        _held[root][1] += 1
    try:
        yield
    finally:
        with _guard:
            _held[root][1] -= 1
            if not _held[root][1]:
                os.close(_held.pop(root)[0])


def _acquire(root: Path, purpose: str) -> int:
    root.mkdir(parents=True, exist_ok=True)
    path = root / ".run.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 1000).decode()
        os.close(descriptor)
        raise HomeBusy(
            f"{root} is in use by {_describe(holder)}; one run at a time, try again when it has ended"
        ) from None
    note = {"pid": os.getpid(), "purpose": purpose, "since": datetime.now(UTC).isoformat(timespec="seconds")}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(note).encode(), 0)
    return descriptor


def _describe(note: str) -> str:
    try:
        held = json.loads(note)
    except ValueError:  # caught between truncation and writing
        return "another run"
    return f"{held['purpose']} (process {held['pid']}, since {held['since']})"
