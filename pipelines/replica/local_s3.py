"""Lets DuckDB read ``s3://`` addresses from local files while it creates views over them.

DuckDB opens the files of a view when the view is created. Requesting thousands of files that were just uploaded would be slow and
could fail halfway. Readers of the views open the real addresses.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from pipelines.warehouse.database import Connection


def stand_in(files: Mapping[str, Path]) -> Callable[[Connection], None]:
    """A function that registers ``files`` (address → local file) with a connection."""
    return lambda connection: connection.register_filesystem(_StandIn(files))


class _StandIn(LocalFileSystem):  # type: ignore[misc]  # fsspec has no types
    """A read-only file system that maps addresses to local files."""

    protocol = "s3"
    cachable = False

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__()
        self._files = {self._bare(url): str(path) for url, path in files.items()}

    @staticmethod
    def _bare(url: str) -> str:
        return url.removeprefix("s3://")

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return cls._bare(str(path))

    def glob(self, path: str, **_: Any) -> list[str]:
        return [self._bare(path)] if self._bare(path) in self._files else []

    def exists(self, path: str, **_: Any) -> bool:
        return self._bare(path) in self._files

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().info(self._files[self._bare(path)])
        return found | {"name": self._bare(path)}

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        return super()._open(self._files[self._bare(path)], mode, **options)
