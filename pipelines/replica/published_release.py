"""Reads the published release from an object store: downloads the file that ``current.json`` names, and caches it."""

import shutil
from pathlib import Path

from pipelines.home import Home
from pipelines.replica.manifest import CURRENT, Entry, follow
from pipelines.replica.store import ObjectStore
from pipelines.replica.transfer import download
from pipelines.warehouse.errors import WarehouseMissing

_FOLDER = "published"
_WAREHOUSE = "warehouse/gongkai.duckdb"


def published_home(address: str, working_copy: Path, *, with_log: bool = False) -> Home:
    """The last published release as a read-only data folder. It is complete and not affected by runs.

    Args:
        with_log: also download the fetch log, for ``gongkai status``.

    Raises:
        StoreError: the store cannot be read.
        WarehouseMissing: nothing has been published there yet.
    """
    store = ObjectStore(address)
    current = follow(store, CURRENT)
    if current.name is None:
        raise WarehouseMissing(f"nothing has been published at {address} yet: run 'gongkai run' first")
    root = working_copy / _FOLDER / current.name
    files: dict[str, Entry] = {
        path: entry
        for path, entry in current.manifest.files.items()
        if path == _WAREHOUSE or (with_log and path.startswith("fetches/"))
    }
    download(store, root, {path: entry for path, entry in files.items() if not (root / path).exists()})
    kept = {
        current.name,
        *current.former[:1],
    }  # another process on this machine may be about to open the previous release
    for former in (working_copy / _FOLDER).iterdir():
        if former.name not in kept:
            shutil.rmtree(former, ignore_errors=True)
    return Home(root)
