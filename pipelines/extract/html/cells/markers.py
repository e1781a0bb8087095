"""Markers: characters that take the place of a table or a picture in the text of a page, and the text around them."""

import re

from pipelines.extract.document import OBJECT, Cell, Grid, Line

# Noncharacters of Unicode: no page prints them (they are removed from the source).
MARK = "\ufdd0"
STATUTORY_GRID, OTHER_GRID, IMAGE = "S", "G", "I"
MARKER = re.compile(rf"{MARK}([SGI])(\d+){MARK}")
_SPACES = re.compile(r"[ \t\r\f]+")

Parts = list[Line | Grid | str]
"""What a marker stands for, in printed order; a str is another marker."""


def clean(text: str) -> str:
    """Collapse spaces as a browser does; keep line ends between printed lines; no-break spaces stay as characters."""
    text = text.strip(" \n")
    if "\n" not in text:
        return _SPACES.sub(" ", text) if "  " in text or "\t" in text else text
    lines = (_SPACES.sub(" ", line).strip(" ") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def holds_grid(text: str) -> bool:
    """Whether a text holds the marker of a table."""
    return any(kind != IMAGE for kind, _ in MARKER.findall(text))


def as_lines(parts: Parts) -> Parts:
    """A metadata table above the report becomes a line a row, its cells two spaces apart."""
    lines: Parts = []
    for part in parts:
        if not isinstance(part, Grid):
            lines.append(part)
            continue
        for number, row in enumerate(part.rows, start=1):
            text = "  ".join(cell.text.replace("\n", "") for cell in row if cell.text.strip())
            if text:
                lines.append(Line(text, f"{part.evidence}/tr[{number}]"))
    return lines


def with_markers_after(parts: Parts) -> Parts:
    """Take markers of nested grids and images out of the cells; they follow the block in whose cell they stand."""
    result: Parts = []
    for part in parts:
        if isinstance(part, str):
            result.append(part)
            continue
        if isinstance(part, Line):
            texts, kept = [part.text], part._replace(text=_unmarked(part.text))
            result += [kept] if kept.text else []
        else:
            texts = [cell.text for row in part.rows for cell in row if MARK in cell.text]
            result.append(part._replace(rows=tuple(tuple(_unmarked_cell(cell) for cell in row) for row in part.rows)))
        result += [marker[0] for text in texts for marker in MARKER.finditer(text)]
    return result


def _unmarked_cell(cell: Cell) -> Cell:
    """A cell that holds a table or a picture shows something that is no text of its own."""
    return cell._replace(text=clean(MARKER.sub(OBJECT, cell.text))) if MARK in cell.text else cell


def _unmarked(text: str) -> str:
    return clean(MARKER.sub("\n", text))
