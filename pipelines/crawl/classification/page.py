"""A quick look at the bytes of a page: its real type, its text, and whether it reads like a report.

This is not extraction. It answers only what the crawler must know to go on: is this a wall, a list, a report, or a page
whose report hangs on it as a file.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

PDF, DOC, DOCX, XLSX = (
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
DOCUMENT_EXTENSIONS = {"pdf": PDF, "doc": DOC, "wps": DOC, "docx": DOCX, "xlsx": XLSX, "xls": DOC}
_HTML_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|meta|body|script|\?xml|div|p|table|title)\b", re.I | re.S
)
_HEADINGS = (
    "总体情况",
    "主动公开政府信息",
    "收到和处理政府信息公开申请",
    "行政复议",
    "存在的主要问题",
    "其他需要报告的事项",
)
_TABLE_WORDS = ("信息内容", "申请人情况")


def sniff(body: bytes, declared: str | None) -> str:
    """The type the bytes have, by magic number; the declared type (with charset) when they are text.

    A declared document type that the bytes do not bear out is not believed.
    """
    head = body[:2048].lstrip(b"\xef\xbb\xbf")
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return XLSX if b"xl/" in body[:4096] or b"xl/workbook" in body[-65_536:] else DOCX
    if head.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf", b"MIME-Version:")):  # Word also saves as RTF and as MHTML
        return DOC
    for magic, name in ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif")):
        if head.startswith(magic):
            return name
    media = (declared or "").partition(";")[0].strip().lower()
    if media in ("text/html", "application/xhtml+xml") or _HTML_START.match(head):
        return declared if declared and "html" in media else "text/html"
    return declared if declared and media not in DOCUMENT_EXTENSIONS.values() else "application/octet-stream"


def is_html(content_type: str) -> bool:
    return "html" in content_type.partition(";")[0]


def decode(body: bytes, content_type: str | None = None) -> str:
    """Text of a page. BOM, then header, then meta, then UTF-8 if it fits, then GB 18030; gb2312 means gb18030.

    A wrong declaration must not garble a page: a declared charset that cannot decode the bytes is passed over.
    """
    bom, _ = read_bom(body)
    declared = (bom, http_content_type_encoding(content_type), html_body_declared_encoding(body[:4096]))
    for name in (*declared, "utf-8", "gb18030"):
        if not name or name in ("cp1252", "iso8859-1", "latin_1"):  # servers send ISO-8859-1 without meaning it
            continue
        try:
            return body.decode("gb18030" if name in ("gb2312", "gbk", "hz") else name).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", errors="replace")


@dataclass(frozen=True)
class Page:
    """A fetched page as the crawler looks at it. ``url`` is where it finally came from."""

    url: str
    body: bytes
    content_type: str

    @cached_property
    def text(self) -> str:
        """Decoded source text, tags and all."""
        return decode(self.body, self.content_type)

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)

    @cached_property
    def scripts(self) -> str:
        """The text of all script elements; data blocks (``text/xml``) are none."""
        nodes = self.tree.css("script")
        return "\n".join(node.text() for node in nodes if "xml" not in (node.attributes.get("type") or ""))

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Values of hidden and other input fields, by id and by name."""
        found: dict[str, str] = {}
        for node in self.tree.css("input[value]"):
            for key in (node.attributes.get("id"), node.attributes.get("name")):
                if key:
                    found.setdefault(key, node.attributes.get("value") or "")
        return found

    @cached_property
    def visible(self) -> str:
        """Visible text without scripts and styles."""
        tree = LexborHTMLParser(self.text)
        tree.strip_tags(["script", "style", "noscript", "template"])
        return " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""

    @cached_property
    def title(self) -> str:
        node = self.tree.css_first("title")
        return node.text(strip=True) if node is not None else ""

    @property
    def is_html(self) -> bool:
        return is_html(self.content_type)

    @cached_property
    def n_text(self) -> int:
        """Characters outside ASCII in the page: a measure of Chinese content that markup cannot inflate.

        Each takes two bytes more in UTF-8 than it counts as a character; that is much cheaper than looking for them.
        """
        return (len(self.text.encode(errors="ignore")) - len(self.text)) // 2 if self.is_html else len(self.body)

    @cached_property
    def reads_like_report(self) -> bool:
        """At least three of the six statutory headings stand in it."""
        return self.is_html and sum(heading in self.text for heading in _HEADINGS) >= 3

    @property
    def has_statutory_tables(self) -> bool:
        """The head words of tables two and three stand in the page: nothing needs to be looked for in attachments."""
        return any(word in self.text for word in _TABLE_WORDS)
