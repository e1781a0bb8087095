"""Progress of a run in this process, for the command line. Usually there is no listener."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int | None, str], None]
"""Called with the stage, how many are done, how many there are (None: not known yet), and a few words beside."""

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call ``listener`` with every progress report while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def report(stage: str, done: int, total: int | None = None, detail: str = "") -> None:
    """Report to the listener, if any, that ``done`` of ``total`` of a stage are done."""
    for listener in _listeners:
        listener(stage, done, total, detail)
