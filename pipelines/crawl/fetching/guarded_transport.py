"""Adapters of ``requests`` that connect only to addresses that the guard allows.

An adapter serves one host under one permit and keeps one connection open. Its connection class resolves the permitted name,
checks the addresses and connects to a checked one, whatever the URL or proxy variables say.
"""

import functools
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from pipelines.crawl.fetching.guard import Guard, Permit

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


class GuardedAdapter(HTTPAdapter):
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
