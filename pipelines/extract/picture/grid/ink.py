"""Ink in a cell: whether there is any, its lines, and what its marks look like. Nothing here recognises text.

A cell is blank only when nothing in it stands out from its paper in any colour: a digit that the engine misses is not blank.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from pipelines.extract.picture.result import Shape

_FAINTEST = 22  # levels of 255 that ink differs from paper, at least
_FAINT = 0.22  # of the contrast of the table's text
_PLAIN = 0.45
_SPECK = 0.24  # of the height of a character: marks that reach no further are dust
_POINT_BELOW = 0.6  # of the height of the line: a point begins below, and a sign ends above
_DASH_HEIGHT = 0.3  # of the height of the line
_PARTED = 1.1  # heights of the line: digits of one figure stand nearer to each other
_FLAT = 2.0  # times as wide as high
_THIN, _LEAN = 0.2, 0.14  # of a slanted line: width to length, and pixels sideways for each pixel up


class Ink(NamedTuple):
    """The plain ink of a cell as a mask, and the boxes of its lines as (x0, y0, x1, y1)."""

    mask: Any
    lines: list[tuple[int, int, int, int]]


def contrast_of(grey: Any) -> float:
    """How much darker than paper the text of a region is."""
    paper = float(np.median(grey))
    return max(40.0, float(np.percentile(np.abs(grey.astype(np.float32) - paper), 99)))


def is_blank(colour: Any, rules: Any, contrast: float, text_height: int) -> bool:
    """Is there nothing in a cell?

    Args:
        colour: its inside, (height, width, 3).
        rules: of the same size: where ruling lines reach into it.
        contrast: of the table's text.
        text_height: usual height of a character.
    """
    if colour.size == 0:
        return False
    paper = np.median(colour.reshape(-1, 3), axis=0)
    apart = np.abs(colour.astype(np.int16) - paper.astype(np.int16)).max(axis=2)
    mask = ((apart > max(_FAINTEST, _FAINT * contrast)) & (rules == 0)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    reach = np.maximum(stats[1:, 2], stats[1:, 3])
    return not bool(((reach >= max(3, _SPECK * text_height)) & (stats[1:, 4] >= 3)).any())


def ink_of_cell(grey: Any, rules: Any, contrast: float, text_height: int) -> Ink:
    """The marks of a cell that are dark enough to be text, without dust, and its lines from top to bottom."""
    paper = float(np.median(grey))
    apart = np.abs(grey.astype(np.float32) - paper)
    mask = ((apart > max(_FAINTEST, _PLAIN * contrast)) & (rules == 0)).astype(np.uint8)
    number, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    for label in range(1, number):
        x, y, width, height, area = stats[label]
        at_edge = x == 0 or y == 0 or x + width == mask.shape[1] or y + height == mask.shape[0]
        # Remains of a ruling line lie along the edge of the cell.
        if area < 2 or (at_edge and min(width, height) <= 2 and max(width, height) > 2 * text_height):
            mask[labels == label] = 0
    return Ink(mask, _lines(mask, text_height))


def _lines(mask: Any, text_height: int) -> list[tuple[int, int, int, int]]:
    filled = mask.any(axis=1)
    runs: list[list[int]] = []
    for y in np.flatnonzero(filled):
        if runs and y - runs[-1][1] <= 1:
            runs[-1][1] = int(y)
        else:
            runs.append([int(y), int(y)])
    # 二 and 三 are drawn in pieces, and so are the dots of 其: what is too low for a line belongs to its nearest neighbour.
    while len(runs) > 1:
        low = min(range(len(runs)), key=lambda i: runs[i][1] - runs[i][0])
        gaps = {i: _gap(runs[min(i, low)], runs[max(i, low)]) for i in (low - 1, low + 1) if 0 <= i < len(runs)}
        near = min(gaps, key=lambda i: gaps[i])
        if runs[low][1] - runs[low][0] + 1 >= 0.6 * text_height and gaps[near] > 0.08 * text_height:
            break
        if gaps[near] > 0.7 * text_height:
            if runs[low][1] - runs[low][0] + 1 >= 0.3 * text_height:
                break
            runs.pop(low)
            continue
        merged = [min(runs[low][0], runs[near][0]), max(runs[low][1], runs[near][1])]
        runs[min(low, near) : max(low, near) + 1] = [merged]
    boxes = []
    for top, bottom in runs:
        columns = np.flatnonzero(mask[top : bottom + 1].any(axis=0))
        boxes.append((int(columns[0]), top, int(columns[-1]) + 1, bottom + 1))
    return boxes


def _gap(upper: list[int], lower: list[int]) -> int:
    return lower[0] - upper[1] - 1


def shape_of(mask: Any, line: tuple[int, int, int, int], text_height: int) -> Shape:
    """What the marks of one line look like. Marks that share columns are one: small print breaks a digit into pieces."""
    x0, y0, x1, y1 = line
    inside = mask[y0:y1, x0:x1]
    height = y1 - y0
    points = dashes = 0
    marks = _runs(inside.any(axis=0))
    parted = any(after[0] - before[1] > _PARTED * height for before, after in pairwise(marks))
    for start, end in marks:
        rows = np.flatnonzero(inside[:, start:end].any(axis=1))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        if top >= _POINT_BELOW * height:
            points += 1
        elif (
            bottom - top <= _DASH_HEIGHT * height and end - start >= bottom - top and bottom < _POINT_BELOW * height + 1
        ):
            dashes += 1
    flat = (x1 - x0) >= _FLAT * height and height <= 0.4 * text_height
    return Shape(points, dashes, flat, height >= 0.5 * text_height and _is_slanted_line(inside), parted)


def _runs(filled: Any) -> list[tuple[int, int]]:
    """Half-open ranges of neighbouring columns with ink."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _is_slanted_line(mark: Any) -> bool:
    """Does all ink lie along one straight line that leans?"""
    ys, xs = np.nonzero(mark)
    if len(xs) < 4:
        return False
    spread = np.cov(np.stack([xs, ys]).astype(np.float64))
    lengths, axes = np.linalg.eigh(spread)
    along = axes[:, 1]
    lean = abs(float(along[0])) / max(1e-6, abs(float(along[1])))
    return bool(lengths[0] <= _THIN**2 * lengths[1]) and lean >= _LEAN
