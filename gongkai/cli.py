"""The command line. Every command is a few lines that call the room which does the work.

Exit status: 0 ok, 1 failed, 2 wrong usage. An error is one line on stderr; ``--debug`` shows the trace.
"""

import sys
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal

import typer

from gongkai.errors import WrongUsage
from gongkai.settings import load_settings
from gongkai.show import Format, clean
from schemas.settings import SettingsError

app = typer.Typer(
    name="gongkai",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    help="""Crawls the disclosure reports that China's government organs must publish each year, reads their statutory
tables cell by cell, and publishes them as a checked DuckDB warehouse.

Start with `gongkai demo`: it needs no network. Then `gongkai sql "FROM applications LIMIT 5"`.""",
    epilog="Data lives in GONGKAI_HOME (default ./data). Every setting is in docs/settings.md.",
)
sources_app = typer.Typer(no_args_is_help=True, help="Check and extend the list of pages to crawl.")
app.add_typer(sources_app, name="sources")

_debug = False

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


@app.callback()
def everywhere(
    debug: Annotated[bool, typer.Option("--debug", help="Show Dagster's log and, on failure, the full trace.")] = False,
) -> None:
    """Options before the command."""
    global _debug
    _debug = debug


@app.command()
def demo(
    again: Annotated[bool, typer.Option("--again", help="Play the second night: one report has been edited.")] = False,
    home: Home = None,
) -> None:
    """Crawl the embedded government sites and show what came in, what was wrong with it, and three queries.

    The sites are served on this machine; nothing is fetched from anywhere else. The run goes through the same
    Dagster job as the nightly schedule, and `gongkai ui --demo` shows it.

    **Examples**

        gongkai demo
        gongkai demo --again
    """
    from gongkai import showcase

    showcase.play(home, again=again, debug=_debug)


@app.command()
def run(
    sources: Sources = None,
    province: Annotated[
        list[str] | None, typer.Option("--province", "-p", help="Only this province (pinyin); may be repeated.")
    ] = None,
    allow_host: AllowHost = None,
    lists: Annotated[
        str | None, typer.Option("--lists", help="`run` looks at every list page now; `season` follows the calendar.")
    ] = None,
    revisit: Annotated[bool, typer.Option("--revisit", help="Ask again for every report we hold.")] = False,
    home: Home = None,
) -> None:
    """Do one night now: crawl, read, check, publish, export.

    Run it again after a failure or a kill: it goes on where it stopped and fetches nothing it already holds.

    **Examples**

        gongkai run
        gongkai run --province jiangsu --province anhui
        gongkai run --sources my-sources.yaml --allow-host mirror.example
    """
    from gongkai import nightly, summary

    settings = load_settings(home=home, sources=sources, lists=lists, allow_hosts=_tuple(allow_host))
    choices = nightly.Choices(tuple(province or ()), revisit_reports=revisit or None, debug=_debug)
    finished = nightly.nightly(settings, choices)
    summary.print_run(settings, finished)


@app.command()
def rebuild(
    scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Read every page again, even where nothing changed.")
    ] = False,
    home: Home = None,
) -> None:
    """Make everything after the crawl again, from the archive. No network is used.

    **Examples**

        gongkai rebuild
        gongkai rebuild --from-scratch
    """
    from gongkai import nightly, summary

    settings = load_settings(home=home)
    finished = nightly.rebuild(settings, nightly.Choices(from_scratch=scratch, debug=_debug))
    summary.print_run(settings, finished)


@app.command()
def parse(
    files: Annotated[list[Path], typer.Argument(help="Report files: html, pdf, docx, or txt (a flattened page).")],
    url: Annotated[str | None, typer.Option("--url", help="The address the report was published at.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Read reports from disk and print every cell with its evidence. Nothing is stored.

    **Examples**

        gongkai parse report.html
        gongkai parse report.pdf --format json
        gongkai parse reports/*.html --format csv > cells.csv
    """
    from gongkai import reading

    raise typer.Exit(reading.parse(files, url=url, form=form))


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="The report as saved from a browser, or as received.")],
    url: Annotated[
        str, typer.Option("--url", help="The address it was published at; it becomes the report's identity.")
    ],
    province: Annotated[
        str | None, typer.Option("--province", "-p", help="Needed when no source covers the address.")
    ] = None,
    home: Home = None,
) -> None:
    """Put a hand-delivered report (a blocked site, a pdf by mail) through the same door as a crawled one.

    It is kept in the archive like a fetched page; `gongkai rebuild` then brings it into the warehouse.

    **Example**

        gongkai import saved.html --url https://www.qidong.gov.cn/…/t20210219_1.html --province jiangsu
    """
    from gongkai import reading

    reading.import_files(load_settings(home=home), files, url=url, province=province)


@app.command()
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
    from gongkai import asking

    asking.ask(load_settings(home=home), sys.stdin.read() if statement == "-" else statement, form)


@app.command()
def status(
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    home: Home = None,
) -> None:
    """Show sources, the last crawl, what is failing and since when, findings by rule, and how fresh the data is."""
    from gongkai import standing

    standing.show(load_settings(home=home), form)


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="Folder to write into; it is created.")],
    form: Annotated[
        list[str] | None, typer.Option("--format", help="parquet, csv or xlsx; may be repeated. All when left out.")
    ] = None,
    home: Home = None,
) -> None:
    """Write the warehouse as files for other tools, with a datapackage.json that describes them.

    **Example**

        gongkai export --to release --format parquet --format xlsx
    """
    from gongkai import asking

    asking.export_to(load_settings(home=home, export_formats=_tuple(form)), to)


@app.command()
def prune(home: Home = None) -> None:
    """Bound what grows: old run history and caches. Nothing raw is ever deleted: archive and fetch log stay."""
    from gongkai import housekeeping

    housekeeping.prune(load_settings(home=home))


@app.command()
def ui(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 3000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="On the demo's data, with its sites served beside it.")] = False,
    part: Annotated[
        Literal["both", "web", "daemon"], typer.Option("--part", help="web and daemon are services of their own.")
    ] = "both",
    home: Home = None,
) -> None:
    """Open the Dagster UI on this data: lineage, run history, checks, schedules."""
    from gongkai import web
    from gongkai.settings import DEMO_HOME

    settings = load_settings(home=home or (DEMO_HOME if demo else None))
    raise typer.Exit(web.serve(settings, host=host, port=port, demo=demo, part=web.Part(part)))


@sources_app.command("check")
def sources_check(
    path: Annotated[
        Path | None, typer.Argument(help="A sources file or folder; the configured one when left out.")
    ] = None,
) -> None:
    """Check sources files: every wrong key, value and repeated id, with file and line.

    **Example**

        gongkai sources check my-sources.yaml
    """
    from gongkai import listing

    raise typer.Exit(listing.check(load_settings(sources=path)))


@sources_app.command("add")
def sources_add(
    url: Annotated[str, typer.Argument(help="A list page, one report, or an endpoint with {year} in its address.")],
    province: Annotated[str, typer.Option("--province", "-p", help="Province in pinyin, or central.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="column, report or enumerable; the page tells when left out.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="Name of the site; the page tells when left out.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="Six-digit division code.")] = None,
    name: Annotated[str | None, typer.Option("--id", help="Unique name; made from the address when left out.")] = None,
    tls: Annotated[str | None, typer.Option("--tls", help="`legacy` for a site that only speaks old TLS.")] = None,
    allow_host: AllowHost = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Add it without looking at the page (a site that is walled or down).")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the entry.")] = False,
    sources: Sources = None,
) -> None:
    """Look at a page, print the entry it comes to, and append that to its province's file.

    One page and its robots.txt are asked for. A wall, a page without reports and an unregistered host are said in one
    line, and nothing is written.

    **Examples**

        gongkai sources add https://www.nantong.gov.cn/ntsrmzf/20xsq/ --province jiangsu --region 320600
        gongkai sources add http://www.lss.gov.cn/ndbg/ --province guizhou --dry-run
    """
    from gongkai import listing

    options = {"id": name, "kind": kind, "site": site, "region": region, "tls": tls}
    given = {key: value for key, value in options.items() if value is not None}
    new = listing.NewSource(url, province, given, tuple(allow_host or ()), look=not unseen, write=not dry_run)
    listing.add(load_settings(sources=sources), new)


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return tuple(values) if values else None


def _say(error: BaseException) -> None:
    """The reason in one line on stderr. Our own errors explain themselves; a foreign one is named."""
    text = clean(" ".join(str(error).split()))
    own = type(error).__module__.partition(".")[0] in ("gongkai", "assets", "pipelines", "schemas")
    line = text if own and text else f"{type(error).__name__}: {text} (gongkai --debug … shows the trace)"
    sys.stderr.write(f"error: {line}\n")


def _last_stop(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Every exception that nobody expected ends here; the interpreter then exits with status 1."""
    if _debug:
        sys.__excepthook__(kind, error, trace)
        sys.stderr.write(getattr(error, "trace", ""))
    elif issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted; the next run goes on where this one stopped\n")
    else:
        _say(error)


def main() -> None:
    """Entry point of the ``gongkai`` script."""
    sys.excepthook = _last_stop
    try:
        typer.main.get_command(app)(prog_name="gongkai")
    except (WrongUsage, SettingsError) as error:
        _say(error)
        sys.exit(2)


if __name__ == "__main__":
    main()
