"""What a run does after its crawl, on a small corpus, and the tables that come of it."""

from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.archive.captures import source_frame
from pipelines.home import Home
from pipelines.staging.province_reader import read_province
from pipelines.tidy.validation import tidy_provinces, validate_province
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.queries.query import query
from schemas.tables import TABLES
from tests.integration.scale import corpus

READ = "SELECT report_id, content_hash, n_cells FROM reports ORDER BY ALL"
PAGES = list(corpus.pages(48, distinct=12))


def make(home: Home) -> None:
    """Everything after the crawl."""
    for province in corpus.PROVINCES:
        read_province(home, province)
    for province in tidy_provinces(home):
        validate_province(home, province)
    check_across_years(home)
    build_warehouse(home, source_frame([]), keep_releases=1)


def tables(home: Home) -> dict[str, list[tuple[object, ...]]]:
    return {name: query(home, f"FROM {name} ORDER BY ALL").rows() for name in TABLES}
