"""Small builders for pages, PDFs and docx files: a test states only what it is about."""

import io
import zipfile
from collections.abc import Iterator, Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipelines.extract.document import Document, Grid, Line, Picture
from pipelines.extract.extract import extract

FONT = "STSong-Light"
WIDTH, HEIGHT = 595.0, 842.0
W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STATUTORY_TABLE = "<table><tr><td>信息内容</td><td>本年制发件数</td></tr><tr><td>规章</td><td>0</td></tr></table>"
REPORT = f"<p>一、总体情况</p><p>正文</p><p>二、主动公开政府信息情况</p>{STATUTORY_TABLE}<p>六、其他需要报告的事项</p><p>无。</p>"


def page(body: str, head: str = "") -> Document:
    """Extract an HTML page given by its body."""
    return extract(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode())


def lines(document: Document) -> list[str]:
    """The texts of a document's lines."""
    return [block.text for block in document.blocks if isinstance(block, Line)]


def grids(document: Document) -> list[list[list[str]]]:
    """The texts of a document's grids, row by row."""
    return [[[cell.text for cell in row] for row in block.rows] for block in document.blocks if isinstance(block, Grid)]


def spans(document: Document) -> list[list[tuple[int, int]]]:
    """(colspan, rowspan) of the cells of the first grid."""
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[(cell.colspan, cell.rowspan) for cell in row] for row in grid.rows]


def pictures(document: Document) -> list[str]:
    """The addresses of a document's pictures."""
    return [block.source for block in document.blocks if isinstance(block, Picture)]


class Pdf:
    """A PDF drawn by hand; coordinates run from the top left, in points."""

    def __init__(self) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(WIDTH, HEIGHT))
        self._fresh = False

    def text(self, x: float, y: float, text: str, size: float = 12) -> "Pdf":
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, HEIGHT - y, text)
        return self

    def paragraph(self, y: float, text: str, *, per_line: int = 30, size: float = 16, indent: int = 2) -> float:
        """Set a paragraph with a first-line indent; returns the y of the next line."""
        first = per_line - indent
        pieces = [text[:first], *(text[i : i + per_line] for i in range(first, len(text), per_line))]
        for number, piece in enumerate(pieces):
            self.text(50 + (indent * size if number == 0 else 0), y, piece, size)
            y += size * 1.5
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Pdf":
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)
        return self

    def table(
        self, x: float, y: float, columns: Sequence[float], rows: Sequence[Sequence[str]], height: float = 20
    ) -> "Pdf":
        """A fully ruled table; a text of ``<`` extends the cell on its left, ``^`` the one above, ``x`` both."""
        xs = [x + sum(columns[:n]) for n in range(len(columns) + 1)]
        ys = [y + height * n for n in range(len(rows) + 1)]
        for r, row in enumerate(rows):
            for c, text in enumerate(row):
                if text not in ("<", "x"):
                    self.line(xs[c], ys[r], xs[c], ys[r + 1])
                if text not in ("^", "x"):
                    self.line(xs[c], ys[r], xs[c + 1], ys[r])
                if text not in ("<", "^", "x"):
                    for n, part in enumerate(text.split("\n")):
                        self.text(xs[c] + 3, ys[r] + 9 + 8 * n, part, 7)
        self.line(xs[-1], ys[0], xs[-1], ys[-1])
        return self.line(xs[0], ys[-1], xs[-1], ys[-1])

    def next_page(self) -> "Pdf":
        self.canvas.showPage()
        return self

    def save(self) -> bytes:
        self.canvas.save()
        return self._buffer.getvalue()

    def read(self) -> Document:
        return extract(self.save())


def docx(body: str, **parts: str) -> bytes:
    """A docx package whose document body is the given WordprocessingML; ``parts`` adds files by name (dots as in paths)."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{W_NAMESPACE}"><w:body>{body}</w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
        for name, content in parts.items():
            package.writestr(f"word/{name}" if name.endswith(".rels") else f"word/{name}.xml", content)
    return buffer.getvalue()


def p(text: str, properties: str = "") -> str:
    """A docx paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, span: int = 1, merge: str = "") -> str:
    """A docx cell; ``merge`` is ``restart`` or ``continue``."""
    vertical = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{vertical}</w:tcPr>{p(text)}</w:tc>'


def tr(*cells: str) -> str:
    """A docx row."""
    return f"<w:tr>{''.join(cells)}</w:tr>"


def numbered(texts: Sequence[str]) -> Iterator[str]:
    """Texts with their ordinal, to make rows of distinct content."""
    return (f"{number}.{text}" for number, text in enumerate(texts, start=1))
