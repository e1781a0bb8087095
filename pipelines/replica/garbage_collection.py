"""Removing objects that no manifest names any more: parts of former working states, and of releases older than the kept ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.replica.lease import lease
from pipelines.replica.manifest import CURRENT, HEAD, follow, manifest_named
from pipelines.replica.session import owner_of
from pipelines.replica.store import ObjectStore

GRACE = timedelta(days=2)
"""A reader may still be following the pointer of the day before; a file of views names objects without a manifest."""


def sweep(address: str, working_copy: Path, *, grace: timedelta = GRACE) -> int:
    """Delete what neither pointer and no kept release names, and is older than ``grace``. Returns how many objects.

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
