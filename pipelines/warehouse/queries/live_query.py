"""Interactive queries of the published warehouse: rows are streamed, and every statement ends.

The statement runs in its own thread while the caller waits with a timeout: DuckDB checks for interrupts only between steps, and
a statement that hangs (a defect of DuckDB 2.0.0) must not block the caller.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pipelines.home import Home
from pipelines.warehouse.database import Connection, published
from pipelines.warehouse.errors import QueryRefused
from pipelines.warehouse.queries.statements import demand_one_read, demand_published, refusals

T = TypeVar("T")

_GRACE_SECONDS = 2.0
"""How long an interrupted statement may take to stop."""
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
            "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip


class QueryTimedOut(QueryRefused):
    """The statement exceeded its time limit."""


class QueryStuck(QueryRefused):
    """The statement did not react to an interrupt: the process must exit without waiting for its threads."""

    leaves_a_thread = True


@dataclass(frozen=True)
class AnswerColumn:
    """A column of an answer, with DuckDB's name of its type."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        return self.type.startswith(_NUMBERS) and not self.type.endswith("]")


class _Worker:
    """Runs calls on a connection, one at a time, in a daemon thread. What the database may take in all is bounded."""

    def __init__(self, connection: Connection, seconds: float | None) -> None:
        self._connection, self._seconds, self._left = connection, seconds, seconds
        self._calls: queue.Queue[Callable[[], Any] | None] = queue.Queue()
        self._answers: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue()
        self.is_stuck = False
        threading.Thread(target=self._run, name="query", daemon=True).start()

    def call(self, work: Callable[[], T]) -> T:
        """The result of ``work``. Raises QueryTimedOut, QueryStuck, or what ``work`` raises."""
        started = time.monotonic()
        self._calls.put(work)
        try:
            answer, error = self._answers.get(timeout=self._left)
        except queue.Empty:
            self._stop()
            raise QueryTimedOut(
                f"the statement took longer than {self._seconds:g} s; ask for less, or give --timeout (0: no limit)"
            ) from None
        except BaseException:  # Ctrl-C
            self._stop()
            raise
        if self._left is not None:
            self._left = max(self._left - (time.monotonic() - started), 0.001)
        if error is not None:
            raise error
        return answer  # type: ignore[no-any-return]

    def end(self) -> None:
        """Stop the thread."""
        self._calls.put(None)

    def _stop(self) -> None:
        self._connection.interrupt()
        try:
            self._answers.get(timeout=_GRACE_SECONDS)
        except queue.Empty:
            self.is_stuck = True
            raise QueryStuck("the statement does not answer any more; it was given up") from None

    def _run(self) -> None:
        while (work := self._calls.get()) is not None:
            try:
                self._answers.put((work(), None))
            except BaseException as error:  # noqa: BLE001 - raised where the answer is waited for
                self._answers.put((None, error))


class Answer:
    """What a statement answers: its columns, and its rows one by one."""

    def __init__(self, connection: Connection, worker: _Worker, sql: str) -> None:
        self._connection, self._worker, self._sql = connection, worker, sql
        self._ask(lambda: connection.execute(sql))
        self.columns = tuple(AnswerColumn(str(name), str(kind)) for name, kind, *_ in connection.description or ())

    @property
    def sql(self) -> str:
        """The statement that is answered."""
        return self._sql

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def rows(self, together: int = 2_000) -> Iterator[tuple[Any, ...]]:
        """Rows in order. Few are in memory at a time."""
        while held := self._ask(lambda: self._connection.fetchmany(together)):
            yield from held

    def first(self, number: int) -> list[tuple[Any, ...]]:
        """The next ``number`` rows, or fewer when there are no more."""
        return self._ask(lambda: self._connection.fetchmany(number))

    def count(self, seconds: float) -> int | None:
        """Rows of the whole answer, asked anew, which ends ``rows``; None when that is unknown in time."""
        inner = self._sql.strip().rstrip(";")
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            counted = self._ask(lambda: self._connection.execute(f"SELECT count(*) FROM ({inner}\n)").fetchone())
        except QueryRefused:
            return None
        finally:
            timer.cancel()
        return int(counted[0]) if counted else None

    def catalog(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a statement of our own about the same file; ``rows`` goes on."""
        return self._ask(lambda: self._connection.cursor().execute(statement).fetchall())

    def _ask(self, work: Callable[[], T]) -> T:
        with refusals():
            return self._worker.call(work)


@contextmanager
def ask(home: Home, sql: str, *, seconds: float | None = None) -> Iterator[Answer]:
    """Run one reading statement on the published warehouse while the block lasts.

    Args:
        seconds: What the database may take for it, without the time in which nobody fetches; None is no limit.

    Raises:
        WarehouseMissing: nothing has been published in this data folder yet.
        QueryRefused: not a single reading statement, DuckDB refuses it, or it took too long; the message is one line.
    """
    demand_published(home)
    with ExitStack() as stack:
        with refusals():
            connection = stack.enter_context(published(home.warehouse))
            demand_one_read(connection, sql)
        worker = _Worker(connection, seconds)
        try:
            yield Answer(connection, worker, sql)
        finally:
            worker.end()
            if worker.is_stuck:
                stack.pop_all()  # closing the connection would wait for the statement
