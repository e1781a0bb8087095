"""Web archives: the page in a .mht is read as the page itself."""

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from pipelines.extract.document import Document, Grid
from pipelines.extract.source_file import SourceFile
from pipelines.extract.web_archive.extractor import web_archive

_PAGE = "<html><head><title>示例县2023年报告</title></head><body><table><tr><td>规章</td><td>70</td></tr></table></body></html>"


def _archive(*pages: tuple[str, str], charset: str = "utf-8") -> bytes:
    whole = MIMEMultipart("related")
    for place, page in pages:
        part = MIMEText(page, "html", charset)
        part["Content-Location"] = place
        whole.attach(part)
    return whole.as_bytes()


def _read(data: bytes) -> Document:
    return web_archive(SourceFile(data))


def _cells(document: Document) -> list[str]:
    return [cell.text for block in document.blocks if isinstance(block, Grid) for row in block.rows for cell in row]


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_the_page_is_read_in_its_own_encoding(charset: str) -> None:
    document = _read(_archive(("http://x.gov.cn/a.html", _PAGE), charset=charset))
    assert (document.title, _cells(document)) == ("示例县2023年报告", ["规章", "70"])


def test_the_frame_that_is_the_report_is_the_page() -> None:
    root = "<html><head><title>网站</title></head><frameset><frame src=a><frame src=b></frameset></html>"
    report = _PAGE.replace("<table>", "<p>一、总体情况</p><p>信息内容</p><p>现行有效件数</p><table>")
    pages = [
        ("http://x.gov.cn/", root),
        ("http://x.gov.cn/menu.html", "<p>栏目</p>"),
        ("http://x.gov.cn/a.html", report),
    ]
    assert _cells(_read(_archive(*pages))) == ["规章", "70"]
    pages.append(("http://x.gov.cn/b.html", report.replace("70", "60")))  # which of two counts nobody can say
    assert _cells(_read(_archive(*pages))) == []


def test_frames_saved_beside_the_page_are_not_the_page() -> None:
    frame = _PAGE.replace("70", "60")
    assert _cells(_read(_archive(("http://x.gov.cn/a.html", _PAGE), ("http://x.gov.cn/b.html", frame)))) == [
        "规章",
        "70",
    ]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<link rel="stylesheet" href="/style/a.css">', ["规章", ""]),
        ("<link href='http://x.gov.cn/style/a.css' rel=stylesheet>", ["规章", ""]),
        ('<link rel="stylesheet" href="cid:sheet1">', ["规章", ""]),
        ('<link rel="stylesheet" media="print" href="/style/a.css">', ["规章", "70"]),
        ('<link rel="alternate" href="/style/a.css">', ["规章", "70"]),
        ('<link rel="stylesheet" href="/style/other.css">', ["规章", "70"]),
    ],
)
def test_a_sheet_in_the_archive_says_what_its_page_shows(link: str, shown: list[str]) -> None:
    whole = MIMEMultipart("related")
    page, sheet = (
        MIMEText(_PAGE.replace("</head>", f"{link}</head>").replace("<td>70", "<td class=a>70"), "html", "utf-8"),
        MIMEText(".a { color: white }", "css", "utf-8"),
    )
    page["Content-Location"], sheet["Content-Location"] = "http://x.gov.cn/1/a.html", "http://x.gov.cn/style/a.css"
    sheet["Content-ID"] = "<sheet1>"
    whole.attach(page)
    whole.attach(sheet)
    assert _cells(_read(whole.as_bytes())) == shown


def test_a_byte_order_mark_before_the_archive_is_passed_over() -> None:
    assert _cells(_read(b"\xef\xbb\xbf" + _archive(("http://x.gov.cn/a.html", _PAGE)))) == ["规章", "70"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", ["Content-Location", "Content-ID", "Content-Type"])
def test_a_header_may_hold_bytes_that_no_header_may_have(name: str, encoding: str) -> None:
    data = _archive(("http://x.gov.cn/a.html", _PAGE)).replace(
        b"\nContent-Location:", b"\nContent-ID: <a>\nContent-Location:"
    )
    written, odd = (
        (b'charset="utf-8"', b'charset="utf-8"; name=') if name == "Content-Type" else (2 * (f"{name}: ".encode(),))
    )
    changed = data.replace(written, odd + "年报".encode(encoding))
    assert changed != data
    assert _cells(_read(changed)) == ["规章", "70"]


def test_an_archive_begins_behind_empty_lines() -> None:
    assert _cells(_read(b"\r\n\r\n" + _archive(("http://x.gov.cn/a.html", _PAGE)))) == ["规章", "70"]


def test_an_archive_without_a_page_says_so() -> None:
    message = EmailMessage()
    message.set_content("70")
    assert "holds no page" in (_read(message.as_bytes()).problem or "")
