"""Magic bytes decide before names do."""

import pytest

from pipelines.content.sniffing import Kind, sniff
from pipelines.extract.extract import extract
from schemas.vocabulary import Carrier
from tests.unit.extract.builders import docx, p

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PAGE = "<html><body><p>一、总体情况</p></body></html>"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "a.html", Kind.EMPTY),
        (b"\xef\xbb\xbf \n", "a.txt", Kind.EMPTY),
        (b"%PDF-1.7 ...", "a.html", Kind.PDF),
        (b"\n\njunk %PDF-1.4 ...", None, Kind.PDF),
        (docx(p("x")), "a.doc", Kind.DOCX),
        (docx(p("x")), "a.wps", Kind.DOCX),
        (OLE, "a.doc", Kind.LEGACY_WORD),
        (OLE, "a.wps", Kind.LEGACY_WORD),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", Kind.SPREADSHEET),
        (b"PK\x03\x04.....OFD.xml", "a.ofd", Kind.OFD),
        (b"PK\x03\x04.....xl/workbook.xml", "a.xlsx", Kind.SPREADSHEET),
        (b"PK\x03\x04.....readme", "a.zip", Kind.ARCHIVE),
        (b"Rar!\x1a\x07\0....", "a.rar", Kind.ARCHIVE),
        (b"{\\rtf1\\ansi ...", "a.doc", Kind.RTF),
        (b"\x89PNG\r\n\x1a\n....", "a.jpg", Kind.IMAGE),
        (b"\xff\xd8\xff\xe0....", "a.html", Kind.IMAGE),
        (PAGE.encode(), "a.doc", Kind.HTML),  # "saved as web page" under Word's name
        (PAGE.encode("gbk"), "a.txt", Kind.HTML),
        (b"\xef\xbb\xbf" + PAGE.encode(), None, Kind.HTML),
        (PAGE.encode("utf-16"), None, Kind.HTML),
        ("正文<p>一</p><p>二</p><br>".encode(), None, Kind.HTML),  # a CMS fragment
        ("数据 <5 且 <br> 的写法".encode(), "a.txt", Kind.TEXT),
        ("规章\n0\n0".encode(), "report", Kind.TEXT),
        ("规章\n0\n0".encode("gbk"), "report.txt", Kind.TEXT),
        (b'{"data": {"content": "<p>x</p>"}}', None, Kind.ENVELOPE),
        (bytes(range(256)) * 8, "a.bin", Kind.BINARY),
    ],
)
def test_kind(data: bytes, name: str | None, kind: Kind) -> None:
    assert sniff(data, None, name) is kind


@pytest.mark.parametrize(
    ("data", "carrier", "words"),
    [
        (b"", Carrier.FLAT_TEXT, "empty"),
        (OLE, Carrier.DOCX, "convert"),
        (b"{\\rtf1", Carrier.DOCX, "convert"),
        (bytes(range(256)) * 8, Carrier.FLAT_TEXT, "unknown file type"),
        (b"PK\x03\x04.....readme", Carrier.FLAT_TEXT, "unpack"),
    ],
)
def test_what_cannot_be_read_says_so_and_what_to_do(data: bytes, carrier: Carrier, words: str) -> None:
    document = extract(data)
    assert document.carrier is carrier
    assert not document.blocks
    assert words in (document.problem or "")


def test_an_image_file_is_one_picture() -> None:
    document = extract(b"\xff\xd8\xff\xe0 jpeg", name="表三.jpg")
    assert document.carrier is Carrier.IMAGE
    assert document.problem is None
    assert [block.source for block in document.blocks] == ["表三.jpg"]  # type: ignore[union-attr]
