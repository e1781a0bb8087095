"""Strips of one picture are joined before they are recognised; other pictures stay apart."""

import io

import pytest
from PIL import Image, ImageDraw

pytest.importorskip("numpy", reason="pip install 'gongkai[ocr]'")

from pipelines.extract.document import Document, Line, Picture
from pipelines.extract.picture.engine import is_installed
from pipelines.extract.picture.result import Box, LineText, PictureReading, Text
from pipelines.extract.picture.sources import PictureSource, sources_of, with_pictures_read
from pipelines.extract.picture.strips import joined

_BORDERS = (20, 200, 280, 360, 440, 580)
_ROW = 40


def table(rows: int = 12, borders: tuple[int, ...] = _BORDERS) -> Image.Image:
    """A ruled table with text that differs from row to row, and paper around it."""
    image = Image.new("RGB", (600, rows * _ROW + 100), "white")
    draw = ImageDraw.Draw(image)
    for row in range(rows + 1):
        y = 50 + row * _ROW
        draw.line((borders[0], y, borders[-1], y), fill="black")
        for number, x in enumerate(borders[:-1] if row < rows else ()):
            draw.text((x + 8, y + 12), f"{(row + 3) * (number + 7) * 97}", fill="black")
    for x in borders:
        draw.line((x, 50, x, 50 + rows * _ROW), fill="black")
    return image


def file(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def strips(image: Image.Image, *cuts: int, overlap: int = 0, kind: str = "PNG") -> list[bytes]:
    starts, ends = [0, *(cut - overlap for cut in cuts)], [*cuts, image.height]
    return [file(image.crop((0, start, image.width, end)), kind) for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("overlap", [0, 60, 130])
@pytest.mark.parametrize("cut", [250, 269, 290])  # on a rule, in a row, through its text
def test_a_table_that_was_cut_is_whole_again(cut: int, overlap: int, kind: str) -> None:
    whole = table()
    ((count, data),) = joined(strips(whole, cut, overlap=overlap, kind=kind))
    assert count == 2
    with Image.open(io.BytesIO(data)) as made:
        assert made.size == whole.size
        assert kind == "JPEG" or made.tobytes() == whole.tobytes()


def test_more_than_two_strips_are_joined() -> None:
    assert [count for count, _ in joined(strips(table(), 150, 270, 410))] == [4]


@pytest.mark.parametrize(
    "files",
    [
        [file(table(4)), file(table(4))],  # each with its own paper
        [*strips(table(4), 150)[:1], file(table(4, (20, 100, 330, 520, 580)).crop((0, 150, 600, 260)))],
        [strips(table(), 270)[0], file(table().resize((500, 400)))],
        [strips(table(), 270)[0], b"no picture"],
        [b"no picture", b""],
    ],
    ids=["two tables", "other columns", "another width", "a broken file", "broken files"],
)
def test_other_pictures_stay_as_they_are(files: list[bytes]) -> None:
    assert joined(files) == [(1, data) for data in files]


@pytest.mark.skipif(not is_installed(), reason="pip install 'gongkai[ocr]'")
@pytest.mark.parametrize(("between", "read"), [((), 1), ((Line("第二页", "html:p[1]"),), 2)])
def test_strips_are_one_picture_of_the_page_unless_text_stands_between_them(
    between: tuple[Line, ...], read: int
) -> None:
    first, second = (
        Picture(f"{n}.png", f"html:img[{n}]", data) for n, data in enumerate(strips(table(), 270), start=1)
    )
    document = Document("html_table", (first, *between, second))
    opened: list[int] = []

    def recogniser(source: PictureSource) -> PictureReading:
        opened.append(source.open().height)
        text = Text(f"{len(opened)}", 1.0)
        return PictureReading(600, opened[-1], (LineText(Box(0, 0, 9, 9), text, text),))

    found, readings = with_pictures_read(document, sources_of(document, b"", {}, None), recogniser)
    assert len(readings) == read
    assert sum(opened) == table().height
    texts = ["1", *(line.text for line in between), "2"][: 2 * read - 1]
    assert [block.text for block in found.blocks if isinstance(block, Line)] == texts
    assert not any(isinstance(block, Picture) for block in found.blocks)
