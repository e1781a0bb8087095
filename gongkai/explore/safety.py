"""What every answer carries, and which requests are answered at all."""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).with_name("static")

_PAGE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
SANDBOX = "allow-top-navigation-by-user-activation"
"""All that a framed source may do: a click on a cell leads back to its figure. From disk it is of the same origin as well, or
no style and no link of it would work there; scripts run in neither."""
_SOURCE = (
    f"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
    f" sandbox {SANDBOX}"
)
_ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip


class Guard:
    """Refuses a request under a foreign host name, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = _SOURCE if scope["path"].startswith("/source/") else _PAGE
            await send(message)

        if _name(Headers(scope=scope).get("host", "")) not in self._hosts:
            refusal = PlainTextResponse("this host name is not served here", 421)
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)


def _name(host: str) -> str:
    """``127.0.0.1:8000`` → ``127.0.0.1``; ``[::1]:8000`` → ``[::1]``."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()
