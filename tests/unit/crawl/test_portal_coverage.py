"""Governments counted against the list of portals."""

from pathlib import Path

import pytest

from pipelines.crawl.discovery.portal_list import PortalListError
from pipelines.crawl.registry.build_portals import build_portals
from pipelines.crawl.registry.portal_coverage import ColumnState, count_by_province, cover
from schemas.sources import Source

PROJECT = Path(__file__).parents[3]
REGISTRY = (
    "region_path,level,portal_url,reached,final_url,checked_on\n"
    "江苏省/南通市/海门区,县区,https://www.haimen.gov.cn/,direct,,2026-04-26\n"
    "江苏省/南通市,地级,https://www.nantong.gov.cn/,direct,,2026-04-26\n"
    "江苏省/南通市/启东市,县区,https://www.qidong.gov.cn/,none,,2026-04-26\n"
)


def test_a_government_has_a_column_by_host_or_by_code(tmp_path: Path) -> None:
    (tmp_path / "registry.csv").write_text(REGISTRY, encoding="utf-8")
    portals = tmp_path / "portals.csv"
    assert build_portals(tmp_path / "registry.csv", portals) == 3
    sources = [
        Source(id="a", url="https://www.haimen.gov.cn/hmsrmzf/zfxxgkndbg/", province="jiangsu"),
        Source(id="b", url="https://zwgk.x.gov.cn/nb/", region="320600", site="南通市人民政府", province="jiangsu"),
        Source(id="c", url="https://jyj.y.gov.cn/nb/", region="320681", site="启东市教育局", province="jiangsu"),
        Source(id="d", url="https://www.qidong.gov.cn/1.html", kind="report", province="jiangsu"),
    ]
    found = {item.region_path.rpartition("/")[2]: item for item in cover(portals, sources, {"320600"})}
    assert {name: item.state for name, item in found.items()} == {
        "海门区": ColumnState.NO_REPORT, "南通市": ColumnState.HELD, "启东市": ColumnState.NO_COLUMN,
    }  # fmt: skip
    assert (found["海门区"].region, found["海门区"].source_ids) == ("320614", ("a",))
    assert count_by_province(found.values()) == [("jiangsu", 3, 1, 1, 1), ("all", 3, 1, 1, 1)]


def test_our_list_names_every_government_once() -> None:
    found = cover(PROJECT / "sources" / "portals.csv", [], ())
    assert len(found) > 3_000
    assert len({item.region_path for item in found}) == len(found)
    assert sum(1 for item in found if not item.region) < 30


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"region_path,level\nx,y\n", "no column portal_url"), (b"\xff\xfe\x00", "not UTF-8 text"), (b"", "no column")],
)
def test_a_broken_list_is_named(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "portals.csv").write_bytes(data)
    with pytest.raises(PortalListError, match=told):
        cover(tmp_path / "portals.csv", [], ())
