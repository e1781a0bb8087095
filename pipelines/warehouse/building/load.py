"""Filling a new database: facts from tidy Parquet, dimensions from the schemas, history from the versions."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipelines.home import Home
from pipelines.tidy.agencies import agency_frame, resolve_reports
from pipelines.tidy.stored_rows import rows_in, superseded
from pipelines.tidy.tidy_store import ACROSS_YEARS, tidy_files, with_part
from pipelines.warehouse.database import Connection, literal
from pipelines.warehouse.label_table import label_rows
from schemas.form import KEY_COLUMNS, form_lines
from schemas.regions import DIVISIONS
from schemas.rules import rules
from schemas.tables import FACTS, TABLES, ddl, enum_types, polars_schema


@dataclass(frozen=True)
class CrawlTables:
    """The rows of ``crawl.sources``, ``crawl.portals`` and ``crawl.fetches``."""

    sources: pl.DataFrame
    portals: pl.DataFrame
    fetches: pl.DataFrame


BY_REPORT = ("sections", "narrative_statistics", *FACTS)
BETWEEN = tuple(name for name, rule in rules().items() if rule.kind in ("across_years", "across_copies", "timeliness"))
"""Rules of the findings between reports; a finding of any other is about one report alone."""


def create_tables(connection: Connection) -> None:
    """Create every type and table of the registry, empty."""
    connection.execute(enum_types(TABLES.values()))
    for name in TABLES:
        connection.execute(ddl(name))


def load_reports(connection: Connection, versions: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Load report_versions, reports and agencies; returns the resolved reports."""
    reports = resolve_reports(versions)
    counted = findings.group_by("report_id").agg(
        n_findings=pl.len().cast(pl.Int64), n_errors=(pl.col("severity") == "error").sum().cast(pl.Int64)
    )
    complete = reports.join(counted, on="report_id", how="left", maintain_order="left").with_columns(
        pl.col("n_findings", "n_errors").fill_null(0)
    )
    insert(connection, "history.report_versions", versions)
    insert(connection, "reports", complete)
    insert(connection, "agencies", agency_frame(reports))
    return complete


def load_facts(connection: Connection, home: Home, reports: pl.DataFrame) -> None:
    """Load facts and sections of current versions, all provinces of a table at once.

    Superseded rows are excluded by an anti-join, which is cheap because there are few or none.
    """
    old = with_part(home, superseded(home, reports))
    for name in BY_REPORT:
        files = tidy_files(home, name)
        if not files:
            continue
        place = pl.format(str(home.tidy_table(name, "{}")), "part")
        connection.register("superseded", old.select("report_id", "version", filename=place))
        columns = ", ".join(f"f.{c}" for c in polars_schema(name))
        without = "ANTI JOIN superseded USING (report_id, version, filename)" if old.height else ""
        listed = ", ".join(f"'{literal(path)}'" for path in files)
        named = ", filename = true" if old.height else ""
        connection.execute(f"INSERT INTO {name} SELECT {columns} FROM read_parquet([{listed}]{named}) f {without}")
        connection.unregister("superseded")


def current_findings(home: Home, versions: pl.DataFrame) -> pl.DataFrame:
    """Findings about current versions: those inside reports and those between years and copies."""
    current = versions.group_by("report_id").agg(pl.col("version").max(), pl.col("province").last())
    inside = [
        rows_in(tidy_files(home, "findings", province), "findings").join(
            group.lazy(), on=["report_id", "version"], how="semi"
        )
        for (province,), group in current.group_by("province")
    ]
    across = findings_across(home).join(current, on=["report_id", "version"], how="semi")
    found = pl.concat([across.lazy(), *inside]).collect()
    return found.unique("finding_id", maintain_order=True).sort("report_id", "rule", "finding_id")


def findings_across(home: Home) -> pl.DataFrame:
    """Findings between reports of the last comparison."""
    path = home.tidy_table("findings", ACROSS_YEARS)
    return rows_in([path] if path.exists() else [], "findings").collect()


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
    quarantine = rows_in(tidy_files(home, "quarantine"), "quarantine").collect()
    tables = {
        "quality.quarantine": quarantine,
        "crawl.sources": crawl.sources,
        "crawl.portals": crawl.portals,
        "crawl.fetches": crawl.fetches,
    }
    for name, rows in tables.items():
        connection.execute(f"DELETE FROM {name}")
        insert(connection, name, rows)


def insert(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    """Insert the table's columns from ``rows``; a nullable column that is absent is null, an unknown one is left out."""
    columns = TABLES[table].columns
    absent = [c.name for c in columns if c.name not in rows.columns]
    chosen = rows.with_columns(pl.lit(None, TABLES_DTYPES[table][n]).alias(n) for n in absent).select(
        pl.col(c.name).cast(c.dtype) for c in columns
    )
    connection.register("incoming", chosen)
    connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")
    connection.unregister("incoming")


TABLES_DTYPES = {name: polars_schema(name) for name in TABLES}
