"""The documents that hang on a page or stand in a package: which of them are reports, and of how many organs and years."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pipelines.content.report_titles import ReportTitle, agree, parse_title
from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.read.document_reading import Reading
from pipelines.read.tables.values.missing_cells import STATUTORY
from schemas.vocabulary import TableName

_Read = Callable[[Document], Reading]


class AttachedFile(Protocol):
    """An attachment of a report page, with its bytes."""

    @property
    def url(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True)
class AttachedDocument:
    """A document, the bytes of its file, and its address; a file in a package is a fragment of the package's.

    Attributes:
        others: Reports of other organs or years that came with it, read.
        is_named: It may be the report that the page is about.
    """

    document: Document
    data: bytes
    url: str
    others: tuple[Reading, ...] = ()
    is_named: bool = True


def attached_documents(
    document: Document, attachments: Sequence[AttachedFile], named: str | None, url: str, read: _Read
) -> Iterator[AttachedDocument]:
    """Documents of the files in the package and of the attachments, in order.

    Where they are reports of several organs or years, only the one that ``named`` names is given, else the first, with the
    others behind it.
    """
    if document.files:
        yield from _of_one_report(_unpacked(document, url), named, read)
    if _names_disagree(attachments):
        everything = [item for file in attachments for item in _opened(file)]
        yield from _of_one_report(everything, named, read)
        return
    for file in attachments:
        documents = _opened(file)
        yield from _of_one_report(documents, named, read) if len(documents) > 1 else documents


def holds_tables(reading: Reading) -> bool:
    """Whether a statutory table, or an annex, was found."""
    return any(table.table in (*STATUTORY, TableName.LEGACY_STATISTICS) for table in reading.tables)


def _names_disagree(attachments: Sequence[AttachedFile]) -> bool:
    """Do the files go by titles of several reports? Usually they are one report in several formats."""
    titles = [title for file in attachments if (title := _title_of(file.name))]
    return not all(agree(titles[0], title) for title in titles)


def _title_of(name: str) -> ReportTitle | None:
    return parse_title(name.rpartition("/")[2].rpartition(".")[0] or name)


def _opened(file: AttachedFile) -> list[AttachedDocument]:
    document = extract(file.data, content_type=file.content_type, name=file.name)
    return _unpacked(document, file.url) if document.files else [AttachedDocument(document, file.data, file.url)]


def _unpacked(package: Document, url: str) -> list[AttachedDocument]:
    """The documents in a package. What type a file is may be known by its name only."""
    return [
        AttachedDocument(_titled(extract(file.data, name=file.name), file.name), file.data, f"{url}#{file.name}")
        for file in package.files
    ]


def _titled(document: Document, name: str) -> Document:
    stem = name.rpartition("/")[2].rpartition(".")[0]
    return document if document.title else replace(document, title=stem)


def _of_one_report(documents: list[AttachedDocument], named: str | None, read: _Read) -> list[AttachedDocument]:
    """The documents themselves where they are of one report. Of reports of several agencies or years, one with the others."""
    reports: dict[tuple[str | None, int | None], tuple[AttachedDocument, Reading]] = {}
    for item in documents:
        reading = read(item.document)
        if holds_tables(reading):
            reading.document_url = item.url
            reports.setdefault((reading.agency_name, reading.report_year), (item, reading))
    if len(reports) < 2:
        return documents
    fitting = [key for key in reports if named and (key[0] or "\0") in named and str(key[1]) in named]
    chosen = fitting[0] if len(fitting) == 1 else next(iter(reports))
    others = tuple(reading for key, (_, reading) in reports.items() if key != chosen)
    return [replace(reports[chosen][0], others=others, is_named=chosen in fitting)]
