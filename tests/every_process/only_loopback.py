"""Nothing outside loopback is contacted by any test, nor by a process that a test starts.

The audit hook sees each connect, datagram and name lookup before it happens, refuses what leaves this machine, and writes it
down, so that code which swallows the refusal still fails the test. A datagram socket may be connected: that sends nothing
(it is how a program learns its own address).
"""

import ipaddress
import os
import socket
import sys
from typing import Any

LOG = "LEFT_LOOPBACK"
"""Environment variable: the file in which refusals are written down."""
_PLACES = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_NAMES = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


class LeftLoopback(Exception):
    """A test, or a process it started, was about to contact another machine."""


def is_here(host: object) -> bool:
    """Whether a host, as an address or a name, is this machine."""
    if host is None or isinstance(host, bytes):
        return host in (None, b"", b"localhost")
    name = str(host).partition("%")[0]
    if name in ("", "localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def target(event: str, args: tuple[Any, ...]) -> object:
    """The host that an audit event is about to reach; None when it reaches nobody."""
    if event in _NAMES:
        return args[0]
    sock, address = args[0], args[_PLACES[event]]
    if not isinstance(address, tuple) or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    return None if event == "socket.connect" and sock.type == socket.SOCK_DGRAM else address[0]


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event not in _PLACES and event not in _NAMES:
        return
    host = target(event, args)
    if is_here(host):
        return
    if path := os.environ.get(LOG):
        with open(path, "a", encoding="utf-8") as log:
            log.write(f"{event} {host!r}: {sys.argv}\n")
    raise LeftLoopback(f"{event} {host!r}: tests stay on loopback")


sys.addaudithook(_watch)
