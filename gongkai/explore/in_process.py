"""Asking the application without a socket: what the export and the tests do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Reply:
    """What the application answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def get(app: ASGIApp, address: str, *, host: str = "127.0.0.1", static: bool = False, method: str = "GET") -> Reply:
    """One request. ``static``: the page is made for an export."""
    return asyncio.run(_get(app, address, host, static, method))


async def _get(app: ASGIApp, address: str, host: str, static: bool, method: str) -> Reply:
    split = urlsplit(address)
    query = quote(split.query, safe="=&%+-_.~:;,/()").encode()
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": unquote(split.path), "raw_path": split.path.encode(), "query_string": query, "root_path": "",
        "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "gongkai.static": static,
    }  # fmt: skip
    sent: list[Message] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in asked:
            return message
        return await asyncio.Event().wait()  # type: ignore[return-value]  # never disconnects

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = next(message for message in sent if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(start["status"], headers, body)
