"""Uploads and downloads between a working copy and the store, in parallel. Every part is checked against its digest."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from pipelines.atomic import replace_atomically
from pipelines.replica.local_state import begins_with, parts_of
from pipelines.replica.manifest import Entry, Part, size
from pipelines.replica.store import ObjectStore, StoreError

_THREADS = 8
_TRIES = 3
"""Attempts of a download that breaks off or has a wrong digest."""

T = TypeVar("T")
R = TypeVar("R")


def at_once(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Results in order. Raises the first error after all tasks have ended."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="store") as pool:
        return list(pool.map(work, items))


def upload(store: ObjectStore, root: Path, paths: Iterable[str], held: Mapping[str, Part]) -> dict[str, Entry]:
    """Upload whole files. Parts whose digest is in ``held`` are skipped."""
    names = list(paths)
    return dict(zip(names, at_once(lambda path: _send(store, root, path, held), names), strict=True))


def append(store: ObjectStore, root: Path, path: str, entry: Entry, end: int) -> Entry:
    """The entry of a file that has grown to ``end`` bytes since ``entry``."""
    added = []
    for part, body in parts_of(root, path, size(entry), end):
        store.write(part.key, body)
        added.append(part)
    return (*entry, *added)


def download(store: ObjectStore, root: Path, files: Mapping[str, Entry]) -> None:
    """Download files into the working copy; each is replaced atomically.

    Raises:
        StoreError: an object is missing or damaged, or the disk cannot be written.
    """
    at_once(lambda item: fetch(store, root / item[0], item[1]), files.items())


def fetch(store: ObjectStore, path: Path, entry: Entry) -> None:
    """Download one file. A longer local file with the same beginning is ahead of the store and is kept."""
    grows = path.suffix in (".gz", ".jsonl")
    if path.exists() and (grows or path.stat().st_size == size(entry)) and begins_with(path, entry):
        return
    try:
        replace_atomically(path, lambda draft: _receive(store, draft, entry))
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error


def _send(store: ObjectStore, root: Path, path: str, held: Mapping[str, Part]) -> Entry:
    sent = []
    for part, body in parts_of(root, path):
        if part.digest in held:
            sent.append(held[part.digest])
            continue
        store.write(part.key, body)
        sent.append(part)
    return tuple(sent)


def _receive(store: ObjectStore, draft: Path, entry: Entry) -> None:
    with draft.open("wb") as handle:
        for part in entry:
            _receive_part(store, handle.write, part)


def _receive_part(store: ObjectStore, write: Callable[[bytes], object], part: Part) -> None:
    for last in (number == _TRIES - 1 for number in range(_TRIES)):
        try:
            body = b"".join(store.chunks(part.key))
        except StoreError:
            if last:
                raise
            continue
        if hashlib.sha256(body).hexdigest() == part.digest:
            write(body)
            return
    raise StoreError(f"{store.url(part.key)}: its bytes are not what the manifest says")
