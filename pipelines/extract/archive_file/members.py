"""A zip file → the documents in it, each with its name as printed. Bounded in entries, bytes and depth.

Names are in GBK unless the entry says UTF-8: that is how Chinese Windows packs them, and ``zipfile`` reads them as code page 437.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.content.report_titles import names_a_report
from pipelines.extract.document import PackedFile

MAX_ENTRIES = 2_000
MAX_MEMBERS = 50
MAX_MEMBER_BYTES = 50 << 20
MAX_TOTAL_BYTES = 200 << 20
_UTF8 = 0x800
_ENCRYPTED = 0x1
_MALFORMED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, OSError, EOFError,
    RuntimeError, NotImplementedError,
)  # fmt: skip
_ARCHIVES = {b"Rar!\x1a\x07": "rar", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b\x08": "gzip"}
_NO_DOCUMENTS = ("__MACOSX/", "Thumbs.db", ".DS_Store")


class Unpacked(NamedTuple):
    """What could be unpacked, and in plain English what could not."""

    members: tuple[PackedFile, ...]
    problem: str | None = None


def unpack(data: bytes, *, nested: bool = True) -> Unpacked:
    """Documents of a zip file, those named like a report first; those of a zip file within it too, once. Never raises.

    Args:
        data: The zip file.
        nested: Unpack a zip file that stands in it.
    """
    members: list[PackedFile] = []
    problem: str | None = None
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if entry.filename and not entry.is_dir()]
            if len(entries) > MAX_ENTRIES:
                return Unpacked((), f"the zip file has more than {MAX_ENTRIES} entries")
            for name, entry in sorted(_named(entries), key=lambda pair: not names_a_report(_stem(pair[0]))):
                if entry.flag_bits & _ENCRYPTED:
                    problem = f"the zip file is encrypted: {name}"
                    continue
                with package.open(entry) as part:
                    body = part.read(min(MAX_MEMBER_BYTES, MAX_TOTAL_BYTES - total) + 1)
                total += len(body)
                if len(body) > MAX_MEMBER_BYTES or total > MAX_TOTAL_BYTES:
                    return Unpacked(tuple(members), f"{name} unpacks to more bytes than a report has")
                if (kind := _packed_again(body, name)) is not None and not (nested and kind == "zip"):
                    problem = problem or f"{name} is a {kind} archive, which is not unpacked"
                elif kind is not None:
                    inner = unpack(body, nested=False)
                    members += inner.members
                    problem = problem or inner.problem
                else:
                    members.append(PackedFile(name, None, body))
                if len(members) > MAX_MEMBERS:
                    return Unpacked(tuple(members[:MAX_MEMBERS]), f"only the first {MAX_MEMBERS} files were unpacked")
    except _MALFORMED as error:
        problem = f"zip archive: not read to its end: {error or type(error).__name__}"
    return Unpacked(tuple(members), problem)


def _named(entries: Iterable[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Entries by their printed names, without what systems and programs leave behind."""
    for entry in entries:
        name = printed_name(entry)
        if not any(word in name for word in _NO_DOCUMENTS) and not name.rpartition("/")[2].startswith("~$"):
            yield name, entry


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0]


def _packed_again(body: bytes, name: str) -> str | None:
    """The kind of archive that an entry is, None for a document: a docx is a zip file, too."""
    if body.startswith(b"PK\x03\x04"):
        return "zip" if name.lower().endswith(".zip") else None
    return next((kind for magic, kind in _ARCHIVES.items() if body.startswith(magic)), None)


def printed_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as whoever packed it saw it."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
