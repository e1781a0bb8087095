"""A second engine's words: poppler's, inside the box of every cell that is reported. Skips without ``pdftotext``.

poppler reads hidden text, too, so factory reports are compared whose pages show all that their text layer says.
"""

import ctypes
import re
import shutil
import subprocess
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pypdfium2.raw as raw
import pytest

from pipelines.extract.pdf.engine import pdfium
from pipelines.extract.pdf.layout.page_breaks import _started
from pipelines.extract.pdf.layout.tables import find_tables
from pipelines.extract.pdf.objects.painted import Budget
from pipelines.extract.pdf.page.content import PageContent
from pipelines.extract.pdf.page.radicals import unify_radicals
from pipelines.extract.pdf.page.reader import read_page
from tests.factory.factory import all_variations, build_case
from tests.factory.numbers import random_figures

PDFTOTEXT = shutil.which("pdftotext")
REPORTS = 12
_XHTML = "{http://www.w3.org/1999/xhtml}"
_EDGE = 1.5  # points
_HIDING = re.compile("covered|unpainted|white|noted|struck|bold|watermark")
pytestmark = pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not installed (apt-get install poppler-utils)")


class Word(NamedTuple):
    text: str
    x0: float
    top: float
    x1: float
    bottom: float


def poppler_words(data: bytes, tmp_path: Path) -> list[list[Word]]:
    """The words of every page."""
    source, target = tmp_path / "a.pdf", tmp_path / "a.html"
    source.write_bytes(data)
    assert PDFTOTEXT is not None
    subprocess.run([PDFTOTEXT, "-bbox", str(source), str(target)], check=True, timeout=60, capture_output=True)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", target.read_text(encoding="utf-8"))
    pages = ET.fromstring(text).iter(f"{_XHTML}page")
    sides = ("xMin", "yMin", "xMax", "yMax")
    return [
        [Word(w.text or "", *(float(w.attrib[side]) for side in sides)) for w in page.iter(f"{_XHTML}word")]
        for page in pages
    ]


def pages_of(data: bytes) -> Iterator[PageContent]:
    pdfium.start()
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    handle = ctypes.cast(document, ctypes.c_void_p).value
    assert handle
    yield from (read_page(handle, index, Budget()) for index in range(raw.FPDF_GetPageCount(document)))
    raw.FPDF_CloseDocument(document)


def reported_cells(data: bytes) -> Iterator[tuple[int, str, tuple[float, float, float, float]]]:
    """Page, text and box of every cell with figures in a ruled table."""
    for number, page in enumerate(pages_of(data)):
        for table in find_tables(page.chars, page.horizontal, page.vertical, "x"):
            xs, ys = table.borders, table.levels
            for row, column, cell in _started(table.grid, len(xs) - 1):
                if any(char.isdigit() for char in cell.text):
                    yield number, cell.text, (xs[column], ys[row], xs[column + cell.colspan], ys[row + cell.rowspan])


def squeezed(text: str) -> str:
    return "".join(sorted(unicodedata.normalize("NFKC", unify_radicals("".join(text.split())))))


def differences(data: bytes, tmp_path: Path) -> tuple[int, list[tuple[str, str]]]:
    """How many cells were compared, and those of which poppler's words say something else."""
    words = poppler_words(data, tmp_path)
    compared, found = 0, []
    for page, text, (left, top, right, bottom) in reported_cells(data):
        inside = [
            word.text
            for word in words[page]
            if left - _EDGE <= (word.x0 + word.x1) / 2 <= right + _EDGE
            and top <= (word.top + word.bottom) / 2 <= bottom
        ]
        compared += 1
        if squeezed("".join(inside)) != squeezed(text):
            found.append((text, " ".join(inside)))
    return compared, found


@pytest.mark.parametrize("number", range(REPORTS))
def test_factory_reports(number: int, tmp_path: Path) -> None:
    rng = Random(f"poppler/{number}")
    fitting = [name for name, v in all_variations.items() if "pdf" in v.carriers and not _HIDING.search(name)]
    figures = random_figures(rng, rng.choice(("2019", "2021")), rng.choice(("2019", "2021")), "large")
    # poppler reads that font without its data for Chinese
    case = build_case(rng, "pdf", figures, ("radicals", *rng.sample(fitting, 4)))
    compared, found = differences(case.data, tmp_path)
    assert compared
    assert found == [], case.name
