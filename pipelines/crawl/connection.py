"""Connections that go only where the guard allows, and a watchdog that ends an exchange at its total deadline.

urllib3's connection classes are used without its pools: the crawler holds at most one connection per host, follows
redirects itself and keeps no cookies, so all that ``requests`` would add is switched off here anyway.
"""

import heapq
import socket
import ssl
import threading
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from pipelines.crawl.guard import Guard, Permit


class _Guarded(HTTPConnection):
    """Mixin over urllib3's connection: resolves, checks, and connects to the checked address itself."""

    guard: Guard
    permit: Permit
    peer: str | None = None

    def _new_conn(self) -> socket.socket:
        try:
            addresses = self.guard.addresses(self.permit)
        except OSError as error:
            raise NameResolutionError(self.host, self, socket.gaierror(str(error))) from error
        failure: OSError | None = None
        timeout = self.timeout if isinstance(self.timeout, int | float) else None
        for address in addresses[:4]:
            try:
                sock = socket.create_connection((address, self.port or self.permit.port), timeout)
            except OSError as error:
                failure = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.peer = address
            return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"no answer from {self.host} within {timeout} s") from failure
        raise NewConnectionError(self, f"cannot connect to {self.host}:{self.port}: {failure}") from failure


class GuardedHTTP(_Guarded):
    """Plain connection."""


class GuardedHTTPS(_Guarded, HTTPSConnection):
    """TLS connection: the name, not the address, goes into SNI and into the certificate check."""


def tls_context(legacy: bool, ca_file: Path | None) -> ssl.SSLContext:
    """Verifying TLS context. ``legacy`` admits old renegotiation, short keys and TLS 1.0; it never skips verification."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    if legacy:
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        with warnings.catch_warnings():  # the deprecation is the point: these sites have nothing newer
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    return context


class Watchdog:
    """Shuts a socket down when its exchange runs over the total deadline.

    A per-read timeout cannot do this: a server that drips one byte of header every few seconds resets it each time.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, HTTPConnection]] = []
        self._armed: dict[int, HTTPConnection] = {}
        self._condition = threading.Condition()
        self._ticket = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="crawl-watchdog", daemon=True)
        self._thread.start()

    def arm(self, connection: HTTPConnection, seconds: float) -> int:
        """Start a deadline for ``connection``; hand the ticket to :meth:`disarm`."""
        with self._condition:
            self._ticket += 1
            self._armed[self._ticket] = connection
            heapq.heappush(self._heap, (time.monotonic() + seconds, self._ticket, connection))
            if self._heap[0][1] == self._ticket:
                self._condition.notify()
            return self._ticket

    def disarm(self, ticket: int) -> bool:
        """End the deadline; False when it has already struck."""
        with self._condition:
            return self._armed.pop(ticket, None) is not None

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._condition:
            while not self._stopped:
                while self._heap and self._heap[0][1] not in self._armed:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._condition.wait()
                    continue
                at, ticket, connection = self._heap[0]
                remaining = at - time.monotonic()
                if remaining > 0:
                    self._condition.wait(remaining)
                    continue
                heapq.heappop(self._heap)
                if self._armed.pop(ticket, None) is not None:
                    _cut(connection)


def _cut(connection: HTTPConnection) -> None:
    sock: Any = connection.sock
    if sock is None:
        return
    try:
        # On a TLS socket the plain shutdown is wanted: SSLSocket.shutdown would drop the session under a reading thread.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # already gone


@dataclass
class ConnectionPool:
    """Open connections, at most one per (scheme, host, port, tls, listed); the frontier lets one thread use it at a time."""

    guard: Guard
    ca_file: Path | None = None
    limit: int = 512
    _open: dict[tuple[str, str, int, bool, bool], HTTPConnection] = field(default_factory=dict)
    _contexts: dict[bool, ssl.SSLContext] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, scheme: str, permit: Permit, *, legacy: bool, timeout: float) -> tuple[HTTPConnection, bool]:
        """Hand out the connection for a host, and whether it has been used before."""
        key = (scheme, permit.host, permit.port, legacy, permit.listed)
        with self._lock:
            connection = self._open.pop(key, None)
        if connection is not None and connection.sock is not None:
            return connection, True
        if connection is not None:
            connection.close()
        return self._create(scheme, permit, legacy, timeout), False

    def give_back(self, scheme: str, connection: HTTPConnection, *, legacy: bool) -> None:
        permit: Permit = connection.permit  # type: ignore[attr-defined]
        key = (scheme, permit.host, permit.port, legacy, permit.listed)
        with self._lock:
            previous = self._open.pop(key, None)
            self._open[key] = connection
            oldest = self._open.pop(next(iter(self._open))) if len(self._open) > self.limit else None
        for unused in (previous, oldest):
            if unused is not None:
                unused.close()

    def close(self) -> None:
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()

    def _create(self, scheme: str, permit: Permit, legacy: bool, timeout: float) -> HTTPConnection:
        connection: GuardedHTTP | GuardedHTTPS
        if scheme == "https":
            with self._lock:
                context = self._contexts.get(legacy) or self._contexts.setdefault(
                    legacy, tls_context(legacy, self.ca_file)
                )
            connection = GuardedHTTPS(permit.host, permit.port, timeout=timeout, ssl_context=context)
        else:
            connection = GuardedHTTP(permit.host, permit.port, timeout=timeout)
        connection.guard, connection.permit = self.guard, permit
        return connection
