"""Answers from the published file: statements of our own, named, with bound parameters, in ``sql/*.sql``.

A statement's first comment line says what it answers, in Chinese and English. The file is replaced every night: when its
identity has changed, the next question opens the new one, and the old one is closed when its last question is answered.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from gongkai.explore.recent import Recent
from pipelines.home import Home
from pipelines.warehouse.database import Connection, published
from pipelines.warehouse.errors import WarehouseMissing
from schemas.errors import GongkaiError

_FOLDER = Path(__file__).with_name("sql")
_PARAMETER = re.compile(r"\$([a-z_]+)")
_SECONDS = 20.0
"""What one statement may take before it is interrupted."""

_REMEMBERED = 128
"""Answers that are kept while the file is the same: those about the nation cost most, and every visitor needs them."""

Row = dict[str, Any]
Identity = tuple[int, int, int]


class NoSuchDataset(GongkaiError, LookupError):
    """A name that no statement has."""


class TooSlow(GongkaiError, TimeoutError):
    """A statement was interrupted."""


@dataclass(frozen=True)
class Statement:
    """One of our statements: its name, what it answers, its text and the parameters that it binds."""

    name: str
    zh: str
    en: str
    sql: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Rows of a statement, and what was asked."""

    statement: Statement
    names: tuple[str, ...]
    tuples: tuple[tuple[Any, ...], ...]
    asked: Mapping[str, Any]

    @property
    def rows(self) -> list[Row]:
        return [dict(zip(self.names, values, strict=True)) for values in self.tuples]

    @property
    def first(self) -> Row | None:
        return dict(zip(self.names, self.tuples[0], strict=True)) if self.tuples else None

    def __bool__(self) -> bool:
        return bool(self.tuples)


@cache
def statements() -> Mapping[str, Statement]:
    """All of them, by name."""
    return {path.stem: _parsed(path) for path in sorted(_FOLDER.glob("*.sql"))}


def statement(name: str) -> Statement:
    """The statement of that name. Raises NoSuchDataset."""
    try:
        return statements()[name]
    except KeyError:
        raise NoSuchDataset(f"there is no data set {name!r}") from None


def _parsed(path: Path) -> Statement:
    text = path.read_text(encoding="utf-8")
    zh, _, en = text.partition("\n")[0].removeprefix("-- ").partition(" | ")
    return Statement(path.stem, zh, en, text, tuple(dict.fromkeys(_PARAMETER.findall(text))))


class _Opened:
    """The published file as it was at one moment."""

    def __init__(self, path: Path, identity: Identity) -> None:
        self.identity = identity
        self._stack = ExitStack()
        self.connection: Connection = self._stack.enter_context(published(path))
        self.readers = 0
        self.is_former = False

    def close(self) -> None:
        self._stack.close()


class Store:
    """The published file of a data folder. Safe to use from several threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self._recent: Recent[Answer] = Recent(_REMEMBERED)

    def ask(self, name: str, **values: Any) -> Answer:
        """Run a statement; parameters that are not given are NULL.

        Raises:
            NoSuchDataset: no statement has that name.
            WarehouseMissing: nothing has been published yet.
            TooSlow: it was interrupted.
        """
        asked = statement(name)
        bound = {key: values.get(key) for key in asked.parameters}
        key = (self.identity(), name, tuple(bound.values()))
        held = self._recent.get(key)
        return self._recent.put(key, self._ask(asked, bound)) if held is None else held

    def _ask(self, asked: Statement, bound: Mapping[str, Any]) -> Answer:
        with self._cursor() as cursor, _interrupted_after(cursor, _SECONDS):
            try:
                cursor.execute(asked.sql, dict(bound))
                rows = tuple(cursor.fetchall())
            except duckdb.InterruptException:
                raise TooSlow(f"the data set {asked.name} took longer than {_SECONDS:g} s") from None
            names = tuple(str(column[0]) for column in cursor.description or ())
        return Answer(asked, names, rows, bound)

    def identity(self) -> Identity:
        """The identity of the published file. Raises WarehouseMissing."""
        try:
            stat = self.home.warehouse.stat()
        except FileNotFoundError:
            raise WarehouseMissing(
                f"{self.home.warehouse} is not there: nothing has been published yet; run `gongkai demo` or `gongkai run`"
            ) from None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def close(self) -> None:
        """Close the file once no reader uses it."""
        with self._lock:
            self._retire()

    @contextmanager
    def _cursor(self) -> Iterator[Connection]:
        opened = self._lease()
        try:
            cursor = opened.connection.cursor()
            try:
                cursor.execute("USE gongkai")
                yield cursor
            finally:
                cursor.close()
        finally:
            with self._lock:
                opened.readers -= 1
                if opened.is_former and not opened.readers:
                    opened.close()

    def _lease(self) -> _Opened:
        with self._lock:
            identity = self.identity()
            if self._opened is None or self._opened.identity != identity:
                fresh = _Opened(self.home.warehouse, identity)
                self._retire()
                self._opened = fresh
            self._opened.readers += 1
            return self._opened

    def _retire(self) -> None:
        if self._opened is not None:
            self._opened.is_former = True
            if not self._opened.readers:
                self._opened.close()
            self._opened = None


@contextmanager
def _interrupted_after(cursor: Connection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
