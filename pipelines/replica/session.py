"""A run on a data folder that lives on an object store: lease, pull, work in the local copy, push, publish."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipelines.atomic import replace_atomically
from pipelines.export.partitioned import VIEWS, create_views, write_partitions
from pipelines.home import Home
from pipelines.replica import append_only
from pipelines.replica.lease import Lease, LeaseLost, lease
from pipelines.replica.local_s3 import stand_in
from pipelines.replica.local_state import PART_BYTES, Copies, derived_files
from pipelines.replica.manifest import CURRENT, HEAD, KEPT, Entry, Manifest, Part, follow, move
from pipelines.replica.store import Conflict, ObjectStore, StoreError
from pipelines.replica.transfer import append, at_once, download, fetch, upload

PUBLISHED = ("exports/", "partitioned/")
"""Folders that are only uploaded: they are rebuilt from the warehouse and never downloaded."""

PUSH_SECONDS = 60.0
"""Seconds between uploads of logs and archives while a crawl is running."""


class Session:
    """The session of one run with the store. Opened by :func:`open_session`."""

    def __init__(self, store: ObjectStore, home: Home, held: Lease) -> None:
        self._store, self._lease = store, held
        self.home = replace(home, bring=self._bring)
        self._root = home.root
        self._copies = Copies(home.root)
        self._head = follow(store, HEAD)
        self._busy = threading.RLock()

    def pull(self) -> None:
        """Update the working copy to the head. Archives are downloaded on demand.

        Append-only files are merged: lines and records that only this copy has, from a killed run, are kept and uploaded
        later. Derived files are replaced by those of the head, unless the head has not moved since the last synchronisation:
        then the copy is ahead and is kept.
        """
        files = self._head.manifest.files
        ahead = self._head.name == self._copies.head
        wanted = {}
        for path, entry in files.items():
            if path.startswith(("archive/", *PUBLISHED)):
                continue
            here = (self._root / path).exists()
            if self._copies.known(path) != entry and not (ahead and here and not append_only.is_growing(path)):
                wanted[path] = entry
        for path in filter(append_only.is_growing, wanted):
            append_only.set_aside(self._root / path, wanted[path])
        download(self._store, self._root, wanted)
        for path, entry in wanted.items():
            self._copies.remember(path, entry)
        if not ahead:
            for path in [p for p in derived_files(self._root) if p not in files]:
                (self._root / path).unlink()
        self._copies.save(self._head.name)

    def push(self) -> None:
        """Upload the working copy and move the head to it, so that the next run on any machine continues from here."""
        with self._busy:
            files = {**self._grown(), **self._sent_derived()}
            others = {p: e for p, e in self._head.manifest.files.items() if p.startswith(PUBLISHED)}
            self._move_head(files | others)

    def push_growing(self) -> None:
        """As :meth:`push`, for logs and archives only. Safe while a crawl is writing them."""
        with self._busy:
            self._move_head({**self._head.manifest.files, **self._grown()})

    def publish(self) -> None:
        """Push everything, then move the pointer of readers: they see the former release until then.

        Raises:
            LeaseLost: another run has taken over; readers keep the former release.
        """
        with self._busy:
            self.push()
            current = follow(self._store, CURRENT)
            tables = write_partitions(self.home, self.home.partitioned)
            sent = self._sent_folder(self.home.partitioned) | self._sent_folder(self.home.exports)
            views = self.home.partitioned / VIEWS
            urls = {name: [self._url(sent, file) for file in files] for name, files in tables.items()}
            create_views(views, urls, stand_in(self._local(urls, tables)))
            kept = {p: e for p, e in self._head.manifest.files.items() if not p.startswith(PUBLISHED)}
            self._move_head(kept | sent)
            self._lease.check()
            try:
                former = [name for name in (current.name, *current.former) if name][:KEPT]
                move(self._store, CURRENT, current, self._head.manifest, former)
            except Conflict:
                raise LeaseLost(
                    f"{self._store.address}: another run has published meanwhile; this one has not"
                ) from None
            self._store.write(VIEWS, views.read_bytes())

    def _url(self, sent: dict[str, Entry], file: str) -> str:
        path = f"{self.home.partitioned.name}/{file}"
        if len(sent[path]) != 1:
            raise StoreError(f"{path} is larger than one object may be ({PART_BYTES} bytes)")
        return self._store.url(sent[path][0].key)

    def _local(self, urls: dict[str, list[str]], tables: dict[str, list[str]]) -> dict[str, Path]:
        """Address of every file of the partitioned release → local file."""
        pairs = ((url, file) for name, files in tables.items() for url, file in zip(urls[name], files, strict=True))
        return {url: self.home.partitioned / file for url, file in pairs}

    def _grown(self) -> dict[str, Entry]:
        held = self._head.manifest.files
        grown = {path: entry for path, entry in held.items() if append_only.is_growing(path)}
        ends = list(append_only.extents(self.home, held))
        sent = at_once(lambda item: append(self._store, self._root, item[0], held.get(item[0], ()), item[1]), ends)
        return grown | {path: entry for (path, _), entry in zip(ends, sent, strict=True)}

    def _sent_derived(self) -> dict[str, Entry]:
        paths = list(derived_files(self._root))
        known = {path: entry for path in paths if (entry := self._copies.known(path)) is not None}
        sent = upload(self._store, self._root, [path for path in paths if path not in known], self._parts())
        for path, entry in sent.items():
            self._copies.remember(path, entry)
        return known | sent

    def _sent_folder(self, folder: Path) -> dict[str, Entry]:
        """Upload the files of a folder that is never downloaded. Objects that the store has are skipped."""
        files = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".") and p.name != VIEWS)
        return upload(self._store, self._root, [p.relative_to(self._root).as_posix() for p in files], self._parts())

    def _parts(self) -> dict[str, Part]:
        return {part.digest: part for entry in self._head.manifest.files.values() for part in entry}

    def _move_head(self, files: dict[str, Entry]) -> None:
        manifest = Manifest(files)
        self._lease.check()
        if manifest.name != self._head.name:
            try:
                self._head = move(self._store, HEAD, self._head, manifest)
            except Conflict:
                raise LeaseLost(f"{self._store.address}: another run has written meanwhile; this one stops") from None
        self._copies.save(self._head.name)

    def _bring(self, path: Path) -> None:
        """Download an archive file that is missing here. If the store does not have it either, it stays missing."""
        entry = self._head.manifest.files.get(path.relative_to(self._root).as_posix())
        if entry is not None:
            with self._busy:
                if not path.exists():
                    fetch(self._store, path, entry)


@contextmanager
def open_session(address: str, home: Home, purpose: str) -> Iterator[Session]:
    """Open a session for one run: take the lease and update the working copy. The caller holds the lock of the working copy.

    Raises:
        StoreError: the store, the credentials or the local disk are not usable.
        LeaseHeld: another run writes to this store.
    """
    store = ObjectStore(address)
    with lease(store, purpose, owner_of(home.root)) as held:
        session = Session(store, home, held)
        session.pull()
        stop = threading.Event()
        pusher = threading.Thread(target=_push_now_and_then, args=(session, stop), name="pusher", daemon=True)
        pusher.start()
        try:
            yield session
        finally:
            stop.set()
            pusher.join(PUSH_SECONDS)  # the push at the end of the stage uploads the rest


def _push_now_and_then(session: Session, stop: threading.Event) -> None:
    while not stop.wait(PUSH_SECONDS):
        try:
            session.push_growing()
        except (StoreError, LeaseLost, OSError):
            continue  # the local files are safe; the push at the end of the stage reports the error


def owner_of(root: Path) -> str:
    """Id of this working copy: created once and stored beside it."""
    path = root / ".replica-owner"
    if not path.exists():
        replace_atomically(path, lambda draft: draft.write_text(uuid.uuid4().hex, "utf-8"))
    return path.read_text("utf-8")
