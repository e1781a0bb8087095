"""One line in the log for each step of a run: what was done, in which province, by which run, and how much.

Standard ``logging`` below the logger ``pipelines``. Dagster shows the lines in its run log (``python_logs`` in
``dagster.yaml``); outside of it they go where the program sends them, by default nowhere.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_run: ContextVar[str | None] = ContextVar("run", default=None)


@contextmanager
def in_run(run_id: str) -> Iterator[None]:
    """Add the run id to log lines of this block and thread."""
    before = _run.get()
    _run.set(run_id)
    try:
        yield
    finally:
        _run.set(before)


def log_step(logger: logging.Logger, what: str, *, province: str | None = None, **counts: float | str) -> None:
    """Write ``what province=… run=… name=count …``; unknown fields are omitted."""
    known = {"province": province, "run": _run.get()} | counts
    pairs = " ".join(f"{name}={value}" for name, value in known.items() if value is not None)
    logger.info("%s %s", what, pairs)
