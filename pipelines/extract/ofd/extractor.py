"""An OFD document → Document: what its pages show, laid out as the pages of a PDF are."""

from pipelines.extract.document import Document
from pipelines.extract.ofd.document_pages import pages, properties
from pipelines.extract.ofd.package import Package
from pipelines.extract.packages import MALFORMED, open_package
from pipelines.extract.pdf.layout.assembly import Assembly
from pipelines.extract.source_file import SourceFile
from schemas.carriers import carrier


def ofd(file: SourceFile) -> Document:
    """Read an OFD document. Never raises: a broken or hostile one has a ``problem``."""
    assembly = Assembly("ofd", "OFD document")
    meta: dict[str, str] = {}
    problem: str | None = None
    try:
        with open_package(file.data) as opened:
            package = Package(opened)
            root = package.part("OFD.xml")
            meta = properties(root) if root is not None else {}
            for page in pages(package):
                assembly.add(page)
    except MALFORMED as error:
        told = f"{carrier('ofd').label}: not read: {error or type(error).__name__}"
        problem = f"{told}; pages after {assembly.pages} were not read" if assembly.pages else told
    return Document(
        "ofd", assembly.blocks(), meta.get("title") or None, meta, problem=problem or assembly.problem(),
        text_is_recognised=problem is None and assembly.is_recognised,
    )  # fmt: skip
