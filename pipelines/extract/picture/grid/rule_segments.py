"""Tells ruling lines from strokes of characters: a ruling line ends at other ruling lines, or is long.

In small print a row of characters holds runs of ink that are as long as a narrow cell. Taken for lines they would split rows
and columns, and tie a heading to the table below it.
"""

from typing import Any

import cv2
import numpy as np

_LONG, _TALL = 12, 7  # heights of a character: no stroke is as long
_REACH = 4  # pixels between the end of a line and the line it ends at: a pale one fades beside a dark one
_GAP = 2  # half of the pixels that may lie between two pieces of one line
_LEVEL = 2.0  # pixels that pieces of one line differ from each other
_ROUNDS = 2  # what a stroke seemed to end at may be a stroke itself


def without_strokes(horizontal: Any, vertical: Any, text_height: int, margin: int) -> tuple[Any, Any]:
    """Masks of horizontal and vertical lines without the strokes of characters.

    Args:
        horizontal: mask of what may be horizontal lines.
        vertical: of vertical ones.
        text_height: usual height of a character.
        margin: pixels from the edge of the picture at which a line may end, because the picture ends there.
    """
    for _ in range(_ROUNDS):
        horizontal = _anchored(horizontal, vertical, _LONG * text_height, margin)
        vertical = _anchored(vertical.T, horizontal.T, _TALL * text_height, margin).T
    return np.ascontiguousarray(horizontal), np.ascontiguousarray(vertical)


def under_seals(ink: Any, coloured: Any, shortest: int) -> Any:
    """Mask of horizontal lines that coloured ink crosses, with their stretches under it.

    Args:
        ink: mask of the ink.
        coloured: where ink of a colour stands.
        shortest: pixels of a whole line; of its pieces beside the colour half of that.
    """
    if not coloured.any():
        return np.zeros_like(ink)
    covered = cv2.dilate(coloured.astype(np.uint8), np.ones((7, 7), np.uint8)) * 255
    pieces = cv2.morphologyEx(np.ascontiguousarray(ink), cv2.MORPH_OPEN, np.ones((1, shortest // 2), np.uint8))
    across = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, np.ones((1, 2 * shortest), np.uint8))
    lines = cv2.morphologyEx(
        cv2.bitwise_or(pieces, cv2.bitwise_and(across, covered)), cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8)
    )
    return cv2.bitwise_and(lines, cv2.dilate(covered, np.ones((1, 4 * shortest), np.uint8)))


def _anchored(mask: Any, crossing: Any, long: int, margin: int) -> Any:
    """Of horizontal pieces those that are long, or end at crossing lines on both sides, or go on such a piece."""
    side = 2 * _REACH + 1
    near = cv2.dilate(np.ascontiguousarray(crossing), np.ones((side, side), np.uint8)) > 0
    near[:, :margin] = near[:, -margin:] = True
    # A line that is not quite straight comes in pieces, each a pixel beside the last.
    joined = cv2.dilate(np.ascontiguousarray(mask), np.ones((1, 2 * _GAP + 1), np.uint8))
    number, labels, stats, middles = cv2.connectedComponentsWithStats(joined, connectivity=8)
    ends = np.zeros(number, np.int8)
    for label in range(1, number):
        x, y, width, height, _ = stats[label]
        x, width = x + _GAP, max(1, width - 2 * _GAP)
        ends[label] = near[y : y + height, x].any() + int(near[y : y + height, x + width - 1].any())
    kept = (stats[:, 2] >= long) | (ends == 2)
    kept[0] = False
    levels = np.sort(middles[kept][:, 1])
    for piece in np.flatnonzero(~kept & (ends == 1)):  # a seal or dirt has cut the line
        at = int(np.searchsorted(levels, middles[piece][1]))
        kept[piece] = any(abs(level - middles[piece][1]) <= _LEVEL for level in levels[max(0, at - 1) : at + 1])
    kept[0] = False
    return np.where(kept[labels], mask, 0).astype(np.uint8)
