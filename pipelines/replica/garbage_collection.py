"""Deletes objects that no manifest names any more: parts of former working states and of expired releases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.replica.lease import lease
from pipelines.replica.manifest import CURRENT, HEAD, follow, manifest_named
from pipelines.replica.session import owner_of
from pipelines.replica.store import ObjectStore

GRACE = timedelta(days=2)
"""Minimum age of a deleted object. Readers may still use yesterday's pointer or a file of views, which has no manifest."""


def sweep(address: str, working_copy: Path, *, grace: timedelta = GRACE) -> int:
    """Delete objects older than ``grace`` that no pointer and no kept release names. Returns their number.

    Archives and fetch logs are named by every manifest, so nothing raw is ever deleted.

    Raises:
        LeaseHeld: a run is writing.
        StoreError: the store cannot be used.
    """
    store = ObjectStore(address)
    with lease(store, "gongkai prune", owner_of(working_copy)) as held:
        pointers = [follow(store, HEAD), follow(store, CURRENT)]
        names = {pointer.name for pointer in pointers if pointer.name}
        manifests = [pointer.manifest for pointer in pointers]
        for name in pointers[1].former:
            names.add(name)
            manifests.append(manifest_named(store, name))
        used = {part.key for manifest in manifests for entry in manifest.files.values() for part in entry}
        used |= {f"manifests/{name}.json" for name in names}
        before = datetime.now(UTC) - grace
        found = (item for under in ("files/", "manifests/") for item in store.keys(under))
        doomed = [key for key, written in found if key not in used and written < before]
        for key in doomed:
            held.check()
            store.delete(key)
    return len(doomed)
