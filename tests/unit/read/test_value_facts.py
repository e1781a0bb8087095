"""Each row of the table in docs/domain/labels.md#values: what a printed cell means, and nothing else."""

import pytest

from tests.unit.read.builders import applications, page, parse, rules, table, td

COUNTS = [
    pytest.param("0", 0, "reported", id="zero"),
    pytest.param("", None, "blank", id="empty"),
    pytest.param("&nbsp;", None, "blank", id="nbsp"),
    pytest.param("　", None, "blank", id="ideographic space"),
    *(
        pytest.param(mark, None, "none_mark", id=f"none mark {mark}")
        for mark in ("/", "-", "--", "—", "－", "无", "N/A")
    ),
    pytest.param("1,234", 1234, "reported", id="thousands comma"),
    pytest.param("1 234", 1234, "reported", id="thousands space"),
    pytest.param("１２３４", 1234, "reported", id="full-width digits"),
    pytest.param("1234件", 1234, "reported", id="unit suffix"),
    pytest.param("1234 件", 1234, "reported", id="unit behind a space"),
    pytest.param("<span>12</span><span>34</span>", 1234, "reported", id="digits cut over spans"),
    pytest.param("O", None, "unreadable", id="letter O"),
    pytest.param("l", None, "unreadable", id="letter l"),
    pytest.param("〇", None, "unreadable", id="ideographic zero"),
    pytest.param("1O", None, "unreadable", id="letter among digits"),
    pytest.param("1 2", None, "unreadable", id="two numbers"),
    pytest.param("1,23", None, "unreadable", id="damaged separator"),
    pytest.param("3.5", None, "unreadable", id="half a request"),
    pytest.param("12万元", None, "unreadable", id="money among counts"),
]


@pytest.mark.parametrize(("printed", "value", "status"), COUNTS)
def test_count(printed: str, value: int | None, status: str) -> None:
    parsed = parse(page(applications(cells={("received", "natural_person"): printed})))
    (cell,) = [c for c in parsed["applications"] if (c["line"], c["applicant"]) == ("received", "natural_person")]
    assert (cell["value"], cell["value_status"]) == (value, status)
    assert ("cell_unreadable" in rules(parsed)) == (status == "unreadable")


CHANGES = [
    pytest.param("+36", 36, id="plus"), pytest.param("-582", -582, id="minus"), pytest.param("－41", -41, id="full-width minus"),
    pytest.param("增36", 36, id="增"), pytest.param("减582", -582, id="减"), pytest.param("36", 36, id="no sign"),
]  # fmt: skip
MONEY = [
    pytest.param("115800万元", 115800, "万元", id="万元 in the cell"),
    pytest.param("251000元", 25.1, "万元", id="元 in the cell"),
    pytest.param("1,158.00万", 1158, "万元", id="万 in the cell"),
    pytest.param("0.0361亿元", 361, "万元", id="亿元 in the cell"),
    pytest.param("251000", 251000, None, id="no unit anywhere"),
]


def _table_two_2019(change: str = "0", amount: str = "0") -> bytes:
    return page(
        "二、主动公开政府信息情况",
        table(
            [td("第二十条第（六）项", 4)], "信息内容|上一年项目数量|本年增/减|处理决定数量",
            f"行政处罚|7|{change}|90", "行政强制|3|0|4",
            [td("第二十条第（九）项", 4)], ["信息内容", "采购项目数量", td("采购总金额", 2)],
            ["政府集中采购", "12", td(amount, 2)],
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("printed", "value"), CHANGES)
def test_signed_change(printed: str, value: int) -> None:
    cells = parse(_table_two_2019(change=printed))["proactive_disclosure"]
    (cell,) = [c for c in cells if (c["item"], c["metric"]) == ("administrative_penalties", "items_change")]
    assert cell["value"] == value


@pytest.mark.parametrize(("printed", "value", "unit"), MONEY)
def test_money_with_its_unit_in_the_cell(printed: str, value: float, unit: str | None) -> None:
    parsed = parse(_table_two_2019(amount=printed))
    (cell,) = [c for c in parsed["proactive_disclosure"] if c["metric"] == "procurement_amount"]
    assert (cell["value"], cell["unit"], cell["raw_text"]) == (value, unit, printed)
    assert ("unit_not_printed" in rules(parsed)) == (unit is None)


FEES = [
    pytest.param("59237.2449", 59237.2449, False, id="four decimals"),
    pytest.param("96171.6", 96171.6, False, id="one decimal"),
    pytest.param("7545", 7545, False, id="whole"),
    pytest.param("123456789", 123456789, True, id="eight digits and more are probably 元"),
]


@pytest.mark.parametrize(("printed", "value", "suspect"), FEES)
def test_fees_in_wanyuan_of_the_header(printed: str, value: float, suspect: bool) -> None:
    html = table(
        [td("第二十条第（一）项", 4)], "信息内容|本年制发件数|本年废止件数|现行有效件数", "规章|0|0|0", "行政规范性文件|1|0|2",
        [td("第二十条第（八）项", 4)], ["信息内容", td("本年收费金额（单位：万元）", 3)], ["行政事业性收费", td(printed, 3)],
    )  # fmt: skip
    parsed = parse(page("二、主动公开政府信息情况", html))
    (cell,) = [c for c in parsed["proactive_disclosure"] if c["metric"] == "fee_amount"]
    assert (cell["value"], cell["unit"]) == (value, "万元")
    assert ("magnitude_implausible" in rules(parsed)) == suspect


@pytest.mark.parametrize("prose", ["公开信息14万余条", "受理咨询5500余条", "阅读量1.2万"])
def test_approximations_in_prose_never_become_cells(prose: str) -> None:
    parsed = parse(page("一、总体情况", prose, "三、收到和处理政府信息公开申请情况", applications()))
    assert prose in parsed["sections"][0]["text"]
    assert not [f for f in parsed["findings"] if f["rule"] == "narrative_mismatch"]
