"""The change feed: who applies it release by release holds what is published, and every row says both sides."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from pipelines.export.change_feed import write_change_feed
from pipelines.export.exporter import export
from pipelines.home import Home
from pipelines.warehouse import releases
from pipelines.warehouse.queries.query import query
from schemas.forms.catalogue import KEY_COLUMNS
from tests.unit.warehouse.reports import Report, publish, totals

pytestmark = pytest.mark.slow

FIRST = Report(applications=totals(received=5, granted=2), disputes={("review", "upheld"): "1"})
EDITED = FIRST.but(fetched=datetime(2026, 2, 1, tzinfo=UTC), applications=totals(received=6, carried_in=""))
OTHER = Report(url="https://a.gov.cn/other", agency_name="启东市教育局", applications=totals(received=1))


Held = dict[tuple[str | None, ...], tuple[object, ...]]


def cells(home: Home) -> Held:
    """Every published cell by table and keys."""
    found = {}
    for table, keys in KEY_COLUMNS.items():
        chosen = ", ".join(("report_id", *keys))
        for row in query(home, f"SELECT {chosen}, value::DECIMAL(20, 6), raw_text, value_status FROM {table}").rows():
            found[table, *row[: len(keys) + 1]] = row[len(keys) + 1 :]
    return found


def applied(held: Held, changes: pl.DataFrame) -> Held:
    """A copy brought up to date as a consumer would; a side that is not what the copy holds is an error."""
    now = dict(held)
    for row in changes.iter_rows(named=True):
        key = (row["table_name"], row["report_id"], *(row[name] for name in KEY_COLUMNS[row["table_name"]]))
        old, new = (
            tuple(row[f"{side}_{name}"] for name in ("value", "raw_text", "value_status")) for side in ("old", "new")
        )
        if row["change"] != "added":
            assert now.pop(key) == old
        if row["change"] != "removed":
            assert key not in now
            now[key] = new
    return now


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def feed(home: Home, release: int) -> pl.DataFrame:
    return pl.read_parquet(home.exports / "changes" / f"{release:06d}.parquet")


def test_a_copy_that_applies_every_release_is_the_warehouse(home):
    nights = [(FIRST,), (FIRST, OTHER), (FIRST, EDITED, OTHER), (EDITED,), (EDITED,)]
    held: Held | None = None
    entries: list[Any] = []
    for number, night in enumerate(nights, 1):
        publish(home, *night)
        entries = write_change_feed(home, home.exports, entries)
        held = cells(home) if held is None else applied(held, feed(home, number))
        assert held == cells(home), number
    assert [(entry.release, entry.from_release) for entry in entries] == [(2, 1), (3, 2), (4, 3), (5, 4)]
    assert [(entry.added, entry.changed, entry.removed) for entry in entries] == [
        (2, 0, 0), (2, 2, 2), (0, 0, 2), (0, 0, 0),
    ]  # fmt: skip


def test_another_reading_of_the_same_text_is_a_change(home, tmp_path):
    """A better reader gives the same printed text, and so the same content hash, another value."""
    import duckdb

    publish(home, FIRST)
    publish(home, FIRST)
    kept = releases.folder(home) / "gongkai-000001.duckdb"
    edited = kept.with_name("edited")
    edited.write_bytes(kept.read_bytes())
    with duckdb.connect(str(edited)) as connection:
        connection.execute("UPDATE applications SET value = 50 WHERE line = 'received' AND applicant = 'total'")
    edited.replace(kept)
    export(home, home.exports, ["csv"])
    told = feed(home, 2).select("change", "line", "old_value", "new_value", "old_version", "new_version").rows()
    assert told == [("changed", "received", 50, 5, 1, 1)]


def test_a_row_says_who_what_where_and_when_in_both_formats(home):
    publish(home, FIRST)
    publish(home, FIRST, EDITED)
    export(home, home.exports, ["parquet"])
    frame = feed(home, 2)
    row = frame.filter(line="received", applicant="total", change="changed").row(0, named=True)
    assert (row["old_value"], row["new_value"], row["old_raw_text"], row["new_raw_text"]) == (5, 6, "5", "6")
    assert (row["old_version"], row["new_version"], row["first_seen_at"]) == (1, 2, EDITED.fetched)
    assert (row["url"], row["agency_name"], row["report_year"]) == (FIRST.url, FIRST.agency_name, 2020)
    assert row["published_at"] == datetime.fromisoformat(releases.note(home, 2)["published_at"])
    removed = frame.filter(change="removed", line="granted", applicant="total").row(0, named=True)
    assert (removed["old_value"], removed["new_value"], removed["new_value_status"]) == (2, None, None)
    lines = (home.exports / "changes" / "000002.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == frame.height
    assert [json.loads(line)["change"] for line in lines] == frame["change"].to_list()


def test_what_an_export_missed_is_made_up_while_the_releases_are_kept(home):
    publish(home, FIRST)
    publish(home, FIRST, OTHER)
    publish(home, EDITED)
    export(home, home.exports, ["parquet"])
    assert [path.name for path in sorted((home.exports / "changes").glob("*.parquet"))] == [
        "000002.parquet",
        "000003.parquet",
    ]
    index = json.loads((home.exports / "index.json").read_text("utf-8"))
    assert (index["release"], index["last_change"]["release"]) == (3, 3)
    before = {path: path.read_bytes() for path in (home.exports / "changes").iterdir()}
    export(home, home.exports, ["parquet"])
    assert {path: path.read_bytes() for path in (home.exports / "changes").iterdir()} == before
    assert {entry["release"] for entry in json.loads((home.exports / "index.json").read_text("utf-8"))["changes"]} == {
        2,
        3,
    }


def test_a_gap_shows_in_from_release(home):
    publish(home, FIRST)
    publish(home, FIRST, OTHER)
    (releases.folder(home) / "gongkai-000001.duckdb").unlink()
    publish(home, EDITED)
    export(home, home.exports, ["parquet"])
    entries = json.loads((home.exports / "index.json").read_text("utf-8"))["changes"]
    assert [(entry["release"], entry["from_release"]) for entry in entries] == [(3, 2)]


def test_releases_of_another_layout_are_left_out(home, caplog):
    import duckdb

    publish(home, FIRST)
    publish(home, FIRST, OTHER)
    kept = releases.folder(home) / "gongkai-000001.duckdb"
    kept.unlink()
    with duckdb.connect(str(kept)) as connection:
        connection.execute("CREATE TABLE reports (report_id VARCHAR)")
    export(home, home.exports, ["parquet"])
    assert "cannot be compared" in caplog.text
    assert json.loads((home.exports / "index.json").read_text("utf-8"))["changes"] == []
