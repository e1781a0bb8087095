"""A zip file → a Document that prints nothing itself and passes on the files in it, those named like a report first."""

from pipelines.content.report_titles import names_a_report
from pipelines.content.sniffing import sniff
from pipelines.extract.archive_file.members import unpack
from pipelines.extract.document import Document, PackedFile
from pipelines.extract.source_file import SourceFile
from schemas.carriers import by_extension


def zip_file(file: SourceFile) -> Document:
    """Unpack; files that no extractor can read stay outside."""
    unpacked = unpack(file.data)
    files = tuple(sorted((f for f in unpacked.members if _can_be_read(f)), key=_order))
    problem = unpacked.problem or (None if files else "the zip file holds no document that can be read")
    return Document("flat_text", files=files, problem=problem)


def _can_be_read(file: PackedFile) -> bool:
    """A document, or a page, text or picture that is called so: the parts of a damaged docx are none."""
    entry = sniff(file.data, None, file.name)
    is_called_so = by_extension(file.name.rpartition(".")[2]) is entry
    return entry.extractor is not None and (entry.is_document or is_called_so)


def _order(file: PackedFile) -> tuple[bool, int]:
    stem = file.name.rpartition("/")[2].rpartition(".")[0]
    return not names_a_report(stem), sniff(file.data, None, file.name).rank
