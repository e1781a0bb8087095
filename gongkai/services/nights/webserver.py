"""`gongkai ui`: the Dagster webserver and daemon on this data folder."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path

from assets.runtime.run_lock import HomeBusy, hold
from gongkai.dagster_runs.instance import fail_orphaned_runs, open_instance
from gongkai.demo.sites import DemoSites
from gongkai.listening import listen
from gongkai.printing import err
from gongkai.services.nights.demo import night_of, use_browser
from gongkai.settings import load_settings
from schemas.settings import PROJECT, Settings

_SUPERSEDED = "ignore:Function `dev_command` is superseded"
"""What `dagster dev` says of itself at every start. Its successor `dg dev` wants a project of another shape."""


class Part(StrEnum):
    """Which of Dagster's processes to run: both for one person at one machine, each as a service of its own on a server."""

    BOTH = "both"
    WEB = "web"
    DAEMON = "daemon"


def serve(settings: Settings, *, host: str, port: int, demo: bool, part: Part = Part.BOTH) -> int:
    """Run Dagster until it is interrupted. Returns its exit status.

    Args:
        demo: Serve the embedded sites beside it, so that a run launched in the UI finds them.

    Raises:
        WrongUsage: The port is taken.
    """
    if part is not Part.DAEMON:
        listen(host, port).close()  # known now, not in a trace of Dagster's after twenty seconds
    with ExitStack() as stack:
        if demo:
            sites = stack.enter_context(DemoSites(settings.home, night=night_of(settings.home)))
            settings = load_settings(home=settings.address, sources=sites.sources_file, allow_hosts=sites.allow_hosts)
            use_browser()
            os.environ["GONGKAI_LISTS"] = "run"
            os.environ["GONGKAI_REVISIT_REPORTS"] = "true"
        _tidy_up(settings)
        where = "the Dagster daemon" if part is Part.DAEMON else f"the Dagster UI on http://{host}:{port}"
        err.print(f"Starting {where} (data in {settings.address}), which takes some 20 seconds; stop with Ctrl-C")
        return _wait(dagster_command(part, host, port))


def dagster_command(part: Part, host: str, port: int) -> list[str]:
    """Dagster's own command on the lineage of this checkout."""
    listening = ["--host", host, "--port", str(port)]
    program, *options = {
        Part.BOTH: ["dagster", "dev", *listening, "--log-level", "warning"],
        Part.WEB: ["dagster-webserver", *listening, "--log-level", "warning"],
        Part.DAEMON: ["dagster-daemon", "run", "--log-level", "warning"],
    }[part]
    return [str(Path(sys.executable).with_name(program)), *options, "--workspace", str(PROJECT / "workspace.yaml")]


def _wait(command: list[str]) -> int:
    """Start the command in the checkout (``working_directory`` counts from there) and pass an interrupt on to it."""
    quiet = {"PYTHONWARNINGS": _SUPERSEDED, **os.environ}
    process = subprocess.Popen(command, cwd=PROJECT, start_new_session=True, env=quiet)

    def stop(_signal: int, _frame: object) -> None:
        process.send_signal(signal.SIGINT)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    status = process.wait()
    return 0 if status in (0, -signal.SIGINT, 130) else 1


def _tidy_up(settings: Settings) -> None:
    with open_instance(settings) as instance:
        try:
            with hold(settings.home, "gongkai ui"):
                fail_orphaned_runs(instance)
        except HomeBusy as busy:
            err.print(f"note: {busy}")
