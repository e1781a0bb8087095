"""The pages as files in both languages, made by the same routes: links become relative, and what no file answers is no link.

A manifest lies beside them. A second export writes what changed and removes what is gone; the pages of a report or an organ are
not even made again while nothing that they show has changed.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape, unescape
from pathlib import Path, PurePosixPath

from starlette.applications import Starlette

from gongkai.explore.app import application
from gongkai.explore.in_process import get
from gongkai.explore.safety import STATIC
from gongkai.explore.store import Store
from gongkai.explore.words import LANGUAGES
from pipelines.atomic import replace_atomically
from pipelines.code_version import code_version
from pipelines.home import Home
from schemas.errors import GongkaiError

MANIFEST = ".gongkai-export.json"
_LINKING = re.compile(r"<(?:a|img|iframe|link)\b[^<>]*>")
_ADDRESS = re.compile(r' (href|src)="([^"]*)"')
_NAME = re.compile(r"/[A-Za-z0-9_./-]*")
_QUERIES = {"": "zh", **{f"lang={lang}": lang for lang in LANGUAGES}}
"""Queries that a file answers: that of the language."""
_ONCE = (".png", ".css", ".svg", "/picture")
"""Ends of addresses that are the same in every language."""


class ExportFailed(GongkaiError, RuntimeError):
    """A page could not be made; what was exported before is as it was, but for pages that were written already."""


@dataclass(frozen=True)
class ExportSummary:
    """How many files were written, were as they should be, and were removed."""

    written: int
    kept: int
    removed: int


@dataclass(frozen=True)
class _Manifest:
    """Digest by file name, and by address a mark of what its page shows."""

    files: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)


def export_site(home: Home, to: Path, province: str | None = None) -> ExportSummary:
    """Write the pages into ``to``, of all provinces or of one.

    Raises:
        WarehouseMissing: nothing has been published yet.
        ExportFailed: a page could not be made.
    """
    return _Site(home, to, province).write()


def file_of(path: str, lang: str = "zh") -> str:
    """The file that answers an address: ``/report/12`` → ``report/12.html``, ``/`` → ``index.html``; English lies in ``en/``."""
    name = path.lstrip("/") or "index"
    if path.endswith(_ONCE):
        return name
    file = name if PurePosixPath(name).suffix == ".atom" else f"{name}.html"
    return file if lang == "zh" else f"{lang}/{file}"


def relinked(page: str, own: str, files: Iterable[str]) -> str:
    """The page with addresses relative to its own file. An address that no file answers loses its attribute."""
    known = files if isinstance(files, set | frozenset) else frozenset(files)

    def address(found: re.Match[str]) -> str:
        target, hash_mark, fragment = unescape(found[2]).partition("#")
        if not target:
            return found[0]
        path, _, query = target.partition("?")
        if query not in _QUERIES or not path.startswith("/") or file_of(path, _QUERIES[query]) not in known:
            return ""
        relative = os.path.relpath(file_of(path, _QUERIES[query]), os.path.dirname(own) or ".")
        return f' {found[1]}="{escape(relative + hash_mark + fragment, quote=True)}"'

    return _LINKING.sub(lambda tag: _ADDRESS.sub(address, tag[0]), page)


class _Site:
    """One export."""

    def __init__(self, home: Home, to: Path, province: str | None) -> None:
        self._app: Starlette = application(home)
        self._store: Store = self._app.state.store
        self._to = to
        self._before = _manifest(to)
        self._now = _Manifest()
        self._written = 0
        self._pages = self._addresses(province)

    def write(self) -> ExportSummary:
        files = {file_of(path, lang) for path in self._pages for lang in LANGUAGES}
        files |= {f"static/{file.name}" for file in STATIC.iterdir()}
        for file in STATIC.iterdir():
            self._put(f"static/{file.name}", file.read_bytes())
        for path, mark in self._pages.items():
            if not self._keep(path, mark):
                for lang in LANGUAGES:
                    self._page(path, lang, files)
            if mark:
                self._now.marks[path] = mark
        removed = self._remove(self._before.files.keys() - self._now.files.keys())
        text = json.dumps(vars(self._now), indent=0, sort_keys=True)
        replace_atomically(self._to / MANIFEST, lambda draft: draft.write_text(text, "utf-8"))
        self._store.close()
        return ExportSummary(self._written, len(self._now.files) - self._written, removed)

    def _addresses(self, province: str | None) -> dict[str, str]:
        """Addresses, each with a mark of what its page shows; without one it is always made again."""
        code = f"{_code()}/{province or ''}"
        reports = self._store.ask("export_reports", province=province).rows
        peers = {row["agency_id"]: row["mark"] for row in self._store.ask("export_peers", province=province).rows}
        regions = [
            f"/region/{row['lineage_code']}" for row in self._store.ask("export_regions", province=province).rows
        ]
        found = dict.fromkeys(["/", "/findings", "/changes", "/changes.atom", "/dictionary", *regions], "")
        organs: dict[str, list[int]] = {}
        for row in reports:
            mark = f"{code}/{row['mark']}"
            found |= {f"/source/{row['report_id']}/{version}": mark for version in range(1, row["n_versions"] + 1)}
            found[f"/report/{row['report_id']}"] = mark
            organs.setdefault(row["agency_id"] or "", []).append(row["mark"])
        for organ, marks in sorted(organs.items()):
            if organ:
                found[f"/organ/{organ}"] = f"{code}/{peers.get(organ)}/{sorted(marks)}"
        return {path: mark and _short(mark) for path, mark in found.items() if _NAME.fullmatch(path)}

    def _keep(self, path: str, mark: str) -> bool:
        """Keep the files of a page that shows what it showed. False when it must be made again."""
        own = [file_of(path, lang) for lang in LANGUAGES]
        if not mark or self._before.marks.get(path) != mark or not set(own) <= self._before.files.keys():
            return False
        below = f"{path.lstrip('/')}/"
        names = [*own, *self._drawn.get(below, ())]
        if not all((self._to / name).exists() for name in names):
            return False
        self._now.files.update({name: self._before.files[name] for name in names})
        return True

    @cached_property
    def _drawn(self) -> dict[str, list[str]]:
        """Pictures of the last export, by the folder of their source."""
        found: dict[str, list[str]] = {}
        for name in self._before.files:
            if name.startswith("source/") and name.endswith(_ONCE):
                found.setdefault("/".join(name.split("/")[:3]) + "/", []).append(name)
        return found

    def _page(self, path: str, lang: str, files: set[str]) -> None:
        reply = get(self._app, f"{path}?lang={lang}", static=True)
        if reply.status != 200:
            raise ExportFailed(f"{path}: the page answers {reply.status}")
        own, pictures = file_of(path, lang), self._pictures(path, reply.text)
        is_page = own.endswith(".html")  # the feed has addresses of its own
        page = relinked(reply.text, own, files | {file_of(picture) for picture in pictures}) if is_page else reply.text
        is_same = self._put(own, page.encode("utf-8"))
        for picture, content in pictures.items():
            name = file_of(picture)
            if name in self._now.files:
                continue
            if is_same and name in self._before.files and (self._to / name).exists():
                self._now.files[name] = self._before.files[name]
            elif (drawn := content()) is not None:
                self._put(name, drawn)

    def _pictures(self, path: str, page: str) -> Mapping[str, "_Picture"]:
        """What a source shows as pictures: asked for only when the page has changed."""
        if not path.startswith("/source/"):
            return {}
        found = {
            unescape(item[2]).partition("?")[0]
            for tag in _LINKING.finditer(page)
            for item in _ADDRESS.finditer(tag[0])
            if item[1] == "src"
        }
        return {address: _Picture(self._app, address) for address in sorted(found) if address.startswith("/source/")}

    def _put(self, name: str, content: bytes) -> bool:
        """Write a file unless it is there as it should be. Returns whether it was."""
        digest = hashlib.sha256(content).hexdigest()
        self._now.files[name] = digest
        target = self._to / name
        if self._before.files.get(name) == digest and target.exists():
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


def _code() -> str:
    """What decides how data is shown: this package, and what decides results."""
    digest = hashlib.sha256(code_version().encode())
    for path in sorted(Path(__file__).parent.rglob("*.*")):
        if path.suffix in (".py", ".html", ".sql", ".css", ".yaml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _short(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()[:20]


def _manifest(to: Path) -> _Manifest:
    """What the last export wrote; names that would lead out of the folder are none of ours."""
    path = to / MANIFEST
    held = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if "files" not in held:  # an older layout
        held = {"files": held, "marks": {}}
    files = {name: digest for name, digest in held["files"].items() if _NAME.fullmatch(f"/{name}") and ".." not in name}
    return _Manifest(files, held["marks"])
