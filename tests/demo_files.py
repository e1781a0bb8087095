"""Makes the files that the demo's sites link: ``python -m tests.demo_files`` writes them beside the report files.

They are committed, so that the demo needs none of the programs that write them: reportlab, LibreOffice, Chromium. PDF and OFD
are the same bytes every time.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from random import Random

from gongkai.demo.figures import ReportFigures
from gongkai.demo.page import REPORTS, body, load_report
from gongkai.demo.render_html import HtmlWriter
from tests.demo_pdf.render import PdfStyle, pdf_bytes
from tests.factory.carriers import files, pictures
from tests.factory.carriers.docx import docx_bytes
from tests.factory.carriers.ofd import OfdCanvas
from tests.factory.case import Draft

PDF_REPORTS = ("hongze-2024",)
OFD_REPORTS = ("shili-finance-2023",)
DOC_REPORTS = ("shili-education-2023",)
PICTURE_REPORTS = ("shili-civil-2023",)
STYLE = PdfStyle(body_size=16, min_row=25)  # roomy, as office software does it: table three crosses a page
_PICTURE_WIDTH = 1_000
_PICTURE_STYLE = (
    "body{margin:8px}table{border-collapse:collapse;width:100%}"
    "td{border:1px solid #000;padding:4px;font:14px 'Noto Sans CJK SC'}"
)


def pdf_of(name: str) -> bytes:
    """A report as PDF."""
    page = load_report(name)
    return pdf_bytes(page.title, body(page), STYLE)


def ofd_of(name: str) -> bytes:
    """A report as OFD."""
    page = load_report(name)
    return pdf_bytes(page.title, body(page), STYLE, lambda buffer, **how: OfdCanvas(buffer, options={}, **how))


def doc_of(name: str) -> bytes:
    """A report as LibreOffice saves it for Word 97."""
    page = load_report(name)
    figures = page.figures or ReportFigures("2021", "2021", {})
    draft = Draft(
        Random(0), "docx", figures, page.title, page.agency, page.report_year, page.published, page.lead,
        list(page.sections), blocks=body(page),
    )  # fmt: skip
    return files.saved([docx_bytes(draft)], "doc")[0]


def pictures_of(name: str) -> Iterator[tuple[int, bytes]]:
    """The tables of a report as Chromium shows them, by number, in few grey levels."""
    from PIL import Image

    with pictures.browser() as opened:
        for number, table in load_report(name).tables.items():
            page = opened.new_page(viewport={"width": _PICTURE_WIDTH, "height": 100})
            page.set_content(f"<style>{_PICTURE_STYLE}</style>{HtmlWriter().table(table)}")
            shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L").quantize(16)
            page.close()
            out = io.BytesIO()
            shot.save(out, "PNG", optimize=True)
            yield number, out.getvalue()


def main() -> None:
    """Write all files."""
    made: dict[Path, bytes] = {REPORTS / f"{name}.pdf": pdf_of(name) for name in PDF_REPORTS}
    made |= {REPORTS / f"{name}.ofd": ofd_of(name) for name in OFD_REPORTS}
    made |= {REPORTS / f"{name}.doc": doc_of(name) for name in DOC_REPORTS}
    for name in PICTURE_REPORTS:
        made |= {REPORTS / f"{name}-{number}.png": picture for number, picture in pictures_of(name)}
    for path, content in made.items():
        path.write_bytes(content)


if __name__ == "__main__":
    main()
