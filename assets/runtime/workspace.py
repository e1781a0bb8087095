"""The data folder of one run: locked on this machine and, on an object store, leased and synchronised.

Nothing of ``pipelines.replica`` (and of the packages behind it) is imported for a folder on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.runtime.run_lock import hold
from pipelines.home import Home
from pipelines.warehouse.errors import WarehouseMissing
from schemas.settings import Settings

if TYPE_CHECKING:
    from pipelines.replica.session import Session


@dataclass(frozen=True)
class Workspace:
    """Where a run works. ``session`` is None for a local folder, whose files are where they belong already."""

    home: Home
    session: Session | None = None

    def save(self) -> None:
        """Upload the current state to the store, so that the next run continues from it on any machine."""
        if self.session is not None:
            self.session.push()

    def publish(self) -> None:
        """Publish the release of this run to readers of the store."""
        if self.session is not None:
            self.session.publish()


@contextmanager
def workspace(settings: Settings, purpose: str) -> Iterator[Workspace]:
    """Lock the data folder while the block runs.

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


def published(settings: Settings, *, with_log: bool = False) -> Home:
    """A folder with the published warehouse (and its fetch log).

    Raises:
        StoreError: the object store cannot be read.
        WarehouseMissing: nothing has been published on it yet.
    """
    if settings.store is None:
        return Home(settings.home)
    from pipelines.replica.published_release import published_home

    return published_home(settings.store, settings.home, with_log=with_log)


def standing_home(settings: Settings) -> Home:
    """A folder with the fetch log and, where there is one, the published warehouse; nothing may have been published yet."""
    try:
        return published(settings, with_log=True)
    except WarehouseMissing:
        return Home(settings.home)
