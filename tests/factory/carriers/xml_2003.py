"""A workbook of the factory in the XML of Excel 2003, as Excel and many reporting programs write it under the name ``.xls``."""

import io
from xml.sax.saxutils import escape

import openpyxl

_HEAD = (
    '<?xml version="1.0" encoding="{charset}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="Default" ss:Name="Normal"/></Styles>'
)


def xml_2003(data: bytes, charset: str = "utf-8") -> bytes:
    """The sheets of an ``.xlsx`` workbook; empty cells are left out, the next one says where it stands."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheets = "".join(
        f'<Worksheet ss:Name="{escape(sheet.title)}"><Table>{"".join(_rows(sheet))}</Table></Worksheet>'
        for sheet in book.worksheets
    )
    return f"{_HEAD.format(charset=charset)}{sheets}</Workbook>".encode(charset, "xmlcharrefreplace")


def _rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[str]:
    merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
    covered = {place for area in merged.values() for row in area.rows for place in row} - set(merged)
    rows = []
    for row in range(1, sheet.max_row + 1):
        cells, last = [], 0
        for column in range(1, sheet.max_column + 1):
            value, area = sheet.cell(row, column).value, merged.get((row, column))
            if (row, column) in covered or (value is None and area is None):
                continue
            place = "" if column == last + 1 else f' ss:Index="{column}"'
            if area is not None:
                place += f' ss:MergeAcross="{area.size["columns"] - 1}" ss:MergeDown="{area.size["rows"] - 1}"'
            last = column + (area.size["columns"] - 1 if area is not None else 0)
            kind = "Number" if isinstance(value, int | float) else "String"
            text = "" if value is None else f'<Data ss:Type="{kind}">{escape(str(value))}</Data>'
            cells.append(f"<Cell{place}>{text}</Cell>")
        rows.append(f"<Row>{''.join(cells)}</Row>")
    return rows
