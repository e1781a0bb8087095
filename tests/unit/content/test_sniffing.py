"""Magic bytes decide before names do."""

import pytest

from pipelines.content.sniffing import sniff
from pipelines.extract.extract import extract
from schemas.vocabulary import Carrier
from tests.unit.content.containers import ole, zipped
from tests.unit.extract.builders import docx, p

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600  # damaged: no directory
PAGE = "<html><body><p>一、总体情况</p></body></html>"


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "a.html", "empty"),
        (b"\xef\xbb\xbf \n", "a.txt", "empty"),
        (b"%PDF-1.7 ...", "a.html", "pdf"),
        (b"\n\njunk %PDF-1.4 ...", None, "pdf"),
        (docx(p("x")), "a.doc", "docx"),
        (docx(p("x")), "a.wps", "docx"),
        (ole("WordDocument", "1Table"), "a.wps", "doc"),
        (ole("1Table", "WordDocument", "WpsCustomData"), "a.doc", "wps"),
        (ole("Workbook"), "a.doc", "xls"),
        (ole("Book"), None, "xls"),
        (ole("PowerPoint Document"), None, "ppt"),
        (ole("EncryptionInfo", "EncryptedPackage"), "a.docx", "encrypted"),
        (ole("CONTENTS"), "a.doc", "ole"),
        (ole("WordDocument", embedded=("Workbook",)), None, "doc"),  # a sheet in a letter
        (ole("Workbook", embedded=("WordDocument",)), None, "xls"),
        (OLE, None, "ole"),
        (OLE, "a.doc", "doc"),
        (OLE, "a.pdf", "ole"),
        (OLE + "Workbook".encode("utf-16-le"), "a.xls", "xls"),
        (zipped("word/document.xml"), "a.doc", "docx"),
        (zipped("word/document2.xml"), None, "docx"),
        (zipped("xl/workbook.xml", "word/document.xml.rels"), None, "xlsx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "a.docx", "ofd"),
        (zipped("ppt/presentation.xml"), None, "pptx"),
        (zipped("年报.docx", "附件/word/document.txt"), "a.docx", "zip"),
        (zipped(), "a.zip", "zip"),
        (b"PK\x03\x04.....OFD.xml", "a.ofd", "ofd"),
        (b"PK\x03\x04.....xl/workbook.xml", "a.xlsx", "xlsx"),
        (b"PK\x03\x04.....readme", "a.zip", "zip"),
        (b"7z\xbc\xaf\x27\x1c...", "a.7z", "7z"),
        (b"BM would begin a text, too", None, "text"),
        (
            b"From: <Saved by Blink>\r\nSubject: =?utf-8?Q?x?=\r\n =?utf-8?Q?y?=\r\nMIME-Version: 1.0\r\n",
            "a.html",
            "mht",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "a.doc", "mht"),
        (b"Rar!\x1a\x07\0....", "a.rar", "rar"),
        (b"{\\rtf1\\ansi ...", "a.doc", "rtf"),
        (b"\x89PNG\r\n\x1a\n....", "a.jpg", "png"),
        (b"\xff\xd8\xff\xe0....", "a.html", "jpeg"),
        (PAGE.encode(), "a.doc", "html"),  # "saved as web page" under Word's name
        (PAGE.encode("gbk"), "a.txt", "html"),
        (b"\xef\xbb\xbf" + PAGE.encode(), None, "html"),
        (PAGE.encode("utf-16"), None, "html"),
        ("正文<p>一</p><p>二</p><br>".encode(), None, "html"),  # a CMS fragment
        ("数据 <5 且 <br> 的写法".encode(), "a.txt", "text"),
        ("规章\n0\n0".encode(), "report", "text"),
        ("规章\n0\n0".encode("gbk"), "report.txt", "text"),
        (b'{"data": {"content": "<p>x</p>"}}', None, "json"),
        (bytes(range(256)) * 8, "a.bin", "binary"),
    ],
)
def test_kind(data: bytes, name: str | None, kind: str) -> None:
    assert sniff(data, None, name).kind == kind


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "carrier", "words"),
    [
        (ole("Workbook"), "xls", "Excel 97-2003 workbook (.xls)"),
        (zipped("xl/workbook.xml"), "xlsx", "Excel workbook"),
        (b"Rar!\x1a\x07\x00" + b"x" * 40, Carrier.FLAT_TEXT, "unpack it"),
        (zipped("OFD.xml"), "ofd", "OFD document"),
        (b"MIME-Version: 1.0\n", "html_table", "web archive"),
        (b"", Carrier.FLAT_TEXT, "empty"),
        (ole("WordDocument"), "doc", "Word 97-2003 document (.doc)"),
        (b"{\\rtf1", "rtf", "RTF document"),
        (bytes(range(256)) * 8, Carrier.FLAT_TEXT, "unknown file type"),
        (b"PK\x03\x04.....readme", Carrier.FLAT_TEXT, "zip archive"),
    ],
)
def test_what_cannot_be_read_says_so_and_what_to_do(data: bytes, carrier: str, words: str) -> None:
    document = extract(data)
    assert document.carrier == carrier
    assert not document.blocks
    assert words in (document.problem or "")


def test_an_image_file_is_one_picture() -> None:
    document = extract(b"\xff\xd8\xff\xe0 jpeg", name="表三.jpg")
    assert document.carrier == Carrier.IMAGE
    assert document.problem is None
    assert [block.source for block in document.blocks] == ["表三.jpg"]  # type: ignore[union-attr]
