"""A night that replaces a few reports in a copy of the published file ends where a build from nothing ends."""

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines import parts
from pipelines.comparison.continuity import check_across_years
from pipelines.home import Home
from pipelines.tidy.validation import validate_province
from pipelines.warehouse.building import incremental_state, load
from pipelines.warehouse.building.build import build_warehouse
from pipelines.warehouse.database import Connection, published
from pipelines.warehouse.errors import VerificationFailed
from pipelines.warehouse.marts import marts
from pipelines.warehouse.queries.query import query
from schemas.tables import TABLES
from tests.unit.warehouse.reports import NO_FETCHES, NO_SOURCES, Report, gold, publish, stage, totals

QIDONG, HONGZE = gold("qidong-2020"), gold("hongze-2024")
OTHERS = [
    Report(url=f"https://a.gov.cn/{y}", report_year=y, applications=totals(received=y, carried_in=1))
    for y in range(2021, 2026)
]
FIRST = [QIDONG, HONGZE, *OTHERS]
DAY = timedelta(days=1)
EDIT = QIDONG.but(fetched=QIDONG.fetched + DAY, applications={**QIDONG.applications, ("granted", "total"): "150"})
ABROAD = Report(url="https://b.gov.cn/x", agency_name="上海市人民政府", region_code="310000", province="shanghai")


@pytest.fixture
def count_builds(monkeypatch):
    """How many builds began with empty tables."""
    fresh = []
    whole = load.create_tables

    def counted(connection: Connection) -> None:
        fresh.append(1)
        whole(connection)

    monkeypatch.setattr("pipelines.warehouse.building.build.create_tables", counted)
    return fresh


def content(home: Home) -> dict[str, list[str]]:
    """Every row of every table, and the definition and words of all there is."""
    asked = {
        "columns": "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal",
        "views": "SELECT view_name, comment, sql FROM duckdb_views() WHERE NOT internal",
        "macros": "SELECT function_name, comment, macro_definition FROM duckdb_functions() WHERE NOT internal",
        **{name: f"FROM {name}" for name in TABLES},
        **{mart.name: f"FROM marts.{mart.name}" for mart in marts() if mart.is_stored},
    }
    with published(home.warehouse) as connection:
        return {name: sorted(map(repr, connection.execute(sql).fetchall())) for name, sql in asked.items()}


def assert_same_content(grown: Home, fresh: Home) -> None:
    ours, theirs = content(grown), content(fresh)
    assert {name for name in ours if ours[name] != theirs[name]} == set()


@pytest.mark.parametrize(
    "second",
    [
        FIRST,
        [EDIT, *FIRST],
        [*FIRST, QIDONG.but(url="https://www.mirror.com/x", applications=totals(received=1))],
        FIRST[1:],
        [*FIRST[:-1], FIRST[-1].but(applications=totals(received=1, carried_in=7))],
        [*FIRST[:-1], FIRST[-1].but(agency_name="启东市教育局", level="department", scope="department")],
        [*FIRST[:-1], FIRST[-1].but(agency_name=None, region_code=None, level=None, scope=None)],
        [*FIRST[:-1], FIRST[-1].but(level="moon")],  # in quarantine
    ],
    ids=["nothing", "edited", "new copy", "gone", "read again", "other agency", "unknown agency", "spoiled"],
)
def test_a_delta_ends_where_a_build_from_nothing_ends(tmp_path, second, count_builds):
    grown, fresh = Home(tmp_path / "grown"), Home(tmp_path / "fresh")
    publish(grown, *FIRST)
    publish(grown, *second)
    assert len(count_builds) == 1
    publish(fresh, *second)
    assert_same_content(grown, fresh)


def test_a_report_that_moves_to_another_province_keeps_its_rows(tmp_path, count_builds):
    """It belongs to the province that saw it first; when that one loses it, its rows come from the other's files."""
    twin = QIDONG.but(province="shanghai", fetched=QIDONG.fetched - DAY)
    grown, fresh = Home(tmp_path / "grown"), Home(tmp_path / "fresh")
    publish(grown, ABROAD, *FIRST)
    for night in ([ABROAD, twin, *FIRST], [ABROAD, *FIRST]):
        publish(grown, *night)
    assert len(count_builds) == 1
    publish(fresh, ABROAD, *FIRST)
    assert_same_content(grown, fresh)


def test_versions_of_a_report_in_two_provinces_are_counted_where_they_are(tmp_path):
    """The published version has the number of one that is not, in the other province."""
    twins = [report.but(province="shanghai", fetched=report.fetched + DAY / 2) for report in (QIDONG, EDIT)]
    home = Home(tmp_path)
    publish(home, *FIRST, EDIT, *twins)
    assert query(home, f"SELECT province, version FROM reports WHERE report_id = '{QIDONG.report_id}'").row(0) == (
        "jiangsu",
        2,
    )


_LINES = ("received", "carried_in", "carried_out")
_CELLS = st.fixed_dictionaries({line: st.sampled_from(["", "/", "0", "7", "90"]) for line in _LINES})
_REPORTS = st.builds(
    lambda n, year, province, days, cells, edit: [
        base := Report(
            url=f"https://www{'' if n % 2 else '.mirror'}.gov{'.cn' if n % 3 else '.com'}/{n}", report_year=year,
            province=province, fetched=QIDONG.fetched + days * DAY, applications=totals(**cells),
            disputes={("review", "total"): cells["received"]}, sections={1: cells["received"]},
            published_date=date(year + 1, 4, 1 + n) if n % 2 else None,
        ),
        *([base.but(fetched=base.fetched + DAY, applications=totals(**edit), sections={})] if edit else []),
    ],
    st.integers(0, 5), st.sampled_from([2021, 2022, 2023]), st.sampled_from(["jiangsu", "shanghai"]), st.integers(0, 3),
    _CELLS, st.none() | _CELLS,
)  # fmt: skip
_NIGHTS = st.lists(
    st.lists(_REPORTS, max_size=6, unique_by=lambda r: (r[0].url, r[0].province)), min_size=2, max_size=3
)


@settings(
    max_examples=int(os.environ.get("GONGKAI_DELTA_EXAMPLES", "2")), deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],  # an example is too dear to be shrunk
)  # fmt: skip
@given(_NIGHTS)
def test_any_nights_end_where_a_build_from_nothing_ends(count_builds, monkeypatch, nights):
    """Reports come, go, are edited, copied and moved at random. ``GONGKAI_DELTA_EXAMPLES=200`` for a long run."""
    monkeypatch.setattr(parts, "REPORTS", 2)  # so that the files are cut otherwise from night to night
    anchors = [HONGZE, ABROAD]  # a province that is new or gone means a build from nothing
    with tempfile.TemporaryDirectory() as folder:
        grown, fresh = Home(Path(folder) / "grown"), Home(Path(folder) / "fresh")
        publish(grown, *anchors)
        count_builds.clear()
        for night in nights:
            publish(grown, *anchors, *(capture for report in night for capture in report))
        assert not count_builds
        publish(fresh, *anchors, *(capture for report in nights[-1] for capture in report))
        assert_same_content(grown, fresh)


@pytest.mark.parametrize("what", ["code", "file", "note", "old note", "often", "unsigned", "tidy"])
def test_anything_unusual_means_a_build_from_nothing(tmp_path, monkeypatch, count_builds, what):
    home = Home(tmp_path)
    publish(home, *FIRST)
    note = home.warehouse.parent / ".published.json"
    if what == "code":
        monkeypatch.setattr(incremental_state, "code_version", lambda: "another")
    elif what == "file":
        os.utime(home.warehouse)
    elif what == "note":
        note.unlink()
    elif what == "old note":
        note.write_text('{"basis": "x", "file": "y", "deltas": 0}', "utf-8")
    elif what == "often":
        monkeypatch.setattr(incremental_state, "_FRESH_EVERY", 0)
    elif what == "unsigned":
        monkeypatch.setattr(incremental_state, "signed_reports", lambda *_: None)
    else:
        os.utime(home.tidy_table("applications", "jiangsu"))
    publish(home, *FIRST)
    assert len(count_builds) == 2


def test_a_correction_reaches_a_report_that_did_not_change(tmp_path, count_builds):
    home, folder = Home(tmp_path / "home"), tmp_path / "corrections"
    folder.mkdir()

    def night() -> list[int | None]:
        stage(home, FIRST)
        validate_province(home, "jiangsu", corrections_folder=folder)
        check_across_years(home)
        build_warehouse(home, NO_SOURCES, fetches_frame=NO_FETCHES, corrections_folder=folder)
        cell = f"report_id = '{QIDONG.report_id}' AND line = 'received' AND applicant = 'commercial_enterprise'"
        return query(home, f"SELECT corrected_value FROM applications WHERE {cell}")["corrected_value"].to_list()

    assert night() == [None]
    (folder / "c.yaml").write_text(
        f"corrections:\n- {{name: x, url: '{QIDONG.url}', table: applications, expect: '5', corrected_value: 4,"
        " key: {line: received, applicant: commercial_enterprise}, reason: the column balances, evidence: section one}",
        "utf-8",
    )
    assert night() == [4]
    (folder / "c.yaml").unlink()
    assert night() == [None]
    assert len(count_builds) == 3


def test_a_delta_that_does_not_verify_is_built_from_nothing(tmp_path, monkeypatch, count_builds, caplog):
    home = Home(tmp_path)
    publish(home, *FIRST)
    monkeypatch.setattr("pipelines.warehouse.building.incremental_update.insert_current", lambda *_: None)
    publish(home, EDIT, *FIRST)
    assert len(count_builds) == 2
    assert "the tidy files" in caplog.text
    assert query(home, "SELECT count(*) FROM history.cell_changes").item() == 1


def test_rows_lost_either_way_are_noticed(tmp_path, monkeypatch):
    home = Home(tmp_path)
    publish(home, *FIRST)
    good = home.warehouse.read_bytes()
    for loading in ("build.load_facts", "incremental_update.insert_current"):
        monkeypatch.setattr(f"pipelines.warehouse.building.{loading}", lambda *_: None)
    with pytest.raises(VerificationFailed, match="the tidy files"):
        publish(home, EDIT, *FIRST)
    assert home.warehouse.read_bytes() == good


def test_a_delta_is_told_as_a_release_like_any_other(tmp_path):
    home = Home(tmp_path)
    publish(home, *FIRST)
    assert (
        publish(home, EDIT, *FIRST).changes == "history.cell_changes: 0 → 1 (+1); history.report_versions: 7 → 8 (+1)"
    )
    assert pl.read_parquet(home.warehouse.parent / ".published.parquet").height == len(FIRST)
