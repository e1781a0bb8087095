"""A second program's pages: what LibreOffice prints in the cells of strange Word files. Skips without ``soffice``.

One document holds a row for each oddity, so that LibreOffice runs once. Its PDF shows text in the colour of its ground, too:
what is hidden by colour is compared in the unit tests instead.
"""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pdfplumber
import pytest

from pipelines.extract.document import OBJECT, Grid
from pipelines.extract.extract import extract

SOFFICE = shutil.which("soffice")
SECONDS = 120
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_WIDTH = '<w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>'
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer-nogui)"
    ),
]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def field(code: str, result: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{marks[1]}{result}{marks[2]}"


def middle(properties: str) -> str:
    return par(run("11") + run("9", properties) + run("2"))


CELLS = {
    "plain": par(run("112")),
    "hidden": middle("<w:vanish/>"),
    "hidden by a character style": middle('<w:rStyle w:val="H"/>'),
    "shown again": middle('<w:rStyle w:val="H"/><w:vanish w:val="0"/>'),
    "hidden by a paragraph style": par(run("112"), '<w:pStyle w:val="P"/>'),
    "too small": middle('<w:sz w:val="6"/>'),
    "crowded": par(run("1192", '<w:spacing w:val="-200"/>')),
    "wide": par(run("112", '<w:spacing w:val="4"/>')),
    "two lines in one": par(run("1192", '<w:eastAsianLayout w:id="1" w:combine="1"/>')),
    "symbols": par(run("112", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')),
    "numbered": par(run("12"), '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
    "numbered by a style": par(run("12"), '<w:pStyle w:val="L"/>'),
    "two paragraphs": par(run("11")) + par(run("2")),
    "an empty paragraph before": par("") + par(run("112")),
    "a line break": par("<w:r><w:t>11</w:t><w:br/><w:t>2</w:t></w:r>"),
    "a tab": par("<w:r><w:t>11</w:t><w:tab/><w:t>2</w:t></w:r>"),
    "a page number": par(field("PAGE", run("112"))),
    "an index entry": par(run("112") + field('XE "9"', "")),
    "a field set": par(run("112") + field("SET x 999", run("999"))),
    "a formula": par('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>112</m:t></m:r></m:oMath>'),
    "moved left": par(run("112"), '<w:ind w:left="-3000"/>'),
    "moved right": par(run("112"), '<w:ind w:left="9000"/>'),
    "a low line": par(run("112"), '<w:spacing w:line="20" w:lineRule="exact"/>'),
    "ruby": par(f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('9')}</w:rt><w:rubyBase>{run('112')}</w:rubyBase></w:ruby></w:r>"),
    "a control": par(f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run('112')}</w:sdtContent></w:sdt>"),
    "a link": par(f'<w:hyperlink w:anchor="a">{run("112")}</w:hyperlink>'),
    "a minus that does not break": par("<w:r><w:noBreakHyphen/><w:t>112</w:t></w:r>"),
    "nothing": par(""),
}  # fmt: skip
"""What stands in the second cell of a row, by what is odd about it."""

STYLES = (
    f'<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="18"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="character" w:styleId="H"><w:name w:val="H"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="P"><w:name w:val="P"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="L"><w:name w:val="L"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
)
NUMBERING = (
    f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="7"/><w:numFmt w:val="decimal"/>'
    '<w:suff w:val="nothing"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def strange_document() -> bytes:
    """A table with a row for each of ``CELLS``: its number, the cell, and a cell that must stay as it is."""
    rows = "".join(
        f"<w:tr><w:tc>{_WIDTH}{par(run(f'第{number}行'))}</w:tc><w:tc>{_WIDTH}{cell}</w:tc><w:tc>{_WIDTH}{par(run('5'))}</w:tc></w:tr>"
        for number, cell in enumerate(CELLS.values())
    )
    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
    look = f'<w:tblPr><w:tblW w:w="6000" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    table = f"<w:tbl>{look}{grid}{rows}</w:tbl>"
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for part, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    links = "".join(
        f'<Relationship Id="{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>' for part in ("styles", "numbering")
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in (
            ("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
             f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>'),
            ("_rels/.rels", f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
             f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'),
            ("word/_rels/document.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'),
            ("word/document.xml", f"<w:document {_W}><w:body>{par(run('一'))}{table}{par('')}</w:body></w:document>"),
            ("word/styles.xml", STYLES), ("word/numbering.xml", NUMBERING),
        ):  # fmt: skip
            package.writestr(name, text)
    return buffer.getvalue()


def printed_rows(data: bytes, folder: Path) -> dict[int, list[str]]:
    """The cells that LibreOffice prints, by the number of their row."""
    assert SOFFICE is not None
    source = folder / "strange.docx"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, timeout=SECONDS, capture_output=True)
    found: dict[int, list[str]] = {}
    with pdfplumber.open(folder / "strange.pdf") as pdf:
        for row in (row for page in pdf.pages for table in page.extract_tables() for row in table):
            number = re.match(r"第(\d+)行", row[0] or "")
            if number:
                found[int(number[1])] = [cell or "" for cell in row]
    return found


def test_a_figure_stands_in_its_cell_as_libreoffice_prints_it(tmp_path: Path) -> None:
    data = strange_document()
    printed = printed_rows(data, tmp_path)
    (grid,) = (block for block in extract(data).blocks if isinstance(block, Grid))
    assert len(printed) == len(grid.rows) == len(CELLS)
    read = {name: row[1].text for name, row in zip(CELLS, grid.rows, strict=True)}
    assert all(row[2].text == "5" for row in grid.rows)
    differing = {
        name: (text, printed[number][1])
        for number, (name, text) in enumerate(read.items())
        if OBJECT not in text and "".join(text.split()) != "".join(printed[number][1].split())
    }
    assert differing == {}
    assert {name for name, text in read.items() if text == "112"} >= {
        "plain",
        "hidden",
        "wide",
        "an index entry",
        "a link",
    }
    assert read["nothing"] == ""
