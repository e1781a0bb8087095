"""Real HTTP servers on loopback addresses, answering from a function. Each keeps a log of what it was asked."""

import hashlib
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_hosts = itertools.cycle(f"127.0.{third}.{fourth}" for third in range(7, 200) for fourth in range(1, 250))


@dataclass(frozen=True)
class Asked:
    """One request as the site saw it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.target).query, keep_blank_values=True).items()}


@dataclass(frozen=True)
class Answer:
    """What to answer. ``raw`` takes the socket over instead: the hostile servers."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None

    @property
    def payload(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


NOT_FOUND = Answer("no such page", 404, {"Content-Type": "text/plain"})
Handle = Callable[[Asked], Answer]


class Site:
    """A running site. ``asked`` grows with every request, ``open_requests`` counts those in flight."""

    def __init__(
        self, handle: Handle, host: str | None = None, *, port: int = 0, context: ssl.SSLContext | None = None,
        validators: bool = True,
    ):  # fmt: skip
        self.handle, self.validators = handle, validators
        self.asked: list[Asked] = []
        self.in_flight = self.most_in_flight = 0
        self._lock = threading.Lock()
        self.host = host or next(_hosts)
        self._server = _Server((self.host, port), _Handler)
        self._server.site = self
        self.scheme = "http"
        if context is not None:
            self.scheme = "https"
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.authority}{path}"

    def paths(self, *, robots: bool = False) -> list[str]:
        """Targets asked for, in order, without robots.txt."""
        return [asked.target for asked in self.asked if robots or asked.path != "/robots.txt"]

    def enter(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def leave(self) -> None:
        with self._lock:
            self.in_flight -= 1

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(*handles: Handle) -> Iterator[list[Site]]:
    """Sites for the length of a ``with`` block, each on an address of its own."""
    sites = [Site(handle) for handle in handles]
    try:
        yield sites
    finally:
        for site in sites:
            site.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up on a hostile server is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60
    disable_nagle_algorithm = True  # headers and body go out in two writes: the second would wait 40 ms for an ACK

    def _serve(self) -> None:
        site = self.server.site
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            self.command, self.path, {key.lower(): value for key, value in self.headers.items()},
            self.rfile.read(length) if length else b"", time.monotonic(),
        )  # fmt: skip
        site.enter(asked)
        try:
            self._answer(site, site.handle(asked))
        finally:
            site.leave()

    do_GET = do_POST = _serve  # noqa: N815 - names that http.server looks up

    def _answer(self, site: Site, answer: Answer) -> None:
        if answer.raw is not None:
            answer.raw(self.connection)
            self.close_connection = True
            return
        payload, headers = answer.payload, dict(answer.headers)
        if answer.status == 200 and site.validators and self.command == "GET":
            tag = f'"{hashlib.md5(payload).hexdigest()}"'
            headers.setdefault("ETag", tag)
            if self.headers.get("If-None-Match") == tag:
                self._send(304, b"", headers)
                return
        self._send(answer.status, payload, headers)

    def _send(self, status: int, payload: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        if status == 304:
            headers.pop("Content-Type", None)
        else:
            headers.setdefault("Content-Type", "text/html; charset=utf-8")
            headers.setdefault("Content-Length", str(len(payload)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""
