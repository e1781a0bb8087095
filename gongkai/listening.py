"""The port that a server of the command line listens on."""

import socket

from gongkai.errors import WrongUsage


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address.

    Args:
        port: 0 for any that is free.

    Raises:
        WrongUsage: The port is taken, or the address is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise WrongUsage(f"--host {host}: {error.strerror}") from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise WrongUsage(f"--port {port} on {host}: {error.strerror}; give another") from error
    return listening
