"""The write lease: one object that is written conditionally, renewed while the run lives, and expires otherwise.

The lease prevents two runs from working at the same time. A run that lost its lease without noticing cannot publish either:
pointers are written conditionally, and it finds a pointer that it has not seen.
"""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pipelines.replica.store import Conflict, Found, ObjectStore, StoreError
from schemas.errors import GongkaiError

KEY = "lease.json"
SECONDS = 60.0
"""Lifetime of a lease without renewal. It is renewed three times as often."""
_TRUSTED = 0.9
"""Share of the lifetime for which the holder relies on it: the store reports ages in whole seconds."""


class LeaseHeld(GongkaiError):
    """Another run is writing to this store."""


class LeaseLost(GongkaiError):
    """The lease expired and another run took it: nothing may be written any more."""


class Lease:
    """A held lease. Call ``check`` before writing a pointer."""

    def __init__(self, store: ObjectStore, purpose: str, owner: str, seconds: float) -> None:
        self._store, self._owner, self._seconds = store, owner, seconds
        self._note = {
            "purpose": purpose, "owner": owner, "token": uuid.uuid4().hex, "seconds": seconds,
            "host": socket.gethostname(), "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        self._beat, self._lost = 0, ""
        self._stop = threading.Event()
        self._renewed_at = (
            time.monotonic()
        )  # before the request: the store counts from the write, and the answer may be slow
        self._etag = self._take()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise LeaseLost if this run no longer holds the lease."""
        if not self._lost and time.monotonic() - self._renewed_at > _TRUSTED * self._seconds:
            self._lost = "it could not be renewed in time"
        if self._lost:
            raise LeaseLost(f"{self._store.address}: this run's lease was lost ({self._lost}); nothing was published")

    def renew(self) -> None:
        """Renew the lease. A failure is retried at the next renewal; ``check`` raises if that was too late."""
        asked_at = time.monotonic()
        try:
            self._write()
            self._renewed_at = asked_at
        except Conflict:
            self._lost = "another run took it over"
        except StoreError:
            return

    def release(self) -> None:
        """Release the lease, so that the next run can start at once."""
        self._stop.set()
        self._thread.join(self._seconds)  # a request that hangs longer has lost the lease anyway
        if not self._lost:
            try:
                self._write(released=True)
            except (Conflict, StoreError) as error:
                self._lost = str(error)  # it expires by itself

    def _write(self, *, released: bool = False) -> None:
        body = self._body(released=released)
        try:
            self._etag = self._store.write_if(KEY, body, self._etag)
        except Conflict:
            found = self._store.read(KEY)  # an earlier renewal may have been written although it was reported as failed
            if found is None or json.loads(found.body)["token"] != self._note["token"]:
                raise
            self._etag = self._store.write_if(KEY, body, found.etag)

    def _take(self) -> str:
        held = self._store.read(KEY)
        if held is not None:
            self._demand_free(held)
        try:
            return self._store.write_if(KEY, self._body(), held.etag if held else None)
        except Conflict:
            raise LeaseHeld(f"{self._store.address} was taken by another run a moment ago; one run at a time") from None

    def _demand_free(self, held: Found) -> None:
        note = json.loads(held.body)
        seconds = float(note["seconds"])
        if note.get("released") or held.age > seconds or note["owner"] == self._owner:
            return  # the same owner: this run holds the lock of the working copy, so the former run is dead
        raise LeaseHeld(
            f"{self._store.address} is in use by {note['purpose']} on {note['host']} (process {note['pid']}, since"
            f" {note['since']}); one run at a time, try again when it has ended (or, if it died, in {seconds:.0f} s)"
        )

    def _body(self, *, released: bool = False) -> bytes:
        self._beat += 1
        return json.dumps({**self._note, "beat": self._beat, "released": released}).encode()

    def _keep(self) -> None:
        try:
            while not self._lost and not self._stop.wait(self._seconds / 3):
                self.renew()
        except BaseException as error:  # noqa: BLE001 - told by the next check(); a dead thread would keep a lease in vain
            self._lost = f"{type(error).__name__}: {error}"


@contextmanager
def lease(store: ObjectStore, purpose: str, owner: str, seconds: float | None = None) -> Iterator[Lease]:
    """Hold the store for writing while the block runs.

    Args:
        owner: names the working copy; a lease of the same owner is taken over at once.

    Raises:
        LeaseHeld: another run holds it.
    """
    held = Lease(store, purpose, owner, seconds or SECONDS)
    try:
        yield held
    finally:
        held.release()
