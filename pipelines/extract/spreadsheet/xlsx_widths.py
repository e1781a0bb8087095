"""How wide the columns of a sheet are, in digits: a number that does not fit is shown as ``###``."""

from typing import Any

from openpyxl.utils import column_index_from_string

_USUAL_WIDTH = 9.14  # of a column that says nothing, with the space beside its text
_USUAL_TYPE = 11.0


class Room:
    """How many digits fit into the cells of one sheet. Widths are those of digits in the type of the workbook's first font."""

    def __init__(self, source: Any) -> None:
        fonts = source.parent._fonts
        self._type = (fonts[0].sz if len(fonts) else None) or _USUAL_TYPE
        usual = source.sheet_format.defaultColWidth
        self._usual = _USUAL_WIDTH if usual is None else usual
        self._widths = [
            (column.min or at, column.max or at, column.width)
            for letters, column in source.column_dimensions.items()
            if column.width is not None and (at := column_index_from_string(letters))
        ]
        self._reach = {(area.min_row, area.min_col): area.max_col for area in source.merged_cells.ranges}

    def of(self, cell: Any) -> float | None:
        """Digits that fit; None where type is made smaller, or turned."""
        alignment = cell.alignment
        if alignment.shrink_to_fit or alignment.text_rotation:
            return None
        last = min(self._reach.get((cell.row, cell.column), cell.column), cell.column + 100)
        width = sum(self._width(column) for column in range(cell.column, last + 1))
        return width * self._type / ((cell.font and cell.font.sz) or self._type)

    def _width(self, column: int) -> float:
        return next((width for first, last, width in self._widths if first <= column <= last), self._usual)
