"""The error that means "the command was called wrongly" (exit status 2 instead of 1), and checks of common options."""

from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import GongkaiError
from schemas.vocabulary import PROVINCES


class WrongUsage(GongkaiError):
    """An option or argument that cannot be meant. The message says what is allowed."""


def demand_province(name: str | None) -> None:
    """Raise WrongUsage unless ``name`` is a province, or none is asked for."""
    if name is not None and name not in PROVINCES:
        raise WrongUsage(f"--province {name!r}: no such province; they are {', '.join(PROVINCES)}")


def demand_folder_of(to: Path | None) -> None:
    """Raise WrongUsage when there is no folder for the file that ``--to`` names: known before the work, not behind it."""
    if to is not None and not to.absolute().parent.is_dir():
        raise WrongUsage(f"--to {to}: there is no folder {to.absolute().parent}")


def demand_sources_folder(sources: Path, why: str) -> None:
    """Raise WrongUsage when the sources are one file: proposals and what is accepted of them lie in a folder below."""
    if sources.is_file() or (sources.suffix == ".yaml" and not sources.is_dir()):
        raise WrongUsage(f"--sources {sources}: a file; {why}")


def demand_address(option: str, url: str) -> None:
    """Raise WrongUsage unless ``url`` is an address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(map(str.isspace, url)):
        raise WrongUsage(f"{option} {url!r}: must be an absolute http:// or https:// address")
