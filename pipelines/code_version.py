"""A digest of all code and data in ``pipelines`` and ``schemas`` that can change a result."""

import hashlib
from functools import cache
from pathlib import Path

_DATA = (".py", ".yaml", ".csv", ".txt", ".sql", ".json")


@cache
def code_version() -> str:
    """Digest of the sources of ``pipelines`` and ``schemas``; equal on two machines with the same checkout."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(p for floor in ("pipelines", "schemas") for p in (root / floor).rglob("*") if p.suffix in _DATA):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
