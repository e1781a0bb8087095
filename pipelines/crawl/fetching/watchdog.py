"""Aborts an exchange at its total deadline.

A per-read timeout cannot do this: a server that drips one byte of header every few seconds resets it each time.
"""

import threading
import time
from collections.abc import Callable

Cut = Callable[[], None]


class Watchdog:
    """One thread that calls ``cut`` for every exchange which is not disarmed within ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._armed: dict[int, tuple[float, Cut]] = {}  # all wait equally long: the first armed is the first due
        self._condition = threading.Condition()
        self._ticket = 0
        self._stopped = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="crawl-watchdog", daemon=True)
        self._thread.start()

    def arm(self, cut: Cut) -> int:
        """Start a deadline; pass the ticket to :meth:`disarm`. ``cut`` runs in the watchdog's thread and must not raise."""
        if self._error is not None:
            raise self._error
        with self._condition:
            self._ticket += 1
            self._armed[self._ticket] = (time.monotonic() + self._seconds, cut)
            return self._ticket

    def disarm(self, ticket: int) -> bool:
        """End the deadline; False if it has already passed."""
        with self._condition:
            return self._armed.pop(ticket, None) is not None

    def cut_all(self) -> None:
        """Expire all deadlines now, to stop the crawl."""
        with self._condition:
            cuts = [cut for _, cut in self._armed.values()]
            self._armed.clear()
        for cut in cuts:
            cut()

    def stop(self) -> None:
        """End the thread. Whatever ended it before is raised here: without it no exchange has a deadline."""
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._watch()
        except BaseException as error:  # noqa: BLE001 - handed to whoever arms or stops next
            self._error = error

    def _watch(self) -> None:
        with self._condition:
            while not self._stopped:
                if not self._armed:
                    # Whatever is armed meanwhile is due after this wait: nobody has to wake the thread for it.
                    self._condition.wait(self._seconds)
                    continue
                ticket, (at, cut) = next(iter(self._armed.items()))
                remaining = at - time.monotonic()
                if remaining > 0:
                    self._condition.wait(remaining)
                    continue
                del self._armed[ticket]
                cut()
