"""No row of an annex is left out in silence: it is read, or a finding names it."""

from random import Random
from typing import Any

import pytest

from pipelines.read.reader import read_report
from tests.unit.read.builders import page, parse, table

TITLE = "示例区2016年政府信息公开工作年度报告"
HEAD = "统计指标|单位|统计数"
ONE_LINE = "   "
KNOWN = (
    "主动公开政府信息数|条", "制发规范性文件总数|件", "收到申请数|件", "申请办结数|件", "行政复议数量|件", "举报投诉数量|件",
)  # fmt: skip
SHARED = ("部分公开|件", "不予公开|件", "行政复议|件", "行政诉讼|件")
STRANGE = (
    "其他情形|件",
    "重大项目数|个",
    "接待来访群众批次|批",
    "印发宣传资料数|份",
    "其他情形说明|件",
    "总计|件",
    "重复申请|件",
)


def _html(rows: list[str]) -> dict[str, Any]:
    return parse(page("一、概述", "略。", table(HEAD, *rows), title=TITLE))


def _text(rows: list[str], mark: str) -> dict[str, Any]:
    table_lines = [row.replace("|", mark) for row in (HEAD, *rows)]
    lines = [TITLE, "一、概述", "略。", *(["  ".join(table_lines)] if mark == ONE_LINE else table_lines)]
    return read_report("\n".join(lines).encode(), name="a.txt").to_contract()


def _values(parsed: dict[str, Any]) -> dict[str, float]:
    return {row["indicator"]: row["value"] for row in parsed["legacy_statistics"] if row["value"] is not None}


@pytest.mark.parametrize("layout", ["html", "\n", "  ", " | ", "\t", ONE_LINE])
@pytest.mark.parametrize("seed", range(8))
def test_every_row_is_read_or_named(layout: str, seed: int) -> None:
    rng = Random(seed)
    some = rng.sample([*KNOWN, *SHARED, *STRANGE], rng.randint(3, 10))
    labels = [*KNOWN[:2], *(label for label in some if label not in KNOWN[:2])]
    numbers = rng.sample(range(101, 999), len(labels))
    rows = [f"{label}|{number}" for label, number in zip(labels, numbers, strict=False)]
    parsed = _html(rows) if layout == "html" else _text(rows, layout)
    read = {str(int(value)) for value in _values(parsed).values()}
    if any(found["rule"] == "table_unread" for found in parsed["findings"]):
        return
    told = " ".join(found["message"] for found in parsed["findings"])
    assert [row for row in rows if row.rpartition("|")[2] not in read and row.rpartition("|")[2] not in told] == []


@pytest.mark.parametrize("layout", ["html", "\n", "  ", " | "])
def test_labels_that_statutory_tables_print_too_belong_to_the_annex_they_stand_in(layout: str) -> None:
    rows = [
        "收到申请数|件|44",
        "申请答复数|件|43",
        "同意公开|件|30",
        "部分公开|件|5",
        "不予公开|件|8",
        "行政复议|件|3",
        "行政诉讼|件|2",
    ]
    parsed = _html(rows) if layout == "html" else _text(rows, layout)
    assert _values(parsed) == {
        "requests.received": 44, "replies.total": 43, "replies.granted": 30, "replies.granted_in_part": 5, "replies.denied": 8,
        "review.total": 3, "litigation.total": 2,
    }  # fmt: skip
    assert not parsed["applications"]
    assert not parsed["disputes"]
    assert not parsed["findings"]


def test_an_annex_that_begins_with_such_a_label() -> None:
    assert _values(_html(["行政复议|件|3", "行政诉讼|件|2", "举报投诉数量|件|1"])) == {
        "review.total": 3, "litigation.total": 2, "complaints.total": 1,
    }  # fmt: skip


def test_outcomes_in_few_words_stand_below_their_total() -> None:
    rows = [
        "行政复议数量|件|4",
        "维持|件|2",
        "纠错|件|1",
        "其他|件|1",
        "行政诉讼数量|件|5",
        "纠错数|件|2",
        "其他情形|件|3",
    ]
    assert _values(_html(rows)) == {
        "review.total": 4, "review.upheld": 2, "review.corrected": 1, "review.other": 1, "litigation.total": 5,
        "litigation.corrected": 2, "litigation.other": 3,
    }  # fmt: skip


def test_rows_below_a_heading_that_no_table_crosses_are_named() -> None:
    lines = [TITLE, "一、主动公开情况", "单位", "统计数", "主动公开政府信息数", "条", "95", "三、依申请公开情况", "单位",
             "统计数", "收到申请数", "件", "6", "当面申请数", "件", "2", "网络申请数", "件", "4"]  # fmt: skip
    parsed = read_report("\n".join(lines).encode(), name="a.txt").to_contract()
    assert [(found["rule"], found["table_name"]) for found in parsed["findings"]] == [
        ("row_unread", "legacy_statistics")
    ]
    assert "主动公开政府信息数" in parsed["findings"][0]["message"]
    assert _values(parsed)["requests.received"] == 6


def test_an_annex_of_two_rows_of_which_nothing_can_be_read_is_named() -> None:
    lines = [
        TITLE,
        "一、概述",
        "略。",
        "二、主要问题和改进措施",
        "略。",
        "三、附表",
        "主动公开政府信息总数 95 申请答复总数 6",
    ]
    parsed = read_report("\n".join(lines).encode(), name="a.txt").to_contract()
    assert not _values(parsed)
    assert "table_unread" in {found["rule"] for found in parsed["findings"]}


@pytest.mark.parametrize("layout", ["html", "  ", "\t"])
@pytest.mark.parametrize("codes", [("A1 ", "A1-1 ", "B2 "), ("A01", "A02", "B01"), ("a1.", "a1.1 ", "b1、")])
def test_codes_with_letters_before_the_labels(layout: str, codes: tuple[str, ...]) -> None:
    labels = ("主动公开信息数", "政府网站公开数", "行政复议数")
    rows = [f"{code}{label}|条|{at + 7}" for at, (code, label) in enumerate(zip(codes, labels, strict=True))]
    parsed = _html(rows) if layout == "html" else _text(rows, layout)
    expected = {"proactive.total": 7, "proactive.by_channel.website": 8, "review.total": 9}
    got = _values(parsed)
    assert got.items() <= expected.items()
    if layout != "  " or codes[0].endswith(" "):
        assert got == expected


def test_a_row_that_is_refused_is_refused_once() -> None:
    rows = ["主动公开政府信息数|条|95|12", "收到申请数|件|6|3"]
    parsed = parse(page("一、概述", table("统计指标|单位|统计口径|历年累计", *rows), title=TITLE))
    keys = [row["indicator"] for row in parsed["legacy_statistics"]]
    assert keys == ["proactive.total", "requests.received"]
    assert {row["value"] for row in parsed["legacy_statistics"]} == {None}


@pytest.mark.parametrize(
    ("head", "beside"),
    [
        ("指标|单位|当年数|累计数", "cumulative"), ("指标|计算单位|全区|区直", "departments"),
        ("指标|单位|年度累计|本月累计", "current_period"),
        ("指标|单位|全县|县直机关", "departments"),
    ],
)  # fmt: skip
def test_heads_in_other_words(head: str, beside: str) -> None:
    rows = ["主动公开政府信息数|条|95|12", "收到申请数|件|6|3"]
    parsed = parse(page("一、概述", table(head, *rows), title=TITLE))
    assert _values(parsed) == {"proactive.total": 95, "requests.received": 6}
    assert [row["value"] for row in parsed["legacy_breakdown"][beside]] == [12, 3]


SERIALS = {
    "codes before the figures": ("指标|单位|代码|本年数", "{label}|{unit}|{n:02}|{figure}"),
    "serials before the labels": ("序号|指标|单位|本年数", "{n}|{label}|{unit}|{figure}"),
}


@pytest.mark.parametrize("layout", ["html", "\n", "  ", " | ", "\t", ONE_LINE])
@pytest.mark.parametrize("kind", SERIALS)
def test_a_serial_number_is_no_figure_of_a_row_that_prints_none(layout: str, kind: str) -> None:
    head, row = SERIALS[kind]
    labels = (*KNOWN[:3], "对申请的处理情况|——", *KNOWN[3:], "从事政府信息公开工作人员数|人")
    figures = ("95", "/", "6", "", "5", "2", "1", "/")
    rows = [
        row.format(label=label.partition("|")[0], unit=label.partition("|")[2], n=n, figure=figure)
        for n, (label, figure) in enumerate(zip(labels, figures, strict=True), 1)
    ]
    lines = [TITLE, "一、概述", "略。", *(one.replace("|", layout) for one in (head, *rows))]
    if layout == ONE_LINE:
        lines[3:] = ["  ".join(lines[3:])]
    is_html = layout == "html"
    parsed = (
        parse(page("一、概述", "略。", table(head, *rows), title=TITLE))
        if is_html
        else read_report("\n".join(lines).encode(), name="a.txt").to_contract()
    )
    assert [found["message"] for found in parsed["findings"] if found["rule"] == "row_unread"] == []
    if is_html:
        assert _values(parsed)["proactive.total"] == 95
