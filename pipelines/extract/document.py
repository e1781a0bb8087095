"""The common shape of every carrier: a sequence of lines, grids and pictures, each with its place in the source.

A Document says what is printed and where. It knows no form and no label: that is ``pipelines.read``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.extract.picture.result import CellText

FAULT = "a fault of gongkai"
"""Begins the problem of a file or picture that gongkai failed on, please to be reported; no test may meet it."""
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a cell for something that is shown and is no plain text: no reader takes it for a number, or the cell for blank."""


class Cell(NamedTuple):
    """One printed table cell.

    ``text`` is as printed: inline runs joined without a separator, ``<br>`` and paragraph ends inside the cell as
    ``"\\n"``, entities decoded, ends stripped of ASCII whitespace only inside each line. An empty cell is ``""``: nothing
    is shown in it. What is shown and is no text (a picture, a formula, a figure that a style moves) is ``"\\ufffc"``.
    Spans are as declared, at least 1, capped (a page may claim ``colspan=100000``).
    """

    text: str
    colspan: int
    rowspan: int
    evidence: str  # "html:table[2]/tr[5]/td[3]", "pdf:page[3]/table[1]/row[7]/cell[4]", "docx:table[1]/row[2]/cell[1]"


class Line(NamedTuple):
    """One paragraph, or one line of flattened text. Never empty unless ``text`` holds only pipes.

    ``linked``: the page makes it a link to another page about annual reports.
    """

    text: str
    evidence: str  # "html:p[12]", "text:line 61", "pdf:page[1]/line[4]", "docx:p[3]"
    linked: bool = False


class Grid(NamedTuple):
    """A table: rows of the cells that the source declares (a cell covered by a span is not repeated).

    ``continues``: a page break cut it from the table before it, so that its first row may be half of one. ``loose``: nothing
    declares its rows; they were told from distances, so that a wrapped number looks like a row of its own.
    """

    rows: tuple[tuple[Cell, ...], ...]
    evidence: str  # "html:table[2]"
    continues: bool = False
    loose: bool = False


class Picture(NamedTuple):
    """An image inside the content (not chrome): a table may hide in it. ``content``: its bytes, where the file holds them."""

    source: str
    evidence: str
    content: bytes | None = None


class PackedFile(NamedTuple):
    """A file within a package (zip): read as an attachment is."""

    name: str
    content_type: str | None
    data: bytes


Block = Line | Grid | Picture


@dataclass(frozen=True)
class Document:
    """What one file prints.

    ``carrier`` is a value of ``reports.carrier`` (``schemas.carriers``). ``problem`` is set when the file could not be
    extracted, in plain English.
    """

    carrier: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None  # <title>, or the document's own title property
    meta: dict[str, str] = field(default_factory=dict)  # meta tags, names lower-cased; pdf and docx properties
    problem: str | None = None
    hidden: tuple[Block, ...] = ()  # what the file holds and does not show until it is asked to: tabs that are not open
    files: tuple[PackedFile, ...] = ()  # of a package
    below: tuple[str, ...] = ()  # lines behind the report's container, for a date or a source that stands at the foot
    text_is_recognised: bool = (
        False  # a machine's guess under the picture of a page, which is not read as what is printed
    )
    recognised: Mapping[str, CellText] = field(default_factory=dict)
    """Of grids that stand in pictures: the readings of each cell, by its evidence."""
