"""Fields of Word: of their code nothing is printed, of some no result, and of some what Word works out when the page is shown."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipelines.extract.docx.names import OFF, W

_MARK = f"{W}fldChar"
_KIND = f"{W}fldCharType"
_CODE = f"{W}instrText"

_DRAWN = ("EQ", "SYMBOL", "ADVANCE", "BARCODE", "DISPLAYBARCODE", "MERGEBARCODE")
_WORKED_OUT = (
    "PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "DATE", "TIME", "PRINTDATE", "SAVEDATE", "CREATEDATE", "EDITTIME",
    "LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "FILESIZE", "NUMCHARS", "NUMWORDS", "REVNUM",
)  # fmt: skip
"""Fields whose result is drawn, or worked out anew whenever the file is opened."""
_SILENT = ("XE", "TC", "TA", "RD", "PRIVATE", "SET", "ASK")
"""Fields that print nothing, whatever result the file holds."""


@dataclass
class _Field:
    """A field that has begun and not ended."""

    code: str = ""
    in_result: bool = False
    has_printed: bool = False
    is_out_of_date: bool = False


def _name_of(code: str) -> str:
    """``REF`` of `` REF total \\h ``; ``=`` of a formula."""
    words = code.split()
    return "=" if words and words[0].startswith("=") else words[0].upper() if words else ""


def is_stale(element: Element) -> bool:
    """Whether the beginning of a field says that its result is out of date: Word works it out anew."""
    return element.get(f"{W}dirty", "0") not in OFF


def shows_another_text(code: str) -> bool:
    """Whether a field shows something else than the result that the file holds."""
    return _name_of(code) in (*_DRAWN, *_WORKED_OUT)


def prints_nothing(code: str) -> bool:
    """Whether a field is there for an index, a list or a macro, and not for the reader."""
    return _name_of(code) in _SILENT


class Fields:
    """Follows the fields of a paragraph, element by element.

    Attributes:
        shows_no_text: The element taken last ended a field that shows something else than text of the file: one that has a code
            and no result (an encircled figure, a symbol), an equation, the number of the page. Or it belongs to a field that
            began in another paragraph.
    """

    def __init__(self) -> None:
        self.shows_no_text = False
        self._open: list[_Field] = []

    @property
    def is_open(self) -> bool:
        """A field has not ended yet: it goes on in another paragraph."""
        return bool(self._open)

    def take(self, element: Element) -> bool:
        """Whether an element that holds no others belongs to the code of a field, or to a result that is not printed."""
        self.shows_no_text = False
        if element.tag == _MARK:
            self._take_mark(element)
            return element.get(_KIND) != "begin"
        if element.tag == _CODE:
            if self._open and not self._open[-1].in_result:
                self._open[-1].code += element.text or " "
            return True
        return any(not field.in_result or prints_nothing(field.code) for field in self._open)

    def print(self) -> None:
        """Note that something of the file was printed."""
        for field in self._open:
            field.has_printed |= field.in_result

    def _take_mark(self, mark: Element) -> None:
        kind = mark.get(_KIND)
        if kind == "begin":
            self._open.append(_Field(is_out_of_date=is_stale(mark)))
        elif not self._open:
            self.shows_no_text = True
        elif kind == "separate":
            self._open[-1].in_result = True
        elif kind == "end":
            field = self._open.pop()
            self.shows_no_text = self._is_drawn(field) and not any(prints_nothing(outer.code) for outer in self._open)

    def _is_drawn(self, field: _Field) -> bool:
        if prints_nothing(field.code):
            return False
        inside_code = any(not outer.in_result for outer in self._open)
        without_result = bool(field.code.strip()) and not field.has_printed
        return not inside_code and (field.is_out_of_date or without_result or shows_another_text(field.code))
