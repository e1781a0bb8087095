"""Reports from disk: parse, import."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from gongkai.commands.options import Home, Sources
from gongkai.printing import Format


def parse(
    files: Annotated[
        list[Path],
        typer.Argument(help="Report files: html, pdf, docx, pictures, or txt (a flattened page)."),
    ],
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
    from gongkai.services.reports import report_files

    raise typer.Exit(report_files.parse(files, url=url, form=form))


def check(
    drafts: Annotated[list[Path], typer.Argument(help="Drafts: files, or folders of them.")],
    previous: Annotated[
        Path | None,
        typer.Option("--previous", help="Last year's report, or a folder of them; what must agree is compared."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the sheet to a .html, .docx or .xlsx file.", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The day of the check (default today), for the deadline."),
    ] = None,
) -> None:
    """Check reports before they are published (年报自查): contradictions, gaps, last year's figures, copied text.

    Prints a sheet in Chinese: each finding with its cell, what is printed, what was expected, and a suggestion.
    Exit status 1 when something must be mended. Nothing is stored or sent.

    **Examples**

        gongkai check draft.docx --previous 2023.pdf

        gongkai check drafts/ --previous last-year/ --to sheet.xlsx
    """
    from gongkai.services.reports import draft_check

    today = day.date() if day else datetime.now(ZoneInfo("Asia/Shanghai")).date()
    raise typer.Exit(draft_check.check(drafts, previous=previous, to=to, form=form, today=today))


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
    """Import a report file (from a blocked site, a pdf by mail) as if it had been crawled.

    It is kept in the archive like a fetched page; `gongkai rebuild` then brings it into the warehouse.

    **Example**

    ```
    gongkai import saved.html --url https://www.qidong.gov.cn/t1.html -p jiangsu
    ```
    """
    from gongkai.services.reports import report_files
    from gongkai.settings import load_settings

    report_files.import_files(load_settings(home=home, sources=sources), files, url=url, province=province)
