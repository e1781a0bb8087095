"""Tables that stand in the pictures of a docx."""

import io
import zipfile
from pathlib import Path

import pytest

from pipelines.extract.document import Picture
from pipelines.extract.docx import media
from pipelines.extract.extract import extract
from pipelines.extract.picture.result import PictureReading
from pipelines.read.reader import read_bytes
from tests.unit.extract.builders import W_NAMESPACE, p

HERE = Path(__file__).parent
TABLE_FOUR = (HERE / "table-four.jpg").read_bytes()
READ = PictureReading.from_json((HERE / "table-four.json").read_text(encoding="utf-8"))
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def drawing(relation: str) -> str:
    return f'<w:r><w:drawing><a:blip xmlns:a="{_A}" xmlns:r="{_R}" r:embed="{relation}"/></w:drawing></w:r>'


def vml(relation: str) -> str:
    return f'<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="{_R}" r:id="{relation}"/></w:pict></w:r>'


def package(body: str, **pictures: bytes) -> bytes:
    """A docx; ``pictures`` by relation."""
    relations = "".join(f'<Relationship Id="{key}" Target="media/{key}.jpg"/>' for key in pictures)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", f'<w:document xmlns:w="{W_NAMESPACE}"><w:body>{body}</w:body></w:document>')
        made.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for key, data in pictures.items():
            made.writestr(f"word/media/{key}.jpg", data)
    return out.getvalue()


def found(data: bytes) -> list[bytes | None]:
    return [block.content for block in extract(data, name="a.docx").blocks if isinstance(block, Picture)]


FALLBACK = (
    f'<w:r><mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice>{drawing("r1")}</mc:Choice>'
    f"<mc:Fallback>{vml('r1')}</mc:Fallback></mc:AlternateContent></w:r>"
)
BODIES: dict[str, tuple[str, list[bytes | None]]] = {
    "drawn": (drawing("r1"), [b"one"]),
    "as Word 2003 drew it": (vml("r2"), [b"two"]),
    "both, for old programs": (FALLBACK, [b"one"]),
    "in order, one of them twice": (drawing("r2") + drawing("r1") + drawing("r2"), [b"two", b"one", b"two"]),
    "missing": (drawing("r9"), [None]),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_a_picture_is_handed_on_with_its_bytes(body: str, expected: list[bytes | None]) -> None:
    assert found(package(f"<w:p>{body}</w:p>", r1=b"one", r2=b"two")) == expected


def test_pictures_beyond_the_bound_are_named_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 4)
    body = f"<w:p>{drawing('r1')}{drawing('r2')}{drawing('r3')}</w:p>"
    assert found(package(body, r1=b"one", r2=b"two", r3=b"3")) == [b"one", None, b"3"]


def test_a_table_in_a_picture_of_a_docx_is_read() -> None:
    body = "".join(
        [
            p("示例县财政局2023年政府信息公开工作年度报告"),
            p("四、政府信息公开行政复议、行政诉讼情况"),
            f"<w:p>{drawing('r1')}</w:p>",
        ]
    )
    reading = read_bytes(package(body, r1=TABLE_FOUR), name="a.docx", recogniser=lambda _: READ)
    (table,) = reading.tables
    assert (table.table, {cell.reading for cell in table.cells}) == ("disputes", {"recognised"})
    assert [cell.raw_text for cell in table.cells] == [str(n) for n in (0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 3)]
