"""Ctrl-C and SIGTERM end a run in any case, within seconds.

Python runs signal handlers in the main thread, between two of its instructions: a main thread that waits inside a library
would not hear of them, and while a job runs Dagster puts handlers of its own in place. The wake-up descriptor is written
to by the C part of the interpreter, whatever the main thread does; a thread here reads it, gives the run some time to end
by itself, and ends the process when it does not. The kernel then lets go of the locks.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

GRACE_SECONDS = 30.0
_A_MOMENT = 1.0  # seconds
_STDERR = 2
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
MESSAGE = "interrupted; run again to go on"


class Interrupts:
    """Whether the user or the system wants the run to end. ``signal`` is the first signal that said so."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._received = threading.Event()

    def receive(self, number: int) -> None:
        """Record a signal."""
        self.signal = number
        self._received.set()

    def wait(self) -> None:
        """Give the watching thread a moment: the library that runs the job may have heard of the signal first."""
        self._received.wait(_A_MOMENT)

    @property
    def status(self) -> int:
        """The exit status that says which signal ended the process."""
        return 128 + (self.signal or signal.SIGINT)


class Interrupted(KeyboardInterrupt):
    """The run ended because of a signal."""

    def __init__(self, status: int = 128 + signal.SIGINT) -> None:
        super().__init__(MESSAGE)
        self.status = status


@contextmanager
def ending_on_signals(said_to: int, grace_seconds: float = GRACE_SECONDS) -> Iterator[Interrupts]:
    """Watch for SIGINT and SIGTERM while the block runs. A second one, or the end of the grace period, ends the process.

    Args:
        said_to: Descriptor for the last line; not 2, which a job may have redirected.
    """
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    former_descriptor = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    former_handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    watcher = threading.Thread(
        target=_watch, args=(reader, interrupts, said_to, grace_seconds), name="interrupts", daemon=True
    )
    watcher.start()
    try:
        yield interrupts
    finally:
        signal.set_wakeup_fd(former_descriptor)
        signal.signal(signal.SIGTERM, former_handler)
        os.close(writer)  # the watcher reads the end of the pipe and goes
        watcher.join(1)


@contextmanager
def going_on_later() -> Iterator[None]:
    """For a command that keeps what it has done: an interrupt ends it with one line that says how to go on.

    Raises:
        Interrupted: a signal ended the block.
    """
    with ending_on_signals(_STDERR) as interrupts:
        try:
            yield
        except KeyboardInterrupt:
            interrupts.wait()
            raise Interrupted(interrupts.status) from None


def _watch(reader: int, interrupts: Interrupts, said_to: int, grace_seconds: float) -> None:
    timer: threading.Timer | None = None
    while received := os.read(reader, 1):
        if received[0] not in _ENDING:
            continue
        if timer is not None:
            _end(interrupts, said_to)
        interrupts.receive(received[0])
        timer = threading.Timer(grace_seconds, _end, (interrupts, said_to))
        timer.daemon = True
        timer.start()
    os.close(reader)
    if timer is not None:
        timer.cancel()


_PLAIN_LINE = "\r\x1b[2K\x1b[?25h"
"""Erases the line of a progress bar and shows the cursor that it hides."""


def _end(interrupts: Interrupts, said_to: int) -> None:
    cleared = _PLAIN_LINE if os.isatty(said_to) else ""
    os.write(said_to, f"{cleared}{MESSAGE}\n".encode())
    os._exit(interrupts.status)
