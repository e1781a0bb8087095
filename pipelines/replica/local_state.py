"""The state of the working copy: which manifest entry each unmodified file corresponds to."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.replica.manifest import Entry, Part, part_key

PART_BYTES = 256 << 20
"""Larger files become several objects: a PUT is limited to 5 GB, and a retry repeats one part only."""

DERIVED = ("staged", "tidy", "warehouse")
"""Folders whose files are replaced. ``exports`` and ``release`` are only uploaded, never downloaded."""

_NOTE = ".replica.json"


def derived_files(root: Path) -> Iterator[str]:
    """Paths of replaceable files below ``root``. Excludes hidden files (drafts and local state) and former warehouse files, which
    the store keeps as releases."""
    for folder in DERIVED:
        for path in sorted((root / folder).rglob("*")):
            kept_release = path.parent.name == "releases" and path.suffix == ".duckdb"
            if path.is_file() and not path.name.startswith(".") and not kept_release:
                yield path.relative_to(root).as_posix()


class Copies:
    """The file ``.replica.json`` of a working copy: the head of the last synchronisation, and entry, size and mtime per file."""

    def __init__(self, root: Path) -> None:
        self._root, self._path = root, root / _NOTE
        note = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        self.head: str | None = note.get("head")
        self._files: dict[str, tuple[Entry, int, int]] = {
            path: (tuple(Part(*part) for part in parts), n_bytes, mtime)
            for path, (parts, n_bytes, mtime) in note.get("files", {}).items()
        }

    def known(self, path: str) -> Entry | None:
        """The entry that the local file corresponds to. None if it is absent, was modified or was never compared."""
        held = self._files.get(path)
        if held is None or not (self._root / path).exists():
            return None
        stat = (self._root / path).stat()
        return held[0] if (stat.st_size, stat.st_mtime_ns) == held[1:] else None

    def remember(self, path: str, entry: Entry) -> None:
        """Record that the local file corresponds to ``entry``."""
        stat = (self._root / path).stat()
        self._files[path] = (entry, stat.st_size, stat.st_mtime_ns)

    def save(self, head: str | None) -> None:
        """Record that the working copy is synchronised with ``head``."""
        self.head = head
        text = json.dumps({"head": head, "files": self._files}, separators=(",", ":"))
        replace_atomically(self._path, lambda draft: draft.write_text(text, "utf-8"))


def parts_of(root: Path, path: str, start: int = 0, end: int | None = None) -> Iterator[tuple[Part, bytes]]:
    """Cut a local file, from byte ``start`` to ``end``, into parts with their bytes; a file of no bytes is one part."""
    with (root / path).open("rb") as handle:
        handle.seek(start)
        left = (end if end is not None else (root / path).stat().st_size) - start
        while True:
            body = handle.read(min(PART_BYTES, left))
            left -= len(body)
            digest = hashlib.sha256(body).hexdigest()
            yield Part(part_key(path, digest), len(body), digest), body
            if left <= 0 or not body:
                return


def begins_with(path: Path, entry: Entry) -> bool:
    """Whether the local file starts with exactly the bytes of ``entry``."""
    if not path.exists():
        return False
    with path.open("rb") as handle:
        return all(hashlib.sha256(handle.read(part.n_bytes)).hexdigest() == part.digest for part in entry)
