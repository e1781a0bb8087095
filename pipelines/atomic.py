"""Replacing a file so that a reader, or a crash, sees the old one or the new one and never a half."""

import glob
import os
from collections.abc import Callable
from pathlib import Path


def replace_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a temporary sibling of ``path``, fsync it, then rename it over ``path``.

    Raises whatever ``write`` raises; the old file then stays and the temporary one is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(draft)
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_abandoned(path: Path) -> None:
    """Remove drafts of ``path`` (``.<name>.<pid>.<anything>``) that a process which is gone left behind."""
    prefix = f".{path.name}."
    for left in path.parent.glob(f"{glob.escape(prefix)}*"):
        pid = left.name.removeprefix(prefix).split(".")[0]
        if pid.isdigit() and not _is_running(int(pid)):
            left.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
