"""Tables that print two years, organs or bases beside each other: the report's year is read, what cannot be decided is not."""

from typing import Any

import pytest

from pipelines.read.reader import read_report

COLUMNS = "<td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td>"


def read(year: int, left: str, right: str) -> dict[str, Any]:
    """Table two of a report of ``year`` under two upper heads; the left columns print 11 to 13, the right ones 1 to 3."""
    head = (
        f"<tr><td rowspan=2>信息内容</td><td colspan=3>{left}</td><td colspan=3>{right}</td></tr><tr>{COLUMNS * 2}</tr>"
    )
    figures = "".join(f"<td>{n}</td>" for n in (11, 12, 13, 1, 2, 3))
    rows = "".join(f"<tr><td>{name}</td>{figures}</tr>" for name in ("规章", "行政规范性文件"))
    title = f"某某县教育局{year}年政府信息公开工作年度报告"
    page = f"<title>{title}</title><h1>{title}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p><table>{head}{rows}</table>"
    return read_report(page.encode(), name="a.html").to_contract()


@pytest.mark.parametrize(("left", "right", "first"), [("2022年", "2023年", 1), ("2023年度", "2022年度", 11)])
def test_the_columns_of_the_reports_year_are_read(left: str, right: str, first: int) -> None:
    contract = read(2023, left, right)
    assert [row["value"] for row in contract["proactive_disclosure"]] == [first, first + 1, first + 2] * 2


@pytest.mark.parametrize(
    ("year", "left", "right"),
    [
        (2021, "2022年", "2023年"),
        (2023, "本级", "合计"),
        (2023, "县政府", "县教育局"),
        (2023, "上年", "本年"),
        (2023, "2022", "2023"),
    ],
)
def test_nothing_is_read_where_it_cannot_be_decided(year: int, left: str, right: str) -> None:
    contract = read(year, left, right)
    assert {row["value"] for row in contract["proactive_disclosure"]} <= {None}
    assert contract["findings"]
