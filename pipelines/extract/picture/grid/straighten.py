"""A picture that lies askew is turned upright by its ruling lines. Paper photographed at an angle is refused: its lines do not
run parallel, so that no turn makes a grid of them."""

from typing import Any

import cv2
import numpy as np

from pipelines.extract.picture.grid.pixels import PictureRefusedError, Pixels

_STEEPEST = 12.0  # degrees that a picture may lie askew
_UPRIGHT = 0.06  # degrees: less is not corrected
_FLAT = 1.5  # degrees by which all but a fifth of the lines may differ
_SHORTEST = 40  # pixels of a line whose angle counts: longer than strokes of characters


def straightened(pixels: Pixels) -> Pixels:
    """The picture upright; itself where its lines say that it is, or say nothing.

    Raises:
        PictureRefusedError: the lines do not run parallel.
    """
    angles, weights = _lines(pixels.grey)
    if len(angles) < 4:
        return pixels
    askew = _weighted_quantile(angles, weights, 0.5)
    if _weighted_quantile(np.abs(angles - askew), weights, 0.8) > _FLAT:
        raise PictureRefusedError("its ruling lines do not run parallel: paper photographed at an angle is not read")
    if abs(askew) < _UPRIGHT:
        return pixels
    return _turned(pixels, askew)


def _lines(grey: Any) -> tuple[Any, Any]:
    """Angles against the horizontal, in degrees, of the long lines of a picture, and their lengths."""
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    if found is None:
        return np.array([]), np.array([])
    x0, y0, x1, y1 = np.asarray(found, dtype=np.float64).reshape(-1, 4).T
    length = np.hypot(x1 - x0, y1 - y0)
    angle = (np.degrees(np.arctan2(y1 - y0, x1 - x0)) + 90) % 180 - 90  # a line has no direction
    is_long = length >= max(_SHORTEST, grey.shape[1] // 25)
    level = is_long & (np.abs(angle) <= _STEEPEST)
    upright = is_long & (np.abs(angle) >= 90 - _STEEPEST)
    turned = np.where(angle > 0, angle - 90, angle + 90)
    return np.concatenate([angle[level], turned[upright]]), np.concatenate([length[level], length[upright]])


def _weighted_quantile(values: Any, weights: Any, share: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] * share)])


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = int(height * sin + width * cos) + 1, int(height * cos + width * sin) + 1
    matrix[0, 2] += new_width / 2 - width / 2
    matrix[1, 2] += new_height / 2 - height / 2
    return _warped(pixels, lambda array, paper, how: cv2.warpAffine(
        array, matrix, (new_width, new_height), flags=how, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    ))  # fmt: skip


def _warped(pixels: Pixels, warp: Any) -> Pixels:
    paper = tuple(float(v) for v in np.percentile(pixels.colour.reshape(-1, 3), 90, axis=0))
    coloured = warp(pixels.coloured.astype(np.uint8), 0, cv2.INTER_NEAREST).astype(bool)
    colour = warp(pixels.colour, paper, cv2.INTER_CUBIC)
    grey = warp(pixels.grey, float(np.percentile(pixels.grey, 90)), cv2.INTER_CUBIC)
    return Pixels(colour, grey, coloured)
