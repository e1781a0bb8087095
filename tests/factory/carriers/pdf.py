"""The pdf carrier: page breaks, repeated headers, page numbers, and text layers that print CJK radicals for characters."""

from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFStream

from gongkai.demo.page import Block, TableBlock, Text
from tests.demo_pdf.render import PdfStyle, pdf_bytes
from tests.factory.case import Draft, variation

_PDF = ("pdf",)
# U+2F00 block (NFKC folds it) and U+2E80 block (NFKC does not): docs/domain/labels.md#cjk-radicals.
RADICALS = str.maketrans("行文人工民见长风门", "⾏⽂⼈⼯⺠⻅⻓⻛⻔")
_RANGES = ((0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x203F), (0x2E80, 0x2FDF), (0x3000, 0x303F), (0x4E00, 0x9FA5),
           (0xFF00, 0xFF5E))  # fmt: skip


class UnicodeTextFont(UnicodeCIDFont):  # type: ignore[misc]  # reportlab ships no types
    """A font whose text layer is exactly the text given: code = Unicode, with a ``ToUnicode`` map that says so.

    The built-in CID fonts cannot print a radical: Adobe-GB1 has none, so the reader gets the common character back.
    """

    def __init__(self) -> None:
        super().__init__("STSong-Light")
        self.name = self.fontName = "UnicodeText"

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        ranges = [
            (max(a, high), min(b, high + 255)) for a, b in _RANGES for high in range(a & ~255, b + 1, 256)
        ]  # a range may not go beyond its last byte
        blocks = [ranges[n : n + 100] for n in range(0, len(ranges), 100)]
        rows = "\n".join(
            f"{len(block)} beginbfrange\n"
            + "\n".join(f"<{a:04X}> <{b:04X}> <{a:04X}>" for a, b in block)
            + "\nendbfrange"
            for block in blocks
        )
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /UnicodeText def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{rows}\n"
            "endcmap CMapName currentdict /CMap defineresource pop end end"
        )
        to_unicode = doc.Reference(PDFStream(content=cmap), f"toUnicode:{self.name}")
        system = PDFDictionary({"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0})
        descriptor = PDFDictionary({
            "Type": "/FontDescriptor", "FontName": "/UnicodeText", "Flags": 4, "FontBBox": PDFArray([0, -200, 1000, 880]),
            "Ascent": 880, "Descent": -120, "CapHeight": 880, "ItalicAngle": 0, "StemV": 80,
        })  # fmt: skip
        descendant = PDFDictionary({
            "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": "/UnicodeText",
            "CIDSystemInfo": system, "DW": 1000, "W": self._widths(),
            "FontDescriptor": doc.Reference(descriptor, f"descriptor:{self.name}"),
        })  # fmt: skip
        internal = f"F{len(doc.fontMapping) + 1}"
        font = PDFDictionary({
            "Type": "/Font", "Subtype": "/Type0", "Name": f"/{internal}",
            "BaseFont": "/UnicodeText", "Encoding": "/Identity-H", "ToUnicode": to_unicode,
            "DescendantFonts": PDFArray([doc.Reference(descendant, f"cid:{self.name}")]),
        })  # fmt: skip
        doc.idToObject["BasicFonts"].dict[internal] = doc.Reference(font, internal)
        doc.fontMapping[self.name] = f"/{internal}"

    def _widths(self) -> PDFArray:
        """The widths that lines are broken with: with others declared, text would run out of its cell."""
        widths = [(code, self.stringWidth(chr(code), 1000)) for a, b in _RANGES for code in range(a, b + 1)]
        return PDFArray([entry for code, width in widths if width != 1000 for entry in (code, PDFArray([width]))])


def pdf_document(draft: Draft) -> bytes:
    """The pdf of a draft. With ``radicals`` the text layer prints look-alike radicals for some characters."""
    style = PdfStyle(
        body_size=draft.options.get("body_size", 12.0),
        margin=draft.options.get("margin", 60.0),
        min_row=draft.options.get("min_row", 18.0),
        page_numbers=not draft.options.get("no_page_numbers"),
        repeat_header=bool(draft.options.get("repeat_header")),
        cut_labels=not draft.options.get("whole_labels"),
        font="UnicodeText" if draft.options.get("radicals") else "STSong-Light",
        paint_cell=draft.options.get("paint_cell"),
        paint_page=draft.options.get("paint_page"),
    )
    title, blocks = draft.title, draft.blocks
    if draft.options.get("radicals"):
        pdfmetrics.registerFont(UnicodeTextFont())
        title, blocks = title.translate(RADICALS), [_with_radicals(block) for block in blocks]
    return pdf_bytes(title, blocks, style)


def _with_radicals(block: Block) -> Block:
    match block:
        case Text(text, is_heading):
            return Text(text.translate(RADICALS), is_heading)
        case TableBlock(number, table):
            rows = [[c if c.key else c._replace(text=c.text.translate(RADICALS)) for c in row] for row in table]
            return TableBlock(number, rows)
        case _:
            return block


def _option(draft: Draft, **options: object) -> bool:
    draft.options |= options
    return True


@variation("writer", "宿迁 pdf: the header is printed again on the next page", _PDF)
def repeat_header(draft: Draft) -> bool:
    return _option(draft, repeat_header=True)


@variation("writer", "other office software: labels are not cut by the page break", _PDF)
def whole_labels(draft: Draft) -> bool:
    return _option(draft, whole_labels=True)


@variation("writer", "roomy rows: a table crosses several pages", _PDF)
def roomy_rows(draft: Draft) -> bool:
    return _option(draft, min_row=draft.rng.choice((26.0, 34.0, 48.0)))


@variation("writer", "page breaks at other rows", _PDF)
def other_page_size(draft: Draft) -> bool:
    return _option(draft, body_size=draft.rng.choice((10.5, 14.0, 16.0)), margin=draft.rng.choice((48.0, 72.0, 96.0)))


@variation("writer", "⾏⽂⼈⼯ and ⺠⻅⻓⻛⻔ in the text layer", _PDF)
def radicals(draft: Draft) -> bool:
    return _option(draft, radicals=True)


@variation("writer", "exports without page numbers", _PDF)
def no_page_numbers(draft: Draft) -> bool:
    return _option(draft, no_page_numbers=True)
