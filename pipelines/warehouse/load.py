"""Filling a new database: facts from tidy Parquet, dimensions from the schemas, history from the versions."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.warehouse.agencies import agency_frame, resolve_reports
from pipelines.warehouse.database import Connection, literal
from schemas.form import KEY_COLUMNS, form_lines
from schemas.regions import DIVISIONS
from schemas.rules import rules
from schemas.tables import FACTS, TABLES, ddl, enum_types, polars_schema
from schemas.vocabulary import PROVINCES

BY_REPORT = ("sections", *FACTS)
NIGHTLY = (
    "reports", "agencies", "history.report_versions", "quality.findings", "quality.quarantine", "crawl.sources",
    "crawl.fetches",
)  # fmt: skip
TOUCHED = "memory.main.touched"
"""Ids of the reports that are replaced, in the scratch database beside the draft."""


def create_tables(connection: Connection) -> None:
    """Create every type and table of the registry, empty."""
    connection.execute(enum_types(TABLES.values()))
    for name in TABLES:
        connection.execute(ddl(name))


def read_versions(home: Home) -> pl.DataFrame:
    """All versions of all reports. A report met in two provinces belongs to the one that saw it first."""
    frames = [pl.read_parquet(path) for path in tidy_files(home, "report_versions")]
    versions = pl.concat(frames) if frames else pl.DataFrame(schema=polars_schema("history.report_versions"))
    owner = versions.sort("report_id", "first_fetched_at", "province").unique("report_id", keep="first")
    return versions.join(owner.select("report_id", "province"), on=["report_id", "province"], how="semi").sort(
        "report_id", "version"
    )


def tidy_files(home: Home, folder: str) -> list[Path]:
    """The tidy Parquet files of one table, sorted by province."""
    return sorted(p for p in (home.tidy / folder).glob("*.parquet") if not p.name.startswith("."))


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

    Rows are left out by naming what is superseded, not by looking up what is current: that is little, or nothing.
    """
    old = superseded(home, reports)
    for name in BY_REPORT:
        files = tidy_files(home, name)
        if not files:
            continue
        place = pl.format(str(home.tidy_table(name, "{}")), pl.col("province").cast(pl.String))
        connection.register("superseded", old.select("report_id", "version", filename=place))
        columns = ", ".join(f"f.{c}" for c in polars_schema(name))
        without = "ANTI JOIN superseded USING (report_id, version, filename)" if old.height else ""
        listed = ", ".join(f"'{literal(path)}'" for path in files)
        named = ", filename = true" if old.height else ""
        connection.execute(f"INSERT INTO {name} SELECT {columns} FROM read_parquet([{listed}]{named}) f {without}")
        connection.unregister("superseded")


def replace_facts(connection: Connection, home: Home, reports: pl.DataFrame, touched: pl.DataFrame) -> None:
    """Load facts and sections of the touched reports alone. Costs what changed, and a look at one column of the rest."""
    ours = reports.join(touched, on="report_id", how="semi")
    for name in BY_REPORT:
        insert(connection, name, rows_of(home, name, ours).join(ours, on=["report_id", "version"], how="semi"))


def rows_of(home: Home, table: str, reports: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``table`` of all versions of these reports, each from the province it belongs to.

    Args:
        reports: ``report_id, province``, and more.
    """
    rows = [pl.LazyFrame(schema=polars_schema(table))]
    for (province,), group in reports.group_by("province", maintain_order=True):
        path = home.tidy_table(table, str(province))
        if path.exists():
            ours = pl.col("report_id").is_in(group["report_id"].unique().implode())
            rows.append(pl.scan_parquet(path).filter(ours))
    return pl.concat(rows).collect()


def clear_for(connection: Connection, touched: pl.DataFrame) -> None:
    """Empty what is loaded anew every night, and the rows of the touched reports; keep ``memory.main.touched`` for later."""
    connection.register("incoming", touched)
    connection.execute(f"CREATE TABLE {TOUCHED} AS FROM incoming")
    connection.unregister("incoming")
    for name in NIGHTLY:
        connection.execute(f"DELETE FROM {name}")
    if touched.height:
        for name in (*BY_REPORT, "history.cell_changes"):
            connection.execute(f"DELETE FROM {name} WHERE report_id IN (SELECT report_id FROM {TOUCHED})")


def superseded(home: Home, reports: pl.DataFrame) -> pl.DataFrame:
    """Report, version and province of the rows that are not published: older versions, and other provinces."""
    keys = ["report_id", "version", "province"]
    written = [pl.scan_parquet(path).select(keys) for path in tidy_files(home, "report_versions")]
    if not written:
        return pl.DataFrame(schema={"report_id": pl.String, "version": pl.Int64, "province": pl.String})
    return pl.concat(written).join(reports.lazy().select(keys), on=keys, how="anti").collect()


def current_findings(home: Home, versions: pl.DataFrame) -> pl.DataFrame:
    """Findings about current versions: those inside reports and those between years and copies."""
    current = versions.group_by("report_id").agg(pl.col("version").max(), pl.col("province").last())
    frames = [pl.DataFrame(schema=polars_schema("quality.findings"))]
    for path in tidy_files(home, "findings"):
        ours = current.filter(pl.col("province") == path.stem) if path.stem in PROVINCES else current
        frames.append(pl.read_parquet(path).join(ours, on=["report_id", "version"], how="semi"))
    return pl.concat(frames).unique("finding_id", maintain_order=True).sort("report_id", "rule", "finding_id")


def load_dimensions(connection: Connection) -> None:
    """Load regions, form_lines and rules."""
    insert(connection, "regions", pl.read_csv(DIVISIONS, schema=_csv_schema()))
    insert(connection, "form_lines", pl.DataFrame(list(_form_rows()), schema=polars_schema("form_lines")))
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


def load_quality(connection: Connection, home: Home, findings: pl.DataFrame) -> None:
    """Load findings and the quarantine."""
    insert(connection, "quality.findings", findings)
    for path in tidy_files(home, "quarantine"):
        insert(connection, "quality.quarantine", pl.read_parquet(path))


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
