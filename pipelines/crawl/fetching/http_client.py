"""One HTTP exchange: a request, the bytes that came back, or the class of failure. No redirects, no retries, no policy."""

import re
import time
import zlib
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import requote_uri
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, ProtocolError

from pipelines.crawl.fetching.content_encoding import Decoder, decoder
from pipelines.crawl.fetching.failures import DamagedBody, DeadlineStruck, Stopped, TooLarge, failure_class, innermost
from pipelines.crawl.fetching.guard import Permit, RefusedByGuard
from pipelines.crawl.fetching.sessions import GuardedSession, Outgoing, Sessions
from pipelines.crawl.fetching.watchdog import Watchdog
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.policy import CrawlPolicy
from schemas.sources import TlsMode

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 65_536
_ANSWERS = (200, 304)
_NEEDS_NO_QUOTES = re.compile(r"https?://[a-z0-9.:-]+((?:/[\w~-][\w.~-]*)+/?(?:\?[\w.~&=/-]*)?)", re.ASCII)
"""An address that is sent as it stands: no escapes, no dots to be resolved."""


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
    """The result of a request. ``failure`` is set if there is no complete response; ``body`` has no Content-Encoding."""

    request: Request
    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    n_wire_bytes: int = 0
    elapsed: float = 0.0
    latency: float = 0.0  # until the headers arrived: the latency for AutoThrottle
    sent_after: float = 0.0  # connecting and, on a busy machine, waiting for the processor
    peer: str | None = None
    failure: Outcome | None = None
    message: str = ""
    is_stale: bool = False  # the kept connection was closed by the server: no failure of the site
    is_rendered: bool = False  # the body is the page as a browser finished it, not what the server sent
    is_damaged: bool = False  # the body does not match its Content-Encoding: an error of the page, not of the host
    _by_name: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_error_page(self) -> bool:
        """Whether the status is an error for AutoThrottle: as in Scrapy, such an answer never lowers the delay."""
        return self.status not in _ANSWERS

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
    """Performs exchanges over guarded sessions. Safe for many threads as long as a host is used by one at a time."""

    def __init__(self, sessions: Sessions, policy: CrawlPolicy) -> None:
        self.sessions = sessions
        self.policy = policy
        self.watchdog = Watchdog(policy.total_deadline)
        self._headers = {
            "User-Agent": policy.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip, deflate",
        }
        self._connect_timeout = policy.connect_timeout
        self._read_timeout = min(policy.read_timeout, policy.total_deadline)

    def close(self) -> None:
        self.watchdog.stop()
        self.sessions.close()

    def perform(self, request: Request, permit: Permit, *, tls: TlsMode = TlsMode.DEFAULT) -> Exchange:
        """Send ``request`` to the permitted host and read the answer within the caps and the deadline. Never raises for
        what a server does; asks once, also when the kept connection was gone (``is_stale``): the pace is the caller's."""
        started = time.monotonic()
        scheme = urlsplit(request.url).scheme
        session = self.sessions.take(scheme, permit, tls=tls)
        try:
            return self._attempt(request, session, started)
        finally:
            self.sessions.give_back(scheme, session, tls=tls)

    def _attempt(self, request: Request, session: GuardedSession, started: float) -> Exchange:
        line, n_connects = session.line, session.line.n_connects
        line.sent_at = None
        ticket = self.watchdog.arm(line.cut)
        response: HTTPResponse | None = None
        try:
            response = session.send(
                self._outgoing(request), connect_timeout=self._connect_timeout, read_timeout=self._read_timeout
            )
            latency = time.monotonic() - started
            body, n_wire = self._read(response, started)
            if not self.watchdog.disarm(ticket):
                raise DeadlineStruck
            return Exchange(
                request, response.status, response.reason or "", tuple(response.headers.items()), body, n_wire,
                time.monotonic() - started, latency, (line.sent_at or started) - started, line.peer,
            )  # fmt: skip
        except (RefusedByGuard, HTTPError, HTTPException, OSError, ValueError, zlib.error, Stopped) as error:
            struck = not self.watchdog.disarm(ticket) or isinstance(error, DeadlineStruck)
            session.drop()
            if response is not None:
                response.close()
            outcome, message = (
                (Outcome.TIMEOUT, f"not finished after {self.policy.total_deadline:g} s")
                if struck
                else failure_class(error)
            )
            reused = line.sent_at is not None and line.n_connects == n_connects
            cause = innermost(error)
            broken = isinstance(cause, ProtocolError | HTTPException | ConnectionError)
            return Exchange(
                request, elapsed=time.monotonic() - started, sent_after=(line.sent_at or started) - started, failure=outcome,
                message=message, is_stale=response is None and reused and broken and not struck,
                is_damaged=isinstance(cause, DamagedBody),
            )  # fmt: skip
        finally:
            self.watchdog.disarm(ticket)

    def _outgoing(self, request: Request) -> Outgoing:
        headers = dict(self._headers)
        for name, value in request.headers:  # a Referer may hold Chinese steps; a header may not
            headers[name.title()] = value if value.isascii() else requote_uri(value)
        return Outgoing(request.method, request.url, _target(request.url), headers, request.body)

    def _read(self, response: HTTPResponse, started: float) -> tuple[bytes, int]:
        inflate = None
        parts: list[bytes] = []
        n_wire = n_decoded = 0
        while chunk := response.read1(_CHUNK, decode_content=False):
            if not n_wire:
                encoding, kind = (response.headers.get(name, "") for name in ("content-encoding", "content-type"))
                inflate = decoder(encoding, chunk, kind)
            n_wire += len(chunk)
            if n_wire > self.policy.max_bytes:
                raise TooLarge(f"more than {self.policy.max_bytes} bytes")
            if inflate is not None:
                chunk = _inflated(inflate, chunk, self.policy.max_decoded_bytes - n_decoded + 1)
            n_decoded += len(chunk)
            if n_decoded > self.policy.max_decoded_bytes:
                raise TooLarge(f"more than {self.policy.max_decoded_bytes} bytes after decompression")
            parts.append(chunk)
            if time.monotonic() - started > self.policy.total_deadline:
                raise DeadlineStruck
        if inflate is not None and n_wire and not inflate.eof:
            raise DamagedBody("compressed body ends early")
        return b"".join(parts), n_wire


def _target(url: str) -> str:
    """Path and query of an address as they are sent, quoted where a browser would quote them. Raises ValueError."""
    if found := _NEEDS_NO_QUOTES.fullmatch(url):
        return found[1]
    prepared = requests.PreparedRequest()
    prepared.prepare_url(url, None)
    return prepared.path_url


def _inflated(inflate: Decoder, chunk: bytes, limit: int) -> bytes:
    try:
        return inflate.decompress(chunk, limit)
    except zlib.error as error:
        raise DamagedBody(f"body cannot be decompressed: {error}") from error
