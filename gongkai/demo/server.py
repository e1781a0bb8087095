"""One embedded site over HTTP/1.1: validators, conditional requests, gzip, and the Hanweb data proxy."""

import gzip
from collections.abc import Mapping
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from gongkai.demo.resources import Resource, Site

_NOT_FOUND = b"<html><head><title>404</title></head><body>404</body></html>"


class Request(NamedTuple):
    """One request as a site saw it."""

    site: str
    path: str
    status: int
    user_agent: str


class DemoServer(ThreadingHTTPServer):
    """A bound site: what it serves, and the log it shares with the other sites."""

    daemon_threads = True
    allow_reuse_address = True
    site: Site
    served: dict[str, Resource]
    log: list[Request]


def _http_date(resource: Resource) -> str:
    return format_datetime(datetime.combine(resource.modified, time(1, 30), UTC), usegmt=True)


class Handler(BaseHTTPRequestHandler):
    """Answers GET, HEAD and POST from ``DemoServer.served``."""

    protocol_version = "HTTP/1.1"
    server: DemoServer
    timeout = 30

    def do_GET(self) -> None:
        resource = self._find()
        if resource is None:
            self._answer(404, _NOT_FOUND, {"Content-Type": "text/html"})
            return
        headers = {"Content-Type": resource.content_type, **(resource.headers or {}), **self._validators(resource)}
        if resource.status == 200 and not resource.is_dynamic and self._is_unchanged(headers):
            self._answer(304, b"", headers)
            return
        payload = resource.body
        if self.server.site.spec.get("gzip") and "gzip" in self.headers.get("Accept-Encoding", ""):
            payload, headers = gzip.compress(payload, mtime=0), {**headers, "Content-Encoding": "gzip"}
        self._answer(resource.status, payload, headers)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        """jpage scripts post the same arguments that a GET carries in its query."""
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        self.path += ("&" if "?" in self.path else "?") + form
        self.do_GET()

    def _find(self) -> Resource | None:
        served = self.server.served
        parts = urlsplit(self.path)
        if self.path in served:
            return served[self.path]
        if parts.path.endswith("dataproxy.jsp"):
            query = dict(parse_qsl(parts.query))
            number = query.get("page") or self._page_of_record(query)
            return served.get(f"{parts.path}?page={number}")
        return served.get(parts.path)

    def _page_of_record(self, query: Mapping[str, str]) -> int:
        per_page = next((c["per_page"] for c in self.server.site.spec["columns"] if c["kind"] == "jpage"), 1)
        start = query.get("startrecord", "1")
        return (int(start) - 1) // int(per_page) + 1 if start.isdigit() else 1

    def _validators(self, resource: Resource) -> dict[str, str]:
        kinds = () if resource.is_dynamic else self.server.site.spec["validators"]
        tags = {}
        if "etag" in kinds:
            tags["ETag"] = f'"{sha256(resource.body).hexdigest()[:16]}"'
        if "last_modified" in kinds:
            tags["Last-Modified"] = _http_date(resource)
        return tags

    def _is_unchanged(self, validators: Mapping[str, str]) -> bool:
        wanted = self.headers.get("If-None-Match")
        if wanted is not None:  # RFC 9110: If-Modified-Since counts only without If-None-Match
            return validators.get("ETag") in [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
        since, modified = self.headers.get("If-Modified-Since"), validators.get("Last-Modified")
        if not since or not modified:
            return False
        try:
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _answer(self, status: int, payload: bytes, headers: Mapping[str, str]) -> None:
        agent = self.headers.get("User-Agent", "")
        self.server.log.append(Request(self.server.site.name, self.path, status, agent))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on stderr: ``DemoSites.requests`` is the log."""
