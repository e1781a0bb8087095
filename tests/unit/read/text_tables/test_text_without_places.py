"""Text in which the place of a figure is not printed: padded rows, page numbers and running heads among the cells."""

import pytest

from pipelines.extract.document import Line
from pipelines.read.reader import read_report
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.text_tables.line_splitting import annex_groups
from schemas.forms.catalogue import forms
from tests.unit.read.builders import form_table

TITLE = "某区某局2021年政府信息公开工作年度报告"
HEAD = (TITLE, "一、总体情况", "正文。", "三、收到和处理政府信息公开申请情况")
COLUMNS = "| 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |"
LABELS = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开")


def read(*lines: str) -> dict[tuple[str, str], tuple[int | None, str]]:
    data = "\n".join((*HEAD, *lines)).encode()
    rows = read_report(data, name="a.txt").to_contract()["applications"]
    return {(row["line"], row["applicant"]): (row["value"], row["value_status"]) for row in rows}


def piped(label: str, *cells: str) -> str:
    return f"{label} | {' | '.join(cells)} |"


def test_blanks_that_were_moved_to_the_end_of_their_row_leave_no_figure_in_another_column() -> None:
    rows = [piped(LABELS[0], "7", "1", "8", "", "", "", ""), piped(LABELS[1], "0", "0", "", "", "", "", "")]
    found = read(COLUMNS, *rows, piped(LABELS[2], *"1234567"))
    assert all(status == "unreadable" for (line, _), (_, status) in found.items() if line in ("received", "carried_in"))
    assert found["granted", "total"] == (7, "reported")


def test_blanks_inside_a_row_show_that_they_kept_their_places() -> None:
    rows = [piped(LABELS[0], "7", "", "", "1", "", "", "8"), piped(LABELS[1], "3", "", "", "", "", "", "")]
    found = read(COLUMNS, *rows)
    assert found["received", "public_welfare_organization"] == (1, "reported")
    assert found["carried_in", "natural_person"] == (3, "reported")
    assert found["carried_in", "total"] == (None, "blank")


def test_sums_that_stand_early_show_that_blanks_were_moved() -> None:
    """One blank that was kept does not make up for rows whose last figure is the sum of the others."""
    rows = [piped(LABELS[0], "7", "1", "8", "", "", "", ""), piped(LABELS[1], "2", "3", "5", "", "", "", "")]
    found = read(COLUMNS, *rows, piped(LABELS[2], "1", "", "1", "1", "1", "1", "5"))
    assert {status for (line, _), (_, status) in found.items() if line != "granted"} == {"unreadable"}


CELLS = ("自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
ROW = ("10", "20", "30", "0", "0", "0", "60")


@pytest.mark.parametrize("foot", ["- {} -", "第{}页 共9页", "{} / 9", f"{TITLE}\n{{}}", f"{{}}\n{TITLE}", "\f{}"])
@pytest.mark.parametrize("at", [1, 4, 7])
def test_page_numbers_and_running_heads_are_no_cells(foot: str, at: int) -> None:
    lines = [*CELLS, LABELS[0], *ROW[:at], foot.format(3), *ROW[at:], LABELS[1], *ROW, LABELS[2], foot.format(4), *ROW]
    found = read(*lines)
    assert [found["received", applicant][0] for applicant in _APPLICANTS] == [10, 20, 30, 0, 0, 0, 60]
    assert found["carried_in", "total"] == (60, "reported")


def test_a_number_on_either_side_of_a_running_head_may_be_a_figure() -> None:
    found = read(*CELLS, LABELS[0], *ROW, TITLE, "3", LABELS[1], *ROW, LABELS[2], *ROW)
    assert found["received", "total"] == (None, "unreadable")
    assert found["carried_in", "total"] == (60, "reported")


def test_a_number_that_counts_pages_does_not_stand_for_a_blank() -> None:
    """The prose shows bare page numbers; a row that adds up without one of its figures holds another of them."""
    lines = [
        "2",
        "正文，第二页上还有一句话。",
        *CELLS,
        LABELS[0],
        "10",
        "20",
        "30",
        "0",
        "3",
        "0",
        "60",
        LABELS[1],
        *ROW,
    ]
    found = read(*lines)
    assert found["received", "legal_service_organization"] == (None, "unreadable")
    assert found["carried_in", "total"] == (60, "reported")


_APPLICANTS = ("natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
               "legal_service_organization", "other_organization", "total")  # fmt: skip


def _labels() -> list[str]:
    table = form_table("2021", "applications")
    block = table.blocks[0]
    heads = [node.label for top in block.columns for node in top.walk()]
    return [*heads, *(node.label for top in block.rows for node in top.walk())]


def test_a_form_without_a_figure_is_blank() -> None:
    found = read(*_labels())
    assert len(found) == 175
    assert {status for _, status in found.values()} == {"blank"}


def test_a_table_without_figures_beside_one_with_figures_is_not_blank() -> None:
    """Text from which repeated lines were removed has lost its zeros."""
    two = (
        "二、主动公开政府信息情况",
        "信息内容",
        "本年制发件数",
        "本年废止件数",
        "现行有效件数",
        "规章",
        "0",
        "行政规范性文件",
    )
    lines = [TITLE, *two, "三、收到和处理政府信息公开申请情况", *_labels()]
    rows = read_report("\n".join(lines).encode(), name="a.txt").to_contract()["applications"]
    assert not [row for row in rows if row["value_status"] == "blank"]


@pytest.mark.parametrize(
    ("above", "is_annex"),
    [
        ("2020年样本市教育局政府信息公开工作年度报告", False),  # a running head that begins with a year
        ("指 标 名 称  2020年", True),
        ("指标名称", True),
    ],
)
def test_a_heading_behind_a_running_head_is_no_group_of_an_annex(above: str, is_annex: bool) -> None:
    texts = (above, "四、政府信息公开行政复议、行政诉讼情况", "行政复议")
    lines = [Line(text, f"text:line {number}") for number, text in enumerate(texts, start=1)]
    assert (1 in annex_groups(lines, vocabulary(forms()))) is is_annex


_ORGANS = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他"


@pytest.mark.parametrize(
    ("head", "others"),
    [
        (f"{_ORGANS} 小计 总计", "3 0 0 0 0 0 0 3"), (f"{_ORGANS} 总计 上年同期", "3 0 0 0 0 0 3 0"),
        (f"{_ORGANS} 小计 总计", "3 0 0 0 0 0 3"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("short", ["0 0 0 0 0 0 0", "3 0 0 0 0 0 3"])
def test_a_row_beside_a_column_of_no_form_that_prints_figures_may_have_lost_a_blank(
    head: str, others: str, short: str
) -> None:
    """Eight columns and seven figures that add up: which of them is blank is not printed."""
    rows = {
        "一、本年新收政府信息公开申请数量": others, "二、上年结转政府信息公开申请数量": short, "（一）予以公开": others,
        "四、结转下年度继续办理": others,
    }  # fmt: skip
    cells = [*head.split(), *(cell for label, figures in rows.items() for cell in (label, *figures.split()))]
    text = "\n".join(
        ["示例市财政局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", "申请人情况", *cells]
    )
    parsed = read_report(text.encode(), name="a.txt").to_contract()
    assert [row for row in parsed["applications"] if row["value_status"] == "reported"] == []
    assert "row_misaligned" in {found["rule"] for found in parsed["findings"]}


def test_a_remark_in_words_is_no_figure_of_a_row_that_lost_a_blank() -> None:
    """The head of the remarks reaches over the whole header: text prints it before the columns."""
    text = "\n".join(
        ["示例市财政局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", "申请人情况", "备注",
         *_ORGANS.split(), "合计", "一、本年新收政府信息公开申请数量", "112", "7", "11", "7", "5", "142", "无"]
    )  # fmt: skip
    parsed = read_report(text.encode(), name="a.txt").to_contract()
    assert {row["value_status"] for row in parsed["applications"]} == {"unreadable"}
