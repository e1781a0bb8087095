"""Writes the output of a step to a file, which the UI shows.

Dagster's own manager also copies the file back to the terminal, with two processes a stream and step (``tail`` and a
watcher in Python): they cost a second a step, and Ctrl-C in a terminal reaches them too and makes each print a trace.
"""

import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from assets.runtime.dagster_internals import (
    IO_TYPE_EXTENSION,
    CapturedLogContext,
    ComputeIOType,
    ConfigurableClassData,
    LocalComputeLogManager,
    ensure_file,
    redirect_to_file,
    touch_file,
)


class StepLogs(LocalComputeLogManager):
    """Captures the output of steps into files. ``mirrored`` shows it on the terminal as well: for ``--debug``."""

    mirrored = False

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "StepLogs":
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def capture_logs(self, log_key: Sequence[str]) -> Generator[CapturedLogContext, None, None]:
        """As the base class, without its helpers."""
        if self.mirrored:
            with super().capture_logs(log_key) as context:
                yield context
            return
        with ExitStack() as stack:
            for stream, kind in ((sys.stdout, ComputeIOType.STDOUT), (sys.stderr, ComputeIOType.STDERR)):
                path = self.get_captured_local_path(log_key, IO_TYPE_EXTENSION[kind])
                ensure_file(path)
                stack.enter_context(redirect_to_file(stream, path))
            yield CapturedLogContext(log_key)
        touch_file(self.complete_artifact_path(log_key))  # type: ignore[no-untyped-call]  # tells the UI that there is no more to come
