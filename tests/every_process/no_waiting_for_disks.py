"""Nothing that a test writes must outlive a power cut, so nothing waits for the disk.

A nightly run commits some six hundred times to Dagster's SQLite files, and a test run has dozens of them. What tests kill are
processes: what those wrote is in the page cache and stays.
"""

import os
import sys
from contextlib import suppress
from typing import Any


def _written(_handle: Any) -> None:
    """In place of ``os.fsync``."""


class _Sqlite:
    """Patches ``sqlite3`` when a process first connects, so that processes which never do need not import it."""

    patched = False

    def __call__(self, event: str, _args: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect" and not self.patched:
            self.patched = True
            import sqlite3
            import sqlite3.dbapi2

            original: Any = sqlite3.connect

            def connect(*arguments: Any, **named: Any) -> Any:
                connection = original(*arguments, **named)
                with suppress(sqlite3.Error):  # locked, or no database: the code under test shall meet that itself
                    connection.execute("PRAGMA synchronous = OFF")
                return connection

            for module in (sqlite3, sqlite3.dbapi2):
                vars(module)["connect"] = connect


for _name in ("fsync", "fdatasync"):
    vars(os)[_name] = _written
sys.addaudithook(_Sqlite())
