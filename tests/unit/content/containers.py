"""Builders of zip and OLE files that hold parts of given names and nothing else."""

import io
import struct
import zipfile

_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NONE = 0xFFFFFFFF


def zipped(*names: str) -> bytes:
    """A zip archive with one small member for each name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


def ole(*streams: str, embedded: tuple[str, ...] = ()) -> bytes:
    """An OLE compound file with empty streams at its root; ``embedded`` ones lie in a storage of an embedded object."""
    names = ["Root Entry", *streams, *(["ObjectPool", *embedded] if embedded else [])]
    n_root = 1 + len(streams) + bool(embedded)
    entries = []
    for number, name in enumerate(names):
        kind = 5 if number == 0 else 1 if name == "ObjectPool" else 2
        child = 1 if number == 0 and len(names) > 1 else n_root if name == "ObjectPool" else _NONE
        last = number in (0, n_root - 1, len(names) - 1)
        entries.append(_entry(name, kind, _NONE if last else number + 1, child))
    while len(entries) % 4:
        entries.append(_entry("", 0, _NONE, _NONE))
    n_sectors = len(entries) // 4
    chain = [_FAT, *range(2, n_sectors + 1), _END]
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", 0, *[_FREE] * 108)
    return header + fat + b"".join(entries)


def _entry(name: str, kind: int, right: int, child: int) -> bytes:
    encoded = name.encode("utf-16-le")
    size = len(encoded) + 2 if name else 0
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", size, kind, 1) + struct.pack("<3I", _NONE, right, child)
    return head + b"\0" * 36 + struct.pack("<IQ", _END if kind != 0 else 0, 0)
