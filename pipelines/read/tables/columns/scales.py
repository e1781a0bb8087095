"""Counts printed in thousands or ten thousands of cases: rounded figures, which are no counts and are not read."""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.tables.values.cells import TableReading, Unread
from schemas.labels import simplified, squeeze

_SCALE = re.compile(r"(?:单位[:：]?|[(（])\s*((?:百|千|万|十万|百万|亿)[件条项个宗份次])")
_ROWS_OF_A_HEADER = 6
_LINES_ABOVE = 2


def refuse_scaled_counts(readings: Sequence[TableReading], blocks: Sequence[Block]) -> None:
    """Refuse the counts of tables whose header, or the line above them, says 单位：万件. Money keeps its own unit."""
    scaled = dict(_scaled_places(blocks))
    if not scaled:
        return
    for reading in readings:
        found = next((text for cell in reading.cells if (text := _scale_of(cell.evidence, scaled))), None)
        if found is None:
            continue
        of_the_scale = [c for c in reading.cells if not c.money and _scale_of(c.evidence, scaled)]
        if not of_the_scale:
            continue
        numbers = tuple(cell.raw_text for cell in of_the_scale)
        reading.unread.append(Unread("table_scaled", reading.table, found, numbers, of_the_scale[0].evidence, {}))
        refused = {cell.keys for cell in of_the_scale}
        reading.cells[:] = [c._replace(unreadable=True) if c.keys in refused else c for c in reading.cells]


def _scale_of(evidence: str, scaled: dict[str, str]) -> str | None:
    return scaled.get(evidence.split("/", 1)[0]) or scaled.get(evidence.split(" ", 1)[0].split(":", 1)[0] + ":*")


def _scaled_places(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """(evidence of a table, or ``text:*`` for all flattened tables, the scale it prints)."""
    found: list[tuple[str, str]] = []
    above: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            header = [cell.text for row in block.rows[:_ROWS_OF_A_HEADER] for cell in row]
            scale = next((match[1] for text in (*header, *above) if (match := _scale(text))), None)
            found += [(block.evidence, scale)] if scale else []
            above = []
        elif isinstance(block, Line):
            above = [*above, block.text][-_LINES_ABOVE:]
            if len(block.text) <= 40 and (match := _scale(block.text)):
                found.append((f"{block.evidence.split(':', 1)[0]}:*", match[1]))
    # In a page with tables of its own a line applies to the table below it only.
    grids = any(isinstance(block, Grid) for block in blocks)
    return [(place, scale) for place, scale in found if not (grids and place.endswith(":*"))]


@lru_cache(maxsize=65536)
def _scale(text: str) -> re.Match[str] | None:
    return _SCALE.search(simplified(squeeze(text)))
