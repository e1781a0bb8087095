"""`gongkai show`: what the archive holds of a report, and its bytes as they were published."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.runtime.workspace import published, workspace
from gongkai.errors import WrongUsage
from gongkai.printing import counted, err, print_blocks, print_json
from gongkai.services.answers.citation import capture_seen_at, demand_report_id, document_of
from pipelines.atomic import replace_atomically
from pipelines.crawl.archive.captures import Capture, captures_of, load_capture
from pipelines.home import Home
from pipelines.warehouse.queries.cell_lookup import find_report
from pipelines.warehouse.queries.query import query
from schemas.errors import GongkaiError
from schemas.settings import Settings
from schemas.tables.sql import quote

_VERSIONS = """
SELECT version, first_fetched_at, document_url FROM history.report_versions WHERE report_id = {report_id} ORDER BY version"""
_COLUMNS = (
    "version",
    "seen_at",
    "kind",
    "url",
    "content_type",
    "bytes",
    "sha256",
    "warc_file",
    "offset",
    "holds_figures",
)


class NotHeld(GongkaiError):
    """The archive does not hold what was asked for; the message says what it holds."""


class FileExists(GongkaiError):
    """The file to write is there already."""


@dataclass(frozen=True)
class HeldVersion:
    """A version of a report with its archived copy."""

    version: int
    document_url: str
    capture: Capture

    @property
    def holder(self) -> str:
        """Address of the archived document that holds the figures."""
        return document_of(self.capture, self.document_url)[0]

    def rows(self) -> Iterator[dict[str, Any]]:
        """The page and each attached file, as held."""
        page = self.capture
        yield self._row(
            "page", page.url, page.content_type, page.n_page_bytes, page.page_digest or page.payload_digest, page
        )
        for file in page.attachments:
            yield self._row("attachment", file.url, file.content_type, file.n_bytes, file.payload_digest, file)

    def _row(
        self, kind: str, url: str, content_type: str | None, n_bytes: int, digest: str, place: Any
    ) -> dict[str, Any]:
        return {
            "version": self.version, "seen_at": self.capture.first_fetched_at, "kind": kind, "url": url,
            "content_type": content_type, "bytes": n_bytes, "sha256": digest,
            "warc_file": f"archive/{self.capture.province}/{place.warc_file}", "offset": place.warc_offset,
            "holds_figures": url == self.holder,
        }  # fmt: skip


def show(settings: Settings, report_id: str, *, version: int | None, as_json: bool) -> None:
    """Print every archived document of a report: version, digest, place in the archive.

    Raises:
        CellNotFound: no such report.
        NotHeld: its copies are not in this data folder.
    """
    held = _held(published(settings, with_log=True), report_id, version)
    rows = [row for item in held for row in item.rows()]
    if as_json:
        print_json(rows)
        return
    print_blocks(_COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])


def save(settings: Settings, report_id: str, to: Path, *, version: int | None, page: bool, force: bool) -> None:
    """Write the archived document that holds the figures (or the page) to a file, byte for byte.

    Raises:
        FileExists: ``to`` is there and ``force`` was not given.
        NotHeld, CellNotFound: there is no such report, version or copy.
        ArchiveError: the archived bytes are missing or do not match their digest.
    """
    if to.is_dir():
        raise WrongUsage(f"--save {to} is a folder: give the name of a file")
    if to.exists() and not force:
        raise FileExists(f"{to} exists: give another name, or --force to replace it")
    with ExitStack() as stack:
        # The archive of an object store is not part of a release: a working copy brings the file that is asked for.
        home = (
            Home(settings.home)
            if settings.store is None
            else stack.enter_context(workspace(settings, "gongkai show")).home
        )
        chosen = _held(home, report_id, version)[-1]
        loaded = load_capture(home, chosen.capture)
    address = chosen.capture.url if page else chosen.holder
    attached = {file.url: file.data for file in loaded.attachments}
    data = loaded.data if page else attached.get(address, loaded.data)
    replace_atomically(to, lambda draft: draft.write_bytes(data))
    told = f"{counted(len(data), 'byte')} in {to}: {address}, version {chosen.version}"
    err.print(told, markup=False, soft_wrap=True)


def _held(home: Home, report_id: str, version: int | None) -> Sequence[HeldVersion]:
    """The versions with archived copies, oldest first; only ``version`` where one is asked for."""
    report = find_report(home, demand_report_id(report_id))
    captures = captures_of(home, report["province"], report_id)
    held = [
        HeldVersion(number, document_url, capture)
        for number, seen_at, document_url in query(home, _VERSIONS.format(report_id=quote(report_id))).iter_rows()
        if (capture := capture_seen_at(captures, seen_at)) is not None
    ]
    if not held:
        raise NotHeld(f"the fetch log in {home.root} does not tell of report {report_id}: its archive is elsewhere")
    wanted = [item for item in held if version in (None, item.version)]
    if not wanted:
        raise NotHeld(f"no version {version} of report {report_id}: held are {', '.join(str(i.version) for i in held)}")
    return wanted
