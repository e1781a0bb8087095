"""Noise that no form foresees: copies under captions, columns beside the values, scales, header words in wrong places."""

import pytest

from tests.unit.read.builders import applications, disputes, page, parse, rules, table_two, values

HEADING = "三、收到和处理政府信息公开申请情况"
OWN = parse(page(HEADING, applications()))
LAST_YEARS = applications(cells={("received", "natural_person"): "999"})


def test_of_two_copies_the_one_of_the_later_year_is_read() -> None:
    parsed = parse(page(HEADING, "2022年度数据", LAST_YEARS, "2023年度数据", applications()))
    assert values(parsed, "applications") == values(OWN, "applications")
    assert "table_repeated" in rules(parsed)


def test_of_two_copies_that_nothing_ranks_what_differs_is_not_read() -> None:
    parsed = parse(page(HEADING, "（一）县本级情况", LAST_YEARS, "（二）全县汇总情况", applications()))
    found, own = values(parsed, "applications"), values(OWN, "applications")
    assert {key for key, value in own.items() if found[key] != value} == {("received", "natural_person")}
    assert found["received", "natural_person"] is None
    assert "copies_differ" in rules(parsed)


@pytest.mark.parametrize("unit", ["万件", "十件", "百", "千条", "元", "万元", "%"])
def test_counts_under_another_unit_are_not_read(unit: str) -> None:
    parsed = parse(page(HEADING, f"（单位：{unit}）", applications()))
    assert set(values(parsed, "applications").values()) == {None}
    assert "table_scaled" in rules(parsed)


def test_a_unit_of_amounts_concerns_no_table_with_amounts() -> None:
    parsed = parse(page("二、主动公开政府信息情况", "单位：万元", table_two(), HEADING, applications(), disputes()))
    assert "table_scaled" not in rules(parsed)


@pytest.mark.parametrize("other", [{"其他": "总计", "总计": "其他"}])
def test_a_rest_outside_of_its_group_tells_no_order(other: dict[str, str]) -> None:
    own, found = values(OWN, "applications"), values(parse(page(HEADING, applications(columns=other))), "applications")
    assert all(found[key] in (None, value) for key, value in own.items())


def test_a_sign_on_a_line_of_its_own_is_none() -> None:
    cells = {
        ("received", "natural_person"): "—139",
        ("granted", "natural_person"): "167人",
        ("granted", "total"): "暂无",
    }
    found, own = values(parse(page(HEADING, applications(cells=cells))), "applications"), values(OWN, "applications")
    assert found == own | dict.fromkeys(cells)
