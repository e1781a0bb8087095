"""A run covers the provinces that it concerns, not thirty empty ones."""

from pathlib import Path

import pytest

from assets.partitions import ALL_PROVINCES, END_TAG, START_TAG, covering, of_tonight
from schemas.settings import Settings


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [({"jiangsu"}, "jiangsu", "jiangsu"), ({"beijing", "tianjin"}, "beijing", "tianjin")],
)
def test_the_smallest_range_is_taken(wanted: set[str], first: str, last: str) -> None:
    assert covering(wanted) == {START_TAG: first, END_TAG: last}


def test_without_any_province_all_are_covered() -> None:
    assert covering(()) == ALL_PROVINCES


def test_sources_and_the_archive_decide(tmp_path: Path) -> None:
    sources = tmp_path / "jiangsu.yaml"
    sources.write_text(
        "province: jiangsu\nsources:\n  - {id: a, url: 'https://www.nantong.gov.cn/a/'}\n", encoding="utf-8"
    )
    home = tmp_path / "home"
    assert of_tonight(Settings(home=home, sources=sources)) == covering(["jiangsu"])
    (home / "archive" / "zhejiang").mkdir(parents=True)
    assert of_tonight(Settings(home=home, sources=sources)) == covering(["jiangsu", "zhejiang"])
