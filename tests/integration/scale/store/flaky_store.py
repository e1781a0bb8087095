"""A proxy to an S3 server that fails now and then, as a busy store does: 500, 503, lost answers, broken connections."""

import random
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_HOP_BY_HOP = ("connection", "content-length", "transfer-encoding", "date", "server")


@dataclass
class Flaky:
    """What the proxy does to requests; a test may change it at any time."""

    target: str
    share: float  # of requests that are answered with 500 or 503; half of them are done all the same
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    deny: str = ""  # requests whose path contains this are answered with 403
    lose: str = ""  # those are done, and answered with 500
    cuts: int = 0  # so many answers to GET end after half of their bytes
    failed: int = 0
    passed: int = 0
    url: str = ""

    def fate(self, path: str) -> tuple[bool, int]:
        """(whether the store hears of the request, status to answer instead of its own or 0)."""
        if self.deny and self.deny in path:
            return False, 403
        if self.lose and self.lose in path:
            return True, 500
        draw = self.rng.random()
        return draw >= self.share / 2, self.rng.choice((500, 503)) if draw < self.share else 0

    def cut(self, method: str, body: bytes) -> bytes:
        """The bytes of an answer that are sent."""
        if method != "GET" or not self.cuts:
            return body
        self.cuts -= 1
        return body[: len(body) // 2]


@contextmanager
def flaky(target: str, share: float) -> Iterator[Flaky]:
    """Serve a :class:`Flaky` proxy to the server at ``target``."""
    proxy = Flaky(target, share)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Flaky

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard, status = self.proxy.fate(self.path)
        answer = self._forward(body) if heard else (0, {}, b"")
        if status:
            self.proxy.failed += 1
            self._answer(status, {}, b"<Error><Code>InternalError</Code></Error>")
        else:
            self.proxy.passed += 1
            self._answer(*answer)

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("connection", "expect")}
        headers.setdefault("Content-Type", "application/octet-stream")  # urllib's own default says it is a form
        request = urllib.request.Request(
            self.proxy.target + self.path, data=body or None, method=self.command, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        kept = {k: v for k, v in headers.items() if k.lower() not in _HOP_BY_HOP}
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        for name, value in {**kept, "Content-Length": length}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        sent = self.proxy.cut(self.command, body)
        self.wfile.write(sent)
        self.close_connection = self.close_connection or len(sent) < len(body)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass  # noqa: N815 - http.server looks for these names

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""
