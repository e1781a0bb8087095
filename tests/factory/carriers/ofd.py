"""The OFD carrier: GB/T 33190 packages as the state's own office programs write them, with the layout of the PDF carrier."""

import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics

from tests.demo_pdf.render import PdfStyle, pdf_bytes
from tests.factory.case import Draft, variation

_OFD = ("ofd",)
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MM = 25.4 / 72
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class OfdCanvas:
    """Draws what the PDF carrier draws, as OFD objects in millimetres from the top left.

    Args:
        buffer: Where the package is written by ``save``.
        pagesize: Width and height in points.
        options: ``per_char`` (a text object a character), ``compressed_deltas`` (``g n d``), ``scaled`` (text under a CTM),
            ``as_paths`` (a path a side instead of a box), ``template`` (rules in a template page).
    """

    def __init__(
        self, buffer: io.BytesIO, *, pagesize: tuple[float, float], options: dict[str, Any], **_: object
    ) -> None:
        self.buffer, self.options = buffer, options
        self.width, self.height = pagesize
        self.pages: list[str] = []
        self.rules: list[str] = []  # of the template of each page
        self.title = ""
        self._objects: list[str] = []
        self._lines: list[str] = []
        self._id = 100
        self._font, self._size = "STSong-Light", 10.0

    def setTitle(self, title: str) -> None:  # noqa: N802  # reportlab's names, here and below
        self.title = title

    def setFont(self, font: str, size: float) -> None:  # noqa: N802
        self._font, self._size = font, size

    def setLineWidth(self, width: float) -> None:  # noqa: N802
        self.line_width = width

    def drawCentredString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        self.drawString(x - pdfmetrics.stringWidth(text, self._font, self._size) / 2, y, text)

    def drawString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        widths = [pdfmetrics.stringWidth(char, self._font, self._size) for char in text]
        if not text:
            return
        if self.options.get("per_char"):
            for char, width in zip(text, widths, strict=True):
                self._text(x, y, char, [width])
                x += width
        else:
            self._text(x, y, text, widths)

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        left, top, right, bottom = x, self.height - y - height, x + width, self.height - y
        if self.options.get("as_paths"):
            sides = (
                (left, top, right, top),
                (left, bottom, right, bottom),
                (left, top, left, bottom),
                (right, top, right, bottom),
            )
            for ax, ay, bx, by in sides:
                self._path(ax, ay, bx, by, f"M 0 0 L {_mm(bx - ax)} {_mm(by - ay)}")
        else:
            w, h = _mm(width), _mm(height)
            self._path(left, top, right, bottom, f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C")

    def showPage(self) -> None:  # noqa: N802
        self.pages.append("".join(self._objects))
        self.rules.append("".join(self._lines))
        self._objects, self._lines = [], []

    def save(self) -> None:
        with zipfile.ZipFile(self.buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in self._parts().items():
                package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)

    def _next(self) -> int:
        self._id += 1
        return self._id

    def _text(self, x: float, y: float, text: str, widths: list[float]) -> None:
        size, ascent = self._size, self._size * 0.88
        left, top = x, self.height - y - ascent
        steps = widths[:-1]
        scale = 1.0
        ctm = ""
        if self.options.get("scaled"):
            scale, ctm = 0.1, ' CTM="10 0 0 10 0 0"'
        deltas = self._deltas([_mm(step * scale) for step in steps])
        attribute = f' DeltaX="{deltas}"' if steps else ""
        box = f"{_mm(left)} {_mm(top)} {_mm(sum(widths))} {_mm(size * 1.2)}"
        self._objects.append(
            f'<ofd:TextObject ID="{self._next()}" Boundary="{box}" Font="3" Size="{_mm(size * scale)}"{ctm}>'
            f'<ofd:TextCode X="0" Y="{_mm(ascent * scale)}"{attribute}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )

    def _deltas(self, steps: list[str]) -> str:
        if not self.options.get("compressed_deltas"):
            return " ".join(steps)
        runs: list[tuple[str, int]] = []
        for step in steps:
            if runs and runs[-1][0] == step:
                runs[-1] = (step, runs[-1][1] + 1)
            else:
                runs.append((step, 1))
        return " ".join(f"g {count} {step}" if count > 2 else " ".join([step] * count) for step, count in runs)

    def _path(self, left: float, top: float, right: float, bottom: float, data: str) -> None:
        box = f"{_mm(left)} {_mm(top)} {_mm(max(right - left, 0.1))} {_mm(max(bottom - top, 0.1))}"
        drawn = (
            f'<ofd:PathObject ID="{self._next()}" Boundary="{box}" LineWidth="0.18">'
            f'<ofd:StrokeColor Value="0 0 0"/><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'
        )
        (self._lines if self.options.get("template") else self._objects).append(drawn)

    def _parts(self) -> dict[str, str]:
        box = f"0 0 {_mm(self.width)} {_mm(self.height)}"
        uses_template = bool(self.options.get("template"))
        parts = {
            "OFD.xml": f'{_HEAD}<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
            f"<ofd:Title>{escape(self.title)}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
            "</ofd:OFD>",
            "Doc_0/PublicRes.xml": f'{_HEAD}<ofd:Res {_NS}><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'
            "</ofd:Res>",
        }  # fmt: skip
        templates = pages = ""
        for number, (page, rules) in enumerate(zip(self.pages, self.rules, strict=True)):
            use = ""
            if uses_template:
                templates += f'<ofd:TemplatePage ID="{50000 + number}" BaseLoc="Tpls/Tpl_{number}/Content.xml"/>'
                parts[f"Doc_0/Tpls/Tpl_{number}/Content.xml"] = self._content(rules, "")
                use = f'<ofd:Template TemplateID="{50000 + number}" ZOrder="Background"/>'
            pages += f'<ofd:Page ID="{60000 + number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = self._content(page, use)
        parts["Doc_0/Document.xml"] = (
            f"{_HEAD}<ofd:Document {_NS}><ofd:CommonData><ofd:MaxUnitID>70000</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>{box}"
            f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{templates}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
        )
        return parts

    def _content(self, objects: str, use: str) -> str:
        return (
            f'{_HEAD}<ofd:Page {_NS}>{use}<ofd:Content><ofd:Layer ID="{self._next()}">{objects}</ofd:Layer>'
            f"</ofd:Content></ofd:Page>"
        )


def _mm(points: float) -> str:
    return f"{points * _MM:.4f}".rstrip("0").rstrip(".")


def ofd_document(draft: Draft) -> bytes:
    """The OFD package of a draft."""
    style = PdfStyle(
        body_size=draft.options.get("body_size", 12.0),
        margin=draft.options.get("margin", 60.0),
        min_row=draft.options.get("min_row", 18.0),
        repeat_header=bool(draft.options.get("repeat_header")),
    )
    return pdf_bytes(
        draft.title, draft.blocks, style, lambda buffer, **how: OfdCanvas(buffer, options=draft.options, **how)
    )


def _option(draft: Draft, **options: object) -> bool:
    draft.options |= options
    return True


@variation("writer", "scanned and converted texts: an object a character", _OFD)
def ofd_per_char(draft: Draft) -> bool:
    return _option(draft, per_char=True)


@variation("writer", "GB/T 33190 11.3: repeated distances are written g n d", _OFD)
def ofd_compressed_deltas(draft: Draft) -> bool:
    return _option(draft, compressed_deltas=True)


@variation("writer", "programs that draw through a matrix", _OFD)
def ofd_scaled(draft: Draft) -> bool:
    return _option(draft, scaled=True)


@variation("writer", "a path a side of a cell", _OFD)
def ofd_side_paths(draft: Draft) -> bool:
    return _option(draft, as_paths=True)


@variation("writer", "the rules stand in a template page", _OFD)
def ofd_template_rules(draft: Draft) -> bool:
    return _option(draft, template=True)
