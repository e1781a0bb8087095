"""What the Dagster UI shows: tables that fit beside their name, plots of a stated size, descriptions in both languages."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets.display import plots
from assets.display.tables import ROW_WIDTH, plain, preview, table_of, width
from pipelines.local_time import local_time
from schemas.tables import TABLES

URL = "http://www.example.gov.cn/zwgk/zfxxgknb/202401/t20240126_30195.html"
WIDE = pl.DataFrame([{f"a_long_column_{n}": f"value {n} {row}" for n in range(30)} for row in range(8)])
NARROW = pl.DataFrame({"province": ["jiangsu", "zhejiang"], "rows": [483, 700]})


def cells(shown: dg.TableMetadataValue) -> list[dict[str, Any]]:
    return [dict(record.data) for record in shown.records]


def test_a_narrow_table_stays_as_it_is() -> None:
    assert cells(preview(NARROW)) == NARROW.to_dicts()


def test_a_wide_table_is_turned_with_as_many_rows_as_fit() -> None:
    rows = cells(preview(WIDE))
    assert [row["column"] for row in rows] == WIDE.columns
    assert list(rows[0]) == ["column", "row 1", "row 2", "row 3", "row 4"]
    assert [row["row 2"] for row in rows] == list(WIDE.row(1))
    assert width(rows) <= ROW_WIDTH


def test_an_address_is_shown_whole_even_where_only_one_row_fits() -> None:
    rows = cells(preview(pl.DataFrame({"title": ["报告" * 30] * 3, "url": [URL] * 3, "outcome": ["fetched"] * 3})))
    assert rows[1] == {"column": "url", "row 1": URL}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_of_the_warehouse_fits(name: str) -> None:
    frame = pl.DataFrame({column.name: ["x" * 16] * 3 for column in TABLES[name].columns})
    assert width(cells(preview(frame))) <= ROW_WIDTH


def test_moments_are_spelled_as_on_the_command_line() -> None:
    moment = datetime(2026, 11, 27, 23, 7, 35, 607000, tzinfo=UTC)
    assert plain(moment) == local_time(moment)


def test_no_rows_are_an_empty_table() -> None:
    assert cells(table_of([])) == cells(preview(pl.DataFrame())) == []


COUNTS = pl.DataFrame({"host": ["a", "a", "b"], "outcome": ["fetched", "not_found", "fetched"], "requests": [3, 1, 2]})


@pytest.mark.parametrize(
    "shown",
    [
        plots.bars("Requests", COUNTS, of="host", by="outcome", count="requests"),
        plots.lines(
            "Shares", pl.DataFrame({"year": [2023, 2024], "any %": [1.0, 2.0]}), along="year", values=["any %"]
        ),
    ],
    ids=["bars", "lines"],
)
def test_a_plot_states_its_size(shown: dg.MarkdownMetadataValue) -> None:
    """The dialog of the UI takes its width from the picture; one without a size would be shown at 400 pixels."""
    picture = base64.b64decode((shown.md_str or "").partition("base64,")[2].removesuffix(")")).decode()
    (opening,) = re.findall(r"<svg[^>]*>", picture)
    assert f'width="{plots.WIDTH}"' in opening
    assert re.search(r'height="\d+"', opening)


def test_everything_is_described_in_both_languages() -> None:
    from assets.definitions import defs

    repository = defs.get_repository_def()
    graph = repository.asset_graph
    described = {key.to_user_string(): graph.get(key).description for key in graph.get_all_asset_keys()}
    described |= {f"check {key.name}": graph.get(key).description for key in graph.asset_check_keys}
    described |= {job.name: job.description for job in repository.get_all_jobs() if not job.name.startswith("__")}
    described |= {schedule.name: schedule.description for schedule in repository.schedule_defs}
    described |= {sensor.name: sensor.description for sensor in repository.sensor_defs}
    lacking = [
        name for name, text in described.items()
        if not re.search(r"[一-鿿]{4}", text or "") or not re.search(r"[a-z]{3,} [a-z]{2,}", text or "")
    ]  # fmt: skip
    assert lacking == []
