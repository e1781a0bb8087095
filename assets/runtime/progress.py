"""How a run that executes in this process tells the command line how far it is. Nobody listening is the normal case."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int | None, str], None]
"""Called with the stage, how many are done, how many there are (None: not known yet), and a few words beside."""

_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let ``listener`` hear every report of progress while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def report(stage: str, done: int, total: int | None = None, detail: str = "") -> None:
    """Tell whoever listens that ``done`` of ``total`` of a stage are done."""
    for listener in _listeners:
        listener(stage, done, total, detail)
