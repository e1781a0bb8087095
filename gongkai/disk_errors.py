"""A full or read-only disk in one line, whichever library ran into it: the system, SQLite, DuckDB, Arrow or Dagster's storage."""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_FULL = ("No space left on device", "Disk quota exceeded", "disk is full", "os error 28")
_READ_ONLY = ("Read-only file system", "Permission denied", "readonly database", "os error 30", "os error 13")
_EITHER = ("unable to open database file", "disk I/O error")
"""SQLite's message for both; the state of the folder decides which it is."""


def disk_problem(error: BaseException, home: Path | None) -> str | None:
    """What is wrong with the disk and what to do, or None when the error is about something else.

    Args:
        home: The data folder of the command, as far as it is known.
    """
    signs = " ".join(_said(link) for link in _chain(error))
    place = _place(error) or str(home or "GONGKAI_HOME")
    if any(sign in signs for sign in _FULL) or (any(sign in signs for sign in _EITHER) and _is_full(home)):
        return (
            f"no space left on the disk of {place}; make room there (and where GONGKAI_CACHE is) and run again,"
            " the published release is as it was"
        )
    if any(sign in signs for sign in (*_READ_ONLY, *_EITHER)):
        return f"{place} cannot be written to: the disk or the folder is read-only for this user; nothing was changed"
    if home is not None and any(_is_of_the_path_to(home, link) for link in _chain(error)):
        return f"{home} cannot be made a data folder: {place} is not a place for folders; name another with --home"
    return None


def _is_of_the_path_to(home: Path, error: BaseException) -> bool:
    """The folder itself, or one above it, is missing and could not be made: below a file, or in /proc."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError) or not error.filename:
        return False
    return Path(os.fsdecode(error.filename)) in (home, *home.parents)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _said(error: BaseException) -> str:
    code = error.errno if isinstance(error, OSError) else None
    known = {errno.ENOSPC: _FULL[0], errno.EDQUOT: _FULL[1], errno.EROFS: _READ_ONLY[0], errno.EACCES: _READ_ONLY[1]}
    return f"{known.get(code or 0, '')} {error}"


def _place(error: BaseException) -> str | None:
    """The file that could not be written, where the system names it."""
    named = (link.filename for link in _chain(error) if isinstance(link, OSError))
    return next((str(name) for name in named if name), None)


def _is_full(home: Path | None) -> bool:
    folder = next((p for p in (home, *home.parents) if p.exists()), None) if home else None
    return folder is not None and shutil.disk_usage(folder).free < 64 * 1024 and os.access(folder, os.W_OK)
