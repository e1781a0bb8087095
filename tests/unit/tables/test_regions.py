"""Names become divisions as of the report year, or nothing."""

import csv

import pytest

from schemas.regions import DIVISIONS, division, divisions, resolve
from schemas.vocabulary import Level


@pytest.mark.parametrize(
    ("name", "year", "context", "code", "rest"),
    [
        ("启东市人民政府", 2020, {}, "320681", "人民政府"),
        ("江苏省南通市启东市", 2020, {}, "320681", ""),
        ("海门市人民政府", 2019, {}, "320684", "人民政府"),
        ("海门区人民政府", 2020, {}, "320614", "人民政府"),
        ("海门市人民政府", 2021, {}, "320614", "人民政府"),  # the old name in a later year follows its lineage
        ("洪泽县人民政府", 2015, {}, "320829", "人民政府"),
        ("淮安市洪泽区人民政府办公室", 2024, {}, "320813", "人民政府办公室"),
        ("苍山县", 2012, {}, "371324", ""),
        ("兰陵县教育局", 2015, {}, "371324", "教育局"),
        ("三元区人民政府", 2020, {}, "350403", "人民政府"),
        ("三元区人民政府", 2021, {}, "350404", "人民政府"),
        ("上海市浦东新区人民政府", 2022, {}, "310115", "人民政府"),
        ("江苏省教育厅", 2022, {}, "320000", "教育厅"),
        ("启东", 2020, {}, "320681", ""),
        ("鼓楼区人民政府", 2023, {"parent": "南京市"}, "320106", "人民政府"),
        ("鼓楼区人民政府", 2023, {"parent": "320100"}, "320106", "人民政府"),
        ("鼓楼区教育局", 2023, {"parent": "henan"}, "410204", "教育局"),
        ("鼓楼区人民政府", 2023, {"host_hint": "3203020001"}, "320302", "人民政府"),
        ("南京市鼓楼区人民政府", 2023, {}, "320106", "人民政府"),
        ("杭州市人民政府", 2025, {}, "330100", "人民政府"),
        ("海南州人民政府", 2022, {}, "632500", "人民政府"),  # 海南藏族自治州 as it calls itself; the province is 海南省
        ("甘肃省临夏州东乡县财政局", 2020, {}, "622926", "财政局"),
        ("大通县人民政府", 2021, {}, "630121", "人民政府"),
    ],
)
def test_a_name_is_resolved_as_of_its_year(name, year, context, code, rest):
    match = resolve(name, year, **context)
    assert match is not None
    assert (match.code, match.rest) == (code, rest)


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("鼓楼区人民政府", {}),  # four of them: a guess would be right once in four
        ("市中区人民政府", {}),
        ("鼓楼区人民政府", {"parent": "江苏省"}),  # still two: Nanjing and Xuzhou
        ("鼓楼区人民政府", {"parent": "广东省"}),  # a parent that has none must not be overruled
        ("海门工业园区管理委员会", {}),  # not a division, and its first word is only a short name
        ("国家税务总局", {}),
        ("", {}),
    ],
)
def test_an_ambiguous_or_unknown_name_stays_open(name, context):
    assert resolve(name, 2023, **context) is None


def test_a_lineage_joins_the_codes_of_one_county():
    before, after = resolve("海门市", 2019), resolve("海门区", 2020)
    assert before is not None
    assert after is not None
    assert before.code != after.code
    assert before.lineage_code == after.lineage_code == "320684"


def test_every_year_has_the_known_number_of_divisions():
    """MCA 2024: 34 provinces, 333 prefectures, 2,846 counties."""
    held = [d for d in divisions() if d.holds_in(2024)]
    counts = {level: sum(d.level is level for d in held) for level in (Level.PROVINCE, Level.PREFECTURE, Level.COUNTY)}
    assert counts == {Level.PROVINCE: 34, Level.PREFECTURE: 333, Level.COUNTY: 2846}


def test_no_code_means_two_divisions_in_one_year():
    for year in range(2008, 2027):
        codes = [d.code for d in divisions() if d.holds_in(year)]
        assert len(codes) == len(set(codes))


def test_every_parent_exists_in_every_year_of_its_child():
    for child in divisions():
        for year in range(child.valid_from, (child.valid_to or 2026) + 1):
            assert child.parent_code is None or division(child.parent_code, year), (child.code, year)


def test_the_table_of_divisions_is_dated_and_names_the_successor():
    """What an analyst joins: 海门市 until 2019, then 海门区 under another code, with the approval."""
    with DIVISIONS.open(encoding="utf-8", newline="") as handle:
        rows = {row["region_code"]: row for row in csv.DictReader(handle) if row["lineage_code"] == "320684"}
    assert {code: (row["name"], row["valid_to"], row["successor_code"]) for code, row in rows.items()} == {
        "320684": ("海门市", "2019", "320614"), "320614": ("海门区", "", ""),
    }  # fmt: skip
    assert rows["320614"]["valid_from"] == "2020"
    assert "79" in rows["320684"]["document"]
