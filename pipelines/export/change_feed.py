"""The change feed: what each release changed against the one before, cell by cell, for programs that keep a copy.

``changes/<release>.parquet`` and ``.jsonl`` hold the cells that were added, changed or removed, with both sides. A consumer
that has applied ``from_release`` applies the file; one that has not loads the tables anew.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipelines.atomic import replace_together
from pipelines.home import Home
from pipelines.warehouse import releases
from pipelines.warehouse.database import Connection, exporting, literal
from schemas.forms.catalogue import KEY_COLUMNS
from schemas.tables import FACTS
from schemas.tables.sql import quote

_LOG = logging.getLogger(__name__)
FOLDER = "changes"
_KEYS = tuple(dict.fromkeys(key for keys in KEY_COLUMNS.values() for key in keys))
_SIDES = {"value": "DECIMAL(20,6)", "raw_text": "VARCHAR", "value_status": "VARCHAR", "evidence": "VARCHAR"}
_REPORT = ("report_id", "version", "url", "agency_name", "province", "report_year", "first_fetched_at")
COLUMNS = (
    "release", "from_release", "published_at", "change", "table_name", *_KEYS,
    *(f"{side}_{name}" for name in ("value", "raw_text", "value_status", "evidence") for side in ("old", "new")),
    "report_id", "old_version", "new_version", "agency_name", "report_year", "province", "url", "first_seen_at",
)  # fmt: skip
"""Columns of a file of the feed, in order."""


@dataclass(frozen=True)
class ChangeFile:
    """One release of the feed: what it holds and against which release."""

    release: int
    from_release: int
    published_at: str
    added: int
    changed: int
    removed: int

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    def paths(self, to: Path) -> tuple[Path, Path]:
        """The Parquet file and the JSON lines."""
        return to / FOLDER / f"{self.release:06d}.parquet", to / FOLDER / f"{self.release:06d}.jsonl"

    def as_entry(self) -> dict[str, Any]:
        """What ``index.json`` says of it."""
        return {
            **asdict(self),
            "files": [path.relative_to(path.parents[1]).as_posix() for path in self.paths(Path("x"))],
        }


def write_change_feed(home: Home, to: Path, known: Sequence[ChangeFile]) -> list[ChangeFile]:
    """Write the releases that the feed in ``to`` does not have yet, as far as the files to compare are kept.

    Args:
        known: What ``index.json`` in ``to`` lists. Those whose files are gone are written again, or left out.

    Returns:
        Every release of the feed, oldest first.
    """
    whole = [item for item in known if all(path.exists() for path in item.paths(to))]
    held = sorted(_release_files(home).items())
    have = {item.release for item in whole}
    for (before, former), (number, file) in pairwise(held):
        if number not in have:
            written = _compare(home, to, (before, former), (number, file))
            whole += [written] if written else []
    return sorted(whole, key=lambda item: item.release)


def _release_files(home: Home) -> dict[int, Path]:
    """Number → warehouse file, of the releases that are kept and of the published one."""
    kept = {int(path.stem.rpartition("-")[2]): path for path in releases.folder(home).glob("gongkai-*.duckdb")}
    last = releases.latest(home)
    return {**kept, last["release"]: home.warehouse} if last else {}


def _compare(home: Home, to: Path, old: tuple[int, Path], new: tuple[int, Path]) -> ChangeFile | None:
    """Write the changes from one release to the next; None where the older file has another layout."""
    with _both(old[1], new[1]) as connection:
        tables = _comparable(connection)
        if tables is None:
            _LOG.warning("releases %d and %d cannot be compared: the layout of the tables differs", old[0], new[0])
            return None
        published_at = releases.note(home, new[0])["published_at"]
        connection.execute(_changes_sql(tables, new[0], old[0], published_at))
        counts: Mapping[str, int] = dict(
            connection.execute("SELECT change, count(*) FROM memory.changes GROUP BY ALL").fetchall()
        )
        written = ChangeFile(new[0], old[0], published_at, *(counts.get(c, 0) for c in ("added", "changed", "removed")))
        parquet, lines = written.paths(to)

        def copy(path: Path, options: str) -> None:
            connection.execute(f"COPY (FROM memory.changes ORDER BY ALL) TO '{literal(path)}' ({options})")

        replace_together(
            {
                parquet: lambda draft: copy(draft, "FORMAT parquet, COMPRESSION zstd"),
                lines: lambda draft: copy(draft, "FORMAT json"),
            }
        )
        return written


@contextmanager
def _both(old: Path, new: Path) -> Iterator[Connection]:
    with exporting(new) as connection:
        connection.execute(f"ATTACH '{literal(old)}' AS former (READ_ONLY)")
        yield connection


def _comparable(connection: Connection) -> dict[str, bool] | None:
    """Fact table → does the older release have it. None where a table that both have lacks a column the feed needs."""
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'former' AND schema_name = 'main'"
    ).fetchall()
    needed = {"reports": {*_REPORT}, **{name: {"report_id", *KEY_COLUMNS[name], *_SIDES} for name in FACTS}}
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    if "reports" not in found or any(columns - found[name] for name, columns in needed.items() if name in found):
        return None
    return {name: name in found for name in FACTS}


def _changes_sql(tables: Mapping[str, bool], release: int, before: int, published_at: str) -> str:
    reports = ", ".join(f"{name}::VARCHAR AS {name}" if name == "province" else name for name in _REPORT)
    cells = " UNION ALL ".join(_cells_sql(name, in_old) for name, in_old in tables.items())
    head = f"{release}::BIGINT AS release, {before}::BIGINT AS from_release, {quote(published_at)}::TIMESTAMPTZ AS published_at"
    return f"""
    CREATE TABLE memory.changes AS
    WITH every AS (
      SELECT report_id, o.version AS old_version, n.version AS new_version,
             coalesce(n.agency_name, o.agency_name) AS agency_name, coalesce(n.report_year, o.report_year) AS report_year,
             coalesce(n.province, o.province) AS province, coalesce(n.url, o.url) AS url, n.first_fetched_at AS first_seen_at
      FROM (SELECT {reports} FROM former.main.reports) o
      FULL JOIN (SELECT {reports} FROM gongkai.main.reports) n USING (report_id)),
    cells AS ({cells})
    SELECT {head}, {", ".join(COLUMNS[3:])} FROM cells JOIN every USING (report_id)"""


def _cells_sql(table: str, in_old: bool) -> str:
    """Cells of one table that differ. Reports whose cells have one fingerprint on both sides are not joined: most nights, most.

    The report's own content hash would not do: a better reader gives the same printed text another value.
    """
    keys = KEY_COLUMNS[table]
    texts = [f"{key}::VARCHAR AS {key}" for key in keys]
    columns = ", ".join(["report_id", *texts, *(f"{name}::{kind} AS {name}" for name, kind in _SIDES.items())])
    old = (
        f"SELECT {columns} FROM former.main.{table}"
        if in_old
        else f"SELECT {columns} FROM gongkai.main.{table} WHERE false"
    )
    new = f"SELECT {columns} FROM gongkai.main.{table}"
    said = ", ".join([*keys, *(name for name in _SIDES if name != "evidence")])

    def marks(side: str) -> str:
        return f"(SELECT report_id, bit_xor(hash({said})) AS mark FROM ({side}) GROUP BY report_id)"

    touched = (
        f"SELECT report_id FROM {marks(old)} o FULL JOIN {marks(new)} n USING (report_id)"
        " WHERE o.mark IS DISTINCT FROM n.mark"
    )
    shown = ", ".join(key if key in keys else f"NULL::VARCHAR AS {key}" for key in _KEYS)
    pairs = ", ".join(f"o.{name} AS old_{name}, n.{name} AS new_{name}" for name in _SIDES)
    differs = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in _SIDES if name != "evidence")
    change = (
        "CASE WHEN o.value_status IS NULL THEN 'added' WHEN n.value_status IS NULL THEN 'removed' ELSE 'changed' END"
    )
    return f"""
      SELECT report_id, '{table}' AS table_name, {change} AS change, {shown}, {pairs}
      FROM (FROM ({old}) WHERE report_id IN ({touched})) o
      FULL JOIN (FROM ({new}) WHERE report_id IN ({touched})) n USING ({", ".join(("report_id", *keys))}) WHERE {differs}"""
