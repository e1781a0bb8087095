"""Names of the parts of zip and OLE files, which identify the format of the file."""

import io
import re
import struct
import zipfile
import zlib
from fnmatch import fnmatchcase

import olefile

from schemas.carriers import Container

MAGIC = {Container.ZIP: (b"PK\x03\x04", b"PK\x05\x06"), Container.OLE: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)}
_MAX_DIRECTORY = 4 << 20  # bytes of a zip's directory: some 50,000 members
_END_OF_DIRECTORY = b"PK\x05\x06"
_MALFORMED_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    OSError,
    EOFError,
    NotImplementedError,
)
_MALFORMED_OLE = (
    OSError,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)


def container_of(data: bytes) -> Container | None:
    """The container format of a file, None when it is none."""
    return next((container for container, magic in MAGIC.items() if data.startswith(magic)), None)


class Parts:
    """The parts of one container file.

    A damaged file has no directory that can be read. Then the bytes are searched for the name as the container writes it.
    """

    def __init__(self, data: bytes, container: Container) -> None:
        self._data, self._container = data, container
        self._names = _zip_names(data) if container is Container.ZIP else _ole_names(data)

    @property
    def are_listed(self) -> bool:
        """Can the directory be read? Else a part that is not found may be there all the same."""
        return self._names is not None

    def have(self, pattern: str) -> bool:
        """Is there a part of this name? ``*`` matches any characters."""
        if self._names is not None:
            return any(fnmatchcase(name, pattern) for name in self._names)
        if self._container is Container.ZIP:
            written = rb"[\x20-\x7e]{0,40}?".join(re.escape(piece.encode("ascii")) for piece in pattern.split("*"))
            return re.search(written, self._data) is not None
        return pattern.encode("utf-16-le") in self._data


def _zip_names(data: bytes) -> list[str] | None:
    end = data.rfind(_END_OF_DIRECTORY)
    if end < 0 or len(data) < end + 22 or struct.unpack_from("<I", data, end + 12)[0] > _MAX_DIRECTORY:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.namelist()
    except _MALFORMED_ZIP:
        return None


def _ole_names(data: bytes) -> list[str] | None:
    """Streams at the root: what is embedded (a sheet in a letter) lies deeper and does not identify the file."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as package:
            return [path[0] for path in package.listdir() if len(path) == 1]
    except _MALFORMED_OLE:
        return None
