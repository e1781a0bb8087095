"""The statutory forms: forms lint, forms unmatched."""

from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import Home


def lint(files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Form files (YAML).")]) -> None:
    """Check form files: labels unique within their group, identities over rows that exist, keys that are known.

    **Example**

    ```
    gongkai forms lint schemas/forms/2027.yaml
    ```
    """
    from gongkai.services.reports import form_labels

    raise typer.Exit(form_labels.check(files))


def unmatched(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Labels to show; the draft holds all of them.")] = 50,
    draft: Annotated[
        Path | None,
        typer.Option("--draft", help="Write a draft of aliases, for review, into this file.", show_default=False),
    ] = None,
    home: Home = None,
) -> None:
    """Labels of the warehouse that no form knows: how often, where, and the nearest label that is known.

    **Example**

    ```
    gongkai forms unmatched --draft aliases.yaml
    ```
    """
    from gongkai.services.reports import form_labels
    from gongkai.settings import load_settings

    form_labels.unmatched(load_settings(home=home), limit=limit, draft=draft)
