"""The files of one version of a report, from the archive by what the published fetch log says of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from pipelines.crawl.archive.archive_writer import payload_path
from pipelines.crawl.archive.warc import load_body
from pipelines.home import Home

_GOOD = frozenset({"fetched", "images_only", "unchanged"})


@dataclass(frozen=True)
class ArchivedFile:
    """A file as the log has it: the page itself first, then what hangs on it."""

    url: str
    content_type: str | None
    digest: str
    province: str
    warc_file: str
    warc_offset: int
    seen_at: datetime

    @property
    def name(self) -> str:
        return unquote(PurePosixPath(urlsplit(self.url).path).name)

    def load(self, home: Home) -> bytes:
        """Its bytes. Raises ArchiveError when the archive does not hold what was logged."""
        return load_body(payload_path(home, self.province, self.warc_file), self.warc_offset, self.digest)


def files_of_version(fetches: Iterable[dict[str, Any]], before: datetime | None) -> list[ArchivedFile]:
    """The page and its attachments as they stood at the end of a version.

    Args:
        fetches: Rows of ``report_fetches``, oldest first.
        before: When the next version was first fetched; None for the current one.
    """
    rows = list(fetches)
    places = {row["payload_digest"]: row for row in rows if row["has_payload"] and row["warc_file"]}
    page: ArchivedFile | None = None
    attachments: dict[str, ArchivedFile] = {}
    for row in rows:
        if row["outcome"] not in _GOOD or row["payload_digest"] not in places:
            continue
        if before is not None and row["fetched_at"] >= before:
            break
        file = _file(row, places[row["payload_digest"]])
        if row["kind"] == "attachment":
            attachments[file.url] = file
        elif row["kind"] == "report":
            if page is not None and page.digest != file.digest:
                attachments = {}
            page = file
    return [*([page] if page else []), *attachments.values()]


def _file(row: dict[str, Any], place: dict[str, Any]) -> ArchivedFile:
    return ArchivedFile(
        row["url"], row["content_type"], row["payload_digest"], place["province"],
        PurePosixPath(place["warc_file"]).name, place["warc_offset"], row["fetched_at"],
    )  # fmt: skip
