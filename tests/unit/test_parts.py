"""How many parts there are follows from the number of reports, and where a report is from its id. Nothing else counts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import parts

_IDS = st.lists(st.text("0123456789abcdef", min_size=16, max_size=16), unique=True, max_size=40)
_COUNTS = st.sampled_from([1, 2, 4, 16, 64])


@pytest.mark.parametrize(
    ("n_reports", "count"),
    [(0, 1), (1, 1), (256, 1), (257, 2), (512, 2), (513, 4), (3226, 16), (100_000, 512)],
)
def test_a_part_holds_128_to_256_reports_on_average(n_reports, count):
    assert parts.count_for(n_reports) == count


def test_a_small_province_is_one_file_called_after_it():
    assert parts.names("jiangsu", 1) == ["jiangsu"]
    assert parts.names("jiangsu", 16)[7] == "jiangsu.07-of-16"


@given(_COUNTS)
def test_names_sort_in_the_order_of_ids_and_tell_the_province(count):
    names = parts.names("jiangsu", count)
    assert names == sorted(set(names))
    assert {parts.province_of(name) for name in names} == {"jiangsu"}


@given(_IDS, _COUNTS)
def test_cutting_loses_nothing_and_agrees_with_looking_up(ids, count):
    rows = pl.DataFrame({"report_id": sorted(ids)}, schema={"report_id": pl.String})
    pieces = parts.cut(rows, count)
    assert len(pieces) == count
    assert pl.concat(pieces).equals(rows)
    found = [number for number, piece in enumerate(pieces) for _ in range(piece.height)]
    assert parts.places(rows["report_id"], count).to_list() == found


def test_a_row_without_an_id_is_in_the_first_part():
    assert parts.places(pl.Series([None, "ffff"], dtype=pl.String), 4).to_list() == [0, 3]


def test_files_of_another_cut_are_removed_and_nothing_else(tmp_path):
    folder = tmp_path / "applications"
    folder.mkdir()
    kept = parts.names("hubei", 2)
    for name in (*kept, *parts.names("hubei", 4), "hubei", "hunan", "hubei.json"):
        (folder / (name if name.endswith("json") else f"{name}.parquet")).touch()
    parts.remove_others(tmp_path, {"hubei": kept})
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["hubei.json", "hunan.parquet", *(f"{name}.parquet" for name in kept)]
    )
