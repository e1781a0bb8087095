"""The bytes of one file → Document. Never raises on bad bytes; ``Document.problem`` says why nothing was read."""

import shutil
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pkgutil import resolve_name

from pipelines.content.sniffing import sniff
from pipelines.extract.document import Document
from pipelines.extract.source_file import SourceFile
from schemas.carriers import CarrierEntry

Extractor = Callable[[SourceFile], Document]


def extract(
    data: bytes, *, url: str | None = None, content_type: str | None = None, name: str | None = None
) -> Document:
    """Read one file into blocks of text and grids of cells.

    Args:
        data: the bytes of a page, text file, or document.
        url: where it was fetched; relative attachment addresses are resolved against it.
        content_type: the HTTP header; only its charset counts, and its type where the bytes leave the kind open.
        name: a file name, used where the bytes leave the kind open.

    Returns:
        A Document; ``problem`` is set, in plain English, when the file could not be read or not in full.
    """
    entry = sniff(data, content_type, name or (url or "").partition("?")[0])
    extractor = extractor_of(entry)
    if extractor is None:
        return Document(entry.carrier, problem=entry.unread)
    return extractor(SourceFile(data, url, content_type, name))


@cache
def extractor_of(entry: CarrierEntry) -> Extractor | None:
    """The extractor of an entry, imported when first needed; None when it has none, or what it needs is not installed."""
    if entry.extractor is None or not _has_what_it_needs(entry):
        return None
    extractor: Extractor = resolve_name(entry.extractor)
    return extractor


def _has_what_it_needs(entry: CarrierEntry) -> bool:
    if entry.needs is None:
        return True
    has_module = entry.needs.module is None or find_spec(entry.needs.module) is not None
    return has_module and (entry.needs.program is None or shutil.which(entry.needs.program) is not None)
