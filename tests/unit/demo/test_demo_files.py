"""The committed files of the demo are what their builder makes of the figures, and other readers find every figure in them."""

import io

import pdfplumber
import pytest

from gongkai.demo.page import REPORTS, load_report
from pipelines.extract.office.own_text import word_text
from pipelines.read.reader import read_report
from tests.demo_files import DOC_REPORTS, OFD_REPORTS, PDF_REPORTS, PICTURE_REPORTS, ofd_of, pdf_of


def test_committed_files_are_built_from_the_figures() -> None:
    """Rebuild with ``python -m tests.demo_files`` after editing a report file."""
    for name in PDF_REPORTS:
        assert (REPORTS / f"{name}.pdf").read_bytes() == pdf_of(name)
    for name in OFD_REPORTS:
        assert (REPORTS / f"{name}.ofd").read_bytes() == ofd_of(name)


def test_a_plain_reader_finds_the_rows_in_the_ruled_tables() -> None:
    page = load_report("hongze-2024")
    with pdfplumber.open(io.BytesIO(pdf_of("hongze-2024"))) as pdf:
        assert len(pdf.pages) > 2
        found = [[cell for cell in row if cell is not None] for p in pdf.pages for t in p.extract_tables() for row in t]
    for number, table in page.tables.items():
        for row in table:
            values = [cell.text for cell in row if cell.key]
            assert not values or values in [r[-len(values) :] for r in found], (number, row)


@pytest.mark.parametrize("name", DOC_REPORTS)
def test_the_text_of_the_word_file_holds_every_figure(name: str) -> None:
    text = word_text((REPORTS / f"{name}.doc").read_bytes())
    page = load_report(name)
    assert page.figures is not None
    assert page.title in text
    for figure in page.figures.cells.values():
        assert figure.raw in text


@pytest.mark.parametrize("name", OFD_REPORTS)
def test_the_ofd_is_read_cell_by_cell(name: str) -> None:
    contract = read_report((REPORTS / f"{name}.ofd").read_bytes(), name=f"{name}.ofd").to_contract()
    figures = load_report(name).figures
    assert figures is not None
    read = [cell["raw_text"] for table in ("applications", "disputes") for cell in contract[table]]
    assert sorted(read) == sorted(f.raw for key, f in figures.cells.items() if key[0] in ("applications", "disputes"))


@pytest.mark.parametrize("name", PICTURE_REPORTS)
def test_every_table_has_its_picture(name: str) -> None:
    for number in load_report(name).tables:
        assert (REPORTS / f"{name}-{number}.png").read_bytes().startswith(b"\x89PNG")
