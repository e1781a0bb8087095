"""Counts printed in thousands or ten thousands of cases: rounded figures, which are no counts and are not read.

So are the figures of a table without any amount whose own line says that they are amounts or shares (单位：万元, 单位：%).
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipelines.extract.document import Block, Grid, Line
from pipelines.read.tables.values.cells import TableReading, Unread
from schemas.labels import simplified, squeeze

_SCALES = "十|百|千|万|十万|百万|千万|亿"
_SCALE = re.compile(rf"(?:单位[:：]?|[(（])((?:{_SCALES})[件条项个宗份次])|单位[:：]((?:{_SCALES})(?![\w]))")
_NO_COUNT = re.compile(r"[(（]?(?:计量)?单位[:：]([百千万亿]*元|%|百分比)[)）]?")
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
        if _NO_COUNT.fullmatch(f"单位:{found}") and len(of_the_scale) < len(reading.cells):
            continue  # a table with amounts in it
        if not of_the_scale:
            continue
        numbers = tuple(cell.raw_text for cell in of_the_scale)
        reading.unread.append(Unread("table_scaled", reading.table, found, numbers, of_the_scale[0].evidence, {}))
        refused = {cell.keys for cell in of_the_scale}
        reading.cells[:] = [c._replace(unreadable=True) if c.keys in refused else c for c in reading.cells]


def _scale_of(evidence: str, scaled: dict[str, str]) -> str | None:
    """The scale of the table that a cell stands in: ``pdf:page[3]/table[1]`` of ``pdf:page[3]/table[1]/row[7]/cell[4]``."""
    parts = evidence.split(" ", 1)[0].split("/")
    tables = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((scaled[table] for table in tables if table in scaled), scaled.get(parts[0].split(":", 1)[0] + ":*"))


def _scaled_places(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """(evidence of a table, or ``text:*`` for all flattened tables, the scale it prints)."""
    found: list[tuple[str, str]] = []
    above: list[str] = []
    before: str | None = None  # of the table before, which may go on behind a page break
    for block in blocks:
        if isinstance(block, Grid):
            header = [cell.text for row in block.rows[:_ROWS_OF_A_HEADER] for cell in row]
            scale = next(filter(None, map(_scale, (*header, *above))), None)
            scale = scale or _of_no_count(above[-1:]) or (before if block.continues else None)
            before = scale
            found += [(block.evidence, scale)] if scale else []
            above = []
        elif isinstance(block, Line):
            above = [*above, block.text][-_LINES_ABOVE:]
            if len(block.text) <= 40 and (scale := _scale(block.text)):
                found.append((f"{block.evidence.split(':', 1)[0]}:*", scale))
    # In a page with tables of its own a line applies to the table below it only.
    grids = any(isinstance(block, Grid) for block in blocks)
    return [(place, scale) for place, scale in found if not (grids and place.endswith(":*"))]


@lru_cache(maxsize=65536)
def _scale(text: str) -> str | None:
    found = _SCALE.search(simplified(squeeze(text)))
    return (found[1] or found[2]) if found else None


def _of_no_count(lines: Sequence[str]) -> str | None:
    """A unit that is none of a count, from the line right above a table."""
    return next((found[1] for line in lines if (found := _NO_COUNT.fullmatch(simplified(squeeze(line))))), None)
