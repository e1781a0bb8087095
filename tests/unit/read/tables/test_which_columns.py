"""Headers that print the columns of the form twice, out of order, with a scale or a slip; and what is said of it."""

import re

import pytest

from tests.unit.read.builders import applications, page, parse, table

FACTS = ("本年制发件数", "本年废止件数", "现行有效件数")
UPPER = [("上年", "本年"), ("本级", "全县"), ("某局", "某办")]


def findings(contract: dict[str, list[dict[str, object]]], rule: str) -> list[dict[str, object]]:
    return [found for found in contract["findings"] if found["rule"] == rule]


@pytest.mark.parametrize("upper", UPPER)
def test_columns_side_by_side_are_not_read_and_one_finding_says_so(upper: tuple[str, str]) -> None:
    head = [
        "<td rowspan=2>信息内容</td>",
        *(f"<td colspan=3>{text}</td>" for text in upper),
    ]
    two = table(head, [*FACTS, *FACTS], "规章|11|12|13|1|2|3", "行政规范性文件|14|15|16|4|5|6")
    found = parse(page("二、主动公开政府信息情况", two))
    assert {row["value"] for row in found["proactive_disclosure"]} == {None}
    assert len(findings(found, "columns_repeated")) == 1
    assert not findings(found, "cell_unreadable")


def test_columns_side_by_side_in_text() -> None:
    lines = ("信息内容 | 2022年 | 2023年 |", f"{' | '.join((*FACTS, *FACTS))} |", "规章 | 11 | 12 | 13 | 1 | 2 | 3 |",
             "行政规范性文件 | 14 | 15 | 16 | | | |")  # fmt: skip
    text = "\n".join(("某县2023年政府信息公开工作年度报告", "二、主动公开政府信息情况", *lines)).encode()
    assert not [row for row in parse(text, name="a.txt")["proactive_disclosure"] if row["value"] is not None]


@pytest.mark.parametrize("where", ["title", "line"])
def test_counts_in_ten_thousands_are_not_read_and_money_is(where: str) -> None:
    unit = "单位：万件"
    rows = (["信息内容", *FACTS], "规章|1|2|3", "信息内容|本年收费金额（单位：万元）||", "行政事业性收费|12.5||")
    two = table([f"<td colspan=4>第二十条第（一）项（{unit}）</td>"], *rows) if where == "title" else table(*rows)
    found = parse(page("二、主动公开政府信息情况", *((unit,) if where == "line" else ()), two))
    values = {(row["item"], row["metric"]): row["value"] for row in found["proactive_disclosure"]}
    assert values["regulations", "issued"] is None
    assert values["administrative_fees", "fee_amount"] == 12.5
    assert len(findings(found, "table_scaled")) == 1


def test_a_count_is_no_decimal() -> None:
    found = parse(
        page("二、主动公开政府信息情况", table(["信息内容", *FACTS], "规章|1.2|2.0|3", "行政规范性文件|4|5|6"))
    )
    values = {(row["item"], row["metric"]): row["value"] for row in found["proactive_disclosure"]}
    assert (values["regulations", "issued"], values["regulations", "repealed"]) == (None, 2)


def _with_serial_numbers() -> str:
    rows = applications().split("</tr><tr>")
    first = next(index for index, row in enumerate(rows) if "本年新收" in row)
    rows[0] = rows[0].replace("<td", f"<td rowspan={first}>序号</td><td", 1)
    numbered = [f"<td>{n}</td>{row}" for n, row in enumerate(rows[first:], start=1)]
    return "</tr><tr>".join([*rows[:first], *numbered])


def test_a_column_of_serial_numbers_is_no_column_of_figures() -> None:
    plain = {(r["line"], r["applicant"]): r["value"] for r in parse(page(applications()))["applications"]}
    numbered = {(r["line"], r["applicant"]): r["value"] for r in parse(page(_with_serial_numbers()))["applications"]}
    assert numbered == plain


HEADS = (
    "申请人情况",
    "总计",
    "自然人",
    "法人或其他组织",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
)


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ("1 2 3 0 0 0 6", 6),
        ("6 1 2 3 0 0 0", None),
        ("6件 1件 2 3 0 0 0", None),  # a unit hides no sum
        ("1件 2件 3 0 0 0 6件", 6),
        ("6 1 2 3 无 0 0", None),  # a row with a mark proves nothing, and neither do zeros
    ],
)
def test_a_total_named_first_is_the_last_column_where_the_rows_say_so(row: str, total: int | None) -> None:
    lines = [*HEADS, "一、本年新收政府信息公开申请数量", *row.split(), "二、上年结转政府信息公开申请数量", *"0000000"]
    text = "\n".join(("某县2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", *lines)).encode()
    found = parse(text, name="a.txt")
    values = {(r["line"], r["applicant"]): r["value"] for r in found["applications"]}
    assert values["received", "total"] == total
    assert bool(findings(found, "columns_in_doubt")) is (total is None)


def test_a_slip_over_the_only_column_and_no_untrue_sentence() -> None:
    two = table("信息内容|本年处理绝对数量", "行政许可|4")
    found = parse(page("二、主动公开政府信息情况", two))
    assert [r["value"] for r in found["proactive_disclosure"] if r["item"] == "administrative_licenses"] == [4]
    strange = parse(
        page(
            "二、主动公开政府信息情况",
            table("信息内容|本年制发件数", "规章|4"),
            table("信息内容|办件总量", "行政许可|4"),
        )
    )
    said = {(f["rule"], f["item"]) for f in strange["findings"]}
    assert ("row_missing", "administrative_licenses") not in said
    assert ("cell_unreadable", "administrative_licenses") not in said


def test_chinese_messages_name_cells_by_their_labels() -> None:
    found = parse(page(applications(cells={("granted", "total"): "1O"})))
    messages = [str(f["message_zh"]) for f in found["findings"]]
    assert any("予以公开／总计" in text for text in messages)
    assert not [text for text in messages if re.search("[a-z]_[a-z]", text)]
