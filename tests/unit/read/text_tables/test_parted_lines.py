"""Flattened text whose cells are parted by tabs, commas or box drawing, and labels wrapped around their values.

Every cell prints a number of its own. What is read must be what is printed; a line that has lost a cell is refused.
"""

from collections.abc import Callable

import pytest

from pipelines.extract.document import Line
from pipelines.extract.text.extractor import extract_text
from pipelines.read.text_tables.delimiters import is_rule
from tests.unit.read.builders import TITLE, applications, disputes, parse, rules, table_two, values
from tests.unit.read.text_tables.test_hand_made_pages import HEADINGS, Rows, cells, split_at_values

TABLES = [cells(html) for html in (table_two(), applications(), disputes(range(400, 415)))]
FACTS = ("proactive_disclosure", "applications", "disputes")
Facts = dict[tuple[str, ...], object]


def text_of(tables: list[Rows], layout: Callable[[Rows], list[str]]) -> bytes:
    lines = [line for heading, rows in zip(HEADINGS, tables, strict=True) for line in (heading, *layout(rows))]
    return "\n".join([TITLE, "一、总体情况", "正文。", *lines, "五、存在的主要问题及改进情况", "无。"]).encode()


def read(data: bytes) -> Facts:
    parsed = parse(data, name="a.txt")
    return {(table, *key): value for table in FACTS for key, value in values(parsed, table).items()}


def joined(sign: str, end: str = "") -> Callable[[Rows], list[str]]:
    return lambda rows: [sign.join(row) + end for row in rows]


def drawn(rows: Rows) -> list[str]:
    return [line for row in rows for line in (f"│{'│'.join(row)}│", f"├{'┼'.join(['──'] * len(row))}┤")]


def wrapped(rows: Rows) -> list[str]:
    """Eight characters of the last label a line, the values behind the first piece."""
    lines = []
    for row in rows:
        labels, figures = split_at_values(row)
        last = labels[-1] if labels else ""
        pieces = [last[at : at + 8] for at in range(0, len(last), 8)] if len(figures) > 2 and labels else [last]
        lines += [" ".join([*labels[:-1], pieces[0], *figures]).strip(), *pieces[1:]]
    return lines


def broken_heads(rows: Rows) -> list[str]:
    """Text copied out of a browser: tabs between cells, and the line breaks that stand within those of the header."""
    heads = [not any(cell.isdigit() for cell in row) for row in rows]
    return "\n".join(
        "\t".join(f"{cell[:2]}\n{cell[2:]}" if is_head and len(cell) > 3 else cell for cell in row)
        for row, is_head in zip(rows, heads, strict=True)
    ).split("\n")


LAYOUTS: dict[str, Callable[[Rows], list[str]]] = {
    "tabs": joined("\t"),
    "tabs at the end, too": joined("\t", "\t"),
    "commas and blanks": joined(", "),
    "full-width commas": joined("，"),
    "semicolons": joined(";"),
    "full-width bars": joined("｜", "｜"),
    "box drawing": drawn,
    "wrapped labels": wrapped,
    "tabs, and line breaks within the cells of the header": broken_heads,
}
EXPECTED = read(text_of(TABLES, joined(" | ", " |")))


@pytest.mark.parametrize("name", LAYOUTS)
def test_cells_parted_otherwise_are_read(name: str) -> None:
    assert None not in EXPECTED.values()
    assert read(text_of(TABLES, LAYOUTS[name])) == EXPECTED


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("number", ["11", "104", "170", "407"])
def test_a_line_that_lost_a_figure_is_refused(name: str, number: str) -> None:
    tables = [[[cell for cell in row if cell != number] for row in rows] for rows in TABLES]
    found = read(text_of(tables, LAYOUTS[name]))
    assert not {key: value for key, value in found.items() if value not in (None, EXPECTED[key])}


@pytest.mark.parametrize(
    "name", ["tabs", "tabs at the end, too", "commas and blanks", "full-width bars", "box drawing"]
)
@pytest.mark.parametrize("number", ["11", "104", "107", "170", "400", "414"])
def test_a_blank_leaves_a_trace_between_signs(name: str, number: str) -> None:
    tables = [[["" if cell == number else cell for cell in row] for row in rows] for rows in TABLES]
    found = read(text_of(tables, LAYOUTS[name]))
    wanted = {key: None if value == int(number) else value for key, value in EXPECTED.items()}
    assert not {key: value for key, value in found.items() if value not in (None, wanted[key])}
    if name.startswith("tabs"):
        assert found == wanted


def test_a_comma_between_digits_may_be_either() -> None:
    """45,130: two cells or one number. Only thousands without a comma elsewhere on the page tell."""
    tables = [
        TABLES[0],
        [[{"101": "45", "102": "130"}.get(cell, cell) for cell in row] for row in TABLES[1]],
        TABLES[2],
    ]
    found = read(text_of(tables, joined(",")))
    assert not {key: value for key, value in found.items() if value is not None and key[1] == "received"}
    telling = [*tables[:2], [["4400" if cell == "400" else cell for cell in row] for row in tables[2]]]
    assert read(text_of(telling, joined(",")))["applications", "received", "commercial_enterprise"] == 130


def test_a_number_with_thousands_is_no_row_of_cells() -> None:
    lines = [[["1,234,567" if cell == "107" else cell for cell in row] for row in rows] for rows in TABLES]
    found = read(text_of(lines, lambda rows: [cell for row in rows for cell in row]))
    assert found["applications", "received", "total"] == 1234567


def test_a_column_of_row_numbers_is_never_a_figure() -> None:
    """Printed by tables that number their rows; with blank cells the number of the next row stands where one is missing."""
    blank = [[["" if cell.isdigit() else cell for cell in row] for row in rows] for rows in TABLES]
    numbered = text_of(blank, lambda rows: [f"| {n} | {' | '.join(row)} |" for n, row in enumerate(rows)])
    assert not [value for value in read(numbered).values() if value is not None]


def test_a_wrapped_label_of_no_form_is_not_completed() -> None:
    names = {"1.属于国家秘密": "涉及商业秘密的其他情形"}
    strange = [[[names.get(cell, cell) for cell in row] for row in rows] for rows in TABLES]
    data = text_of(strange, wrapped)
    found = read(data)
    assert not {key: value for key, value in found.items() if value not in (None, EXPECTED[key])}
    assert not [value for key, value in found.items() if key[1] == "denied_state_secret" and value is not None]
    assert "label_unmapped" in rules(parse(data, name="a.txt"))


def test_lines_of_a_header_that_changed_places_are_refused() -> None:
    """The procedures follow each other as in the form, or nothing is dealt out to them."""
    three, four = TABLES[1:]
    swapped = [TABLES[0], [three[0], three[2], three[1], *three[3:]], [four[1], four[0], *four[2:]]]
    found = read(text_of(swapped, joined("  ")))
    assert not {key: value for key, value in found.items() if value not in (None, EXPECTED[key])}
    assert not [value for key, value in found.items() if key[0] == "disputes" and value is not None]


@pytest.mark.parametrize(
    ("text", "rule"),
    [("|---|---|", True), ("| :--- | ---: |", True), ("+----+====+", True), ("├──┼──┤", True), ("----------", True),
     ("--", False), ("---", False), ("| -- | -- |", False), ("| / | / |", False), ("规章|---|", False)],
)  # fmt: skip
def test_a_rule_between_rows(text: str, rule: bool) -> None:
    assert is_rule(text) == rule


def test_tabs_at_the_ends_are_kept_only_where_tabs_part_cells() -> None:
    lines = extract_text("\t一、总体情况\n\t规章\t0\t\n行政许可\t\t\n").blocks
    assert [line.text for line in lines if isinstance(line, Line)] == ["一、总体情况", "\t规章\t0\t", "行政许可\t\t"]


def test_values_printed_above_their_labels_are_not_read() -> None:
    """Text taken out of a PDF may begin a row with its value: every label then seems to name the value of the next row."""
    head = [TITLE, "二、主动公开政府信息情况", "第二十条第（六）项", "信息内容", "本年处理决定数量"]
    usual = parse("\n".join([*head, "行政处罚", "93", "行政强制", "491"]).encode(), name="a.txt")
    assert {cell["item"]: cell["value"] for cell in usual["proactive_disclosure"]} == {
        "administrative_penalties": 93, "administrative_compulsion": 491,
    }  # fmt: skip
    above = parse("\n".join([*head, "93", "行政处罚", "491", "行政强制"]).encode(), name="a.txt")
    assert not any(cell["value"] for cell in above["proactive_disclosure"])


def test_a_wrapped_number_lends_its_label_to_no_other_row() -> None:
    """``行政规范性文件 13523 15384 14422`` in a narrow column; what is left of it spells 规范性文件, a row of another form."""
    head = [TITLE, "二、主动公开政府信息情况", "第二十条第（一）项", "信息内容 本年制发件数 本年废止件数 现行有效件数"]
    wrapped = ["规章 40 41 41", "行政 135 153 144", "规范 23 84 22", "性文", "件"]
    read = parse("\n".join([*head, *wrapped]).encode(), name="a.txt")
    values = {(cell["item"], cell["metric"]): cell["value"] for cell in read["proactive_disclosure"]}
    assert not any(value for (item, _), value in values.items() if item == "normative_documents")


def test_marks_behind_a_label_are_values() -> None:
    """Punctuation carries no meaning in a label, but a dash between spaces is a cell."""

    def spaced(rows: Rows) -> list[str]:
        with_marks = [split_at_values(row) for row in rows]
        return [
            " ".join([*labels, *(["—"] * 7 if any("行政执法案卷" in label for label in labels) else figures)])
            for labels, figures in with_marks
        ]

    parsed = parse(text_of(TABLES, spaced), name="a.txt")
    marks = [cell["value_status"] for cell in parsed["applications"] if cell["line"] == "denied_enforcement_case_file"]
    assert marks == ["none_mark"] * 7


@pytest.mark.parametrize("replaced", ["2.其他法律行政法规禁止公开", "1.信访举报投诉类申请", "（六）其他处理"])
def test_a_stranger_that_holds_the_name_of_a_column_heads_no_rows(replaced: str) -> None:
    """涉及商业秘密的其他情形 in a row of its own, a cell a line: 其他 in it is no header, so every other row stays as it is."""
    tables = [cells(table_two()), cells(applications("2019")), cells(disputes(range(400, 415)))]
    strange = [
        [["涉及商业秘密的其他情形" if cell == replaced else cell for cell in row] for row in rows] for rows in tables
    ]

    def a_cell_a_line(rows: Rows) -> list[str]:
        return [cell for row in rows for cell in row]

    usual, found = read(text_of(tables, a_cell_a_line)), read(text_of(strange, a_cell_a_line))
    assert {key[:2] for key, value in usual.items() if value is not None} >= {("applications", "other")}
    lost = {key[1] for key, value in usual.items() if value != found.get(key)}
    assert len(lost) <= 1
    assert parse(text_of(strange, a_cell_a_line), name="a.txt")["report"]["form_table3"] == "2019"


def test_a_figure_glued_to_its_label_keeps_its_decimals() -> None:
    head = [TITLE, "二、主动公开政府信息情况", "第二十条第（五）项", "信息内容  本年处理决定数量", "行政许可  5"]
    head += ["第二十条第（八）项", "信息内容  本年收费金额（单位：万元）"]
    for printed, value in (
        ("行政事业性收费6.6967", 6.6967),
        ("行政事业性收费6967", 6967),
        ("行政事业性收费1,234.5", 1234.5),
    ):
        parsed = parse("\n".join([*head, printed]).encode(), name="a.txt")
        assert [cell["value"] for cell in parsed["proactive_disclosure"]] == [5, value]
    for strange in ("行政事业性收费.6967", "行政事业性收费6..6967"):
        parsed = parse("\n".join([*head, strange]).encode(), name="a.txt")
        assert [cell["value"] for cell in parsed["proactive_disclosure"] if cell["value"]] == [5]


def test_a_mark_at_the_end_of_a_row_begins_no_label() -> None:
    """无 says none; with the next line it would spell 无法提供, and two rows would be one."""
    tables = [[list(row) for row in rows] for rows in TABLES]
    at = next(n for n, row in enumerate(tables[1]) if any("无法提供" in cell for cell in row))
    tables[1][at - 1][-1] = "无"
    tables[1][at] = ["法提供" if "无法提供" in cell else cell for cell in tables[1][at]]
    found = read(text_of(tables, joined("\t")))
    told = ("applications", "denied_administrative_inquiry", "total")
    assert found == EXPECTED | {told: None}


def test_units_in_heads_and_cells_are_no_other_columns() -> None:
    """自然人（件） over 100件: the header prints the columns of the form and no other, whether or not the figures add up."""
    rows = TABLES[1]
    with_units = [
        [f"{cell}件" if cell.isdigit() and index % 2 else cell for index, cell in enumerate(row)] for row in rows
    ]
    heads = [
        [f"{cell}（件）" if cell in ("自然人", "商业企业", "总计", "其他") else cell for cell in row]
        for row in with_units[:3]
    ]
    found = read(
        text_of(
            [TABLES[0], [["单位：件"], *heads, *with_units[3:]], TABLES[2]],
            lambda rows: [cell for row in rows for cell in row],
        )
    )
    assert {key: value for key, value in found.items() if key[0] == "applications"} == {
        key: value for key, value in EXPECTED.items() if key[0] == "applications"
    }


@pytest.mark.parametrize("sign", [",", "，", ";", "\t"])
def test_a_remark_at_the_end_of_a_row_is_no_reason_to_call_it_unprinted(sign: str) -> None:
    def with_remarks(rows: Rows) -> Rows:
        added: Rows = []
        for number, row in enumerate(rows):
            labels, figures = split_at_values(row)
            if len(figures) != 7:
                added.append([*row, "备注"] if number == 0 else row)
                continue
            total = str(sum(map(int, figures[:-1])))
            added.append([*labels, *figures[:-1], total, ("", "含上年结转", "无")[number % 3]])
        return added

    three = with_remarks(TABLES[1])
    parsed = parse(text_of([TABLES[0], three, TABLES[2]], joined(sign)), name="a.txt")
    found = values(parsed, "applications")
    printed = values(parse(text_of([TABLES[0], [row[:-1] if len(row) > 7 else row for row in three], TABLES[2]],
                                   joined("\t")), name="a.txt"), "applications")  # fmt: skip
    assert not {key: value for key, value in found.items() if value not in (None, printed[key])}
    assert sum(value is not None for value in found.values()) >= len(found) // 2
    assert "row_missing" not in rules(parsed)
    assert parsed["report"]["form_table3"] == "2021"


@pytest.mark.parametrize("sign", ["，", ";", "\t"])
def test_a_head_that_lost_its_end_leaves_the_header_a_header(sign: str) -> None:
    cut = [[["科研机" if cell == "科研机构" else cell for cell in row] for row in rows] for rows in TABLES]
    assert read(text_of(cut, joined(sign))) == EXPECTED
