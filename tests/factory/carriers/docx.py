"""A docx written part by part: merged cells as office software writes them, and nothing a reader may not meet."""

import io
import zipfile
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from gongkai.demo.layout import PrintedCell, Table
from gongkai.demo.page import TableBlock, Text
from tests.factory.case import Draft, variation
from tests.factory.variations.unseen import annotated_runs

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"


def _paragraph(text: str, runs: int = 1) -> str:
    """A paragraph; ``"\\n"`` is a line break; ``runs`` > 1 cuts the text as revisions do."""
    size = -(-len(text) // runs) or 1
    parts = [text[i : i + size] for i in range(0, len(text), size)]
    markup = "".join(f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>' for part in parts)
    return f"<w:p>{markup}</w:p>".replace("\n", "</w:t><w:br/><w:t>")


def _cell(cell: PrintedCell | None, span: int, merge: str, runs: int, beside: str = "") -> str:
    properties = (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + merge
    text = "" if cell is None else cell.text
    paragraphs = "".join(_paragraph(p, runs) for p in text.split("\n\n"))
    paragraphs = paragraphs.replace("</w:p>", f"{beside}</w:p>", 1) if beside else paragraphs
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def table_xml(table: Table, *, runs: int = 1, draft: Draft | None = None) -> str:
    """``w:tbl`` with ``gridSpan`` and ``vMerge``; cells covered from above are written as continuing cells."""
    open_cells: dict[int, tuple[int, int]] = {}  # grid column → (colspan, rows still to come)
    rows = []
    for row in table:
        markup, column = "", 0
        pending = list(row)
        while pending or column in open_cells:
            if column in open_cells:
                span, left = open_cells.pop(column)
                markup += _cell(None, span, "<w:vMerge/>", 1)
                if left > 1:
                    open_cells[column] = (span, left - 1)
                column += span
                if column > 400:
                    break
                continue
            cell = pending.pop(0)
            merge = '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
            beside = annotated_runs(draft, cell) if draft else ""
            markup += _cell(cell, cell.colspan, merge, runs, beside)
            column += cell.colspan
            if cell.rowspan > 1:
                open_cells[column - cell.colspan] = (cell.colspan, cell.rowspan - 1)
                # written in this row already: it continues from the next one
        rows.append(f"<w:tr>{markup}</w:tr>")
    width = max(sum(cell.colspan for cell in row) for row in table)
    grid = "".join('<w:gridCol w:w="900"/>' for _ in range(width))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def docx_bytes(draft: Draft) -> bytes:
    """The docx of a draft: title, blocks, core properties."""
    runs = 2 if draft.options.get("docx_runs") else 1
    parts = [_paragraph(draft.title)]
    for block in draft.blocks:
        match block:
            case Text(text):
                parts.append(_paragraph(text, runs))
            case TableBlock(_, table):
                parts.append(table_xml(table, runs=runs, draft=draft) + "<w:p/>")
    body = "".join(parts)
    if draft.options.get("docx_text_control"):
        body = f"<w:sdt><w:sdtContent>{body}</w:sdtContent></w:sdt>"
    return _package(f"{_XML}<w:document {_W}><w:body>{body}<w:sectPr/></w:body></w:document>", draft.title)


def _package(document: str, title: str) -> bytes:
    types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/></Types>'
    )
    relations = (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )
    core = (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
    )
    buffer = io.BytesIO()
    moment = datetime(2024, 1, 1, tzinfo=UTC).timetuple()[:6]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", types), ("_rels/.rels", relations),
                           ("word/document.xml", document), ("docProps/core.xml", core)):  # fmt: skip
            archive.writestr(zipfile.ZipInfo(name, moment), text)
    return buffer.getvalue()


@variation("writer", "Word cuts text into runs", ("docx",))
def docx_runs(draft: Draft) -> bool:
    draft.options["docx_runs"] = True
    return True
