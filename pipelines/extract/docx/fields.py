"""Fields of Word: of their code nothing is printed, and of some nothing but what Word draws when the page is shown."""

from xml.etree.ElementTree import Element

from pipelines.extract.docx.run_properties import W

_MARK = f"{W}fldChar"
_KIND = f"{W}fldCharType"
_CODE = f"{W}instrText"
_IN_CODE = (_CODE, f"{W}t", f"{W}tab", f"{W}br")


class Fields:
    """Follows the fields of a paragraph, element by element.

    Attributes:
        shows_no_text: The element taken last ended a field that has a code and no result: an encircled figure, a symbol.
    """

    def __init__(self) -> None:
        self.shows_no_text = False
        self._open: list[bool] = []  # of each field that is not ended: whether its result has begun
        self._has_code = False

    def take(self, element: Element) -> bool:
        """Whether the element belongs to the code of a field, and so is not printed itself."""
        self.shows_no_text = False
        kind = element.get(_KIND) if element.tag == _MARK else None
        if kind == "begin":
            self._open.append(False)
            self._has_code = False
        elif kind == "separate" and self._open:
            self._open[-1] = True
        elif kind == "end" and self._open:
            self.shows_no_text = not self._open.pop() and self._has_code
            return True
        if element.tag == _CODE:
            self._has_code = True
        return element.tag in _IN_CODE and False in self._open
