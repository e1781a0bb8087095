"""Pictures as files: what is read without a network, what is refused, what is said where the engine is missing."""

import base64
import io
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.extract.picture import recogniser
from pipelines.extract.picture.grid import pixels
from pipelines.extract.picture.grid.pixels import PictureRefusedError, open_pixels
from pipelines.extract.picture.recogniser import recognise_now
from pipelines.extract.picture.result import PictureReading
from pipelines.extract.picture.sources import of_file
from pipelines.read.reader import read_report

pytestmark = pytest.mark.slow

pytest.importorskip("rapidocr", reason="text recognition is not installed (pip install 'gongkai[ocr]')")
Image = pytest.importorskip("PIL.Image")
ImageOps = pytest.importorskip("PIL.ImageOps")

TABLE_FOUR = (Path(__file__).with_name("table-four.jpg")).read_bytes()
PRINTED = {
    "review": [0, 0, 1, 0, 1], "litigation_direct": [0, 0, 0, 0, 0], "litigation_after_review": [1, 0, 1, 1, 3],
}  # fmt: skip


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the engine opened a socket")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_table_four_in_a_picture_is_read_without_a_network() -> None:
    contract = read_report(TABLE_FOUR, name="table.jpg").to_contract()
    read: dict[str, list[int]] = {}
    for cell in contract["disputes"]:
        read.setdefault(cell["procedure"], []).append(cell["value"])
        assert cell["reading"] == "recognised"
        assert cell["value_status"] == "reported"
        assert cell["confidence"] > 0.9
        assert cell["evidence"].startswith("picture[1]/tr[4]/td[")
        assert cell["evidence"].endswith(" px")
    assert read == PRINTED
    assert contract["report"]["carrier"] == "image"


def test_without_the_extra_the_report_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "is_installed", lambda: False)
    contract = read_report(TABLE_FOUR, name="table.jpg").to_contract()
    assert contract["report"]["extraction_status"] == "tables_are_images"
    assert any("pip install 'gongkai[ocr]'" in finding["message"] for finding in contract["findings"])
    assert not contract["disputes"]


def test_a_reading_survives_its_json() -> None:
    reading = recognise_now(of_file(TABLE_FOUR)[0])
    assert PictureReading.from_json(reading.to_json()) == reading
    with pytest.raises(ValueError, match="picture reading"):
        PictureReading.from_json("7")


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height), 1).save(out, "PNG")
    return out.getvalue()


REFUSED = {
    "a bomb": (_png(20_000, 20_000), "pixels"),
    "too long": (_png(100, 31_000), "pixels"),
    "too wide": (_png(9_000, 100), "wider"),
    "an icon": (_png(16, 16), "too small"),
    "half a file": (TABLE_FOUR[:300], "unpacked"),
    "no picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "unpacked"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_unpacked(data: bytes, why: str) -> None:
    with pytest.raises(PictureRefusedError, match=why):
        open_pixels(data)
    assert why in (recognise_now(of_file(data)[0]).problem or "")


def _saved(image: Any, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _of_sixteen_bits(image: Any) -> bytes:
    return _saved(Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257))


def _by_a_turned_camera(image: Any) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees
    return _saved(image.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=95, exif=exif)


SHOWN_ALIKE = {
    "sixteen bits": _of_sixteen_bits,
    "turned camera": _by_a_turned_camera,
    "light on dark": lambda image: _saved(ImageOps.invert(image)),
    "for printers": lambda image: _saved(image.convert("CMYK"), "JPEG", quality=95),
    "palette": lambda image: _saved(image.quantize(64)),
    "interlaced": lambda image: _saved(image, "JPEG", quality=95, progressive=True),
    "webp": lambda image: _saved(image, "WEBP", lossless=True),
    "bmp": lambda image: _saved(image, "BMP"),
}


@pytest.mark.parametrize("save", SHOWN_ALIKE.values(), ids=SHOWN_ALIKE)
def test_a_picture_is_taken_as_it_is_shown(save: Callable[[Any], bytes]) -> None:
    image = Image.open(io.BytesIO(TABLE_FOUR)).convert("RGB")
    (plain,), (other,) = open_pixels(_saved(image)), open_pixels(save(image))
    assert other.grey.shape == plain.grey.shape
    assert np.abs(other.grey.astype(int) - plain.grey.astype(int)).mean() < 6


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    image = Image.open(io.BytesIO(TABLE_FOUR)).convert("RGB")
    moving = _saved(image, kind, save_all=True, append_images=[ImageOps.invert(image)])
    with pytest.raises(PictureRefusedError, match="moves"):
        open_pixels(moving)


def test_the_bytes_of_a_picture_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "MAX_BYTES", 10)
    with pytest.raises(PictureRefusedError, match="bytes"):
        open_pixels(TABLE_FOUR)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_pictures_are_unpacked_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(TABLE_FOUR)
    for _ in range(rng.randint(1, 12)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if rng.random() < 0.3:
        del data[rng.randrange(100, len(data)) :]
    with suppress(PictureRefusedError):
        assert open_pixels(bytes(data))


def _scan(picture: bytes, hidden: str) -> bytes:
    """A PDF whose only page is the picture, over text that is written without being painted."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    image = ImageReader(io.BytesIO(picture))
    width, height = image.getSize()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width * 0.5 + 40, height * 0.5 + 40))
    canvas.drawImage(image, 20, 20, width * 0.5, height * 0.5)
    text = canvas.beginText(30, 60)
    text.setTextRenderMode(3)
    text.textLine(hidden)
    canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_scan_is_read_from_its_picture_and_not_from_the_text_laid_over_it() -> None:
    contract = read_report(_scan(TABLE_FOUR, "99 " * 30), name="scan.pdf").to_contract()
    read = {(cell["procedure"], cell["outcome"]): cell for cell in contract["disputes"]}
    assert all(cell["reading"] == "recognised" for cell in read.values())
    assert all(cell["evidence"].startswith("pdf:page[1]/picture[1]/tr[") for cell in read.values())
    figures = [value for values in PRINTED.values() for value in values]
    found = [cell["value"] for cell in contract["disputes"]]
    assert [value for value in found if value is not None]
    assert all(value in (None, printed) for value, printed in zip(found, figures, strict=True))


def test_a_picture_that_stands_in_the_page_itself_is_read() -> None:
    page = (
        "<html><body><h1>示例县财政局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>"
        "<p>四、政府信息公开行政复议、行政诉讼情况</p>"
        f'<p><img src="data:image/jpeg;base64,{base64.b64encode(TABLE_FOUR).decode()}"></p>'
        "<p>六、其他需要报告的事项</p></body></html>"
    )
    contract = read_report(page.encode(), name="page.html").to_contract()
    assert contract["report"]["report_year"] == 2023
    assert [cell["value"] for cell in contract["disputes"]] == [
        value for values in PRINTED.values() for value in values
    ]


def test_a_table_in_a_picture_joins_one_in_text() -> None:
    """Table two is text and stays so, also where a picture shows it again."""
    text = (
        "<table><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td>"
        "<td>现行有效件数</td></tr><tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>行政规范性文件</td><td>3</td>"
        "<td>1</td><td>17</td></tr></table>"
    )
    page = (
        "<html><body><h1>示例县财政局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>"
        f"{text}<p>四、政府信息公开行政复议、行政诉讼情况</p>"
        f'<p><img src="data:image/jpeg;base64,{base64.b64encode(TABLE_FOUR).decode()}"></p></body></html>'
    )
    contract = read_report(page.encode(), name="page.html").to_contract()
    assert [cell["value"] for cell in contract["disputes"]] == [
        value for values in PRINTED.values() for value in values
    ]
    assert {cell["reading"] for cell in contract["proactive_disclosure"]} == {"printed"}
    assert [cell["value"] for cell in contract["proactive_disclosure"] if cell["item"] == "normative_documents"] == [
        3,
        1,
        17,
    ]
