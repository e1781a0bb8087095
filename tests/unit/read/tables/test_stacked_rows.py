"""Rows stacked in one row of cells with line breaks, and table four upright and without a header."""

import re

import pytest

from tests.unit.read.builders import OUTCOMES, applications, page, parse, rules, table, td, values

WHOLE = applications()
ROWS = re.findall(r"<tr>.*?</tr>", WHOLE)
DENIED = next(at for at, row in enumerate(ROWS) if "属于国家秘密" in row)


def cells(row: str) -> list[str]:
    return re.findall(r"<td[^>]*>(.*?)</td>", row)


def stacked(change: tuple[int, int, str] | None = None) -> str:
    """Table three with the eight rows of 不予公开 in one; ``change`` replaces a line (column, line, text)."""
    columns = [list(column) for column in zip(*(cells(row)[-8:] for row in ROWS[DENIED : DENIED + 8]), strict=True)]
    if change:
        column, line, text = change
        columns[column][line : line + 1] = [text] if text else []
    row = f"<tr>{td('（三）不予公开')}{''.join(td('<br>'.join(column)) for column in columns)}</tr>"
    return "".join(["<table>", *ROWS[:DENIED], row, *ROWS[DENIED + 8 :], "</table>"]).replace(
        "rowspan=22", "rowspan=15"
    )


def test_stacked_rows_are_taken_apart() -> None:
    assert values(parse(page(stacked())), "applications") == values(parse(page(WHOLE)), "applications")


@pytest.mark.parametrize(("line", "text"), [(1, "2.其他法律<br>行政法规禁止公开"), (7, "8.属于行政<br>查询<br>事项")])
def test_a_label_may_go_on_on_the_next_line(line: int, text: str) -> None:
    assert values(parse(page(stacked((0, line, text)))), "applications") == values(parse(page(WHOLE)), "applications")


def test_a_cell_before_the_labels_may_reach_further_down() -> None:
    """A page may begin with stacked rows: the cell of the results stands beside them and beside the rows below."""
    html = stacked()
    start, end = html.index("<tr><td rowspan=15>"), html.index("<tr><td>（三）不予公开")
    begun = html[:start] + "<tr><td rowspan=13>三、本年度办理结果</td>" + html[end + len("<tr>") :]
    read, printed = (values(parse(page(table_)), "applications") for table_ in (begun, WHOLE))
    left_out = {keys for keys in printed if keys[0].startswith("granted")}
    assert left_out
    assert {keys: read.get(keys) for keys in printed} == {
        keys: None if keys in left_out else value for keys, value in printed.items()
    }


def test_a_column_with_fewer_lines_is_refused_alone() -> None:
    parsed, whole = parse(page(stacked((3, 4, "")))), parse(page(WHOLE))
    read, printed = values(parsed, "applications"), values(whole, "applications")
    column = {keys for keys in printed if keys[0].startswith("denied_") and keys[1] == "research_institution"}
    assert len(column) == 8
    assert all(read[keys] == (None if keys in column else printed[keys]) for keys in printed)


@pytest.mark.parametrize(
    "change",
    [(3, 4, "约5"), (0, 2, "涉及商业秘密的其他情形"), (0, 2, ""), (0, 2, "1.属于国家秘密")],
    ids=["a line is no value", "a strange label", "a label is missing", "a label twice"],
)
def test_columns_that_do_not_agree_are_refused(change: tuple[int, int, str]) -> None:
    parsed, whole = parse(page(stacked(change))), parse(page(WHOLE))
    read, printed = values(parsed, "applications"), values(whole, "applications")
    denied = {keys for keys in printed if keys[0].startswith("denied_")}
    assert not any(read.get(keys) is not None for keys in denied)
    assert all(read[keys] == printed[keys] for keys in printed.keys() - denied)
    assert {"label_unmapped", "row_misaligned"} & set(rules(parsed))


PROCEDURES = ("行政复议", "未经复议直接起诉", "复议后起诉")


def upright(*, first: tuple[str, ...] = (), further: bool = False, procedures: tuple[str, ...] = PROCEDURES) -> str:
    rows: list[list[object]] = [list(first)] if first else []
    number = 0
    for procedure in procedures:
        for at, outcome in enumerate(OUTCOMES):
            number += 1
            values_ = [number, number + 100] if further else [number]
            rows.append([*([td(procedure, 1, 5)] if at == 0 else []), outcome, *values_])
    return table(*rows)


def test_an_upright_table_needs_no_header() -> None:
    read = values(parse(page(applications(), upright())), "disputes")
    assert list(read.values()) == list(range(1, 16))
    assert read["litigation_after_review", "upheld"] == 11


@pytest.mark.parametrize(
    "html",
    [upright(further=True), upright(first=("项目", "子项", "上年")), upright(procedures=("行政复议", "仲裁", "复议后起诉"))],
    ids=["two columns", "a header that no form knows", "a stranger among the labels"],
)  # fmt: skip
def test_what_else_stands_there_is_not_read_as_the_years_figures(html: str) -> None:
    assert not any(value is not None for value in values(parse(page(applications(), html)), "disputes").values())
