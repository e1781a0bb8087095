"""Atomic replacement of files: readers and crashes see the old or the new file, never a partial one."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Write = Callable[[Path], object]


def replace_atomically(path: Path, write: Write) -> None:
    """Call ``write`` with a temporary sibling of ``path``, fsync it, and rename it to ``path``.

    Raises whatever ``write`` raises; the old file then stays and the temporary one is removed.
    """
    replace_together({path: write})


def replace_together(files: Mapping[Path, Write]) -> None:
    """``replace_atomically`` for many: no file is replaced before the drafts of all are durable.

    Raises whatever a ``write`` raises; all old files then stay. A crash while they are renamed leaves some old and some
    new files. Callers that need all or nothing keep a state file.
    """
    folders = sorted({path.parent for path in files})
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    remove_abandoned(*files)
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in files}
    try:
        for path, write in files.items():
            write(drafts[path])
        for draft in drafts.values():
            make_durable(draft)
        for path, draft in drafts.items():
            draft.replace(path)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    for folder in folders:
        make_durable(folder)


def make_durable(path: Path) -> None:
    """fsync a file, or the entries of a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_together(files: Mapping[Path, Path]) -> None:
    """Rename files to their targets. Missing ones were moved before, so that a repeated call finishes an interrupted one."""
    for source, target in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.exists():
            source.replace(target)
    for folder in sorted({path.parent for path in files.values()}):
        make_durable(folder)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file inside the kernel. File systems with reflinks share the blocks."""
    with source.open("rb") as old, target.open("wb") as new:
        left = os.fstat(old.fileno()).st_size
        try:
            while left and (copied := os.copy_file_range(old.fileno(), new.fileno(), left)):
                left -= copied
        except OSError:  # not supported between these file systems
            left = -1
    if left:
        shutil.copyfile(source, target)


def identity(path: Path) -> str:
    """A value that changes when the file is replaced or written."""
    held = path.stat()
    return f"{held.st_ino} {held.st_size} {held.st_mtime_ns}"


def remove_abandoned(*paths: Path) -> None:
    """Remove drafts of these files, and folders beside them (``.<name>.<pid>.<anything>``), whose process no longer exists."""
    names = defaultdict(set)
    for path in paths:
        names[path.parent].add(path.name)
    for folder, ours in names.items():
        for name in os.listdir(folder) if folder.exists() else ():
            pid = _drafted_by(name, ours) if name.startswith(".") else None
            if pid is not None and not _is_running(pid):
                _remove(folder / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _drafted_by(name: str, ours: Iterable[str]) -> int | None:
    """Process id in the name of a draft of one of these files; None for other names."""
    pieces = name[1:].split(".")
    for at, piece in enumerate(pieces[:-1]):
        if piece.isdigit() and ".".join(pieces[:at]) in ours:
            return int(piece)
    return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
