"""Ends an exchange at its total deadline.

A per-read timeout cannot do this: a server that drips one byte of header every few seconds resets it each time.
"""

import heapq
import threading
import time
from collections.abc import Callable

Cut = Callable[[], None]


class Watchdog:
    """One thread that calls ``cut`` for every exchange which is not disarmed in time."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self._armed: dict[int, Cut] = {}
        self._condition = threading.Condition()
        self._ticket = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="crawl-watchdog", daemon=True)
        self._thread.start()

    def arm(self, cut: Cut, seconds: float) -> int:
        """Start a deadline; hand the ticket to :meth:`disarm`. ``cut`` runs in the watchdog's thread and must not raise."""
        with self._condition:
            self._ticket += 1
            self._armed[self._ticket] = cut
            heapq.heappush(self._heap, (time.monotonic() + seconds, self._ticket))
            if self._heap[0][1] == self._ticket:
                self._condition.notify()
            return self._ticket

    def disarm(self, ticket: int) -> bool:
        """End the deadline; False when it has already struck."""
        with self._condition:
            return self._armed.pop(ticket, None) is not None

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._condition:
            while not self._stopped:
                while self._heap and self._heap[0][1] not in self._armed:
                    heapq.heappop(self._heap)
                if not self._heap:
                    self._condition.wait()
                    continue
                at, ticket = self._heap[0]
                remaining = at - time.monotonic()
                if remaining > 0:
                    self._condition.wait(remaining)
                    continue
                heapq.heappop(self._heap)
                cut = self._armed.pop(ticket, None)
                if cut is not None:
                    cut()
