"""Running the pipeline and looking at it: demo, run, rebuild, ui, prune."""

import sys
from typing import Annotated, Literal

import typer

from gongkai.commands.options import AllowHost, Home, Sources, as_tuple, debug


def _starting() -> None:
    """Say at once that something happens: importing Dagster takes seconds. The first progress bar takes this line's place."""
    if sys.stderr.isatty():
        sys.stderr.write("Starting …\r")
        sys.stderr.flush()


def demo(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Play the second night: one report has been edited.")] = False,
    home: Home = None,
) -> None:
    """Crawl the embedded government sites and show what came in, what was wrong with it, and three queries.

    The sites are served on this machine; nothing is fetched from anywhere else. The run goes through the same
    Dagster job as the nightly schedule, and `gongkai ui --demo` shows it.

    **Examples**

    ```
    gongkai demo
    gongkai demo --again
    ```
    """
    _starting()
    from gongkai.services.nights import demo

    demo.play(home, again=again, debug=debug(context))


def run(
    context: typer.Context,
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

    ```
    gongkai run
    gongkai run --province jiangsu --province anhui
    gongkai run --sources my-sources.yaml --allow-host mirror.example
    ```
    """
    _starting()
    from gongkai.services.nights import run, run_summary
    from gongkai.settings import load_settings

    settings = load_settings(home=home, sources=sources, lists=lists, allow_hosts=as_tuple(allow_host))
    choices = run.Choices(tuple(province or ()), revisit_reports=revisit or None, debug=debug(context))
    finished = run.nightly(settings, choices)
    run_summary.print_run(settings, finished)


def rebuild(
    context: typer.Context,
    scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Read every page again, even where nothing changed.")
    ] = False,
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Make everything after the crawl again, from the archive. No network is used.

    **Examples**

    ```
    gongkai rebuild
    gongkai rebuild --from-scratch
    ```
    """
    _starting()
    from gongkai.services.nights import run, run_summary
    from gongkai.settings import load_settings

    settings = load_settings(home=home, sources=sources)
    finished = run.rebuild(settings, run.Choices(from_scratch=scratch, debug=debug(context)))
    run_summary.print_run(settings, finished)


def ui(
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 3000,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="On the demo's data, with its sites served beside it.")] = False,
    part: Annotated[
        Literal["both", "web", "daemon"], typer.Option("--part", help="web and daemon are services of their own.")
    ] = "both",
    sources: Sources = None,
    home: Home = None,
) -> None:
    """Open the Dagster UI on this data: lineage, run history, checks, schedules."""
    from gongkai.services.nights import webserver
    from gongkai.settings import DEMO_HOME, load_settings

    settings = load_settings(home=home or (DEMO_HOME if demo else None), sources=sources)
    raise typer.Exit(webserver.serve(settings, host=host, port=port, demo=demo, part=webserver.Part(part)))


def prune(home: Home = None) -> None:
    """Bound what grows: old run history and caches. Nothing raw is ever deleted: archive and fetch log stay."""
    from gongkai.services.nights import pruning
    from gongkai.settings import load_settings

    pruning.prune(load_settings(home=home))
