"""The deadline of an exchange: what is not disarmed in time is cut."""

import threading
from collections.abc import Iterator

import pytest

from pipelines.crawl.fetching.watchdog import Watchdog

_BOUND = 30  # seconds: far more than any deadline here


@pytest.fixture
def quick() -> Iterator[Watchdog]:
    watchdog = Watchdog(0.02)
    yield watchdog
    watchdog.stop()


def test_an_exchange_that_does_not_end_is_cut(quick: Watchdog) -> None:
    was_cut = [threading.Event(), threading.Event()]
    tickets = [quick.arm(event.set) for event in was_cut]
    assert all(event.wait(_BOUND) for event in was_cut)
    assert [quick.disarm(ticket) for ticket in tickets] == [False, False]


def test_one_that_ends_in_time_is_not(quick: Watchdog) -> None:
    cut, later = threading.Event(), threading.Event()
    assert quick.disarm(quick.arm(cut.set))
    quick.arm(later.set)
    assert later.wait(_BOUND)
    assert not cut.is_set()


def test_all_are_cut_when_the_crawl_stops() -> None:
    watchdog, was_cut = Watchdog(_BOUND), [threading.Event(), threading.Event()]
    for event in was_cut:
        watchdog.arm(event.set)
    watchdog.cut_all()
    assert all(event.is_set() for event in was_cut)
    watchdog.stop()


def test_what_ends_the_thread_is_told() -> None:
    watchdog, reached = Watchdog(0.02), threading.Event()

    def broken() -> None:
        reached.set()
        raise OSError("no such line")

    watchdog.arm(broken)
    assert reached.wait(_BOUND)
    with pytest.raises(OSError, match="no such line"):
        watchdog.stop()
