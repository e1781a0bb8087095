"""The registry of site families: every entry has its adapter, and the table of the guide is what the entries say."""

from pathlib import Path

import pytest

from pipelines.crawl.site_families.detection import adapters
from schemas.site_families import ListingFamily

GUIDE = Path(__file__).parents[3] / "docs" / "adding-a-source.md"


@pytest.mark.parametrize("family", [family for family in ListingFamily if family is not ListingFamily.AUTO])
def test_an_entry_names_the_adapter_of_its_family(family: ListingFamily) -> None:
    assert adapters()[family].family is family
    assert family.recognised_by
    assert family.next_page


def test_static_is_tried_last() -> None:
    assert list(adapters())[-1] is ListingFamily.STATIC


def test_the_guide_prints_the_registry() -> None:
    rows = [f"| `{family}` | {family.recognised_by} | {family.next_page} |" for family in adapters()]
    table = "\n".join(["| `listing` | recognised by | page two |", "|---|---|---|", *rows])
    assert f"\n{table}\n" in GUIDE.read_text(encoding="utf-8"), f"put this table into {GUIDE.name}:\n{table}"
