"""Lets one worker thread compute at a time, while any number wait for servers.

Python runs one thread at a time anyway. Left to the interpreter, which hands over at every call that may block (a query, a
checksum, a read of what has already arrived), workers on idle processors wake each other some forty times a page; that costs
as much as the page itself.
"""

import threading
from types import TracebackType


class Turn:
    """Held by a worker while it computes: ``with turn:``. Not reentrant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        _mine.turn = self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _mine.turn = None
        self._lock.release()


class _Mine(threading.local):
    turn: Turn | None = None


_mine = _Mine()


class Waiting:
    """``with Waiting():`` around whatever may take long without computing. The thread gives up its turn, if it has one."""

    def __enter__(self) -> None:
        self._turn = _mine.turn
        if self._turn is not None:
            self._turn.__exit__(None, None, None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._turn is not None:
            self._turn.__enter__()
