"""Writers of the sheet: html, docx, xlsx. Each takes the entries and the day, and gives bytes."""

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import docx
import jinja2
import xlsxwriter
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from gongkai.check_sheet.sheet import COLUMNS, TITLE, Entry, heading

_COLOURS = {"error": "B3261E", "warning": "8A5A00", "info": "3B5B8C", "passed": "1B6E3C"}
_WIDTHS_MM = (10, 16, 34, 42, 62, 18, 18, 18, 34, 24)
_WIDTHS_CHARS = (6, 8, 22, 30, 52, 12, 12, 12, 26, 30)
_NUMBERS = (5, 6, 7)


def html(entries: Sequence[Entry], today: date) -> bytes:
    """A page that loads nothing and runs nothing."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
    page = template.render(title=TITLE, heading=heading(entries, today), entries=entries, columns=COLUMNS)
    return page.encode()


def word(entries: Sequence[Entry], today: date) -> bytes:
    """A Word file, A4 across, a table for each draft."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(10)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    document.add_heading(TITLE, level=0)
    document.add_paragraph(heading(entries, today))
    for entry in entries:
        document.add_heading(_plain(entry.title or entry.file), level=1)
        document.add_paragraph(
            _plain(f"文件：{entry.file}" + (f"；对照上年报告：{entry.previous}" if entry.previous else ""))
        )
        run = document.add_paragraph().add_run(_plain(f"结论：{entry.verdict_zh}"))
        run.bold = True
        run.font.color.rgb = RGBColor.from_string(_COLOURS[entry.verdict])
        if entry.rows():
            _word_table(document, entry)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _word_table(document: "docx.document.Document", entry: Entry) -> None:
    rows = entry.rows()
    table = document.add_table(rows=len(rows) + 1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS_MM, strict=True)):
        table.columns[column].width = Mm(width)
        cell = table.cell(0, column)
        cell.width = Mm(width)
        cell.paragraphs[0].add_run(name).bold = True
    for number, row in enumerate(rows, start=1):
        for cell, text, width in zip(table.rows[number].cells, row, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)
            cell.text = _plain(text)


def workbook(entries: Sequence[Entry], today: date) -> bytes:
    """A workbook: a sheet that lists the drafts, and one that lists all findings, with filters."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold, wrap = book.add_format({"bold": True, "border": 1}), book.add_format({"text_wrap": True, "valign": "top"})
        drafts = book.add_worksheet("报告")
        drafts.write_row(0, 0, ("文件", "机关", "年度", "结论", "问题", heading(entries, today)), bold)
        for number, entry in enumerate(entries, start=1):
            year = "" if entry.year is None else entry.year
            drafts.write_row(number, 0, (entry.file, entry.agency or "", year, entry.verdict_zh, entry.counts_zh), wrap)
        for column, width in enumerate((36, 30, 8, 30, 30, 50)):
            drafts.set_column(column, column, width)
        found = book.add_worksheet("问题")
        found.write_row(0, 0, ("文件", "机关", "年度", *COLUMNS), bold)
        line = 0
        for entry in entries:
            for row in entry.rows():
                line += 1
                found.write_row(line, 0, (entry.file, entry.agency or "", entry.year or ""), wrap)
                for column, text in enumerate(row, start=3):
                    is_number = column - 3 in (0, *_NUMBERS) and bool(text)
                    found.write(line, column, float(text) if is_number else text, wrap)
        for column, width in enumerate((28, 26, 8, *_WIDTHS_CHARS)):
            found.set_column(column, column, width)
        found.autofilter(0, 0, max(line, 1), 2 + len(COLUMNS))
        for sheet in (drafts, found):
            sheet.freeze_panes(1, 1)
    return buffer.getvalue()


def _plain(text: str) -> str:
    """Word files hold no control characters."""
    return "".join(char for char in text if char.isprintable())


WRITERS: dict[str, Callable[[Sequence[Entry], date], bytes]] = {".html": html, ".docx": word, ".xlsx": workbook}
"""By the ending of the file that is written."""
