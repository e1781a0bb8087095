"""One run at a time on one data folder.

A kernel lock, which ends with the process, so that a killed run leaves no stale lock. It is reentrant within a process:
``gongkai run`` takes it before Dagster starts (to refuse in one line, without a failed run in the history), and the run's own
resource takes it again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import GongkaiError


class HomeBusy(GongkaiError):
    """Another run is writing to this data folder."""


@contextmanager
def hold(root: Path, purpose: str) -> Iterator[None]:
    """Hold the data folder ``root`` for writing while the block runs.

    Raises:
        HomeBusy: another process holds it; the message names its process, purpose and start.
    """
    root.mkdir(parents=True, exist_ok=True)
    path = root.absolute() / ".run.lock"
    lock = FileLock(path, timeout=0, thread_local=False, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        holder = _describe(path.read_text(encoding="utf-8"))
        raise HomeBusy(f"{root} is in use by {holder}; one run at a time, try again when it has ended") from None
    try:
        if lock.lock_counter == 1:
            path.write_text(json.dumps(_note(purpose)), encoding="utf-8")
        yield
    finally:
        lock.release()


def _note(purpose: str) -> dict[str, object]:
    return {"pid": os.getpid(), "purpose": purpose, "since": datetime.now(UTC).isoformat(timespec="seconds")}


def _describe(note: str) -> str:
    try:
        held = json.loads(note)
    except ValueError:  # caught between truncation and writing
        return "another run"
    return f"{held['purpose']} (process {held['pid']}, since {held['since']})"
