"""Connections of urllib3 that are made only to addresses that the guard allows.

A connection serves one host under one permit. It resolves the permitted name, checks the addresses and connects to a checked
one, whatever the URL or proxy variables say.
"""

import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.wait import wait_for_read

from pipelines.crawl.fetching.guard import Guard, Permit
from pipelines.crawl.turns import Waiting

_TRIED_ADDRESSES = 4  # of one name; each may take the whole connect timeout


class PatientSocket(socket.socket):
    """Gives up the thread's turn while nothing has arrived."""

    @classmethod
    def of(cls, sock: socket.socket) -> Self:
        """Take over a connected socket."""
        timeout = sock.gettimeout()
        taken = cls(sock.family, sock.type, sock.proto, sock.detach())
        taken.settimeout(timeout)
        return taken

    def recv_into(self, *args: Any) -> int:
        """Read what has arrived; wait for it if there is nothing."""
        if wait_for_read(self, 0.0):
            return super().recv_into(*args)
        with Waiting():
            return super().recv_into(*args)


class PatientTLSSocket(ssl.SSLSocket):
    """The same over TLS, where what has arrived may be too little of a record to be read."""

    def recv_into(self, *args: Any) -> int:
        """Read what is deciphered; wait for the next record if there is nothing."""
        if self.pending():
            return super().recv_into(*args)
        with Waiting():
            return super().recv_into(*args)


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

    def connect(self) -> None:
        """Look the name up, connect, and agree on TLS."""
        with Waiting():
            super().connect()

    def request(self, *args: Any, **options: Any) -> None:
        """Send, and note when: connecting is no part of the answer's latency."""
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
            return PatientSocket.of(sock)
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(f"no answer from {self.host}:{permit.port} within {timeout} s") from failure
        raise NewConnectionError(self, f"cannot connect to {self.host}:{permit.port}: {failure}") from failure


class GuardedHTTP(_Guarded):
    """Plain connection."""


class GuardedHTTPS(_Guarded, HTTPSConnection):
    """TLS connection: the name, not the address, goes into SNI and into the certificate check."""


def guarded_connection(line: Line, context: ssl.SSLContext | None) -> HTTPConnection:
    """The connection of a session, not yet open; with a ``context`` it speaks TLS."""
    host, port = line.permit.host, line.permit.port
    if context is None:
        return GuardedHTTP(host, port, line=line)
    return GuardedHTTPS(host, port, line=line, ssl_context=context)
