"""The committed pdf is what its builder makes of the figures, and a plain pdf reader finds every figure in it."""

import io

import pdfplumber

from gongkai.demo.page import REPORTS, load_report
from tests.demo_pdf.build import PDF_REPORTS, build


def test_committed_pdf_is_built_from_the_figures() -> None:
    """Rebuild with ``python -m tests.demo_pdf.build`` after editing a report file."""
    for name in PDF_REPORTS:
        assert (REPORTS / f"{name}.pdf").read_bytes() == build(name)


def test_a_plain_reader_finds_the_rows_in_the_ruled_tables() -> None:
    page = load_report("hongze-2024")
    with pdfplumber.open(io.BytesIO(build("hongze-2024"))) as pdf:
        assert len(pdf.pages) > 2
        found = [[cell for cell in row if cell is not None] for p in pdf.pages for t in p.extract_tables() for row in t]
    for number, table in page.tables.items():
        for row in table:
            values = [cell.text for cell in row if cell.key]
            assert not values or values in [r[-len(values) :] for r in found], (number, row)
