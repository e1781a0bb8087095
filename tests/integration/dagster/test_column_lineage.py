"""Column lineage is derived from the registry and from the SQL; here it is held against what exists and against known paths."""

import dagster as dg
import pytest

from assets.definitions import defs
from assets.display.column_lineage import PAYLOAD, column_lineage, roots, sources_of
from assets.display.metadata import TIDY
from pipelines.warehouse.marts import marts
from schemas.tables import TABLES

PRINTED = ("pages", PAYLOAD)
TABLE_ASSETS = ("documents", *TIDY, "findings", "warehouse")
MARTS = [f"marts/{mart.name}" for mart in marts()]


def columns(asset: str) -> set[str]:
    """What the asset's page shows as its columns; a mart's are those its SELECT gives."""
    if asset in MARTS:
        return set(sources_of(asset))
    graph = defs.get_repository_def().asset_graph
    node = next(graph.get(key) for key in graph.get_all_asset_keys() if key.to_user_string() == asset)
    return {column.name for column in node.metadata["dagster/column_schema"].columns}


@pytest.mark.parametrize("asset", [*TABLE_ASSETS, *MARTS])
def test_every_column_comes_from_one_that_exists(asset: str) -> None:
    shown = {name: columns(name) for name in ("pages", "source_registry", *TABLE_ASSETS, *MARTS)}
    sources = sources_of(asset)
    assert sources
    for column, places in sources.items():
        assert column in shown[asset]
        for below, name in places:
            assert name in shown[below], (column, below, name)


@pytest.mark.parametrize(
    ("asset", "column", "expected"),
    [
        ("marts/disclosure_rates", "denied", {PRINTED}),
        ("marts/disclosure_rates", "denial_rate", {PRINTED}),
        ("marts/denial_structure", "share_of_denied", {PRINTED}),
        ("marts/report_wide", "administrative_fees_fee_amount", {PRINTED}),
        ("marts/carry_over_continuity", "evidence_before", {PRINTED}),
        ("marts/timeliness", "seen_date", {("pages", "fetched_at")}),
        ("marts/money", "report_id", {("pages", "report_id")}),
        ("warehouse", "applications.value", {PRINTED}),
        ("warehouse", "crawl.fetches.outcome", {("pages", "outcome")}),
        ("disputes", "outcome", {PRINTED}),  # not the outcome of the fetch, which has the same name
        ("marts/disclosure_rates", "agency_id", {("warehouse", "reports.agency_id")}),  # resolved there
    ],
)
def test_a_column_leads_down_to_where_it_is_printed(asset: str, column: str, expected: set[tuple[str, str]]) -> None:
    assert set(roots((asset, column))) == expected


NAMES_OF_OUR_OWN = {
    ("peers", "metric"), ("peers", "peer_group"), ("recent_changes", "change"), ("section_coverage", "section_no"),
    ("section_coverage", "is_prose"),
}  # fmt: skip
"""Columns that tell rows apart in words of the mart's own."""


def test_all_facts_are_printed_and_only_counts_come_from_nowhere() -> None:
    for fact in ("applications", "disputes", "proactive_disclosure", "legacy_statistics", "legacy_breakdown"):
        without = {column.name for column in TABLES[fact].columns} - set(sources_of(fact))
        assert without == {"corrected_value"}  # declared in corrections/, printed nowhere
        assert {roots((fact, name)) for name in ("value", "raw_text", "evidence")} == {(PRINTED,)}
    for mart in marts():
        described = {name for name, _ in mart.columns}
        for name in described - set(sources_of(f"marts/{mart.name}")):
            assert name.startswith("n_") or (mart.name, name) in NAMES_OF_OUR_OWN, (mart.name, name)


def test_the_ui_shows_the_way_as_a_table() -> None:
    shown = column_lineage("marts/disclosure_rates")["columns_come_from"]
    assert isinstance(shown, dg.TableMetadataValue)
    rows = {record.data["column"]: record.data for record in shown.records}
    assert rows["denied"]["comes_from"] == "marts/application_totals: line, marts/application_totals: value"
    assert rows["denied"]["printed_in"] == "pages: payload"
