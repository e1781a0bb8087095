"""Decides which hosts and addresses the crawler may connect to (SECURITY.md). Opens no connection itself.

A name is checked before each request and each redirect hop; the address is checked on the resolver's answer, and the
connection is made to exactly the address that was checked (``guarded_transport``), so nothing can change between.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from schemas.errors import GongkaiError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

_CLOUD_METADATA = frozenset({ipaddress.ip_address("168.63.129.16"), ipaddress.ip_address("fd00:ec2::254")})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class RefusedByGuard(GongkaiError):
    """The host is not registered, or its address is not a public one."""


@dataclass(frozen=True)
class Permit:
    """Permission to connect to one host. ``listed``: the operator named it explicitly, so private addresses are allowed."""

    host: str
    port: int
    listed: bool


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver. Raises ``socket.gaierror``."""
    return list(dict.fromkeys(str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@dataclass(frozen=True)
class Guard:
    """Decides by suffix and list. ``allow_hosts`` holds ``host`` or ``host:port`` entries valid for every source."""

    allow_hosts: tuple[str, ...] = ()
    resolver: Resolver = resolve

    def permit(self, url: str, allow_hosts: Iterable[str] = ()) -> Permit:
        """Check the host of ``url``; ``allow_hosts`` are the source's own.

        Raises:
            RefusedByGuard: not http(s), with credentials, or a host that is neither ``*.gov.cn`` nor listed.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise RefusedByGuard(f"{url!r} is not a valid address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RefusedByGuard(f"{url!r} is not an http address")
        if parts.username is not None or parts.password is not None:
            raise RefusedByGuard(f"{parts.hostname}: an address with a user name in it")
        host = parts.hostname.rstrip(".")
        listed = {entry.lower() for entry in (*self.allow_hosts, *allow_hosts)}
        bracketed = f"[{host}]" if ":" in host else host
        if host in listed or bracketed in listed or f"{bracketed}:{port}" in listed:
            return Permit(host, port, listed=True)
        if host.endswith(".gov.cn") and not _is_address(host):
            return Permit(host, port, listed=False)
        raise RefusedByGuard(
            f"host {host}:{port} is not registered (.gov.cn, or allow_hosts of the source, or --allow-host)"
        )

    def addresses(self, permit: Permit) -> list[str]:
        """Resolve the host and hand back the addresses that may be connected to.

        One forbidden answer among public ones refuses the host: that is how a rebinding name looks.

        Raises:
            RefusedByGuard: an answer is not a public address and the host is not listed.
            OSError: the name does not resolve.
        """
        answers = self.resolver(permit.host, permit.port)
        if not permit.listed:
            for answer in answers:
                if not is_public(answer):
                    raise RefusedByGuard(f"host {permit.host} resolves to {answer}, which is not a public address")
        if not answers:
            raise OSError(f"{permit.host} has no address")
        return answers


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether ``address`` belongs to the public internet.

    Loopback, private, link-local, carrier, multicast, reserved, unspecified and cloud-metadata addresses do not, and
    neither do IPv6 forms (mapped, 6to4, Teredo, NAT64) that carry such an address inside.
    """
    try:
        parsed: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if parsed in _CLOUD_METADATA or not parsed.is_global or parsed.is_multicast:
        return False
    return all(inner.is_global and inner not in _CLOUD_METADATA for inner in _embedded(parsed))


def _embedded(address: Address) -> list[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [item for item in inner if item is not None]
