"""Which failures of a stage are retried in the same run. Failures of sites are not: the crawl handles those.

Transient failures are:

- a worker process of the reading pool killed from outside, as the kernel's OOM killer does (``BrokenExecutor``);
- a Dask scheduler that restarts (``ConnectionError``, ``TimeoutError``).

Everything else would fail again in the same way, and fails the run at once.
"""

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager

import dagster as dg

TRANSIENT = (BrokenExecutor, ConnectionError, TimeoutError)
MAX_RETRIES = 2
WAIT_SECONDS = 10


@contextmanager
def retry_transient(context: dg.AssetExecutionContext, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Ask Dagster to start the step again, at most twice, when the block fails for a reason that passes.

    Stages replace their files one by one and skip finished work, so a retry continues where the first attempt stopped.
    """
    try:
        yield
    except TRANSIENT as error:
        if context.retry_number >= MAX_RETRIES:
            raise
        context.log.warning(f"{type(error).__name__}: {error}; trying again in {wait_seconds:g} s")
        raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait_seconds) from error
