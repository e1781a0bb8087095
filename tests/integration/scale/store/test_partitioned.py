"""The release of Parquet by year and province: same names, same comments, same answers, in a folder and on a store."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.export.partitioned import VIEWS, create_views, write_partitions
from pipelines.home import Home
from pipelines.replica.store import ObjectStore
from tests.integration.scale.corpus import files_of
from tests.integration.warehouse.guide import markdown, questions

_CATALOGUE = """
    SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns()
    WHERE NOT internal AND database_name = current_database() AND schema_name <> 'by_year' ORDER BY ALL"""


@pytest.fixture(scope="module")
def partitioned(first_night: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("partitioned")
    files = write_partitions(Home(first_night), to)
    create_views(to / VIEWS, {name: [str(to / file) for file in found] for name, found in files.items()})
    return to


@pytest.fixture(scope="module")
def views(partitioned: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(partitioned / VIEWS), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The answer as the guide prints it."""
    frame: pl.DataFrame = connection.sql(sql.strip().rstrip(";")).pl()
    frame = frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    return markdown(frame.with_columns(pl.col(pl.Decimal(38, 0)).cast(pl.Int64)))


@pytest.mark.slow
@pytest.mark.usefixtures("whole_first_night")
def test_every_question_of_the_guide_has_the_same_answer(views: duckdb.DuckDBPyConnection) -> None:
    different = [q["number"] for q in questions() if ask(views, q["sql"]) != q["answer"]]
    assert different == []


def test_names_types_and_comments_are_those_of_the_single_file(
    first_night: Path, views: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(Home(first_night).warehouse), read_only=True) as single:
        assert views.sql(_CATALOGUE).fetchall() == single.sql(_CATALOGUE).fetchall()


def test_facts_can_be_asked_by_year_and_province(views: duckdb.DuckDBPyConnection) -> None:
    by_year = "SELECT year, province, count(*) FROM by_year.applications GROUP BY ALL ORDER BY ALL"
    joined = (
        "SELECT report_year::VARCHAR, province::VARCHAR, count(*) FROM applications JOIN reports USING (report_id)"
        " GROUP BY ALL ORDER BY ALL"
    )
    assert views.sql(by_year).fetchall() == views.sql(joined).fetchall()


def test_equal_content_gives_equal_bytes(first_night: Path, partitioned: Path, tmp_path: Path) -> None:
    """Else every night would send every partition to the store again."""
    write_partitions(Home(first_night), tmp_path / "again")
    assert files_of(tmp_path / "again") == {p: b for p, b in files_of(partitioned).items() if p != VIEWS}


@pytest.mark.slow
@pytest.mark.usefixtures("whole_first_night")
def test_the_guide_on_an_object_store(first_night: Path, partitioned: Path, bucket: str, tmp_path: Path) -> None:
    """The views name s3:// addresses. DuckDB reads them through s3fs here; analysts use its httpfs extension."""
    import s3fs

    from pipelines.replica.local_s3 import stand_in

    store = ObjectStore(bucket)
    files = [p.relative_to(partitioned).as_posix() for p in partitioned.rglob("*.parquet")]
    for file in files:
        store.write(file, (partitioned / file).read_bytes())
    tables = write_partitions(Home(first_night), tmp_path / "local")
    here = {store.url(file): partitioned / file for file in files}
    create_views(
        tmp_path / VIEWS, {name: [store.url(file) for file in found] for name, found in tables.items()}, stand_in(here)
    )
    with duckdb.connect(str(tmp_path / VIEWS), read_only=True) as connection:
        connection.register_filesystem(s3fs.S3FileSystem(skip_instance_cache=True))
        connection.execute("SET TimeZone = 'UTC'")
        asked = [q for q in questions() if int(q["number"]) % 5 == 1]
        assert [ask(connection, q["sql"]) for q in asked] == [q["answer"] for q in asked]
