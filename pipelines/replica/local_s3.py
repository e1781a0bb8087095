"""Lets DuckDB open ``s3://`` addresses whose bytes lie here, while it makes views over them.

DuckDB looks at the files of a view when the view is made. Thousands of requests for what this machine has just written
would be slow and could fail halfway; readers open the real addresses.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fsspec.implementations.local import LocalFileSystem

from pipelines.warehouse.database import Connection


def stand_in(files: Mapping[str, Path]) -> Callable[[Connection], None]:
    """What teaches a connection to read ``files`` (address → local file)."""
    return lambda connection: connection.register_filesystem(_StandIn(files))


class _StandIn(LocalFileSystem):  # type: ignore[misc]  # fsspec has no types
    """The local file system under other names."""

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
