"""One HTTP exchange: a request, the bytes that came back, or the class of failure. No redirects, no retries, no policy."""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    HTTPError,
    ProtocolError,
)
from urllib3.util.wait import wait_for_read

from pipelines.crawl.connection import ConnectionPool, Watchdog
from pipelines.crawl.failures import DeadlineStruck, Stopped, TooLarge, failure_class
from pipelines.crawl.guard import Permit, RefusedByGuard
from pipelines.crawl.inflate import decoder
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy

_CHUNK = 65_536


@dataclass(frozen=True)
class Request:
    """What is asked. A body makes it a POST."""

    url: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True)
class Exchange:
    """What came of it. ``failure`` is set when there is no complete response; ``body`` is decoded (no Content-Encoding)."""

    request: Request
    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    n_wire_bytes: int = 0
    elapsed: float = 0.0
    latency: float = 0.0  # until the headers were in: what AutoThrottle measures
    sent_after: float = 0.0  # connecting and, on a busy machine, waiting for the processor
    peer: str | None = None
    failure: Outcome | None = None
    message: str = ""
    _by_name: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """First value of a header, case-insensitively."""
        if not self._by_name and self.headers:
            for key, value in reversed(self.headers):
                self._by_name[key.lower()] = value
        return self._by_name.get(name.lower())

    def target(self) -> str | None:
        """Where a redirect leads, absolute; None when there is no Location or none that can be read.

        Servers send raw UTF-8 or GBK in it, which http.client reads as Latin-1.
        """
        location = (self.header("location") or "").strip().encode("latin-1", errors="ignore")
        if not location:
            return None
        try:
            text = location.decode("utf-8")
        except UnicodeDecodeError:
            text = location.decode("gb18030", errors="replace")
        return absolute(self.request.url, text)


def absolute(base: str, href: str) -> str | None:
    """Join an address found in a page or header; None when it is none (``http://[``)."""
    try:
        url = urljoin(base, href)
        urlsplit(url)
    except ValueError:
        return None
    return url


class Exchanger:
    """Performs exchanges over guarded connections. Safe for many threads as long as a host is used by one at a time."""

    def __init__(self, pool: ConnectionPool, policy: CrawlPolicy) -> None:
        self.pool = pool
        self.policy = policy
        self.watchdog = Watchdog()

    def close(self) -> None:
        self.watchdog.stop()
        self.pool.close()

    def perform(self, request: Request, permit: Permit, *, legacy_tls: bool = False) -> Exchange:
        """Send ``request`` to the permitted host and read the answer within the caps and the deadline. Never raises for
        what a server does."""
        started = time.monotonic()
        exchange, stale = self._attempt(request, permit, legacy_tls, started)
        if stale:  # the server closed an idle connection while we were writing: no failure of the site
            exchange, _ = self._attempt(request, permit, legacy_tls, started)
        return exchange

    def _attempt(self, request: Request, permit: Permit, legacy: bool, started: float) -> tuple[Exchange, bool]:
        policy = self.policy
        scheme = urlsplit(request.url).scheme
        connection, reused = self.pool.take(scheme, permit, legacy=legacy, timeout=policy.connect_timeout)
        if reused and connection.sock is not None and wait_for_read(connection.sock, timeout=0):
            connection.close()  # closed by the server, or bytes beyond the declared length: either way not ours to read
        ticket = self.watchdog.arm(connection, policy.total_deadline)
        keep, answered, sent_after = False, False, 0.0
        try:
            self._connect(connection)
            sent_after = time.monotonic() - started
            response = self._send(connection, request)
            answered = True
            latency = time.monotonic() - started
            body, n_wire = self._read(response, started)
            keep = not response.headers.get("connection", "").lower().startswith("close")
            if not self.watchdog.disarm(ticket):
                raise DeadlineStruck
            peer = getattr(connection, "peer", None)
            headers = tuple((str(key), str(value)) for key, value in response.headers.items())
            return Exchange(
                request, response.status, response.reason or "", headers, body, n_wire,
                time.monotonic() - started, latency, sent_after, peer,
            ), False  # fmt: skip
        except (RefusedByGuard, HTTPError, HTTPException, OSError, ValueError, zlib.error, Stopped) as error:
            struck = not self.watchdog.disarm(ticket) or isinstance(error, DeadlineStruck)
            outcome, message = (
                (Outcome.TIMEOUT, f"not finished after {policy.total_deadline:g} s") if struck else failure_class(error)
            )
            stale = reused and not answered and not struck and isinstance(error, ProtocolError | ConnectionError)
            elapsed = time.monotonic() - started
            return Exchange(request, elapsed=elapsed, sent_after=sent_after, failure=outcome, message=message), stale
        finally:
            self.watchdog.disarm(ticket)
            if keep:
                self.pool.give_back(scheme, connection, legacy=legacy)
            else:
                connection.close()

    def _connect(self, connection: HTTPConnection) -> None:
        if connection.sock is None:
            connection.connect()
        if connection.sock is not None:
            connection.sock.settimeout(min(self.policy.read_timeout, self.policy.total_deadline))

    def _send(self, connection: HTTPConnection, request: Request) -> BaseHTTPResponse:
        target = urlsplit(request.url)
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        headers: Mapping[str, str] = {
            "User-Agent": self.policy.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",
            **dict(request.headers),
        }
        connection.request(request.method, _ascii_path(path), body=request.body, headers=headers, preload_content=False)
        return connection.getresponse()

    def _read(self, response: BaseHTTPResponse, started: float) -> tuple[bytes, int]:
        inflate = decoder(response.headers.get("content-encoding", ""))
        parts: list[bytes] = []
        n_wire = n_decoded = 0
        while chunk := response.read1(_CHUNK, decode_content=False):
            n_wire += len(chunk)
            if n_wire > self.policy.max_bytes:
                raise TooLarge(f"more than {self.policy.max_bytes} bytes")
            if inflate is not None:
                chunk = inflate.decompress(chunk, self.policy.max_decoded_bytes - n_decoded + 1)
            n_decoded += len(chunk)
            if n_decoded > self.policy.max_decoded_bytes:
                raise TooLarge(f"more than {self.policy.max_decoded_bytes} bytes after decompression")
            parts.append(chunk)
            if time.monotonic() - started > self.policy.total_deadline:
                raise DeadlineStruck
        if inflate is not None and n_wire and not inflate.eof:
            raise ProtocolError("compressed body ends early")
        return b"".join(parts), n_wire


def _ascii_path(path: str) -> str:
    """Percent-encode what an address on a Chinese page leaves bare; existing escapes stay."""
    from w3lib.url import safe_url_string

    return path if path.isascii() and " " not in path else str(safe_url_string(path))
