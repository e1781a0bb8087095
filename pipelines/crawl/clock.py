"""The clock of a crawl; tests replace it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """Wall-clock time of a run, advanced by a monotonic source.

    ``started`` is the run's ``now``; every later moment is ``started`` plus what ``monotonic`` counted since, so a
    demo can play a second night without waiting for it.
    """

    started: datetime
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[threading.Condition, float | None], object] = lambda condition, seconds: condition.wait(seconds)
    _zero: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zero", self.monotonic())

    def now(self) -> datetime:
        """Current UTC time of the run."""
        return self.started.astimezone(UTC) + timedelta(seconds=self.monotonic() - self._zero)
