"""The bytes of a document that is named on the command line."""

import errno
import os
import stat
from pathlib import Path

MAX_BYTES = 100 << 20
"""More than any report: a folder of drafts with a video in it must not fill the memory."""


def document_bytes(file: Path) -> bytes:
    """The content of a regular file of at most MAX_BYTES.

    Raises:
        OSError: The file cannot be opened, is too large, or is no file: a pipe or a device may never end.
            ``strerror`` says which.
    """
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "neither a file nor a folder of files; save it to a file first", str(file))
        if found.st_size > MAX_BYTES:
            raise OSError(errno.EFBIG, f"larger than {MAX_BYTES >> 20} MB", str(file))
        return opened.read(MAX_BYTES)
