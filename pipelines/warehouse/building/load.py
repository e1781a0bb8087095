"""Filling a new database: facts from tidy Parquet, dimensions from the schemas, history from the versions."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.tidy.agencies import agency_frame
from pipelines.tidy.stored_rows import rows_in, superseded
from pipelines.tidy.tidy_store import ACROSS_YEARS, tidy_files, with_part
from pipelines.warehouse.database import Connection, literal
from pipelines.warehouse.label_table import label_rows
from schemas.forms.catalogue import KEY_COLUMNS, form_lines
from schemas.regions import DIVISIONS
from schemas.rules import rules
from schemas.tables import FACTS, TABLES, ddl, enum_types, polars_schema


@dataclass(frozen=True)
class CrawlTables:
    """The rows of ``crawl.sources``, ``crawl.portals`` and ``crawl.fetches``; the fetches in pieces, in any order."""

    sources: pl.DataFrame
    portals: pl.DataFrame
    fetches: Iterable[pl.DataFrame]


BY_REPORT = ("sections", "narrative_statistics", *FACTS)
BETWEEN = tuple(name for name, rule in rules().items() if rule.kind in ("across_years", "across_copies", "timeliness"))
"""Rules of the findings between reports; a finding of any other is about one report alone."""


def create_tables(connection: Connection) -> None:
    """Create every type and table of the registry, empty."""
    connection.execute(enum_types(TABLES.values()))
    for name in TABLES:
        connection.execute(ddl(name))


def load_versions(connection: Connection, home: Home, versions: pl.DataFrame) -> None:
    """Load all columns of these versions from Parquet.

    Args:
        versions: At least ``report_id, province``.
    """
    files = tidy_files(home, "report_versions")
    if not files:
        return
    name = "history.report_versions"
    connection.register("published", versions.select("report_id", "province").unique())
    connection.execute(
        f"INSERT INTO {name} SELECT {_columns(name, 'f')} FROM {_parquet(files)} f"
        " SEMI JOIN published USING (report_id, province) ORDER BY report_id, version"
    )
    connection.unregister("published")


def load_reports(connection: Connection, resolved: pl.DataFrame) -> None:
    """Load reports and agencies. The versions and findings of these reports must be there.

    Args:
        resolved: What ``resolve_reports`` returns.
    """
    insert(connection, "agencies", agency_frame(resolved))
    added = [name for name in polars_schema("reports") if name not in polars_schema("history.report_versions")]
    counted = ("n_findings", "n_errors")
    connection.register("resolved", resolved.select("report_id", "version", *(n for n in added if n not in counted)))
    connection.execute("""
        INSERT INTO reports BY NAME
        SELECT v.*, r.* EXCLUDE (report_id, version),
               coalesce(f.n_findings, 0) AS n_findings, coalesce(f.n_errors, 0) AS n_errors
        FROM history.report_versions v JOIN resolved r USING (report_id, version)
        LEFT JOIN (SELECT report_id, count(*) AS n_findings, count(*) FILTER (severity = 'error') AS n_errors
                   FROM quality.findings WHERE report_id IN (SELECT report_id FROM resolved) GROUP BY report_id) f
               USING (report_id)
        ORDER BY report_id""")
    connection.unregister("resolved")


def load_facts(connection: Connection, home: Home, reports: pl.DataFrame) -> None:
    """Load facts and sections of current versions, all provinces of a table at once."""
    with _superseded(connection, home, reports):
        for name in BY_REPORT:
            files = tidy_files(home, name)
            if files:
                connection.execute(f"INSERT INTO {name} {_current(home, connection, name, files)}")


def load_findings(connection: Connection, home: Home, reports: pl.DataFrame) -> None:
    """Load the findings about current versions: those inside reports, and those between years and copies.

    No finding is in both: the rule is part of a finding's id, and the two kinds have different rules.
    """
    name, across = "quality.findings", home.tidy_table("findings", ACROSS_YEARS)
    selects = []
    with _superseded(connection, home, reports):
        inside = [path for path in tidy_files(home, "findings") if path != across]
        if inside:
            selects.append(_current(home, connection, name, inside))
        if across.exists():
            connection.register("current", reports.select("report_id", "version"))
            selects.append(
                f"SELECT {_columns(name, 'f')} FROM {_parquet([across])} f SEMI JOIN current USING (report_id, version)"
            )
        if selects:
            both = " UNION ALL ".join(selects)
            connection.execute(f"INSERT INTO {name} FROM ({both}) ORDER BY report_id, rule, finding_id")
        connection.unregister("current")


@contextmanager
def _superseded(connection: Connection, home: Home, reports: pl.DataFrame) -> Iterator[None]:
    """A view ``superseded`` of the rows in tidy files that are not published: ``report_id, version, part``."""
    old = with_part(home, superseded(home, reports))
    connection.register("superseded", old.select("report_id", "version", "part"))
    yield
    connection.unregister("superseded")


def _current(home: Home, connection: Connection, name: str, files: Sequence[Path]) -> str:
    """SELECT of the published rows of these files. An anti-join leaves out the superseded ones: they are few or none."""
    (count,) = connection.execute("SELECT count(*) FROM superseded").fetchall()[0]
    if not count:
        return f"SELECT {_columns(name, 'f')} FROM {_parquet(files)} f"
    without = "ANTI JOIN superseded s ON s.report_id = f.report_id AND s.version = f.version AND s.part = f.part"
    held = f"(SELECT *, parse_filename(filename, true) AS part FROM {_parquet(files, named=True)})"
    return f"SELECT {_columns(name, 'f')} FROM {held} f {without}"


def _parquet(files: Sequence[Path], *, named: bool = False) -> str:
    listed = ", ".join(f"'{literal(path)}'" for path in files)
    return f"read_parquet([{listed}]{', filename = true' if named else ''})"


def _columns(name: str, alias: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in polars_schema(name))


def findings_across(home: Home) -> pl.LazyFrame:
    """Findings between reports of the last comparison."""
    path = home.tidy_table("findings", ACROSS_YEARS)
    return rows_in([path] if path.exists() else [], "findings")


def load_dimensions(connection: Connection) -> None:
    """Load regions, form_lines, labels and rules."""
    insert(connection, "regions", pl.read_csv(DIVISIONS, schema=_csv_schema()))
    insert(connection, "form_lines", pl.DataFrame(list(_form_rows()), schema=polars_schema("form_lines")))
    insert(connection, "labels", pl.DataFrame(label_rows(), schema=polars_schema("labels")))
    told = [{**vars(rule), "description": rule.en, "description_zh": rule.zh} for rule in rules().values()]
    insert(connection, "rules", pl.DataFrame(told, infer_schema_length=None))


def _csv_schema() -> pl.Schema:
    header = DIVISIONS.open(encoding="utf-8").readline().strip().split(",")
    dtypes = polars_schema("regions")
    return pl.Schema({name: dtypes[name] for name in header})


def _form_rows() -> Iterator[dict[str, object]]:
    for row in form_lines():
        names = KEY_COLUMNS[row["table_name"]]
        parts = row["key"].split("/") if len(names) > 1 else [row["key"]]
        yield {**row, **dict(zip(names, parts, strict=True))}


def load_whole(connection: Connection, home: Home, crawl: CrawlTables) -> None:
    """Load the tables that are always loaded completely: quarantine and what belongs to the crawl."""
    for name in ("quality.quarantine", "crawl.sources", "crawl.portals", "crawl.fetches"):
        connection.execute(f"DELETE FROM {name}")
    if files := tidy_files(home, "quarantine"):
        name = "quality.quarantine"
        connection.execute(f"INSERT INTO {name} SELECT {_columns(name, 'f')} FROM {_parquet(files)} f")
    insert(connection, "crawl.sources", crawl.sources)
    insert(connection, "crawl.portals", crawl.portals)
    connection.execute("CREATE TEMP TABLE unsorted AS FROM crawl.fetches LIMIT 0")
    for piece in crawl.fetches:
        insert(connection, "crawl.fetches", piece, into="unsorted")
    connection.execute("INSERT INTO crawl.fetches FROM unsorted ORDER BY fetched_at, fetch_id")
    connection.execute("DROP TABLE unsorted")


def insert(connection: Connection, table: str, rows: pl.DataFrame, *, into: str | None = None) -> None:
    """Insert the table's columns from ``rows``; a nullable column that is absent is null, an unknown one is left out.

    Args:
        into: Another table with the same columns to insert into.
    """
    columns = TABLES[table].columns
    absent = [c.name for c in columns if c.name not in rows.columns]
    chosen = rows.with_columns(pl.lit(None, TABLES_DTYPES[table][n]).alias(n) for n in absent).select(
        pl.col(c.name).cast(c.dtype) for c in columns
    )
    connection.register("incoming", chosen)
    connection.execute(f"INSERT INTO {into or table} SELECT * FROM incoming")
    connection.unregister("incoming")


TABLES_DTYPES = {name: polars_schema(name) for name in TABLES}
