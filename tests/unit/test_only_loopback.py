"""The watch over all tests: what leaves this machine is refused before it happens, here and in processes started by tests."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.every_process.only_loopback import is_here, target

# The event alone is raised: nothing is connected, whatever the hook does.
CHILD = "import socket, sys; sys.audit('socket.connect', socket.socket(), ('{}', 80)); print('went on')"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "", None, "0.0.0.0"])
def test_this_machine_is_here(host: str | None) -> None:
    assert is_here(host)


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "169.254.169.254", "192.0.2.7", "2001:db8::1", "www.invalid", b"www.invalid"]
)
def test_any_other_is_not(host: str | bytes) -> None:
    assert not is_here(host)


def test_only_what_sends_counts() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as datagram, socket.socket() as stream:
        assert target("socket.connect", (datagram, ("192.0.2.7", 9))) is None
        assert target("socket.sendto", (datagram, ("192.0.2.7", 9))) == "192.0.2.7"
        assert target("socket.connect", (stream, ("192.0.2.7", 9))) == "192.0.2.7"
        assert target("socket.getaddrinfo", ("www.invalid", 80, 0, 0, 0)) == "www.invalid"


def test_a_process_that_a_test_starts_is_watched(tmp_path: Path) -> None:
    log = tmp_path / "left"

    def child(host: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", CHILD.format(host)]
        return subprocess.run(
            command, env={**os.environ, "LEFT_LOOPBACK": str(log)}, capture_output=True, text=True, check=False
        )

    assert child("127.0.0.1").stdout == "went on\n"
    refused = child("192.0.2.7")
    assert refused.returncode != 0
    assert "tests stay on loopback" in refused.stderr
    assert "192.0.2.7" in log.read_text(encoding="utf-8")
