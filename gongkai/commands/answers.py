"""What the warehouse answers: sql, status, export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import Home, as_tuple
from gongkai.printing import Format
from gongkai.settings import load_settings
from schemas.export_formats import ExportFormat, in_words

_FORMATS = in_words(list(ExportFormat), "or")


def sql(
    statement: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; `-` reads it from standard input.")],
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    home: Home = None,
) -> None:
    """Ask the published warehouse. Read-only: a statement that would change anything is refused.

    **Examples**

        gongkai sql "SELECT agency_name, report_year FROM reports"
        gongkai sql "FROM quality.findings" --format csv > findings.csv
        gongkai sql - < my-query.sql
    """
    from gongkai.services import sql

    sql.ask(load_settings(home=home), sys.stdin.read() if statement == "-" else statement, form)


def status(
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    home: Home = None,
) -> None:
    """Show sources, the last crawl, what is failing and since when, findings by rule, and how fresh the data is."""
    from gongkai.services import status

    status.show(load_settings(home=home), form)


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

        gongkai export --to release --format parquet --format xlsx
    """
    from gongkai.services import sql

    sql.export_to(load_settings(home=home, export_formats=as_tuple(form)), to)
