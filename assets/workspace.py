"""The data folder of one run: held against other runs here, and, on an object store, leased and in step with it.

Nothing of ``pipelines.replica`` (and of the packages behind it) is imported for a folder on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.run_lock import hold
from pipelines.home import Home
from schemas.settings import Settings

if TYPE_CHECKING:
    from pipelines.replica.session import Session


@dataclass(frozen=True)
class Workspace:
    """Where a run works. ``session`` is None for a local folder, whose files are where they belong already."""

    home: Home
    session: Session | None = None

    def save(self) -> None:
        """Bring what has been made so far to the store, so that the next run goes on from here wherever it is."""
        if self.session is not None:
            self.session.push()

    def publish(self) -> None:
        """Let the readers of the store see the release that this run has made."""
        if self.session is not None:
            self.session.publish()


@contextmanager
def workspace(settings: Settings, purpose: str) -> Iterator[Workspace]:
    """Hold the data folder while the block runs.

    Raises:
        HomeBusy: another process holds the folder here.
        StoreError, LeaseHeld: the object store cannot be used, or another run holds it.
    """
    with hold(settings.home, purpose):
        if settings.store is None:
            yield Workspace(Home(settings.home))
            return
        from pipelines.replica.session import open_session

        with open_session(settings.store, Home(settings.home), purpose) as session:
            yield Workspace(session.home, session)
