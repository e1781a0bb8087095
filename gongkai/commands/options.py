"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None, typer.Option("--home", help="The data folder, instead of GONGKAI_HOME.", show_default=False)
]
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host", help="A host outside .gov.cn that may be reached; may be repeated.", show_default=False
    ),
]
Sources = Annotated[
    Path | None, typer.Option("--sources", help="A sources file or a folder of them.", show_default=False)
]


def debug(context: typer.Context) -> bool:
    """Was ``--debug`` given before the command?"""
    return bool(context.find_root().params["debug"])


def as_tuple(values: list[str] | None) -> tuple[str, ...] | None:
    """A repeated option as the settings want it; None leaves the setting as it is."""
    return tuple(values) if values else None
