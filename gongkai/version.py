"""Which gongkai this is."""

import tomllib
from pathlib import Path


def version() -> str:
    """The version of this checkout, from ``pyproject.toml``; gongkai always runs from its checkout."""
    project = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
