"""Builds the pdf files of the demo from the report figures: ``python -m tests.demo_pdf.build``. Deterministic."""

from gongkai.demo.page import REPORTS, body, load_report
from tests.demo_pdf.render import PdfStyle, pdf_bytes

PDF_REPORTS = ("hongze-2024",)
STYLE = PdfStyle(body_size=16, min_row=25)  # roomy, as office software does it: table three crosses a page


def build(name: str) -> bytes:
    """The bytes of one demo pdf."""
    page = load_report(name)
    return pdf_bytes(page.title, body(page), STYLE)


def main() -> None:
    for name in PDF_REPORTS:
        (REPORTS / f"{name}.pdf").write_bytes(build(name))


if __name__ == "__main__":
    main()
