"""`gongkai explore`: the pages on loopback, or as files."""

import threading
from pathlib import Path

import uvicorn

from assets.runtime.workspace import published
from gongkai.errors import demand_province
from gongkai.explore.app import application
from gongkai.explore.export_site import export_site
from gongkai.explore.in_process import get
from gongkai.explore.store import Store
from gongkai.listening import listen
from gongkai.printing import counted, err
from schemas.settings import Settings

_LOOPBACK = "127.0.0.1"


def serve(settings: Settings, port: int) -> None:
    """Serve the pages on loopback until interrupted.

    Raises:
        WarehouseMissing: nothing has been published in this data folder yet.
        WrongUsage: the port is taken.
    """
    home = published(settings, with_log=True)
    Store(home).identity()
    listening = listen(_LOOPBACK, port)
    with listening:
        address = f"http://{_LOOPBACK}:{listening.getsockname()[1]}"
        err.print(f"Explore on {address} (data in {settings.address}); stop with Ctrl-C", markup=False, soft_wrap=True)
        app = application(home)
        # Compute the figures of the nation before the first request.
        threading.Thread(target=get, args=(app, "/"), daemon=True).start()
        config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listening])


def export_to(settings: Settings, to: Path, province: str | None) -> None:
    """Write the pages as files into ``to`` and say how many were written.

    Raises:
        WrongUsage: no such province.
    """
    demand_province(province)
    done = export_site(published(settings, with_log=True), to, province)
    counts = f"{counted(done.written, 'file')} written, {done.kept} unchanged, {done.removed} removed"
    err.print(f"{counts}; open {to / 'index.html'}", markup=False, soft_wrap=True)
