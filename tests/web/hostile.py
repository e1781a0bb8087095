"""Sites that misbehave: what a crawler must survive without hanging, growing or leaving its path."""

import gzip
import itertools
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.web.pages import items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Handle

Raw = Callable[[socket.socket], None]


def taking_over(raw: Raw, path: str = "/report.html") -> Handle:
    """Serve ``path`` by the raw function and 404 for anything else."""
    return lambda asked: Answer(raw=raw) if asked.path == path else NOT_FOUND


def slow_drip(sock: socket.socket) -> None:
    """A body that comes a byte at a time, each well within the read timeout, for ever."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    _drip(sock, b"x")


def dripping_headers(sock: socket.socket) -> None:
    """A header that never ends."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _drip(sock, b"y")


def stalled_headers(sock: socket.socket) -> None:
    """Accepts, reads, and says nothing."""
    time.sleep(4)


def reset(sock: socket.socket) -> None:
    """Half a body, then RST."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<html>")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def abort(sock: socket.socket) -> None:
    """RST in place of an answer."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def promises_too_much(sock: socket.socket) -> None:
    """Content-Length larger than what comes."""
    sock.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html><body>short</body></html>"
    )


def nonsense(sock: socket.socket) -> None:
    """Not HTTP at all."""
    sock.sendall(b"\x00\x01\x02 hello\r\n\r\n")


def chinese_status_line(sock: socket.socket) -> None:
    """A reason phrase that is not ASCII, and a page."""
    body = report("测试局", 2023).encode()
    head = f"HTTP/1.1 200 正常\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    sock.sendall(head.encode() + body)


def gzip_bomb(_: Asked) -> Answer:
    """Ten kilobytes that become ten megabytes: five times what the test allows."""
    return Answer(gzip.compress(bytes(10_000_000), 6), headers={"Content-Encoding": "gzip"})


def torn_gzip(_: Asked) -> Answer:
    """A compressed body cut in the middle, with a Content-Length that agrees."""
    return Answer(gzip.compress(report("测试局", 2023).encode())[:-200], headers={"Content-Encoding": "gzip"})


def endless_list(prefix: str = "/nb/") -> Handle:
    """A list that always has one more page with new links."""

    def answer(asked: Asked) -> Answer:
        if asked.path.startswith(f"{prefix}p"):
            number = int(asked.path[len(prefix) + 1 : -5])
        elif asked.path == prefix:
            number = 1
        else:
            return NOT_FOUND if asked.path == "/robots.txt" else Answer(report("某局", 2023))
        return Answer(
            page(items([f"{prefix}2024/{number}.html"], number) + f"<a href='{prefix}p{number + 1}.html'>下一页</a>")
        )

    return answer


def circular_list(prefix: str = "/nb/") -> Handle:
    """A list whose next page is the first one again, under ever new addresses."""
    ticket = itertools.count(1)

    def answer(asked: Asked) -> Answer:
        if asked.path == prefix:
            return Answer(
                page(
                    items([f"{prefix}2024/{n}.html" for n in range(3)])
                    + f"<a href='{prefix}?t={next(ticket)}'>下一页</a>"
                )
            )
        return NOT_FOUND if asked.path == "/robots.txt" else Answer(report("某局", 2023))

    return answer


def _drip(sock: socket.socket, byte: bytes) -> None:
    for _ in range(200):
        sock.sendall(byte)
        time.sleep(0.05)


@contextmanager
def openssl_server(folder: Path, certificate: Path, key: Path, *options: str) -> Iterator[tuple[str, int]]:
    """``openssl s_server`` with old habits, serving the files of ``folder``: what Python's own ssl cannot be made to do."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        "openssl",
        "s_server",
        "-accept",
        f"127.0.0.1:{port}",
        "-cert",
        str(certificate),
        "-key",
        str(key),
        "-WWW",
        "-quiet",
    ]
    process = subprocess.Popen(
        [*command, *options], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "OPENSSL_CONF": "/dev/null"},
    )  # fmt: skip
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield "127.0.0.1", port
    finally:
        process.kill()
        process.wait(10)


def tls_server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def serverhello_without_renegotiation_info(sock: socket.socket) -> None:
    """A TLS 1.2 ServerHello as servers before RFC 5746 send it, then silence: enough for a modern client to refuse."""
    sock.recv(4096)
    hello = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
    handshake = b"\x02" + len(hello).to_bytes(3, "big") + hello
    sock.sendall(b"\x16\x03\x03" + len(handshake).to_bytes(2, "big") + handshake)


@contextmanager
def raw_server(raw: Raw) -> Iterator[tuple[str, int]]:
    """A listening socket whose connections are handled by ``raw``, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def accept() -> None:
        listener.settimeout(0.05)
        while not stopped.is_set():
            try:
                sock, _ = listener.accept()
            except TimeoutError:
                continue
            with sock:
                raw(sock)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        stopped.set()
        thread.join()
        listener.close()
