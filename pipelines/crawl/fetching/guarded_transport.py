"""Sessions over adapters of ``requests`` that connect only to addresses that the guard allows.

A session serves one host under one permit and keeps one connection open. Its connection class resolves the permitted name,
checks the addresses and connects to a checked one, whatever the URL or proxy variables say. Redirects, environment variables and
retries of ``requests`` are not used; the crawl has its own rules. Cookies are kept per host for one run.
"""

import functools
import socket
import ssl
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from pipelines.crawl.fetching.guard import Guard, Permit
from schemas.sources import TlsMode

_LONGEST_COOKIE = 4096
_MOST_COOKIES = 30  # of one host
_TRIED_ADDRESSES = 4  # of one name; each may take the whole connect timeout


@dataclass
class Line:
    """The one connection of a session, as the exchange sees it. Used by one thread at a time, and by the watchdog."""

    guard: Guard
    permit: Permit
    connection: HTTPConnection | None = None
    n_connects: int = 0
    sent_at: float | None = None  # monotonic moment at which the last request went out
    peer: str | None = None

    def cut(self) -> None:
        """Shut the socket down under whoever reads from it."""
        sock: Any = self.connection.sock if self.connection is not None else None
        if sock is None:
            return
        try:
            # On a TLS socket the plain shutdown is wanted: SSLSocket.shutdown would drop the session under a reading thread.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            return  # already gone


class _Guarded(HTTPConnection):
    """Mixin over urllib3's connection: resolves, checks, and connects to the checked address itself."""

    line: Line

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self.line = line
        line.connection = self

    def request(self, *args: Any, **options: Any) -> None:
        if self.sock is None:
            self.connect()
        self.line.sent_at = time.monotonic()
        super().request(*args, **options)

    def _new_conn(self) -> socket.socket:
        permit = self.line.permit
        self.line.n_connects += 1
        try:
            addresses = self.line.guard.addresses(permit)
        except OSError as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        failure: OSError | None = None
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        for address in addresses[:_TRIED_ADDRESSES]:
            try:
                sock = socket.create_connection((address, permit.port), timeout)
            except OSError as error:
                failure = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.line.peer = address
            return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(f"no answer from {self.host}:{permit.port} within {timeout} s") from failure
        raise NewConnectionError(self, f"cannot connect to {self.host}:{permit.port}: {failure}") from failure


class GuardedHTTP(_Guarded):
    """Plain connection."""


class GuardedHTTPS(_Guarded, HTTPSConnection):
    """TLS connection: the name, not the address, goes into SNI and into the certificate check."""


class _GuardedPools(PoolManager):
    """Hands out pools whose connections belong to ``line``."""

    def __init__(self, line: Line, **options: Any) -> None:
        super().__init__(**options)
        self._line = line

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        kind = GuardedHTTPS if scheme == "https" else GuardedHTTP
        pool.ConnectionCls = functools.partial(kind, line=self._line)  # type: ignore[assignment]
        return pool


class _GuardedAdapter(HTTPAdapter):
    """The adapter of ``requests`` for one host: what it would look up for each request is looked up once or not at all."""

    def __init__(self, line: Line, context: ssl.SSLContext | None) -> None:
        self._line, self._context = line, context
        self._pool: ConnectionPool | None = None
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make the pool manager, with guarded connections and our TLS context."""
        self.poolmanager = _GuardedPools(
            self._line, num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context, **options
        )

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> ConnectionPool:
        """The one pool: a session has one scheme, host and port."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **options)
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        """Path and query: there is never a proxy."""
        return request.path_url

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """The answer without what nobody reads: its encoding, and a second set of its cookies."""
        response = requests.Response()
        response.status_code, response.reason, response.raw = resp.status, resp.reason, resp
        response.url, response.request = req.url or "", req
        return response

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: trust is set in the context. requests would load certifi's bundle on every connection."""


class _FewCookies(DefaultCookiePolicy):
    """Bounded in size: a header may be anything."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Whether to keep a cookie."""
        return len(cookie.value or "") <= _LONGEST_COOKIE and bool(super().set_ok(cookie, request))


class GuardedSession:
    """A session for one permit: an adapter of ``requests``, and the cookies of the host.

    It is no ``requests.Session``, which would follow redirects (and read bodies without a cap for that), consult the
    environment for proxies and passwords, and cost as much again as the request itself.
    """

    def __init__(self, line: Line, context: ssl.SSLContext | None, cookies: RequestsCookieJar) -> None:
        self.line = line
        self._kept = cookies
        self._adapter = _GuardedAdapter(line, context)

    def send(self, request: requests.PreparedRequest, *, timeout: tuple[float, float]) -> requests.Response:
        """Send with the host's cookies; keep those of the answer when it is a page or a redirect. The body waits to be read."""
        if len(self._kept):
            request.prepare_cookies(self._kept)
        response = self._adapter.send(request, stream=True, timeout=timeout)
        if "set-cookie" in response.raw.headers and response.status_code < 400:
            extract_cookies_to_jar(self._kept, request, response.raw)  # type: ignore[no-untyped-call]
            if len(self._kept) > _MOST_COOKIES:
                self._kept.clear()
        return response

    def close(self) -> None:
        """Close the connection."""
        self._adapter.close()


def tls_context(mode: TlsMode, ca_file: Path | None) -> ssl.SSLContext:
    """Verifying TLS context; no mode skips verification.

    ``LEGACY`` admits old renegotiation, short keys and TLS 1.0. ``P256`` offers no other curve: some servers break off when they
    are offered one that they do not know.
    """
    context = ssl.create_default_context()
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
                unused.close()

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
                session.close()
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
