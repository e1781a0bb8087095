"""What extraction costs beside the least it could: a bare lexbor parse of the same bytes; for PDF, plain pdfplumber text.

Run: ``python bench/extract.py``. All measures alternate within one run, the best of each counts, so that the ratios hold on
a busy machine. The page is generated: tables as Word pastes them (a style on every cell, paragraph and span).
"""

import io
import random
import time
from collections.abc import Callable

import pdfplumber
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle
from selectolax.lexbor import LexborHTMLParser

from pipelines.extract.extract import extract

ROUNDS = 60
SEED = 20240131
APPLICANTS = 7
_CELL_STYLE = (
    "border-right: windowtext 1pt solid; padding: 0cm 5.4pt; border-top: medium none; border-left: medium none; "
    "width: 48.8pt; border-bottom: windowtext 1pt solid; mso-border-alt: solid windowtext .5pt"
)
_SPAN_STYLE = "font-size: 10.5pt; font-family: 宋体; mso-bidi-font-size: 12.0pt; mso-font-kerning: 0pt"


def word_page(rows: int = 28, paragraphs: int = 40) -> bytes:
    """A page of about 150 kB: navigation, prose and the three tables' worth of cells, as Word's HTML has them."""
    rng = random.Random(SEED)

    def cell(text: str, span: int = 1) -> str:
        return (
            f'<td style="{_CELL_STYLE}" width="65" colspan="{span}">\n<p class="MsoNormal" style="text-align: center" '
            f'align="center"><span style="{_SPAN_STYLE}">{text}</span><span lang="EN-US"><o:p></o:p></span></p>\n</td>\n'
        )

    def row() -> str:
        cells = "".join(cell(str(rng.randint(0, 99))) for _ in range(APPLICANTS))
        return f'<tr style="height: 22pt">{cell("一、本年新收政府信息公开申请数量", 3)}{cells}</tr>\n'

    prose = f'<p style="text-indent: 32pt; line-height: 28pt"><span style="{_SPAN_STYLE}">{"主动公开政府信息" * 20}</span></p>\n'
    headings = [
        f"<p><b>{n}、{h}</b></p>\n"
        for n, h in (("一", "总体情况"), ("二", "主动公开政府信息情况"), ("六", "其他需要报告的事项"))
    ]
    menu = "".join(f'<li><a href="/col/col{n}/index.html">栏目{n}</a></li>' for n in range(120))
    table = f"<table border=1>{''.join(row() for _ in range(rows))}</table>"
    body = headings[0] + prose * (paragraphs // 2) + headings[1] + table + headings[2] + prose * (paragraphs // 2)
    head = "<!DOCTYPE html><html><head><meta charset=utf-8><title>2020年政府信息公开工作年度报告</title></head>"
    return f"{head}<body><div class=nav><ul>{menu}</ul></div><div id=zoom>{body}</div></body></html>".encode()


def table_pdf(pages: int = 5) -> bytes:
    """A PDF of ruled tables, ``pages`` pages."""
    rng = random.Random(SEED)
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    rows = [
        ["本年新收政府信息公开申请数量", *(str(rng.randint(0, 999)) for _ in range(APPLICANTS))]
        for _ in range(38 * pages)
    ]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light", 9)])
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(
        [Table(rows, colWidths=[60 * mm] + [15 * mm] * APPLICANTS, style=style)]
    )
    return buffer.getvalue()


def best_ms(measures: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Best time of each measure in milliseconds, taken in turns."""
    best = dict.fromkeys(measures, float("inf"))
    for _ in range(rounds):
        for name, run in measures.items():
            start = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: seconds * 1000 for name, seconds in best.items()}


def _plumber_text(data: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_text() for page in pdf.pages]


def main() -> None:
    """Measure and print the table."""
    page, pdf = word_page(), table_pdf()
    html = best_ms({"lexbor parse": lambda: LexborHTMLParser(page), "extract": lambda: extract(page)}, ROUNDS)
    paper = best_ms({"pdfplumber text": lambda: _plumber_text(pdf), "extract": lambda: extract(pdf)}, 3)
    pages = len(_plumber_text(pdf))
    print(
        f"HTML, {len(page) / 1000:.0f} kB    lexbor parse {html['lexbor parse']:6.2f} ms   extract {html['extract']:6.2f} ms",
        end="",
    )
    print(f"   ratio {html['extract'] / html['lexbor parse']:.2f}")
    per_second = {name: pages / (ms / 1000) for name, ms in paper.items()}
    print(f"PDF, {pages} pages    pdfplumber text {per_second['pdfplumber text']:5.1f} pages/s   ", end="")
    print(
        f"extract {per_second['extract']:5.1f} pages/s   {paper['pdfplumber text'] / paper['extract']:.1f} times as fast"
    )


if __name__ == "__main__":
    main()
