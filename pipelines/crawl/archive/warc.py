"""The archive: WARC 1.1, one gzip member per record, ``archive/<province>/<run>.warc.gz`` (rotated by size).

Bodies are stored decoded, so that digests in log and archive agree. Original transfer headers are kept under
``X-Archive-Orig-`` names, as in pywb.
"""

import gzip
import hashlib
import io
import os
import string
import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from requests.utils import requote_uri
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

from pipelines.atomic import make_durable
from pipelines.crawl.fetching.http_client import Exchange
from schemas.errors import GongkaiError

_GZIP_LEVEL = 6
_ASCII = string.punctuation + " "
_TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NOT_MODIFIED_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_IDENTICAL_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class ArchiveError(GongkaiError):
    """A record is not where the log says, or its bytes do not match their digest."""


@dataclass(frozen=True)
class Payload:
    """Where the bytes of a digest are."""

    digest: str
    warc_file: str
    warc_offset: int


def digest_of(body: bytes) -> str:
    """SHA-256 of a decoded body, in hex."""
    return hashlib.sha256(body).hexdigest()


def response_member(exchange: Exchange, url: str, record_id: str, at: datetime, digest: str) -> bytes:
    """A ``response`` record with the bytes, and a ``request`` record before it when the request was a POST."""
    members = b""
    if exchange.request.body is not None:
        members = _request_member(exchange, url, record_id, at)
    headers = _warc_headers(record_id, at, digest, exchange.peer)
    return members + _member("response", url, headers, _http_headers(exchange), exchange.body)


def revisit_member(exchange: Exchange, url: str, record_id: str, at: datetime, digest: str, *, refers_to: str) -> bytes:
    """A ``revisit`` record: the server said 304, or sent bytes that the archive already holds."""
    profile = _NOT_MODIFIED_PROFILE if exchange.status == 304 else _IDENTICAL_PROFILE
    headers = _warc_headers(record_id, at, digest, exchange.peer)
    headers |= {"WARC-Profile": profile, "WARC-Refers-To-Target-URI": refers_to}
    return _member("revisit", url, headers, _http_headers(exchange))


def resource_member(body: bytes, url: str, record_id: str, at: datetime, digest: str, content_type: str) -> bytes:
    """A ``resource`` record: bytes of an imported file or a rendered page, not of an HTTP response."""
    return _member("resource", url, _warc_headers(record_id, at, digest), None, body, content_type)


def warcinfo_member(filename: str, run_id: str, user_agent: str) -> bytes:
    """The ``warcinfo`` record at the start of a file."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=False, warc_version="1.1")
    info = {
        "software": "gongkai (warcio)",
        "format": "WARC File Format 1.1",
        "isPartOf": run_id,
        "http-header-user-agent": user_agent,
    }
    writer.write_record(writer.create_warcinfo_record(filename, info))
    return _compress(buffer.getvalue())


def load_body(path: Path, offset: int, digest: str) -> bytes:
    """Read the bytes of the record at ``offset`` back and check them against ``digest``.

    Raises:
        ArchiveError: the file is missing or truncated, or the bytes do not match.
    """
    try:
        with path.open("rb") as handle:
            handle.seek(offset)
            # Decompressed here: on damage warcio would write to stderr and go on.
            for record in ArchiveIterator(gzip.GzipFile(fileobj=handle)):
                if record.rec_type == "request":
                    continue
                body: bytes = record.content_stream().read()
                break
            else:
                raise ArchiveError(f"{path}: no record at {offset}")
    except (
        gzip.BadGzipFile,
        ArchiveLoadFailed,
        StatusAndHeadersParserException,
        ValueError,
        EOFError,
        zlib.error,
    ) as error:
        raise ArchiveError(f"{path}: the record at {offset} is damaged") from error
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    if digest_of(body) != digest:
        raise ArchiveError(f"{path}: the record at {offset} does not match its digest")
    return body


@dataclass
class Segment:
    """The archive file being written. ``append`` hands back (offset, length) of each member; ``sync`` makes them durable."""

    path: Path
    position: int

    @classmethod
    def begin(cls, folder: Path, run_id: str, user_agent: str) -> "Segment":
        """Open a new file for ``run_id``; an existing one is never appended to."""
        folder.mkdir(parents=True, exist_ok=True)
        number = 1
        path = folder / f"{run_id}.warc.gz"
        while path.exists():
            number += 1
            path = folder / f"{run_id}-{number:04d}.warc.gz"
        head = warcinfo_member(path.name, run_id, user_agent)
        with path.open("xb") as handle:
            handle.write(head)
        make_durable(path)
        make_durable(folder)
        return cls(path, len(head))

    def append(self, members: Iterable[bytes]) -> list[int]:
        """Append members and make them durable. Returns their offsets."""
        offsets = []
        with self.path.open("ab") as handle:
            for member in members:
                offsets.append(self.position)
                handle.write(member)
                self.position += len(member)
            handle.flush()
            os.fsync(handle.fileno())
        return offsets


def _member(
    kind: str,
    url: str,
    warc_headers: Mapping[str, str],
    http_headers: StatusAndHeaders | None,
    body: bytes = b"",
    content_type: str = "",
) -> bytes:
    """One record. warcio's writer goes five times over headers and body for digests that are known here."""
    block = (http_headers.to_ascii_bytes() if http_headers is not None else b"") + body
    fields = [
        *warc_headers.items(),
        ("WARC-Type", kind),
        ("WARC-Target-URI", url),
        ("Content-Type", content_type or WARCWriter.WARC_RECORDS[kind]),
        ("Content-Length", str(len(block))),
    ]
    head = StatusAndHeaders("", fields, protocol="WARC/1.1").to_bytes(encoding="utf-8")
    return _compress(b"".join((head, block, b"\r\n\r\n")))


def _compress(record: bytes) -> bytes:
    return zlib.compress(record, _GZIP_LEVEL, wbits=zlib.MAX_WBITS + 16)


def _date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _warc_headers(record_id: str, at: datetime, digest: str, peer: str | None = None) -> dict[str, str]:
    headers = {
        "WARC-Record-ID": f"<urn:uuid:{record_id}>",
        "WARC-Date": _date(at),
        "WARC-Payload-Digest": f"sha256:{digest}",
    }
    if peer:
        headers["WARC-IP-Address"] = peer
    return headers


def _http_headers(exchange: Exchange) -> StatusAndHeaders:
    pairs = [
        (f"X-Archive-Orig-{key}" if key.lower() in _TRANSFER_HEADERS else key, value) for key, value in exchange.headers
    ]
    if exchange.status != 304:
        pairs.append(("Content-Length", str(len(exchange.body))))
    reason = quote(exchange.reason, safe=_ASCII)  # as warcio does with headers: some servers answer "200 正常"
    return StatusAndHeaders(f"{exchange.status} {reason}".strip(), pairs, protocol="HTTP/1.1")


def _request_member(exchange: Exchange, url: str, response_id: str, at: datetime) -> bytes:
    headers = StatusAndHeaders(
        f"{exchange.request.method} {requote_uri(url)} HTTP/1.1", list(exchange.request.headers), is_http_request=True
    )
    about = {
        "WARC-Date": _date(at),
        "WARC-Concurrent-To": f"<urn:uuid:{response_id}>",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
    }
    return _member("request", url, about, headers, exchange.request.body or b"")
