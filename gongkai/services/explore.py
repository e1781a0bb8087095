"""`gongkai explore`: the pages on loopback."""

import socket

import uvicorn

from assets.runtime.workspace import published
from gongkai.errors import WrongUsage
from gongkai.explore.app import application
from gongkai.explore.store import Store
from gongkai.printing import err
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
    listening = _listen(port)
    with listening:
        address = f"http://{_LOOPBACK}:{listening.getsockname()[1]}"
        err.print(f"Explore on {address} (data in {settings.address}); stop with Ctrl-C", markup=False, soft_wrap=True)
        config = uvicorn.Config(
            application(home), log_level="warning", server_header=False, timeout_graceful_shutdown=3
        )
        uvicorn.Server(config).run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise WrongUsage(f"--port {port}: {error.strerror}; give another, or 0 for any that is free") from error
    return listening
