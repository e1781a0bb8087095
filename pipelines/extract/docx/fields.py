"""Fields of Word: of their code nothing is printed, and of some nothing but what Word draws when the page is shown."""

from xml.etree.ElementTree import Element

from pipelines.extract.docx.run_properties import W

_MARK = f"{W}fldChar"
_KIND = f"{W}fldCharType"
_CODE = f"{W}instrText"
_IN_CODE = (_CODE, f"{W}t", f"{W}tab", f"{W}br")


_DRAWN = ("EQ", "SYMBOL")
_WORKED_OUT = (
    "PAGE",
    "NUMPAGES",
    "SECTIONPAGES",
    "DATE",
    "TIME",
    "PRINTDATE",
    "SAVEDATE",
    "CREATEDATE",
    "LISTNUM",
    "AUTONUM",
)
"""Fields whose result is drawn, or worked out anew whenever the file is opened."""


def shows_another_text(code: str) -> bool:
    """Whether a field shows something else than the result that the file holds."""
    name = code.split()[0].upper() if code.split() else ""
    return name in _DRAWN or name in _WORKED_OUT


class Fields:
    """Follows the fields of a paragraph, element by element.

    Attributes:
        shows_no_text: The element taken last ended a field that shows something else than text of the file: one that has a code
            and no result (an encircled figure, a symbol), an equation, the number of the page.
    """

    def __init__(self) -> None:
        self.shows_no_text = False
        self._open: list[bool] = []  # of each field that is not ended: whether its result has begun
        self._code = ""

    def take(self, element: Element) -> bool:
        """Whether the element belongs to the code of a field, and so is not printed itself."""
        self.shows_no_text = False
        kind = element.get(_KIND) if element.tag == _MARK else None
        if kind == "begin":
            self._open.append(False)
            self._code = ""
        elif kind == "separate" and self._open:
            self._open[-1] = True
        elif kind == "end" and self._open:
            has_result = self._open.pop()
            self.shows_no_text = (not has_result and bool(self._code)) or shows_another_text(self._code)
            return True
        if element.tag == _CODE:
            self._code += element.text or " "
        return element.tag in _IN_CODE and False in self._open
