"""Paths of an OFD page: the corner points of what is drawn, and the boxes that objects are clipped to."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.extract.ofd.attributes import boundary, numbers, placement
from pipelines.extract.ofd.package import child, children
from pipelines.extract.pdf.page.geometry import Matrix


def subpaths_of(data: str) -> Iterator[list[tuple[float, float]]]:
    """Corner points of ``AbbreviatedData``: S and M begin, L draws, Q, B and A bend (their end counts), C closes."""
    points: list[tuple[float, float]] = []
    pieces = data.replace(",", " ").split()
    at = 0
    sizes = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    while at < len(pieces):
        step = pieces[at]
        size = sizes.get(step)
        if size is None:
            at += 1
            continue
        values = numbers(" ".join(pieces[at + 1 : at + 1 + size]))
        at += 1 + size
        if len(values) < size:
            break
        if step in "SM":
            if points:
                yield points
            points = [(values[0], values[1])]
        elif step == "C":
            if points:
                points.append(points[0])
        else:
            points.append((values[-2], values[-1]))
    if points:
        yield points


def bends(data: str) -> bool:
    """Whether a path has curves."""
    return any(step in data for step in "QBA")


def clip_box(item: Element, outer: Matrix) -> tuple[float, float, float, float] | None:
    """The box of what ``Clips`` lets through; None where nothing is clipped."""
    clips = child(item, "Clips")
    if clips is None:
        return None
    matrix = placement(item, outer)
    box: tuple[float, float, float, float] | None = None
    for clip in children(clips, "Clip"):
        found = [b for area in children(clip, "Area") if (b := _area_box(area, matrix)) is not None]
        if not found:
            continue
        x0, y0 = min(b[0] for b in found), min(b[1] for b in found)
        x1, y1 = max(b[2] for b in found), max(b[3] for b in found)
        box = (x0, y0, x1, y1) if box is None else (max(box[0], x0), max(box[1], y0), min(box[2], x1), min(box[3], y1))
    return box


def _area_box(area: Element, matrix: Matrix) -> tuple[float, float, float, float] | None:
    path = child(area, "Path")
    if path is None:
        return None
    x, y, _, _ = boundary(path)
    data = child(path, "AbbreviatedData")
    points = [point for sub in subpaths_of(data.text or "" if data is not None else "") for point in sub]
    if not points:
        return None
    values = numbers(area.get("CTM"))
    own = Matrix(*values[:6]) if len(values) >= 6 else Matrix(1, 0, 0, 1, 0, 0)
    placed = Matrix(1, 0, 0, 1, x, y).then(own).then(matrix)
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return placed.box(min(xs), min(ys), max(xs), max(ys))
