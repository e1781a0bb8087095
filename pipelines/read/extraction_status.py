"""How much of a report was read, as one status."""

from collections.abc import Sequence

from pipelines.read.sections import Section
from pipelines.read.tables.values.cells import TableReading
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.numbers import kind
from schemas.vocabulary import Carrier, ExtractionStatus, TableName

_READ = ("number", "blank", "mark")
"""What a cell may print that is read; two figures of copies that differ are not."""
_SECTIONS_OF_A_REPORT = 3  # headings that make a text a report, of six
_SHORTEST_NARRATIVE = 300  # characters of the sections of a report that has a title and fewer headings
NO_REPORT = "no annual report found: neither its title and sections nor a statutory table"


def status_of(
    tables: Sequence[TableReading], sections: Sequence[Section], n_headings: int,
    *, title: str | None, carrier: str, problem: str | None, has_pictures: bool,
) -> ExtractionStatus:  # fmt: skip
    """How much was read.

    Args:
        tables: the tables that were read.
        sections: the sections of the text, with their text.
        n_headings: the number of section headings.
        title: the title of the report, None where no title of a report was found.
        carrier: the carrier of the document.
        problem: why the document could not be read as a whole.
        has_pictures: the document holds pictures, in which tables may be printed.
    """
    if problem and not tables:
        return ExtractionStatus.UNREADABLE
    found = {table.table: table for table in tables}
    statutory = [found[name] for name in STATUTORY if name in found]
    if statutory:
        return _completeness(statutory, tables) if len(statutory) == len(STATUTORY) else ExtractionStatus.PARTIAL
    if TableName.LEGACY_STATISTICS in found:
        return _completeness([found[TableName.LEGACY_STATISTICS]], tables)
    return _status_without_tables(
        is_outlined=n_headings >= _SECTIONS_OF_A_REPORT,
        has_title=bool(title),
        has_text=n_headings > 0 or sum(len(section.text) for section in sections) > _SHORTEST_NARRATIVE,
        is_fixed_layout=carrier in (Carrier.PDF, Carrier.IMAGE),
        has_pictures=has_pictures,
    )


def _completeness(wanted: Sequence[TableReading], tables: Sequence[TableReading]) -> ExtractionStatus:
    has_gaps = any(table.missing or table.unread for table in wanted)
    cells = [cell for table in tables for cell in table.cells]
    is_unread = any(
        cell.unreadable or not (cell.raw_text.isdecimal() or kind(cell.raw_text) in _READ) for cell in cells
    )
    return ExtractionStatus.PARTIAL if has_gaps or is_unread else ExtractionStatus.COMPLETE


def _status_without_tables(
    *, is_outlined: bool, has_title: bool, has_text: bool, is_fixed_layout: bool, has_pictures: bool
) -> ExtractionStatus:
    if has_pictures and (is_outlined or has_title):
        return ExtractionStatus.TABLES_ARE_IMAGES
    if is_outlined or (has_title and has_text):
        return ExtractionStatus.NARRATIVE_ONLY
    return ExtractionStatus.TABLES_ARE_IMAGES if is_fixed_layout and has_pictures else ExtractionStatus.UNREADABLE
