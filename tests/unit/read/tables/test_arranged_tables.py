"""Table four in other arrangements, and labels with notes: what the form file says of them is what is read."""

import pytest

from tests.unit.read.builders import OUTCOMES, Contract, disputes, page, parse, rules, table, td, values

HEADING = "四、政府信息公开行政复议、行政诉讼情况"
PROCEDURES = ("行政复议", "未经复议直接起诉", "复议后起诉")
DIGITS = [str(number) for number in range(21, 36)]
EXPECTED = values(parse(page(HEADING, disputes(DIGITS))), "disputes")
ROWS = [DIGITS[0:5], DIGITS[5:10], DIGITS[10:15]]


def by_procedure(corner: str) -> str:
    return table(["", *OUTCOMES] if not corner else [corner, *OUTCOMES],
                 *([name, *row] for name, row in zip(PROCEDURES, ROWS, strict=True)))  # fmt: skip


def in_groups() -> str:
    direct, after = ([td(name), *row] for name, row in zip(PROCEDURES[1:], ROWS[1:], strict=True))
    return table([td("类别", 2), *OUTCOMES], [td("行政复议", 2), *ROWS[0]], [td("行政诉讼", 1, 2), *direct], after)


def on_its_side() -> str:
    head = [td("结果", 1, 2), td("行政复议", 1, 2), td("行政诉讼", 2)]
    return table(head, PROCEDURES[1:], *([name, *(row[at] for row in ROWS)] for at, name in enumerate(OUTCOMES)))


def a_cell_a_row() -> str:
    rows: list[list[object]] = [[td("类别", 2), "结果", "件数"]]
    for number, (name, row) in enumerate(zip(PROCEDURES, ROWS, strict=True)):
        for at, (outcome, digit) in enumerate(zip(OUTCOMES, row, strict=True)):
            groups = (
                [[td(name, 2, 5)], [td("行政诉讼", 1, 10), td(name, 1, 5)], [td(name, 1, 5)]][number] if at == 0 else []
            )
            rows.append([*groups, outcome, digit])
    return table(*rows)


def in_pieces() -> str:
    return "".join(table([td(name, 5)], OUTCOMES, row) for name, row in zip(PROCEDURES, ROWS, strict=True))


def litigation_below() -> str:
    lower = table(
        [td("行政诉讼", 10)], [td(PROCEDURES[1], 5), td(PROCEDURES[2], 5)], OUTCOMES * 2, [*ROWS[1], *ROWS[2]]
    )
    return table([td("行政复议", 5)], OUTCOMES, ROWS[0]) + lower


ARRANGEMENTS = {
    "a row a procedure": by_procedure(""),
    "a row a procedure, corner named": by_procedure("类型"),
    "a row a procedure, litigation as a group": in_groups(),
    "a row an outcome": on_its_side(),
    "a row a cell": a_cell_a_row(),
    "a piece a procedure": in_pieces(),
    "litigation below review": litigation_below(),
}


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_table_four_in_another_arrangement(name: str) -> None:
    parsed = parse(page(HEADING, ARRANGEMENTS[name]))
    assert values(parsed, "disputes") == EXPECTED
    assert not rules(parsed) & {"label_unmapped", "row_misaligned", "header_unreadable"}


def read(html: str) -> dict[tuple[str, ...], object]:
    return {key: value for key, value in values(parse(page(HEADING, html)), "disputes").items() if value is not None}


@pytest.mark.parametrize("name", ARRANGEMENTS)
@pytest.mark.parametrize("lost", ["25", "27", "34"])
def test_a_lost_figure_moves_no_other(name: str, lost: str) -> None:
    """The cell is gone with its figure: whatever is read stands where it is printed in the whole table."""
    found = read(ARRANGEMENTS[name].replace(f"<td>{lost}</td>", ""))
    shifted_by_the_page = {key for key, value in found.items() if value != EXPECTED[key]}
    assert not shifted_by_the_page


def test_a_piece_without_the_name_of_its_procedure_is_refused() -> None:
    """Five outcomes could belong to any of the three."""
    nameless = in_pieces().replace("<td colspan=5>复议后起诉</td>", "<td colspan=5></td>")
    found = read(nameless)
    assert {key: value for key, value in found.items() if value != EXPECTED[key]} == {}
    assert not [key for key in found if key[0] == "litigation_after_review"]


def test_a_procedure_that_no_form_knows_is_refused() -> None:
    parsed = parse(page(HEADING, by_procedure("").replace("复议后起诉", "行政赔偿")))
    assert ("litigation_after_review", "upheld") not in values(parsed, "disputes")
    assert "label_unmapped" in rules(parsed)


HUANGPI = table(  # https://www.huangpi.gov.cn/jxzl/slqj_jxzl/zfxxgkndbg_slqj/202101/t20210127_1618961.html
    [td("第二十条第（五）项", 4)],
    ["信息内容", "上一年项目数量 (指2019年事项数)", "本年增/减 (指2020年增加或减 少的事项 数,减用负 值表示,如 -8)",
     "处理决定数量 (指2020年办 件量)"],
    "行政许可|1|2|3",
    ["其他对外管理服务事项(指行政许可以外的政务服务事项,含行政确认、行政奖励、行政处罚、行政强制和其他类)", 4, 5, 6],
    ["其他主动公开文件(含以本单位名义正式签发的主动公开文件)", 7, 8, 9],
)  # fmt: skip


def test_notes_behind_labels_change_nothing() -> None:
    parsed = parse(page("二、主动公开政府信息情况", HUANGPI))
    found = values(parsed, "proactive_disclosure")
    items = ("administrative_licenses", "other_public_services")
    metrics = ("items_previous_year", "items_change", "decisions")
    printed = [found[item, metric] for item in items for metric in metrics]
    assert printed == [1, 2, 3, 4, 5, 6]
    assert not {7, 8, 9} & set(found.values())
    assert "label_unmapped" in rules(parsed)


@pytest.mark.parametrize(
    ("header", "amount"),
    [
        ("采购总金额(万元)", 477.35),
        ("采购总金额（单位：万元）", 477.35),
        ("采购总金额（元）", 0.047735),
        ("采购总金额", 477.35),
    ],
)
def test_the_unit_of_an_amount_stands_in_its_header(header: str, amount: float) -> None:
    """越秀 2020 prints it there; where nothing prints it, the number is kept without a unit."""
    html = table([td("第二十条第（九）项", 3)], f"信息内容|采购项目数量|{header}", "政府集中采购|13|477.35")
    parsed: Contract = parse(page("二、主动公开政府信息情况", html))
    (cell,) = [c for c in parsed["proactive_disclosure"] if c["metric"] == "procurement_amount"]
    assert cell["value"] == pytest.approx(amount)
    assert (cell["unit"] is None) == (header == "采购总金额")
