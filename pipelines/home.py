"""Where data lives under ``GONGKAI_HOME``. Every path of the data folder is named here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The data folder. Paths only: nothing is created or read here."""

    root: Path
    bring: Callable[[Path], None] | None = field(default=None, compare=False, repr=False)
    """How an archive file that is not here is fetched, when the folder is the working copy of an object store."""

    @property
    def archive(self) -> Path:
        """Raw pages: ``archive/<province>/<run>.warc.gz``."""
        return self.root / "archive"

    @property
    def fetches(self) -> Path:
        """Fetch log: ``fetches/<province>/…``, append-only."""
        return self.root / "fetches"

    @cached_property
    def staged(self) -> Path:
        """What the reader said, before validation: ``staged/<table>/<part>.parquet``."""
        return self.root / "staged"

    @property
    def unfinished(self) -> Path:
        """Staged parts of a reading that is not at its end, ``<table>/<part>.parquet``: no table is read from here."""
        return self.staged / "_unfinished"

    @cached_property
    def tidy(self) -> Path:
        """Validated facts: ``tidy/<table>/<part>.parquet``, replaced atomically."""
        return self.root / "tidy"

    @property
    def recognised(self) -> Path:
        """What was recognised in pictures, by version of the engine: a cache, which takes hours of computing to fill."""
        return self.root / "cache" / "recognised"

    @property
    def warehouse(self) -> Path:
        """The published DuckDB file. Nobody opens it for writing, ever."""
        return self.root / "warehouse" / "gongkai.duckdb"

    @property
    def exports(self) -> Path:
        """Parquet, CSV and xlsx copies for other tools."""
        return self.root / "exports"

    @property
    def partitioned(self) -> Path:
        """The release as Parquet by year and province, made for an object store."""
        return self.root / "partitioned"

    @property
    def dagster(self) -> Path:
        """``DAGSTER_HOME``: run history and event log."""
        return self.root / "dagster"

    def staged_table(self, table: str, part: str) -> Path:
        """``part``: the province, or a part of a large one (``pipelines.parts``)."""
        return _table_file(self.staged, table, part)

    def tidy_table(self, table: str, part: str) -> Path:
        """As ``staged_table``."""
        return _table_file(self.tidy, table, part)


@lru_cache(maxsize=1 << 15)
def _table_file(folder: Path, table: str, part: str) -> Path:
    """Cached: a night asks for the same thousands of paths several times, and joining a path takes as long as ``stat``."""
    return folder / table / f"{part}.parquet"
