"""Boxes on drawings: each lies on the words that its cell prints; a picture's on what was recognised."""

import base64
import hashlib
import re
from collections import Counter
from pathlib import Path
from random import Random

import pypdfium2
import pytest

from gongkai.explore.sources.drawing import page_places, page_png
from gongkai.explore.sources.sheets import picture_sheets, read_pictures
from pipelines.extract.document import Grid
from pipelines.extract.extract import extract
from pipelines.extract.picture.result import PictureReading
from pipelines.home import Home
from pipelines.staging.picture_recognition import PictureStore
from tests.factory import random_case

PICTURE = base64.b64decode(  # one white pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4//8/AwAI/AL+p5qgoAAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("seed", ["a", "b"])
def test_a_box_lies_on_the_words_of_its_cell(seed: str) -> None:
    data = random_case(Random(f"sheets/{seed}"), carrier="pdf", n_variations=0).data
    pages = page_places(hashlib.sha256(data).hexdigest(), data)
    file = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage() for page in file]
    checked = 0
    for block in extract(data, name="report.pdf").blocks:
        for cell in [cell for row in block.rows for cell in row] if isinstance(block, Grid) else []:
            at = int(re.findall(r"page\[(\d+)\]", cell.evidence)[0]) - 1
            x0, top, x1, bottom = pages[at].boxes[cell.evidence]
            high = pages[at].height
            inside = _letters(texts[at].get_text_bounded(x0, high - bottom, x1, high - top))
            middle, third = (top + bottom) / 2, (bottom - top) / 6  # a line above may reach over the edge of the table
            core = _letters(texts[at].get_text_bounded(x0 + 2, high - middle - third, x1 - 2, high - middle + third))
            assert _letters(cell.text) <= inside, cell
            assert core <= _letters(cell.text), cell
            checked += 1
    assert checked > 150


def _letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def test_a_page_is_drawn_with_the_shape_of_its_boxes() -> None:
    data = random_case(Random("sheets/drawn"), carrier="pdf", n_variations=0).data
    digest = hashlib.sha256(data).hexdigest()
    place, png = page_places(digest, data)[0], page_png(digest, data, 1)
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert width / height == pytest.approx(place.width / place.height, rel=0.01)


def test_the_boxes_of_a_picture_are_those_that_its_cells_name(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    home, digest = Home(tmp_path), hashlib.sha256(PICTURE).hexdigest()
    page = b"<html><body><p>x</p><img src='a.png'><img src='b.png'></body></html>"
    document = extract(page, name="page.html")
    PictureStore(home).keep({digest: PictureReading(800, 1200).to_json()})
    fetched = {"https://a.gov.cn/a.png": b"no picture that was read", "https://a.gov.cn/b.png": PICTURE}
    pictures = read_pictures(home, document, page, fetched, "https://a.gov.cn/x.html")
    assert [(one.place, one.content, one.width, one.height) for one in pictures] == [("picture[2]", PICTURE, 800, 1200)]
    figures = {
        "picture[2]/tr[1]/td[1] at 10,20,110,60 px": "5",
        "picture[1]/tr[1]/td[1] at 1,2,3,4 px": "6",
        "html:table[1]/tr[1]/td[1]": "7",
    }
    (sheet,) = picture_sheets(pictures, figures)
    assert [(mark.x, mark.y, mark.width, mark.height) for mark in sheet.marks] == [(10, 20, 100, 40)]
