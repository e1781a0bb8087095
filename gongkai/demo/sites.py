"""``DemoSites``: the embedded sites on loopback, each on its own address, with a log of what they answered."""

import json
import socket
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import yaml

from gongkai.demo.resources import Site, load_sites, resources
from gongkai.demo.server import DemoServer, Handler, Request
from schemas.errors import GongkaiError


class DemoPortError(GongkaiError, RuntimeError):
    """A port of an earlier night is taken, so the demo's addresses would change."""


class DemoSites:
    """Serves the embedded sites while the ``with`` block runs.

    Args:
        folder: where ``demo-sources/*.yaml`` and the ports are kept. A later night in the same folder uses the
            same ports, so that addresses, and with them report ids, stay the same.
        night: from 2 on, one report is served as its later edited version; everything else is unchanged.
        port: preferred port on every address; a free one is taken when it is 0 or in use.

    Raises:
        DemoPortError: on entering, when a port recorded by an earlier night is now in use.
    """

    def __init__(self, folder: Path, *, night: int = 1, port: int = 0) -> None:
        self.folder = folder
        self.night = night
        self.preferred_port = port
        self.requests: list[Request] = []
        self._servers: dict[str, DemoServer] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        self._write_sources()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def sources_file(self) -> Path:
        """A folder of sources files, one per province: give it to ``--sources``."""
        return self.folder / "demo-sources"

    @property
    def allow_hosts(self) -> tuple[str, ...]:
        """The loopback addresses the crawl may reach, without ports."""
        return tuple(dict.fromkeys(str(server.server_address[0]) for server in self._servers.values()))

    @property
    def answers(self) -> Counter[int]:
        """How many requests got which status so far."""
        return Counter(request.status for request in self.requests)

    def base(self, site: str) -> str:
        """``http://host:port`` of a site by its name in ``sites.yaml``."""
        host, port = self._servers[site].server_address[:2]
        return f"http://{host!s}:{port}"

    def url(self, site: str, page: str) -> str:
        """Address of a page by its site and name in ``sites.yaml``."""
        spec = next(s for s in load_sites() if s.name == site).spec["pages"][page]
        return self.base(site) + str(spec["path"])

    def _start(self) -> None:
        recorded = self._recorded_ports()
        for site in load_sites():
            server = self._bind(site, recorded.get(site.name))
            server.site, server.served, server.log = site, resources(site, self.night), self.requests
            self._servers[site.name] = server
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        ports = {name: server.server_address[1] for name, server in self._servers.items()}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "demo-ports.json").write_text(json.dumps(ports), encoding="utf-8")

    def _stop(self) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def _recorded_ports(self) -> dict[str, int]:
        path = self.folder / "demo-ports.json"
        if not path.exists():
            return {}
        recorded: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))
        return recorded

    def _bind(self, site: Site, recorded: int | None) -> DemoServer:
        # macOS has only 127.0.0.1 unless aliases are made: several ports on one address serve as well.
        host = site.host if _can_bind(site.host) else "127.0.0.1"
        if recorded is not None:
            try:
                return DemoServer((host, recorded), Handler)
            except OSError as error:
                raise DemoPortError(
                    f"port {recorded} on {host}, used by an earlier demo in {self.folder}, is taken: "
                    "stop what uses it, or remove the folder"
                ) from error
        try:
            return DemoServer((host, self.preferred_port), Handler)
        except OSError:
            return DemoServer((host, 0), Handler)

    def _write_sources(self) -> None:
        by_province: dict[str, list[dict[str, Any]]] = {}
        for site in load_sites():
            for spec in site.spec["sources"]:
                source = {
                    "id": spec["id"], "url": self.base(site.name) + spec["path"], "kind": spec.get("kind", "column"),
                    "site": site.title, "delay_seconds": 0, "allow_hosts": [urlsplit(self.base(site.name)).hostname],
                }  # fmt: skip
                if "region" in spec:
                    source["region"] = spec["region"]
                by_province.setdefault(spec["province"], []).append(source)
        self.sources_file.mkdir(parents=True, exist_ok=True)
        for province, sources in by_province.items():
            text = yaml.safe_dump({"province": province, "sources": sources}, allow_unicode=True, sort_keys=False)
            (self.sources_file / f"{province}.yaml").write_text(text, encoding="utf-8")


def _can_bind(host: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True
