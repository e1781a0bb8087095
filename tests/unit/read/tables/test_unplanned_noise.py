"""Noise that no form foresees: copies under captions, columns beside the values, scales, header words in wrong places."""

import re

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


def test_a_report_in_which_copies_differ_is_not_read_completely() -> None:
    blocks = (table_two(), LAST_YEARS, "（二）全县汇总情况", applications(), disputes())
    assert parse(page(*blocks))["report"]["extraction_status"] == "partial"
    assert parse(page(table_two(), applications(), disputes()))["report"]["extraction_status"] == "complete"


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


ROWS = re.findall(r"<tr>.*?</tr>", applications())
COLUMNS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def _cells(row: str) -> list[str]:
    return re.findall(r"<td[^>]*>.*?</td>", row)


def test_a_head_over_the_labels_is_no_column_and_a_group_may_be_left_out() -> None:
    head = "<tr><td colspan=3>项目</td>" + "".join(f"<td>{name}</td>" for name in COLUMNS) + "</tr>"
    html = "<table>" + head + "".join(ROWS[3:]) + "</table>"
    assert values(parse(page(HEADING, html)), "applications") == values(OWN, "applications")


def test_of_a_transposed_table_nothing_is_read() -> None:
    data = [_cells(row) for row in ROWS[3:]]
    labels = [re.sub(r" (?:col|row)span=\d+", "", row[-8]) for row in data]
    rows = [["<td></td>", *labels]]
    rows += [[f"<td>{name}</td>", *(row[at - 7] for row in data)] for at, name in enumerate(COLUMNS)]
    parsed = parse(page(HEADING, "<table>" + "".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "</table>"))
    assert not any(value is not None for value in values(parsed, "applications").values())
    assert "header_unreadable" in rules(parsed)


def test_the_sign_of_a_note_is_no_part_of_a_label() -> None:
    html = applications().replace("部分公开", "部分公开①")
    assert values(parse(page(HEADING, html)), "applications") == values(OWN, "applications")


@pytest.mark.parametrize(
    "cell",
    ["<ol start=5><li>12</li></ol>", "12<a href='#n1'>1</a>", "<details>9</details>",
     "12<sup style='vertical-align:baseline'>1</sup>", "12<span style='position:relative;top:-6px'>1</span>"],
    ids=["a counted item", "a link to a note", "a closed drawer", "a note set on the line", "a digit moved up"],
)  # fmt: skip
def test_a_cell_that_shows_another_text_is_refused_alone(cell: str) -> None:
    own = values(OWN, "applications")
    parsed = parse(page(HEADING, applications(cells={("granted", "natural_person"): cell})))
    assert values(parsed, "applications") == own | {("granted", "natural_person"): None}
    assert {row["value_status"] for row in parsed["applications"]} == {"reported", "unreadable"}


def test_a_column_that_no_form_knows_is_one_finding() -> None:
    parsed = parse(page(HEADING, applications(columns={"科研机构": "联合体"})))
    (told,) = (found for found in parsed["findings"] if found["rule"] == "label_unmapped")
    lines = {cell["line"] for cell in parsed["applications"]}
    assert len(told["evidence"].split("; ")) == len(lines)
    assert told["line"] is None


def test_a_table_without_its_header_is_one_finding() -> None:
    parsed = parse(page(HEADING, f"<table>{''.join(ROWS[3:])}</table>"))
    (told,) = (found for found in parsed["findings"] if found["rule"] in ("header_unreadable", "row_misaligned"))
    assert told["evidence"].count("; ") == len(ROWS) - 4
    assert "本年新收" in told["message"]
    assert "结转下年度" in told["message"]
