"""Pages that the factory does not print: markup and line shapes written by hand after real pages.

Every cell prints a number of its own, so a shifted cell shows; what is read must equal what the plain page gives.
"""

import re
from collections.abc import Callable

import pytest

from tests.unit.read.builders import TITLE, applications, disputes, page, parse, rules, table_two, values

FACTS = ("proactive_disclosure", "applications", "disputes")
PLAIN = (table_two(), applications(), disputes())
HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")


def facts(data: bytes, name: str = "a.html") -> dict[str, dict[tuple[str, ...], object]]:
    parsed = parse(data, name=name)
    return {table: values(parsed, table) for table in FACTS}


def whole_page(*tables: str) -> bytes:
    parts = [part for pair in zip(HEADINGS, tables, strict=True) for part in pair]
    return page("一、总体情况", "正文。", *parts, "五、存在的主要问题及改进情况")


EXPECTED = facts(whole_page(*PLAIN))
PLACEHOLDER = "<td style='mso-cell-special:placeholder;border:none' width=3><p class=MsoNormal>&nbsp;</td>"


def rowspans(declared: int, other: int) -> Callable[[str], str]:
    return lambda html: re.sub(rf"rowspan={declared}\b", f"rowspan={other}", html)


def in_cells(change: Callable[[str], str]) -> Callable[[str], str]:
    """Print the numbers of all cells otherwise."""
    return lambda html: re.sub(r"(?<=>)\d+(?=</td>)", lambda match: change(match[0]), html)


MARKUP: dict[str, Callable[[str], str]] = {
    "an empty row behind every row": lambda html: html.replace("</tr>", "</tr><tr></tr>"),
    "Word's sizing row at the end": lambda html: html.replace("</table>", f"<tr height=0>{'<td></td>' * 15}</tr></table>"),
    "Word's sizing row at the start": lambda html: html.replace("<table>", f"<table><tr>{'<td></td>' * 15}</tr>"),
    "Word's placeholder ends a row": lambda html: html.replace("</tr>", f"{PLACEHOLDER}</tr>"),
    "Word's placeholder begins a row": lambda html: html.replace("<tr>", f"<tr>{PLACEHOLDER}"),
    "the group of applicants is too narrow": lambda html: html.replace("<td colspan=5>法人", "<td colspan=4>法人"),
    "the group of applicants is too wide": lambda html: html.replace("<td colspan=5>法人", "<td colspan=6>法人"),
    "the corner is too narrow": lambda html: html.replace("<td colspan=3 rowspan=3>", "<td colspan=2 rowspan=3>"),
    "the corner is too wide": lambda html: html.replace("<td colspan=3 rowspan=3>", "<td colspan=4 rowspan=3>"),
    "the results reach too far": rowspans(22, 24),
    "the results end too early": rowspans(22, 20),
    "a group reaches too far": rowspans(8, 9),
    "a group ends too early": rowspans(8, 7),
    "no closing tags": lambda html: re.sub("</t[dr]>", "", html),
    "header cells everywhere": lambda html: html.replace("<td", "<th").replace("</td>", "</th>"),
    "every digit in a span": in_cells(lambda number: "".join(f"<span lang=EN-US>{digit}</span>" for digit in number)),
    "every number in a table": in_cells(lambda number: f"<table><tr><td>{number}</td></tr></table>"),
    "a hidden zero in every cell": in_cells(lambda number: f"<i style='display:none'>0</i>{number}"),
    "no-break and zero-width spaces": in_cells(lambda number: f"&nbsp;{number}&#8203;&nbsp;"),
    "a unit in every cell": in_cells(lambda number: f"{number}件"),
    "outcomes without spans": lambda html: re.sub(r"( (?:col|row)span=\d+)+", "", html) if "结果维持" in html else html,
}  # fmt: skip


@pytest.mark.parametrize("name", MARKUP)
def test_markup(name: str) -> None:
    tables = [MARKUP[name](html) for html in PLAIN]
    if name == "a unit in every cell":
        tables[0] = PLAIN[0]  # money in 件 is refused
    assert tables != list(PLAIN)
    assert facts(whole_page(*tables)) == EXPECTED


def test_a_page_laid_out_in_nested_tables() -> None:
    inner = whole_page(*PLAIN).decode()
    start, body = inner.split("<body>")
    frame = "<body><table width=1000><tr><td>栏目<br>首页</td><td><table><tr><td>"
    outer = f"{start}{frame}{body}</td></tr></table></td></tr></table>"
    assert facts(outer.encode()) == EXPECTED


def test_table_three_over_two_pages_of_a_word_document() -> None:
    """The second piece has no header; its first row has lost the label of the results."""
    rows = applications().replace("</table>", "").split("<tr>")
    pieces = "<tr>".join(rows[:13]) + "</table><p>&nbsp;</p><table><tr>" + "<tr>".join(rows[13:]) + "</table>"
    assert facts(whole_page(PLAIN[0], pieces, PLAIN[2])) == EXPECTED


def test_a_copy_of_the_tables_for_narrow_screens_says_nothing_new() -> None:
    parsed = parse(whole_page(*(f"<div class=pc>{html}</div><div hidden>{html}</div>" for html in PLAIN)))
    assert {table: values(parsed, table) for table in FACTS} == EXPECTED
    assert parsed["report"]["extraction_status"] == "complete"
    assert "table_repeated" not in rules(parsed)
    other = PLAIN[1].replace("<td>101</td>", "<td>999</td>")
    for copies in (PLAIN[1] + other, other + PLAIN[1]):  # nothing tells which of the two counts
        parsed = parse(whole_page(PLAIN[0], copies, PLAIN[2]))
        got, known = values(parsed, "applications"), EXPECTED["applications"]
        assert [got[key] for key in known if got[key] != known[key]] == [None]
        assert "copies_differ" in rules(parsed)
    for copies in (f"{PLAIN[1]}<p>上年数据</p>{other}", f"<p>2018年数据</p>{other}<p>单位：件</p>{PLAIN[1]}"):
        parsed = parse(whole_page(PLAIN[0], copies, PLAIN[2]))
        assert values(parsed, "applications") == known
    parsed = parse(whole_page(f"{PLAIN[0]}{other}", PLAIN[1], PLAIN[2]))  # in the section of another table
    assert values(parsed, "applications") == known


def test_a_grid_without_any_span() -> None:
    """As online editors write it: a merged cell is its text and blank cells."""
    html = PLAIN[1]
    rows = html.split("<tr>")[1:]
    widths = [[int(wide or 1) for wide in re.findall(r"<td(?: colspan=(\d+))?", row)] for row in rows]
    label_cells = [10 - sum(row) for row in widths]  # columns covered by cells of the rows above
    plain = []
    for row, covered in zip(rows, label_cells, strict=True):
        cells_of_row = re.sub(r"<td(?: colspan=(\d+))?(?: rowspan=\d+)?>(.*?)</td>", _unmerged, row)
        above = "<td></td>" * covered
        # 总计 ends the header above the third row, whose covered cells stand on both sides
        plain.append(
            "<td></td>" * 4 + cells_of_row + "<td></td>" if row.startswith("<td>商业企业") else above + cells_of_row
        )
    table = "<table><tr>" + "<tr>".join(plain) + "</table>"
    assert facts(whole_page(PLAIN[0], table.replace("</table></table>", "</table>"), PLAIN[2])) == EXPECTED


def _unmerged(cell: re.Match[str]) -> str:
    return f"<td>{cell[2]}</td>" + "<td></td>" * (int(cell[1] or 1) - 1)


Rows = list[list[str]]


def cells(html: str) -> Rows:
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in html.split("<tr>")[1:]]


def split_at_values(row: list[str]) -> tuple[list[str], list[str]]:
    labels = [cell for cell in row if not cell.isdigit()]
    return labels, row[len(labels) :]


def vertical(row: list[str]) -> list[str]:
    """Words of a narrow column, one character a line; headers on two lines."""
    halves = re.compile(r"^.{2}(?=.{2}$)|.+$")
    return [part for cell in row for part in (cell if cell.startswith("三、本年度") else halves.findall(cell))]


LINES: dict[str, Callable[[Rows], list[str]]] = {
    "a cell a line": lambda rows: [cell for row in rows for cell in row],
    "a row a line": lambda rows: [" ".join(row) for row in rows],
    "a row a line, tabs": lambda rows: ["\t".join(row) for row in rows],
    "a row a line, wide spaces": lambda rows: ["\u3000\u3000".join(row) for row in rows],
    "pipes between cells": lambda rows: [" | ".join(row) for row in rows],
    "pipes on both sides": lambda rows: [f"| {' | '.join(row)} |" for row in rows],
    "markdown": lambda rows: (
        [f"| {' | '.join(row)} |\n|{'---|' * len(row)}" for row in rows[:1]]
        + [f"| {' | '.join(row)} |" for row in rows[1:]]
    ),
    "labels, then the values on a line": lambda rows: [
        line for row in rows for line in (*split_at_values(row)[0], " ".join(split_at_values(row)[1])) if line
    ],
    "values glued to their label": lambda rows: [
        "".join(split_at_values(row)[0]) + " ".join(split_at_values(row)[1])
        if split_at_values(row)[1]
        else " ".join(row)
        for row in rows
    ],
    "narrow columns": lambda rows: [part for row in rows for part in vertical(row)],
    "a table a line": lambda rows: [" ".join(cell for row in rows for cell in row)],
    "a table a line, pipes": lambda rows: ["|".join(cell for row in rows for cell in row)],
    "lines cut at forty characters": lambda rows: re.findall(
        r"(?:\S+ ?){1,6}", " ".join(cell for row in rows for cell in row)
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_lines(name: str) -> None:
    plain = [
        line for heading, html in zip(HEADINGS, PLAIN, strict=True) for line in (heading, *LINES[name](cells(html)))
    ]
    text = "\n".join([TITLE, "一、总体情况", "正文。", *plain, "五、存在的主要问题及改进情况", "无。"])
    found = facts(text.encode(), "a.txt")
    if name == "values glued to their label":  # two rows whose group is glued to them as well are refused
        found["applications"] |= {
            k: v for k, v in EXPECTED["applications"].items() if found["applications"].get(k) is None
        }
        found["proactive_disclosure"] |= {k: v for k, v in EXPECTED["proactive_disclosure"].items() if v is None}
    assert found == EXPECTED


@pytest.mark.parametrize("tag", ["p", "div"])
def test_cells_as_blocks_of_a_page(tag: str) -> None:
    blocks = ["".join(f"<{tag}>{cell}</{tag}>" for row in cells(html) for cell in row) for html in PLAIN]
    assert facts(whole_page(*blocks)) == EXPECTED
