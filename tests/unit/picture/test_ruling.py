"""The grid of a table: found under seals and beside dense print, without strokes of characters."""

from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="text recognition is not installed (pip install 'gongkai[ocr]')")
cv2 = pytest.importorskip("cv2", reason="text recognition is not installed (pip install 'gongkai[ocr]')")

from pipelines.extract.picture.grid.pixels import PictureRefusedError, from_array  # noqa: E402
from pipelines.extract.picture.grid.ruling import find_rules, find_tables, share_closed  # noqa: E402
from pipelines.extract.picture.grid.straighten import straightened  # noqa: E402
from pipelines.extract.picture.recognise import ruled  # noqa: E402

MARGIN = 3
COLUMNS, ROWS = (40, 160, 240, 320, 400), (40, 64, 88, 112, 136, 160)
PALE, FAINT = 153, 221


def drawn(level: int = 0) -> Any:
    """A table of five rows and four columns with marks the size of characters in its cells."""
    picture = np.full((220, 460, 3), 255, np.uint8)
    for x in COLUMNS:
        cv2.line(picture, (x, ROWS[0]), (x, ROWS[-1]), (level,) * 3)
    for y in ROWS:
        cv2.line(picture, (COLUMNS[0], y), (COLUMNS[-1], y), (level,) * 3)
    for x in COLUMNS[:-1]:
        for y in ROWS[:-1]:
            cv2.rectangle(picture, (x + 6, y + 6), (x + 13, y + 17), (0, 0, 0))
    return picture


def shape(picture: Any) -> list[tuple[int, int, int]]:
    tables = find_tables(find_rules(from_array(picture), MARGIN))
    return [(len(table.ys) - 1, len(table.xs) - 1, len(table.cells)) for table in tables]


@pytest.mark.parametrize("level", [0, PALE], ids=["black", "pale"])
def test_a_plain_grid(level: int) -> None:
    assert shape(drawn(level)) == [(5, 4, 20)]


def test_faint_lines_beside_dense_print_are_found_where_the_grid_is_not_complete_without_them() -> None:
    picture = drawn(FAINT)
    for x in COLUMNS[:-1]:
        for y in ROWS[:-1]:
            for left in range(x + 6, x + 66, 8):
                cv2.rectangle(picture, (left, y + 6), (left + 6, y + 18), (0, 0, 0))
    pixels = from_array(picture)
    assert share_closed(find_tables(find_rules(pixels, MARGIN))) < 0.98
    _, tables = ruled(pixels)
    assert [(len(table.ys) - 1, len(table.xs) - 1, len(table.cells)) for table in tables] == [(5, 4, 20)]
    assert share_closed(tables) == 1.0


def test_a_row_of_strokes_is_no_line() -> None:
    picture = drawn()
    cv2.line(picture, (46, 80), (100, 80), (0, 0, 0))  # 三三三 in small print
    cv2.line(picture, (168, 104), (220, 104), (0, 0, 0))
    assert shape(picture) == [(5, 4, 20)]


def test_a_seal_over_the_grid_takes_no_line_away() -> None:
    picture = drawn()
    cv2.circle(picture, (240, 112), 36, (30, 30, 220), 3)
    assert shape(picture) == [(5, 4, 20)]


def test_a_seal_does_not_tie_two_tables_together() -> None:
    picture = np.vstack([drawn(), drawn()])
    cv2.circle(picture, (330, 210), 70, (30, 30, 220), 5)
    assert shape(picture) == [(5, 4, 20), (5, 4, 20)]


def test_the_inside_of_a_cell_follows_a_line_that_wavers() -> None:
    picture = drawn()
    picture[ROWS[3] + 1 : ROWS[4], COLUMNS[2]] = 255
    cv2.line(picture, (COLUMNS[2] + 3, ROWS[3]), (COLUMNS[2] + 3, ROWS[4]), (0, 0, 0))
    (table,) = find_tables(find_rules(from_array(picture), MARGIN))
    boxes = {(cell.row, cell.column): box for cell, box in zip(table.cells, table.boxes, strict=True)}
    assert boxes[3, 2].x0 == boxes[2, 2].x0 + 3
    assert boxes[3, 1].x1 == boxes[2, 1].x1 + 3


@pytest.mark.parametrize("degrees", [-8.0, -1.3, 0.4, 5.0])
def test_a_picture_that_lies_askew_is_turned(degrees: float) -> None:
    picture = drawn()
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9)
    askew = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    upright = straightened(from_array(askew))
    assert shape(upright.colour) == [(5, 4, 20)]


def test_paper_photographed_at_an_angle_is_refused() -> None:
    picture = cv2.resize(drawn(), None, fx=2, fy=2, interpolation=cv2.INTER_AREA)
    height, width = picture.shape[:2]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    leaning = np.float32([[120, 30], [width - 40, 0], [width, height], [0, height - 60]])
    matrix = cv2.getPerspectiveTransform(corners, leaning)
    with pytest.raises(PictureRefusedError, match="angle"):
        straightened(from_array(cv2.warpPerspective(picture, matrix, (width, height), borderValue=(255, 255, 255))))
