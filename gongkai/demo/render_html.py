"""Printed pages as HTML bodies: one writer per way in which such pages are made. All text is escaped."""

from html import escape

from gongkai.demo.layout import PrintedCell, Row, Table
from gongkai.demo.page import Block, ImageBlock, TableBlock, Text


class HtmlWriter:
    """Clean tables, as a modern editor saves them. Subclasses override the smallest method that differs."""

    def body(self, blocks: list[Block]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        match block:
            case Text(text, is_heading):
                return self.heading(text) if is_heading else self.paragraph(text)
            case TableBlock(_, table):
                return self.table(table)
            case ImageBlock(source):
                return f'<p style="text-align:center"><img src="{escape(source)}" alt=""></p>'

    def text(self, text: str) -> str:
        return escape(text, quote=False)

    def heading(self, text: str) -> str:
        return self.paragraph(text)

    def paragraph(self, text: str) -> str:
        return f"<p>{self.text(text)}</p>"

    def table(self, table: Table) -> str:
        return "<table>\n" + "\n".join(self.row(row) for row in table) + "\n</table>"

    def row(self, row: Row) -> str:
        return "<tr>" + "".join(self.cell(cell) for cell in row) + "</tr>"

    def cell(self, cell: PrintedCell) -> str:
        return f"<td{self.spans(cell)}>{self.cell_content(cell)}</td>"

    def spans(self, cell: PrintedCell) -> str:
        col = f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        row = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        return col + row

    def cell_content(self, cell: PrintedCell) -> str:
        paragraphs = cell.text.split("\n\n")
        if len(paragraphs) == 1:
            return self.lines(cell.text)
        return "".join(f"<p>{self.lines(p)}</p>" for p in paragraphs)

    def lines(self, text: str) -> str:
        return "<br>".join(self.text(line) for line in text.split("\n"))


class WordWriter(HtmlWriter):
    """Tables pasted from Word or WPS: inline styles, ``MsoNormal`` paragraphs, nested spans and ``o:p``."""

    font = "font-family:宋体;mso-bidi-font-family:宋体;font-size:10.5pt;mso-font-kerning:0"

    def paragraph(self, text: str) -> str:
        style = "text-indent:32.0pt;mso-char-indent-count:2.0;line-height:28.0pt;mso-line-height-rule:exactly"
        return f'<p class="MsoNormal" style="{style}">{self.run(self.text(text))}</p>'

    def heading(self, text: str) -> str:
        return f'<p class="MsoNormal"><b>{self.run(self.text(text), "font-family:黑体")}</b></p>'

    def run(self, markup: str, style: str = "font-family:仿宋_GB2312") -> str:
        return f'<span style="{style};font-size:16.0pt"><span lang="EN-US">{markup}</span><o:p></o:p></span>'

    def table(self, table: Table) -> str:
        rows = "\n".join(self.row(row) for row in table)
        return (
            '<div align="center"><table class="MsoNormalTable" border="1" cellspacing="0" cellpadding="0" width="100%" '
            'style="border-collapse:collapse;mso-padding-alt:0cm 0cm 0cm 0cm;mso-border-insideh:.5pt solid windowtext">'
            f"<tbody>\n{rows}\n</tbody></table></div>"
        )

    def row(self, row: Row) -> str:
        return '<tr style="mso-yfti-irow:1;height:19.85pt">' + "".join(self.cell(cell) for cell in row) + "</tr>\n"

    def cell(self, cell: PrintedCell) -> str:
        style = "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;padding:0cm 5.4pt 0cm 5.4pt"
        return f'<td width="64"{self.spans(cell)} valign="center" style="{style}">\n{self.cell_content(cell)}\n</td>'

    def cell_content(self, cell: PrintedCell) -> str:
        shell = '<p class="MsoNormal" align="center" style="text-align:center;mso-pagination:widow-orphan">{}</p>'
        spans = (self.lines(p) or "&nbsp;" for p in cell.text.split("\n\n"))
        return "\n".join(
            shell.format(f'<span style="{self.font}">{s}</span><span lang="EN-US"><o:p></o:p></span>') for s in spans
        )


class FlatWriter(HtmlWriter):
    """A page whose tables were flattened: one cell a paragraph, as 南通 serves 启东市 2020."""

    halfwidth = str.maketrans("（）：，；", "():,;")

    def text(self, text: str) -> str:
        return super().text(text.translate(self.halfwidth))

    def paragraph(self, text: str) -> str:
        return f"<p>&emsp;&emsp;{self.text(text)}</p>"

    def table(self, table: Table) -> str:
        paragraphs = (p for row in table for cell in row for p in cell.text.split("\n\n"))
        return "\n".join(f"<p>{self.lines(p)}</p>" for p in paragraphs)
