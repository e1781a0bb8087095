"""The command line: which commands there are, and how an error ends.

Exit status: 0 ok, 1 failed, 2 wrong usage, 130 interrupted (143 by SIGTERM). An error is one line on stderr; ``--debug``
shows the trace. Nothing heavy is imported here: ``gongkai --help`` must answer at once.
"""

import functools
import os
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Annotated, Any

import typer

from gongkai.commands import answers, evidence, forms, nights, reports, sources
from gongkai.errors import WrongUsage
from schemas.errors import GongkaiError

app = typer.Typer(
    name="gongkai",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""Crawls the disclosure reports that China's government organs must publish each year, reads their statutory
tables cell by cell, and publishes them as a checked DuckDB warehouse.

Start with `gongkai demo`: it needs no network. Then `gongkai sql "FROM applications LIMIT 5"`.""",
    epilog="Data lives in GONGKAI_HOME (default ./data). Every setting is in docs/settings.md.",
)
sources_app = typer.Typer(no_args_is_help=True, help="Check and extend the list of pages to crawl.")
app.add_typer(sources_app, name="sources")
forms_app = typer.Typer(no_args_is_help=True, help="Check form files, and list the labels that no form knows.")
app.add_typer(forms_app, name="forms")

COMMANDS: dict[str, Callable[..., None]] = {
    "demo": nights.demo, "run": nights.run, "rebuild": nights.rebuild, "parse": reports.parse, "check": reports.check,
    "import": reports.import_,
    "sql": answers.sql, "cite": evidence.cite, "show": evidence.show,
    "status": answers.status, "export": answers.export, "explore": answers.explore,
    "prune": nights.prune, "ui": nights.ui,
}  # fmt: skip
_TAKES_ANY_TEXT = {"ignore_unknown_options": True}
"""SQL may begin with a comment, ``-- which …``: that is no option."""


def _ending_quietly(command: Callable[..., None]) -> Callable[..., None]:
    """A closed pipe ends the command without a word; an interrupt leaves as such, where typer would make an error of it."""

    @functools.wraps(command)
    def ending(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered goes nowhere
            raise SystemExit(0) from None
        except Exception as error:
            if not getattr(error, "leaves_a_thread", False):
                raise
            _say(error)
            sys.stderr.flush()
            os._exit(1)  # the end of the interpreter would wait for a thread that never returns
        except KeyboardInterrupt as interrupt:
            _last_stop(type(interrupt), interrupt, interrupt.__traceback__)
            raise SystemExit(getattr(interrupt, "status", 130)) from None

    return ending


for name, command in COMMANDS.items():
    settings = _TAKES_ANY_TEXT if name == "sql" else None
    app.command(name, context_settings=settings)(_ending_quietly(command))
sources_app.command("check")(_ending_quietly(sources.check))
sources_app.command("add")(_ending_quietly(sources.add))
sources_app.command("discover")(_ending_quietly(sources.discover))
sources_app.command("audit")(_ending_quietly(sources.audit))
sources_app.command("accept")(_ending_quietly(sources.accept))
sources_app.command("coverage")(_ending_quietly(sources.coverage))
forms_app.command("lint")(_ending_quietly(forms.lint))
forms_app.command("unmatched")(_ending_quietly(forms.unmatched))

_debug = False


def _print_version(asked: bool) -> None:
    if asked:
        from gongkai.version import version

        sys.stdout.write(f"gongkai {version()}\n")
        raise typer.Exit


@app.callback()
def everywhere(
    debug: Annotated[bool, typer.Option("--debug", help="Show Dagster's log and, on failure, the full trace.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options before the command."""
    global _debug  # the last stop runs when the command's context is gone
    _debug = debug


def _say(error: BaseException) -> None:
    """The reason in one line on stderr. Our own errors explain themselves; a foreign one is named."""
    from gongkai.disk_errors import disk_problem
    from gongkai.printing import clean
    from gongkai.settings import home_in_use

    text = " ".join(str(error).split())
    own = isinstance(error, GongkaiError)
    line = text if own and text else f"{type(error).__name__}: {text} (gongkai --debug … shows the trace)"
    sys.stderr.write(f"error: {clean(disk_problem(error, home_in_use()) or line)}\n")


def _last_stop(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Every unexpected exception ends here; the interpreter then exits with status 1."""
    if _debug:
        sys.__excepthook__(kind, error, trace)
        sys.stderr.write(getattr(error, "trace", ""))
    elif issubclass(kind, KeyboardInterrupt):
        sys.stderr.write(f"{error if str(error) else 'interrupted'}\n")
    else:
        _say(error)


def main() -> None:
    """Entry point of the ``gongkai`` script."""
    sys.excepthook = _last_stop
    try:
        typer.main.get_command(app)(prog_name="gongkai")
    except WrongUsage as error:
        _say(error)
        sys.exit(2)


if __name__ == "__main__":
    main()
