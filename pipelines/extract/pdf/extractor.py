"""A PDF with a text layer → Document: paragraphs and ruled tables in reading order, page by page.

Broken and hostile files end in ``problem``. PDFium reads them in a process of its own, which may die over a file
(``pipelines.extract.pdf.engine.worker``); work is bounded by counting first, so that the same bytes give the same Document.
"""

from pipelines.extract.document import Document
from pipelines.extract.pdf.engine import worker
from pipelines.extract.pdf.engine.wire import loaded
from schemas.vocabulary import Carrier

MAX_BYTES = 64 << 20


def extract_pdf(data: bytes) -> Document:
    """Read a PDF. Never raises; see the module's description for what is bounded."""
    if len(data) > MAX_BYTES:
        return Document(Carrier.PDF, problem=f"the PDF has {len(data)} bytes, more than {MAX_BYTES}")
    try:
        return loaded(worker.ask(data))
    except worker.WorkerDied as error:
        return Document(Carrier.PDF, problem=f"the PDF cannot be read: {worker.FAILED}: {error}")
    except (ValueError, TypeError, LookupError):
        return Document(Carrier.PDF, problem="the PDF cannot be read: the process that read it gave no sound answer")
