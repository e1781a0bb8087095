"""A workbook → Document: what its visible sheets show, cell by cell."""

import struct
import zipfile
import zlib
from collections.abc import Callable

import xlrd
from xlrd.compdoc import CompDocError

from pipelines.extract.document import Block, Document
from pipelines.extract.source_file import SourceFile
from pipelines.extract.spreadsheet.sheet_blocks import Sheet, blocks_of
from pipelines.extract.spreadsheet.xls import read_xls
from pipelines.extract.spreadsheet.xlsx import read_xlsx
from pipelines.extract.spreadsheet.xml_2003 import read_xml_2003
from schemas.carriers import carrier as entry

# What the two libraries raise on broken files: they promise no error type of their own.
_MALFORMED = (
    xlrd.XLRDError,
    CompDocError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    SyntaxError,  # ParseError, and that of lxml, which openpyxl prefers where it is installed
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    RecursionError,
    NotImplementedError,
    MemoryError,
)


def xlsx(file: SourceFile) -> Document:
    """An Excel workbook of today."""
    return _extract("xlsx", read_xlsx, file.data)


def xls(file: SourceFile) -> Document:
    """An Excel 97-2003 workbook."""
    return _extract("xls", read_xls, file.data)


def xml_2003(file: SourceFile) -> Document:
    """An Excel workbook in the XML of Excel 2003."""
    return _extract("xls_xml", read_xml_2003, file.data)


def _extract(kind: str, read: Callable[[bytes], tuple[list[Sheet], dict[str, str]]], data: bytes) -> Document:
    """Never raises: a broken or hostile workbook has a ``problem``."""
    try:
        sheets, properties = read(data)
        blocks: tuple[Block, ...] = tuple(block for sheet in sheets for block in blocks_of(sheet))
    except _MALFORMED as error:
        return Document(entry(kind).carrier, problem=f"{entry(kind).label}: not read: {error or type(error).__name__}")
    problem = None if blocks else f"{entry(kind).label}: it prints nothing"
    return Document(entry(kind).carrier, blocks, properties.get("title") or None, properties, problem=problem)
