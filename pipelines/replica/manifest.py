"""Manifests: which objects make up the files of a data folder. A manifest is immutable; two pointers name one each.

``head.json`` is the state after the last run, for the next run. ``current.json`` is the published release, for readers.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from pipelines.replica.store import ObjectStore, StoreError

HEAD, CURRENT = "head.json", "current.json"
KEPT = 3
"""Number of former releases that ``current.json`` still names."""


class Part(NamedTuple):
    """A piece of a file as one immutable object."""

    key: str
    n_bytes: int
    digest: str


Entry = tuple[Part, ...]
"""A file: its parts in order. An append-only file gets additional parts, a replaced file gets new ones."""


@dataclass(frozen=True)
class Manifest:
    """Files by their path below the data folder."""

    files: Mapping[str, Entry] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Canonical JSON: equal manifests give equal bytes."""
        return json.dumps(self.files, sort_keys=True, separators=(",", ":")).encode()

    @property
    def name(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()[:32]


@dataclass(frozen=True)
class Pointer:
    """A pointer object as seen, and the manifest it names."""

    manifest: Manifest
    name: str | None  # of the manifest; None: nothing is there yet
    etag: str | None
    former: tuple[str, ...] = ()  # manifests of the releases before, newest first


def part_key(path: str, digest: str) -> str:
    """``files/tidy/applications/<digest>-jiangsu.parquet``: unique by content, and readable for people and tools."""
    place = PurePosixPath(path)
    return f"files/{place.parent}/{digest[:32]}-{place.name}"


def size(entry: Entry) -> int:
    """Bytes of the whole file."""
    return sum(part.n_bytes for part in entry)


def follow(store: ObjectStore, pointer: str) -> Pointer:
    """Read a pointer and its manifest. Raises StoreError when the manifest is not what the pointer names."""
    found = store.read(pointer)
    if found is None:
        return Pointer(Manifest(), None, None)
    note = json.loads(found.body)
    manifest = manifest_named(store, note["manifest"])
    return Pointer(manifest, note["manifest"], found.etag, tuple(note.get("former", ())))


def manifest_named(store: ObjectStore, name: str) -> Manifest:
    """The manifest of that name. Raises StoreError if it is missing or its digest differs."""
    found = store.read(_key(name))
    if found is None or hashlib.sha256(found.body).hexdigest()[:32] != name:
        raise StoreError(f"{store.address}: the manifest {name} is missing or damaged")
    return Manifest({path: tuple(Part(*part) for part in parts) for path, parts in json.loads(found.body).items()})


def move(store: ObjectStore, pointer: str, seen: Pointer, manifest: Manifest, former: Sequence[str] = ()) -> Pointer:
    """Write ``manifest``, then set ``pointer`` to it if the pointer is still as ``seen``.

    Raises:
        Conflict: another run moved the pointer.
    """
    store.write(_key(manifest.name), manifest.to_bytes())
    told = {"manifest": manifest.name, "at": datetime.now(UTC).isoformat(), "former": former, "by": uuid.uuid4().hex}
    etag = store.write_if(pointer, json.dumps(told).encode(), seen.etag)
    return Pointer(manifest, manifest.name, etag, tuple(former))


def _key(name: str) -> str:
    return f"manifests/{name}.json"
