"""Sessions with hosts: one connection that the guard allows, and the cookies of the host for one run.

A session is one connection of urllib3; ``requests`` keeps its cookies. Redirects, retries and pace are the crawl's own.
"""

import contextlib
import ssl
import threading
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

from requests.cookies import RequestsCookieJar, extract_cookies_to_jar, get_cookie_header
from urllib3 import HTTPResponse

from pipelines.crawl.fetching.guard import Guard, Permit
from pipelines.crawl.fetching.guarded_transport import Line, PatientTLSSocket, guarded_connection
from schemas.sources import TlsMode

_LONGEST_COOKIE = 4096
_MOST_COOKIES = 30  # of one host


class _FewCookies(DefaultCookiePolicy):
    """Bounded in size: a header may be anything."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether to keep a cookie."""
        return len(cookie.value or "") <= _LONGEST_COOKIE and bool(super().set_ok(cookie, request))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it is sent: ``target`` is the path and query of ``url``. Cookies are added to the headers."""

    method: str
    url: str
    target: str
    headers: dict[str, str]
    body: bytes | None = None


class GuardedSession:
    """A session for one permit: a connection that is kept open between requests, and the cookies of the host.

    Nothing of ``requests.Session`` or of urllib3's pools is wanted here: no redirects, no proxies and passwords from the
    environment, no retries. Without them a request costs half as much.
    """

    def __init__(self, line: Line, context: ssl.SSLContext | None, cookies: RequestsCookieJar) -> None:
        self.line = line
        self._kept = cookies
        self._connection = guarded_connection(line, context)

    def send(self, sent: Outgoing, *, connect_timeout: float, read_timeout: float) -> HTTPResponse:
        """Send with the host's cookies; keep those of the answer when it is a page or a redirect. The body waits to be read: the
        caller reads it to its end, or calls :meth:`drop`."""
        if len(self._kept) and (cookies := get_cookie_header(self._kept, sent)):  # type: ignore[no-untyped-call]
            sent.headers["Cookie"] = cookies
        connection = self._connection
        connection.timeout = connect_timeout
        if not connection.is_connected:  # not yet, or the server has closed it
            connection.close()
            connection.connect()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a server may answer without reading on
            connection.request(sent.method, sent.target, sent.body, sent.headers, preload_content=False)
        connection.timeout = read_timeout
        response = connection.getresponse()
        if "set-cookie" in response.headers and response.status < 400:
            extract_cookies_to_jar(self._kept, sent, response)  # type: ignore[no-untyped-call]
            if len(self._kept) > _MOST_COOKIES:
                self._kept.clear()
        return response

    def drop(self) -> None:
        """Close the connection, because its answer was not read to the end; the next request opens another."""
        self._connection.close()


def tls_context(mode: TlsMode, ca_file: Path | None) -> ssl.SSLContext:
    """Verifying TLS context; no mode skips verification.

    ``LEGACY`` admits old renegotiation, short keys and TLS 1.0. ``P256`` offers no other curve: some servers break off when they
    are offered one that they do not know.
    """
    context = ssl.create_default_context()
    context.sslsocket_class = PatientTLSSocket
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if mode is TlsMode.P256:
        context.set_ecdh_curve("prime256v1")
    if mode is TlsMode.LEGACY:
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():  # deprecated on purpose: these sites support nothing newer
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    return context


_Key = tuple[str, Permit, TlsMode]


@dataclass
class Sessions:
    """Open sessions, one per scheme, permit and TLS mode; the frontier lets one thread use a host at a time."""

    guard: Guard
    ca_file: Path | None = None
    limit: int = 512
    _idle: dict[_Key, GuardedSession] = field(default_factory=dict)
    _cookies: OrderedDict[str, RequestsCookieJar] = field(default_factory=OrderedDict)
    _contexts: dict[TlsMode, ssl.SSLContext] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, scheme: str, permit: Permit, *, tls: TlsMode) -> GuardedSession:
        """Hand out the session for a host, with its open connection if there is one."""
        with self._lock:
            session = self._idle.pop((scheme, permit, tls), None)
            context = self._context(tls) if scheme == "https" and session is None else None
            cookies = self._jar(permit.host)
        return session or GuardedSession(Line(self.guard, permit), context, cookies)

    def forget_cookies(self, host: str) -> None:
        """Drop the cookies of a host, after a block page."""
        with self._lock:
            self._jar(host).clear()

    def give_back(self, scheme: str, session: GuardedSession, *, tls: TlsMode) -> None:
        """Keep a session for the next request; the one that was idle longest is closed when there are too many."""
        key = (scheme, session.line.permit, tls)
        with self._lock:
            surplus = [self._idle.pop(key, None)]
            self._idle[key] = session
            if len(self._idle) > self.limit:
                surplus.append(self._idle.pop(next(iter(self._idle))))
        for unused in surplus:
            if unused is not None:
                unused.drop()

    def cookies(self) -> dict[str, tuple[Cookie, ...]]:
        """The cookies of each host that has some: they last as long as the visit, also when it goes on elsewhere."""
        with self._lock:
            return {host: tuple(CookieJar.__iter__(jar)) for host, jar in self._cookies.items() if len(jar)}

    def keep_cookies(self, kept: Mapping[str, tuple[Cookie, ...]]) -> None:
        """Go on with the cookies of a visit that began elsewhere."""
        with self._lock:
            for host, cookies in kept.items():
                jar = self._jar(host)
                for cookie in cookies:
                    jar.set_cookie(cookie)

    def close(self) -> None:
        with self._lock:
            for session in self._idle.values():
                session.drop()
            self._idle.clear()

    def _jar(self, host: str) -> RequestsCookieJar:
        """The cookies of a host, whatever the scheme; of the hosts asked longest ago they are forgotten."""
        jar = self._cookies.pop(host, None)
        if jar is None:
            jar = RequestsCookieJar(_FewCookies())
        self._cookies[host] = jar
        if len(self._cookies) > self.limit * 2:
            self._cookies.popitem(last=False)
        return jar

    def _context(self, tls: TlsMode) -> ssl.SSLContext:
        if tls not in self._contexts:
            self._contexts[tls] = tls_context(tls, self.ca_file)
        return self._contexts[tls]
