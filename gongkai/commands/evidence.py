"""From a figure back to its source: cite, show."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import Home
from gongkai.errors import WrongUsage


class CitationFormat(StrEnum):
    """How a citation is given."""

    TEXT = "text"
    JSON = "json"


class HeldFormat(StrEnum):
    """How the list of archived copies is given."""

    TABLE = "table"
    JSON = "json"


ReportId = Annotated[str, typer.Argument(metavar="REPORT_ID", help="Id of the report: reports.report_id.")]


def cite(
    report_id: ReportId,
    cell: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CELL]",
            show_default=False,
            help="Keys of one figure: line and applicant, procedure and outcome, item and metric, or an indicator.",
        ),
    ] = None,
    form: Annotated[CitationFormat, typer.Option("--format", help="How to print.")] = CitationFormat.TEXT,
    home: Home = None,
) -> None:
    """Print the Chinese citation of a report or of one of its figures, in one line.

    Organ, title, year, dates, the address of the document that holds the figure, the digest of its archived copy, and
    where in it the figure is printed.

    **Examples**

    ```
    gongkai cite 1f0c5b1d2e3a4f56
    gongkai cite 1f0c5b1d2e3a4f56 received total
    gongkai cite 1f0c5b1d2e3a4f56 review upheld --format json
    ```
    """
    from gongkai.services.answers import citation
    from gongkai.settings import load_settings

    citation.cite(load_settings(home=home), report_id, cell or [], as_json=form is CitationFormat.JSON)


def show(
    report_id: ReportId,
    to: Annotated[
        Path | None,
        typer.Option("--save", help="Write the document that holds the figures into this file.", show_default=False),
    ] = None,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="This version only.", show_default="all; --save: current")
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="Save the page, not the file attached to it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file that --save names.")] = False,
    form: Annotated[HeldFormat, typer.Option("--format", help="How to print.")] = HeldFormat.TABLE,
    home: Home = None,
) -> None:
    """Show what the archive holds of a report: every version with its files, digests and place; --save takes it out.

    The bytes are those that were published, checked against their digest.

    **Examples**

    ```
    gongkai show 1f0c5b1d2e3a4f56
    gongkai show 1f0c5b1d2e3a4f56 --save report.html
    gongkai show 1f0c5b1d2e3a4f56 --save first.html --version 1
    ```
    """
    from gongkai.services.answers import archived_copy
    from gongkai.settings import load_settings

    settings = load_settings(home=home)
    if to is not None:
        archived_copy.save(settings, report_id, to, version=version, page=page, force=force)
    elif page or force:
        raise WrongUsage("--page and --force go with --save")
    else:
        archived_copy.show(settings, report_id, version=version, as_json=form is HeldFormat.JSON)
