"""PDFs that print their tables without ruling lines are read like the ruled ones; what cannot be aligned stays unread."""

import io
import re
from collections.abc import Callable

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from tests.unit.read.builders import TITLE, applications, disputes, parse, rules, table_two, values

FACTS = ("proactive_disclosure", "applications", "disputes")
SIZE = 8
pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
PROSE = ParagraphStyle("prose", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK")
WORDS = ParagraphStyle("cell", fontName="STSong-Light", fontSize=SIZE, leading=SIZE + 2, wordWrap="CJK", alignment=1)
CELL = re.compile(r"<td(?: colspan=(\d+))?(?: rowspan=(\d+))?>(.*?)</td>")
Commands = list[tuple[object, ...]]


def flowable(html: str, widths: list[int], more: Commands) -> Table:
    """A table of the builders, on paper."""
    rows = html.split("<tr>")[1:]
    grid: list[list[object]] = [[""] * len(widths) for _ in rows]
    taken: set[tuple[int, int]] = set()
    spans: Commands = []
    for r, row in enumerate(rows):
        c = 0
        for wide, tall, text in CELL.findall(row):
            while (r, c) in taken:
                c += 1
            right, below = c + int(wide or 1) - 1, r + int(tall or 1) - 1
            taken |= {(i, j) for i in range(r, below + 1) for j in range(c, right + 1)}
            label = "<br/>".join(text) if text.startswith("三、本年度") else text
            grid[r][c] = text if text.isdigit() else Paragraph(label, WORDS)
            spans.append(("SPAN", (c, r), (right, below)))
            c = right + 1
    whole = (0, 0), (-1, -1)
    style: Commands = [
        ("FONT", *whole, "STSong-Light", SIZE),
        ("ALIGN", *whole, "CENTER"),
        ("VALIGN", *whole, "MIDDLE"),
    ]
    return Table(grid, colWidths=widths, style=TableStyle([*style, *spans, *more]))


def document(*more: tuple[object, ...], change: Callable[[str], str] = str) -> bytes:
    """Title, headings and the three tables, without rules unless ``more`` draws some."""
    tables = [(table_two(), [110] * 4), (change(applications()), [28, 60, 135] + [32] * 7), (disputes(), [30] * 15)]
    headings = (
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
    )
    story: list[Flowable] = [Paragraph(TITLE, PROSE), Paragraph("一、总体情况", PROSE), Paragraph("正文。", PROSE)]
    for heading, (html, widths) in zip(headings, tables, strict=True):
        story += [Paragraph(heading, PROSE), flowable(html, widths, list(more))]
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


WHOLE = (0, 0), (-1, -1)
RULED = parse(document(("GRID", *WHOLE, 0.5, "black")), name="a.pdf")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param((), id="no rules"),
        pytest.param((("BOX", *WHOLE, 0.5, "black"),), id="a frame"),
        pytest.param((("LINEBELOW", *WHOLE, 0.5, "black"),), id="a rule below every row"),
        pytest.param((("VALIGN", *WHOLE, "TOP"),), id="labels from the top"),
    ],
)
def test_a_table_without_rules_reads_like_a_ruled_one(more: tuple[tuple[object, ...], ...]) -> None:
    parsed = parse(document(*more), name="a.pdf")
    assert {table: values(parsed, table) for table in FACTS} == {table: values(RULED, table) for table in FACTS}
    assert len(values(parsed, "applications")) == 25 * 7


def test_a_blank_cell_stays_blank_and_shifts_nothing() -> None:
    parsed = parse(document(change=lambda html: html.replace(">103<", "><").replace(">163<", "><")), name="a.pdf")
    expected = values(RULED, "applications")
    assert values(parsed, "applications") == {
        key: None if value in (103, 163) else value for key, value in expected.items()
    }


def test_numbers_off_the_middle_of_their_column_are_read_or_refused() -> None:
    parsed = parse(document(("ALIGN", *WHOLE, "RIGHT")), name="a.pdf")
    for table in FACTS:
        expected = values(RULED, table)
        assert all(value is None or value == expected[key] for key, value in values(parsed, table).items())
    assert values(parsed, "applications") == values(RULED, "applications")


def test_a_column_that_prints_nothing_is_not_filled_by_its_neighbour() -> None:
    """Research institutions all blank: only six columns of numbers are left to see."""
    third = {str(number) for number in range(103, 103 + 25 * 7, 7)}
    blank = lambda html: re.sub(r"(?<=<td>)\d+(?=</td>)", lambda m: "" if m[0] in third else m[0], html)  # noqa: E731
    parsed = parse(document(change=blank), name="a.pdf")
    read, expected = values(parsed, "applications"), values(RULED, "applications")
    assert all(value is None or value == expected[key] for key, value in read.items())
    assert rules(parsed)
