"""The documents that hang on a page or stand in a package: which of them are reports, and of how many organs and years."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from pipelines.content.report_titles import ReportTitle, agree, parse_title
from pipelines.extract.document import Document
from pipelines.extract.extract import extract
from pipelines.read.document_reading import Reading, with_others
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.numbers import whole_number
from schemas.rules import finding
from schemas.vocabulary import TableName

_Read = Callable[[Document], Reading]
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")


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
        name: Of the file.
    """

    document: Document
    data: bytes
    url: str
    others: tuple[Reading, ...] = ()
    is_named: bool = True
    name: str = ""


def attached_documents(
    document: Document, attachments: Sequence[AttachedFile], named: str | None, url: str, read: _Read
) -> Iterator[AttachedDocument]:
    """Documents of the files in the package and of the attachments, in order.

    Where they are reports of several organs or years, only the one that ``named`` names is given, else the first, with the
    others behind it.
    """
    for item in _documents(document, attachments, named, url, read):
        yield replace(item, is_named=item.is_named and not _is_of_another_year(item.name, named))


def _documents(
    document: Document, attachments: Sequence[AttachedFile], named: str | None, url: str, read: _Read
) -> Iterator[AttachedDocument]:
    if document.files:
        yield from _of_one_report(_unpacked(document, url), named, read)
    if _names_disagree(attachments):
        everything = [item for file in attachments for item in _opened(file)]
        yield from _of_one_report(everything, named, read)
        return
    for file in attachments:
        documents = _opened(file)
        yield from _of_one_report(documents, named, read) if len(documents) > 1 else documents


def _is_of_another_year(name: str, named: str | None) -> bool:
    """Does the name of a file print a year, and not the one of the report that the page is about?"""
    title = parse_title(named) if named else None
    years = {int(year) for year in _YEAR.findall(name)}
    return title is not None and title.year is not None and bool(years) and title.year not in years


class Attached(NamedTuple):
    """A report that hangs on a page, read.

    Attributes:
        is_own: It may be the report that the page is about.
        is_sure: It says so itself: it prints the organ or the year.
    """

    reading: Reading
    is_own: bool = True
    is_sure: bool = True


def is_of(reading: Reading, titles: Sequence[str | None]) -> bool:
    """Whether a report may be the one that the page and the link to it name: neither prints another organ or year."""
    own = ReportTitle("", reading.agency_name, reading.report_year)
    named = (parse_title(title) for title in titles if title)
    return all(agree(own, title) for title in named if title is not None)


def name_one_report(titles: Sequence[str | None]) -> bool:
    """Whether one of the titles prints an organ or a year. A page 政府信息公开年报 may offer the reports of all years."""
    named = (parse_title(title) for title in titles if title)
    return any(title.agency or title.year for title in named if title is not None)


def one_of(found: Sequence[Attached], titles: Sequence[str | None], page: Reading) -> Reading:
    """Of the reports that hang on a page the one that it names, with the others behind it; the first where it names none.

    Where several may be it and differ, the page is left without any.
    """
    own = [item.reading for item in found if item.is_own]
    sure = [item.reading for item in found if item.is_own and item.is_sure]
    rivals = [other for other in sure if _whose(other) == _whose(sure[0])] or own
    if any(_differ(rivals[0], other) for other in rivals[1:]):
        page.findings.append(finding("attachments_differ", words={"text": str(len(rivals))}))
        return page
    chosen = next(iter((*sure, *own, found[0].reading)))
    chosen.published_date = page.published_date or chosen.published_date
    others: dict[tuple[str | None, int | None], Reading] = {}
    for reading in (item.reading for item in found if not item.is_own or item.is_sure):
        others.setdefault(_whose(reading), reading)
    others.pop(_whose(chosen), None)
    if chosen not in own:
        named = "; ".join(title for title in titles if title)
        words = {"text": named, "other": chosen.title or chosen.agency_name or ""}
        chosen.findings.append(finding("attachment_of_another_report", words=words))
    return with_others(chosen, list(others.values()))


def _whose(reading: Reading) -> tuple[str | None, int | None]:
    return reading.agency_name, reading.report_year


def _differ(one: Reading, other: Reading) -> bool:
    """Do two readings print different numbers in one cell? Spaces and units come and go with the format."""
    numbers, others = (
        {(table.table, cell.keys): whole_number(cell.raw_text) for table in reading.tables for cell in table.cells}
        for reading in (one, other)
    )
    return any(None is not numbers[cell] != others[cell] is not None for cell in numbers.keys() & others.keys())


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
    return (
        _unpacked(document, file.url)
        if document.files
        else [AttachedDocument(document, file.data, file.url, name=file.name)]
    )


def _unpacked(package: Document, url: str) -> list[AttachedDocument]:
    """The documents in a package. What type a file is may be known by its name only."""
    return [
        AttachedDocument(
            _titled(extract(file.data, name=file.name), file.name), file.data, f"{url}#{file.name}", name=file.name
        )
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
            reports.setdefault(_whose(reading), (item, reading))
    if len(reports) < 2:
        return documents
    fitting = [key for key in reports if named and (key[0] or "\0") in named and str(key[1]) in named]
    chosen = fitting[0] if len(fitting) == 1 else next(iter(reports))
    others = tuple(reading for key, (_, reading) in reports.items() if key != chosen)
    return [replace(reports[chosen][0], others=others, is_named=chosen in fitting)]
