"""Marks around the objects of a page: layers that may be switched off, and texts that stand in for what is painted."""

from pipelines.extract.pdf.engine import pdfium

_OC = "OC".encode("utf-16-le")


class Layers:
    """Reads marks. One mark serves many objects, as those of a paragraph, so plain ones are remembered."""

    def __init__(self) -> None:
        self._plain: set[int] = set()

    def hold(self, handle: int) -> bool:
        """Is the object on a layer that may be switched off?

        Takes replacement texts off it: what they say is not what is painted.
        """
        is_layered = False
        for index in reversed(range(max(0, pdfium.object_marks(handle)))):
            mark = pdfium.object_mark(handle, index)
            if not mark or mark in self._plain:
                continue
            if pdfium.mark_value_type(mark, b"ActualText"):
                pdfium.remove_mark(handle, mark)
            elif _is_layer(mark):
                is_layered = True
            else:
                self._plain.add(mark)
        return is_layered


def _is_layer(mark: int) -> bool:
    says_which = pdfium.mark_value_type(mark, b"Type") or pdfium.mark_value_type(mark, b"OCGs")
    return bool(says_which) and pdfium.mark_is(mark, _OC)
