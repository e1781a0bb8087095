"""The processes of a browser: how much memory they hold, and their end. A page may keep one busy so that it answers nothing."""

import contextlib
import os
import signal
from pathlib import Path

_PROC = Path("/proc")


class BrowserProcess:
    """A browser by the number of its first process. Where the system lists no processes, its memory counts as none."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def memory(self) -> int:
        """Bytes that its processes hold, without what they share."""
        return sum(_own_bytes(pid) for pid in self._members())

    def kill(self) -> None:
        """End it with its children."""
        for pid in self._members():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def _members(self) -> list[int]:
        """The first process and all that descend from it."""
        children: dict[int, list[int]] = {}
        for entry in _PROC.glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):  # it may have ended
                parent = int(entry.read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.parent.name))
        found = [self._pid]
        for pid in found:  # which grows while it is gone through
            found += children.get(pid, ())
        return found


def _own_bytes(pid: int) -> int:
    """Anonymous memory and swap, from ``/proc/<pid>/status``."""
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    sizes = dict(line.split(":", 1) for line in status.splitlines() if line.startswith(("RssAnon:", "VmSwap:")))
    return sum(int(size.split()[0]) << 10 for size in sizes.values())
