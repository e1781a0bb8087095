"""The pages as an asset: in the lineage when a setting switches it on."""

import subprocess
import sys
from pathlib import Path

import dagster as dg

from assets.runtime.resources import DataFolder
from assets.stages.exported_pages import exported_pages
from schemas.settings import PROJECT, load_settings


def _asset_keys(**environment: str) -> set[str]:
    program = (
        "from assets.definitions import defs; print(*(key.to_user_string() for key in defs.resolve_all_asset_keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_it_is_in_the_lineage_when_switched_on() -> None:
    assert "exported_pages" not in _asset_keys()
    assert "exported_pages" in _asset_keys(GONGKAI_EXPORT_PAGES="true")


def test_it_writes_the_pages(own_first_night: Path) -> None:
    folder = DataFolder.from_settings(load_settings(home=own_first_night))
    marts = [dg.SourceAsset(key) for key in exported_pages.asset_deps[exported_pages.key]]
    assert dg.materialize([exported_pages, *marts], resources={"data_folder": folder}).success
    pages = own_first_night / "exports" / "pages"
    assert (pages / "index.html").is_file()
    assert (pages / "en" / "changes.atom").is_file()
