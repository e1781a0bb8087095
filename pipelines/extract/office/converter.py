"""LibreOffice as a converter: one file in, one docx out, in a process of its own that cannot reach the network.

The file is untrusted. The process gets a profile and a folder of its own, limits of time, memory and output, and no network
where the system lets us take it away; elsewhere its profile leads all requests to a proxy that is not there. It is killed with
its children. Macros are not run: conversion loads none, and the profile forbids them.
"""

import contextlib
import math
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from schemas.errors import GongkaiError

SECONDS = 90
MEMORY_BYTES = 3 << 30
OUTPUT_BYTES = 128 << 20
INSTALL = "install LibreOffice (Debian: `apt-get install libreoffice-writer-nogui`) and read it again"
_PROGRAMS = ("soffice", "libreoffice")
_NOWHERE = "127.0.0.1"
"""Where LibreOffice is told that its proxy is. Nothing listens on port 9, so that links lead nowhere without ``unshare`` too."""
_PROFILE = {
    "Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "DisableActiveContent": "true",
        "BlockUntrustedRefererLinks": "true",
    },
    "Inet/Settings": {
        "ooInetProxyType": "1",
        "ooInetHTTPProxyName": _NOWHERE,
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": _NOWHERE,
        "ooInetHTTPSProxyPort": "9",
        "ooInetFTPProxyName": _NOWHERE,
        "ooInetFTPProxyPort": "9",
        "ooInetNoProxy": "",
    },
}


class ConversionFailed(GongkaiError):
    """The file was not converted; the message says why, and what to do where something can be done."""


def program() -> str | None:
    """Path of LibreOffice, None where it is not installed."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


@cache
def version() -> str | None:
    """``LibreOffice 7.4.7.2``; None where it is not installed or does not say."""
    office = program()
    if office is None:
        return None
    try:
        told = subprocess.run(
            [office, "--version"], capture_output=True, text=True, timeout=SECONDS, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    return " ".join(told.split()[:2]) or None


def build() -> str:
    """What tells one installation of LibreOffice from another, without starting it; empty where there is none."""
    office = program()
    if office is None:
        return ""
    path = Path(office).resolve()
    notes = path.with_name("versionrc")
    return notes.read_text(encoding="utf-8", errors="replace") if notes.exists() else f"{path} {path.stat().st_size}"


def to_docx(data: bytes, extension: str) -> bytes:
    """Convert a Word, WPS or RTF file to docx.

    Args:
        data: The file.
        extension: ``doc``, ``wps`` or ``rtf``: what LibreOffice is told that it is.

    Raises:
        ConversionFailed: LibreOffice is not installed, took too long, or made nothing of the file.
    """
    office = program()
    if office is None:
        raise ConversionFailed(f"LibreOffice is not installed; {INSTALL}")
    with tempfile.TemporaryDirectory(prefix="gongkai-office-") as place:
        folder = Path(place)
        source = folder / f"report.{extension}"
        source.write_bytes(data)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
        _run([*_without_network(), office, *_arguments(folder, source)], folder)
        made = folder / "out" / "report.docx"
        if not made.exists():
            raise ConversionFailed(
                "LibreOffice made no document of the file: it is damaged, protected, or no such file"
            )
        return made.read_bytes()


def _profile() -> str:
    """Settings that no document can change: no macros, no active content, no way out."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}">'
        + "".join(
            f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>' for name, value in values.items()
        )
        + "</item>"
        for path, values in _PROFILE.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>\n'
    )


def _arguments(folder: Path, source: Path) -> list[str]:
    return [
        f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--invisible", "--norestore", "--nolockcheck",
        "--nodefault", "--nologo", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(source),
    ]  # fmt: skip


def _run(command: list[str], folder: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        _limit(process.pid)
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as late:
        raise ConversionFailed(f"LibreOffice took longer than {SECONDS} seconds over the file") from late
    finally:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process with its children: the group that it leads."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _limit(pid: int) -> None:
    """Bound the process; its children inherit the bounds."""
    seconds = math.ceil(SECONDS)
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ProcessLookupError):  # it may have ended already
            resource.prlimit(pid, kind, (most, most))


@cache
def _without_network() -> tuple[str, ...]:
    """``unshare`` with an empty network namespace, where the system allows one."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    for command in ((unshare, "--net"), (unshare, "--user", "--map-root-user", "--net")):
        try:
            tried = subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if tried.returncode == 0:
            return command
    return ()
