"""`gongkai prune`: what grows is bounded, and nothing raw is ever deleted."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gongkai.dagster_runs.run_status import run_statuses
from gongkai.services.nights.pruning import prune
from gongkai.services.nights.run import Choices, rebuild
from gongkai.settings import load_settings
from pipelines.home import Home
from pipelines.warehouse import releases
from pipelines.warehouse.queries.query import query


def contents(*folders: Path) -> dict[str, str]:
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def runs_on_disk(home: Home) -> set[str]:
    return {path.stem for path in (home.dagster / "history" / "runs").glob("*.db")} - {"index"}


def test_runs_releases_and_drafts_are_bounded_and_nothing_raw_is_touched(
    own_first_night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(own_first_night)
    settings = load_settings(home=home.root, keep_releases=1, keep_run_days=30, export_formats=("parquet",))
    first = runs_on_disk(home)
    succeeded = rebuild(settings, Choices()).run_id
    monkeypatch.setattr("assets.stages.documents.read_province", _broken)
    with pytest.raises(Exception, match="documents: "):
        rebuild(settings, Choices())
    raw, tidy = contents(home.archive, home.fetches), contents(home.staged, home.tidy, home.exports)
    warehouse = home.warehouse.read_bytes()
    (home.tidy / "applications" / ".half.parquet.123.tmp").write_bytes(b"half")
    for suffix in (".json", ".md"):
        (releases.folder(home) / f"000000{suffix}").write_text("{}", encoding="utf-8")
    (releases.folder(home) / "gongkai-000000.duckdb").write_bytes(b"an older one")

    prune(settings)  # nothing is old yet; a lowered GONGKAI_KEEP_RELEASES and the draft are seen at once
    assert len(runs_on_disk(home)) == 3
    assert [path.name for path in releases.folder(home).glob("gongkai-*")] == ["gongkai-000001.duckdb"]
    later = datetime.now(UTC) + timedelta(days=31)
    prune(settings, now=later)
    failed = next(status.run_id for status in run_statuses(settings) if not status.succeeded)
    assert runs_on_disk(home) == first | {succeeded, failed}  # the latest of each job, and its latest success
    assert [path.name for path in sorted(releases.folder(home).glob("[0-9]*"))] == ["000002.json", "000002.md"]
    assert not list(home.tidy.rglob(".*.tmp"))
    assert contents(home.archive, home.fetches) == raw
    assert contents(home.staged, home.tidy, home.exports) == tidy
    assert home.warehouse.read_bytes() == warehouse
    assert len(query(home, "SELECT 1 FROM reports")) > 0
    before = runs_on_disk(home)
    prune(settings, now=later)
    assert runs_on_disk(home) == before


def _broken(*_: object, **__: object) -> None:
    raise OSError(5, "input/output error")
