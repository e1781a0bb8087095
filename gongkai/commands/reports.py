"""Reports from disk: parse, import."""

from pathlib import Path
from typing import Annotated

import typer

from gongkai.commands.options import Home, Sources
from gongkai.printing import Format


def parse(
    files: Annotated[list[Path], typer.Argument(help="Report files: html, pdf, docx, or txt (a flattened page).")],
    url: Annotated[str | None, typer.Option("--url", help="The address the report was published at.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Read reports from disk and print every cell with its evidence. Nothing is stored.

    **Examples**

    ```
    gongkai parse report.html
    gongkai parse report.pdf --format json
    gongkai parse reports/*.html --format csv > cells.csv
    ```
    """
    from gongkai.services import report_files

    raise typer.Exit(report_files.parse(files, url=url, form=form))


def import_(
    files: Annotated[list[Path], typer.Argument(help="The report as saved from a browser, or as received.")],
    url: Annotated[
        str, typer.Option("--url", help="The address it was published at; it becomes the report's identity.")
    ],
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="Needed when no source covers the address.")
    ] = None,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Put a hand-delivered report (a blocked site, a pdf by mail) through the same door as a crawled one.

    It is kept in the archive like a fetched page; `gongkai rebuild` then brings it into the warehouse.

    **Example**

    ```
    gongkai import saved.html --url https://www.qidong.gov.cn/t1.html -p jiangsu
    ```
    """
    from gongkai.services import report_files
    from gongkai.settings import load_settings

    report_files.import_files(load_settings(home=home, sources=sources), files, url=url, province=province)
