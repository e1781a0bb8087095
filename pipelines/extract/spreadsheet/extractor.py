"""A workbook → Document: what its visible sheets show, cell by cell."""

import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

import xlrd
from xlrd.compdoc import CompDocError

from pipelines.extract.document import Block, Document
from pipelines.extract.spreadsheet.sheet_blocks import blocks_of
from pipelines.extract.spreadsheet.xls import read_xls
from pipelines.extract.spreadsheet.xlsx import read_xlsx
from schemas.vocabulary import Carrier

# What the two libraries raise on broken files: they promise no error type of their own.
_MALFORMED = (
    xlrd.XLRDError,
    CompDocError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    MemoryError,
)


def extract_spreadsheet(data: bytes) -> Document:
    """Read an Excel workbook, old or new. Never raises: a broken or hostile one has a ``problem``."""
    kind, read = ("xlsx", read_xlsx) if data.startswith(b"PK") else ("xls", read_xls)
    try:
        sheets, properties = read(data)
        blocks: tuple[Block, ...] = tuple(block for sheet in sheets for block in blocks_of(sheet))
    except _MALFORMED as error:
        return Document(
            Carrier.SPREADSHEET, problem=f"Excel workbook ({kind}) not read: {error or type(error).__name__}"
        )
    problem = None if blocks else f"the Excel workbook ({kind}) prints nothing"
    return Document(Carrier.SPREADSHEET, blocks, properties.get("title") or None, properties, problem=problem)
