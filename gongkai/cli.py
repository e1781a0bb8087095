"""The command line: which commands there are, and how an error ends.

Exit status: 0 ok, 1 failed, 2 wrong usage. An error is one line on stderr; ``--debug`` shows the trace.
"""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Annotated

import typer

from gongkai.commands import answers, nights, reports, sources
from gongkai.errors import WrongUsage
from gongkai.printing import clean
from schemas.errors import GongkaiError
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

COMMANDS: dict[str, Callable[..., None]] = {
    "demo": nights.demo, "run": nights.run, "rebuild": nights.rebuild, "parse": reports.parse, "import": reports.import_,
    "sql": answers.sql, "status": answers.status, "export": answers.export, "prune": nights.prune, "ui": nights.ui,
}  # fmt: skip
for name, command in COMMANDS.items():
    app.command(name)(command)
sources_app.command("check")(sources.check)
sources_app.command("add")(sources.add)

_debug = False
_FULL = ("No space left on device", "Disk quota exceeded", "disk is full", "disk I/O error")
"""As the system, DuckDB and SQLite say it; often without the place."""


@app.callback()
def everywhere(
    debug: Annotated[bool, typer.Option("--debug", help="Show Dagster's log and, on failure, the full trace.")] = False,
) -> None:
    """Options before the command."""
    global _debug  # the last stop runs when the command's context is gone
    _debug = debug


def _say(error: BaseException) -> None:
    """The reason in one line on stderr. Our own errors explain themselves; a foreign one is named."""
    text = clean(" ".join(str(error).split()))
    line = (
        text
        if isinstance(error, GongkaiError) and text
        else f"{type(error).__name__}: {text} (gongkai --debug … shows the trace)"
    )
    if any(sign in text for sign in _FULL):
        line += "; make room where GONGKAI_HOME and GONGKAI_CACHE are and run again, the published release is as it was"
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
