"""What the warehouse answers: sql, status, export, explore."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import Home, Sources, as_tuple
from gongkai.errors import WrongUsage
from gongkai.printing import Format
from schemas.export_formats import ExportFormat, in_words


class SqlFormat(StrEnum):
    """How the answer to a statement is given."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MD = "md"
    XLSX = "xlsx"


class StatusFormat(StrEnum):
    """Output formats of the status."""

    TABLE = "table"
    JSON = "json"


def sql(
    statement: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; `-` reads it from standard input.")],
    form: Annotated[
        SqlFormat | None,
        typer.Option("--format", help="table, or what --to ends in.", show_default=False),
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="Write into this file instead.", show_default=False)] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout",
            min=0,
            help="Seconds it may take; 0 is no limit.",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Ask the published warehouse. Read-only: a statement that would change anything is refused.

    A table shows the first 200 rows; csv, json and md carry all of them, as they come.

    **Examples**

    ```
    gongkai sql "SELECT agency_name, report_year FROM reports"
    gongkai sql "FROM quality.findings" --to findings.csv
    gongkai sql - < my-query.sql
    ```
    """
    from gongkai.services.answers import sql as service
    from gongkai.settings import load_settings

    given = form or _format_of(to)
    service.run(
        load_settings(home=home),
        sys.stdin.read() if statement == "-" else statement,
        given.value,
        to=to,
        seconds=timeout,
    )


def _format_of(to: Path | None) -> SqlFormat:
    if to is None:
        return SqlFormat.TABLE
    suffix = to.suffix.removeprefix(".").lower()
    if suffix not in set(SqlFormat) - {SqlFormat.TABLE}:
        raise WrongUsage(f"--to {to}: the name says no format; give --format")
    return SqlFormat(suffix)


def status(
    form: Annotated[StatusFormat, typer.Option("--format", help="How to print.")] = StatusFormat.TABLE,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Show sources, the last crawl, what is failing and since when, findings by rule, and how fresh the data is."""
    from gongkai.services.nights import status
    from gongkai.settings import load_settings

    status.show(load_settings(home=home, sources=sources), Format(form.value), sources)


def export(
    to: Annotated[Path, typer.Option("--to", help="Folder to write into; it is created.")],
    form: Annotated[
        list[str] | None,
        typer.Option("--format", help=f"{in_words(list(ExportFormat), 'or')}; may be repeated. All when left out."),
    ] = None,
    home: Home = None,
) -> None:
    """Write the warehouse as files for other tools, with a datapackage.json that describes them.

    **Example**

    ```
    gongkai export --to release --format parquet --format xlsx
    ```
    """
    from gongkai.services.answers import export as service
    from gongkai.settings import load_settings

    service.export_to(load_settings(home=home, export_formats=as_tuple(form)), to)


def explore(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 3010,
    demo: Annotated[bool, typer.Option("--demo", help="On the demo's data.")] = False,
    to: Annotated[
        Path | None,
        typer.Option("--export", help="Write the pages as files into this folder instead.", show_default=False),
    ] = None,
    province: Annotated[
        str | None,
        typer.Option("--province", "-p", help="With --export: only this province (pinyin).", show_default=False),
    ] = None,
    home: Home = None,
) -> None:
    """Look at reports in a browser: every figure beside its archived source. No SQL, read-only, on this machine alone.

    Organs over the years, regions with who has published and who has not, findings as a list, and what changed last night.
    `--export` writes the same pages as files that open from disk and from any web server; a second export writes what changed.

    **Examples**

    ```
    gongkai explore
    gongkai explore --export site --province jiangsu
    ```
    """
    from gongkai.services.answers import explore as service
    from gongkai.settings import DEMO_HOME, load_settings

    settings = load_settings(home=home or (DEMO_HOME if demo else None))
    if to is not None:
        service.export_to(settings, to, province)
    elif province is not None:
        raise WrongUsage("--province goes with --export")
    else:
        service.serve(settings, port)
