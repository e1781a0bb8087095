"""The pages as files, made by the same routes: links become relative, and what no file answers is no link.

A manifest of digests lies beside them, so that a second export writes what changed and removes what is gone.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path, PurePosixPath

from starlette.applications import Starlette

from gongkai.explore.app import application
from gongkai.explore.in_process import get
from gongkai.explore.safety import STATIC
from gongkai.explore.store import Store
from pipelines.atomic import replace_atomically
from pipelines.home import Home
from schemas.errors import GongkaiError

MANIFEST = ".gongkai-export.json"
_LINKING = re.compile(r"<(?:a|img|iframe|link)\b[^<>]*>")
_ADDRESS = re.compile(r' (href|src)="([^"]*)"')
_NAME = re.compile(r"/[A-Za-z0-9_./-]*")


class ExportFailed(GongkaiError, RuntimeError):
    """A page could not be made; what was exported before is as it was, but for pages that were written already."""


@dataclass(frozen=True)
class ExportSummary:
    """How many files were written, were as they should be, and were removed."""

    written: int
    kept: int
    removed: int


def export_site(home: Home, to: Path, province: str | None = None) -> ExportSummary:
    """Write the pages into ``to``, of all provinces or of one.

    Raises:
        WarehouseMissing: nothing has been published yet.
        ExportFailed: a page could not be made.
    """
    return _Site(home, to, province).write()


def file_of(path: str) -> str:
    """The file that answers an address: ``/report/12`` → ``report/12.html``, ``/`` → ``index.html``."""
    if path == "/":
        return "index.html"
    name = path.lstrip("/")
    return name if PurePosixPath(name).suffix or name.endswith("/picture") else f"{name}.html"


def relinked(page: str, own: str, files: Iterable[str]) -> str:
    """The page with addresses relative to its own file. An address that no file answers loses its attribute."""
    known = files if isinstance(files, set | frozenset) else frozenset(files)

    def address(found: re.Match[str]) -> str:
        target, hash_mark, fragment = unescape(found[2]).partition("#")
        if not target:
            return found[0]
        path, _, query = target.partition("?")
        if query or not path.startswith("/") or file_of(path) not in known:
            return ""
        relative = os.path.relpath(file_of(path), os.path.dirname(own) or ".")
        return f' {found[1]}="{escape(relative + hash_mark + fragment, quote=True)}"'

    return _LINKING.sub(lambda tag: _ADDRESS.sub(address, tag[0]), page)


class _Site:
    """One export."""

    def __init__(self, home: Home, to: Path, province: str | None) -> None:
        self._app: Starlette = application(home)
        self._store: Store = self._app.state.store
        self._to = to
        self._before = _manifest(to)
        self._now: dict[str, str] = {}
        self._written = 0
        self._pages = self._addresses(province)

    def write(self) -> ExportSummary:
        files = {file_of(path) for path in self._pages} | {f"static/{file.name}" for file in STATIC.iterdir()}
        for file in STATIC.iterdir():
            self._put(f"static/{file.name}", file.read_bytes())
        for path in self._pages:
            self._page(path, files)
        removed = self._remove(self._before.keys() - self._now.keys())
        text = json.dumps(self._now, indent=0, sort_keys=True)
        replace_atomically(self._to / MANIFEST, lambda draft: draft.write_text(text, "utf-8"))
        self._store.close()
        return ExportSummary(self._written, len(self._now) - self._written, removed)

    def _addresses(self, province: str | None) -> list[str]:
        reports = self._store.ask("export_reports", province=province).rows
        found = ["/", "/findings", "/changes", "/dictionary"]
        found += [f"/region/{row['lineage_code']}" for row in self._store.ask("export_regions", province=province).rows]
        found += sorted({f"/organ/{row['agency_id']}" for row in reports if row["agency_id"]})
        for row in reports:
            found.append(f"/report/{row['report_id']}")
            found += [f"/source/{row['report_id']}/{version}" for version in range(1, row["n_versions"] + 1)]
        return [path for path in found if _NAME.fullmatch(path)]

    def _page(self, path: str, files: set[str]) -> None:
        reply = get(self._app, path, static=True)
        if reply.status != 200:
            raise ExportFailed(f"{path}: the page answers {reply.status}")
        own, pictures = file_of(path), self._pictures(path, reply.text)
        page = relinked(reply.text, own, files | {file_of(picture) for picture in pictures})
        is_same = self._put(own, page.encode("utf-8"))
        for picture, content in pictures.items():
            name = file_of(picture)
            if is_same and name in self._before and (self._to / name).exists():
                self._now[name] = self._before[name]
            elif (drawn := content()) is not None:
                self._put(name, drawn)

    def _pictures(self, path: str, page: str) -> Mapping[str, "_Picture"]:
        """What a source shows as pictures: asked for only when the page has changed."""
        if not path.startswith("/source/"):
            return {}
        found = {
            unescape(item[2])
            for tag in _LINKING.finditer(page)
            for item in _ADDRESS.finditer(tag[0])
            if item[1] == "src"
        }
        return {address: _Picture(self._app, address) for address in sorted(found) if address.startswith("/source/")}

    def _put(self, name: str, content: bytes) -> bool:
        """Write a file unless it is there as it should be. Returns whether it was."""
        digest = hashlib.sha256(content).hexdigest()
        self._now[name] = digest
        target = self._to / name
        if self._before.get(name) == digest and target.exists():
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(target, lambda draft: draft.write_bytes(content))
        self._written += 1
        return False

    def _remove(self, names: Iterable[str]) -> int:
        gone = [self._to / name for name in names]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)


@dataclass(frozen=True)
class _Picture:
    """A picture that can be asked for; None when it cannot be made."""

    app: Starlette
    address: str

    def __call__(self) -> bytes | None:
        reply = get(self.app, self.address)
        return reply.body if reply.status == 200 else None


def _manifest(to: Path) -> dict[str, str]:
    """What the last export wrote; names that would lead out of the folder are none of ours."""
    path = to / MANIFEST
    if not path.exists():
        return {}
    held = json.loads(path.read_text("utf-8"))
    return {name: digest for name, digest in held.items() if _NAME.fullmatch(f"/{name}") and ".." not in name}
