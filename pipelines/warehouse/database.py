"""The only module that opens DuckDB: a draft for writing, or a published file for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.5.0"
"""Files written by DuckDB 2.0 in its own format cannot be opened by 1.5, which most tools still carry."""

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error

_LOCKS = (
    "SET TimeZone = 'UTC'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",  # SELECT FROM a Python variable is not SQL on the warehouse
    "SET enable_external_access = false",  # no files, no network, no ATTACH, no COPY, no extensions
    "SET lock_configuration = true",  # last: after it nothing above can be undone
)


@contextmanager
def draft(path: Path) -> Iterator[Connection]:
    """A connection that writes a new file at ``path``; checkpointed and closed when the block ends well."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"ATTACH '{literal(path)}' AS draft (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE draft")
        yield connection
        connection.execute("CHECKPOINT draft")
        connection.execute("USE memory")
        connection.execute("DETACH draft")
    finally:
        connection.close()


@contextmanager
def published(path: Path) -> Iterator[Connection]:
    """A connection that can read the file at ``path`` and nothing else on this machine.

    Attached to an instance of its own: ``duckdb.connect(path)`` would share one per path and process, and a long-lived
    reader would hand its old file to every newer one.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"ATTACH '{literal(path)}' AS gongkai (READ_ONLY)")
        connection.execute("USE gongkai")
        for lock in _LOCKS:
            connection.execute(lock)
        yield connection
    finally:
        connection.close()


@contextmanager
def exporting(path: Path) -> Iterator[Connection]:
    """A connection that reads the file at ``path`` and may write other files: for the exports, never for a user's SQL."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"ATTACH '{literal(path)}' AS gongkai (READ_ONLY)")
        connection.execute("USE gongkai")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def literal(value: object) -> str:
    """Text for use inside SQL quotes."""
    return str(value).replace("'", "''")
