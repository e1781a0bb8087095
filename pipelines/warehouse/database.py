"""The only module that opens DuckDB: a draft for writing, or a published file for reading."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.5.0"
"""Files written by DuckDB 2.0 in its own format cannot be opened by 1.5, which most tools still carry."""

MEMORY = 3 << 29
"""Bytes that DuckDB may take while a file is built or exported."""

_THREADS = 8
"""Threads share that memory; with more each has too little to sort in."""

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
        _bound_memory(connection, path)
        connection.execute(f"ATTACH '{literal(path)}' AS draft (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE draft")
        yield connection
        connection.execute("CHECKPOINT draft")
        connection.execute("USE memory")
        connection.execute("DETACH draft")
    finally:
        connection.close()
        shutil.rmtree(_spill(path), ignore_errors=True)


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
        _bound_memory(connection, path)
        yield connection
    finally:
        connection.close()
        shutil.rmtree(_spill(path), ignore_errors=True)


def _bound_memory(connection: Connection, path: Path) -> None:
    """Give DuckDB a fixed amount of memory whatever the file holds: sorts and joins beyond it go to a folder beside the file."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    connection.execute(f"SET memory_limit = '{min(MEMORY, physical // 2)}B'")
    connection.execute(f"SET threads = {min(os.cpu_count() or 1, _THREADS)}")
    connection.execute(f"SET temp_directory = '{literal(_spill(path))}'")


def _spill(path: Path) -> Path:
    """Where statements on this file put what does not fit into memory; ``atomic.remove_abandoned`` knows such names."""
    return path.with_name(f".{path.name.strip('.')}.{os.getpid()}.spill")


def literal(value: object) -> str:
    """Text for use inside SQL quotes."""
    return str(value).replace("'", "''")
