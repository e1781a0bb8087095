"""Publishing again and again under readers that never pause: a short test, and ``bench/warehouse.py --concurrency``."""

import multiprocessing
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

from pipelines.home import Home
from pipelines.warehouse.queries.query import query
from tests.unit.warehouse.reports import Report, publish, totals

_INVARIANT = """SELECT (SELECT count(*) FROM applications) AS cells, (SELECT sum(n_cells) FROM reports) AS told,
                       (SELECT max(report_year) FROM reports) AS newest"""
"""Cells against what the reports say of them: two tables that only one and the same release can have agree."""


def hammer(home: Home, publishes: int, readers: int) -> list[object]:
    """Publish at least ``publishes`` times, and until every reader has met two releases.

    Returns:
        What each reader met: ``(reads, releases)``, or the first thing that was wrong, in words.
    """
    base = Report(applications=totals(received=5, processed_total=5))
    publish(home, base)
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    met = [context.Value("i", 0) for _ in range(readers)]
    workers = [
        context.Process(target=_read_without_pause, args=(home.root, stop, results, m), daemon=True) for m in met
    ]
    for worker in workers:
        worker.start()
    number = 0
    while number < publishes or any(m.value < 2 and w.is_alive() for m, w in zip(met, workers, strict=True)):
        year = 2020 + number % 50  # one report more, or all the later ones gone, and one of them edited
        edited = base.but(applications=totals(received=number, processed_total=5, carried_in=1))
        publish(home, edited, *(base.but(url=f"https://a.gov.cn/{y}", report_year=y) for y in range(2021, year + 1, 7)))
        number += 1
    stop.set()
    told = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(timeout=60)
    return told


def _read_without_pause(root: Path, stop: Event, results: "Queue[object]", met: "Synchronized[int]") -> None:
    """Open, check the invariant, close, again and again; report the first thing that is wrong."""
    home, reads = Home(root), 0
    releases: set[int] = set()
    publisher = multiprocessing.parent_process()
    try:
        while not stop.is_set() and publisher is not None and publisher.is_alive():  # nobody reads on after a kill
            cells, told, newest = query(home, _INVARIANT).row(0)
            if cells != told:
                results.put(f"torn read: {cells} cells, {told} told")
                return
            reads, releases = reads + 1, releases | {newest}
            met.value = len(releases)
    except Exception as error:  # noqa: BLE001 - whatever a reader meets is the result of this test
        results.put(f"{type(error).__name__}: {error}")
        return
    results.put((reads, len(releases)))
