"""The statutory tables of a document: from its grids first, then from flattened text."""

from collections.abc import Sequence

from pipelines.extract.document import Document, Grid, Line, Picture
from pipelines.read.sections import Heading
from pipelines.read.tables.columns.scales import refuse_scaled_counts
from pipelines.read.tables.columns.side_by_side import halves
from pipelines.read.tables.columns.span_layout import bones
from pipelines.read.tables.label_matching import vocabulary
from pipelines.read.tables.report_plan import plan
from pipelines.read.tables.rows.page_break_rows import rejoined
from pipelines.read.tables.rows.stacked_rows import unstacked
from pipelines.read.tables.targets import TablePlan
from pipelines.read.tables.values.cells import TableReading, apart, read_cells
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.shifted_rows import (
    refuse_rows_beside_other_columns,
    refuse_rows_beside_unplaced_figures,
    refuse_rows_over_several_lines,
    refuse_rows_without_their_total,
)
from pipelines.read.text_tables.blank_forms import blank_tables
from pipelines.read.text_tables.lost_labels import refuse_rows_above_a_lost_label, refuse_rows_above_a_lost_number
from pipelines.read.text_tables.padded_rows import totals_stand_early
from pipelines.read.text_tables.page_furniture import refuse_rows_with_a_page_number
from pipelines.read.text_tables.text_copies import settle_copies, text_copies
from pipelines.read.text_tables.text_tables import FlatTables, read_flat
from schemas.forms.catalogue import Form
from schemas.vocabulary import TableName

_WORKBOOKS = frozenset({"xlsx", "xls"})
_ORDER = [*STATUTORY, TableName.LEGACY_STATISTICS, TableName.LEGACY_BREAKDOWN]


def read_tables(
    document: Document, lines: Sequence[Line], headings: Sequence[Heading], known: tuple[Form, ...]
) -> tuple[list[TableReading], frozenset[int]]:
    """The tables in the order of the forms, and the indices of the lines that tables of text used up.

    Flattened text is read only for the statutory tables that no grid holds.
    """
    readings = _from_grids([block for block in document.blocks if isinstance(block, Grid)], known)
    used: frozenset[int] = frozenset()
    if not readings.keys() >= set(STATUTORY):
        breaks = frozenset(heading.line for heading in headings)
        copies = text_copies(lines, headings, known)
        flat = read_flat(lines, breaks, known, copies.strangers)
        for table in _from_text(flat, known):
            if table.table not in readings:
                readings[table.table] = table
                refuse_rows_with_a_page_number(table, flat.pages, lines)
                refuse_rows_beside_other_columns(table)
                settle_copies(table, copies)
                used = flat.used
        if not readings and not flat.grids and not any(isinstance(block, Picture) for block in document.blocks):
            blank = blank_tables(lines, breaks, known, STATUTORY)
            readings |= {table.table: table for table in blank}
    if document.carrier in _WORKBOOKS:
        for reading in readings.values():
            refuse_rows_without_their_total(reading)
    refuse_scaled_counts(list(readings.values()), document.blocks)
    return in_form_order([part for reading in readings.values() for part in apart(reading)]), used


def in_form_order(tables: Sequence[TableReading]) -> list[TableReading]:
    """The statutory tables, then the annexes."""
    return sorted(tables, key=lambda table: _ORDER.index(TableName(table.table)))


def _from_grids(grids: Sequence[Grid], known: tuple[Form, ...]) -> dict[str, TableReading]:
    words = vocabulary(known)
    pieces = rejoined([half for grid in grids for half in halves(unstacked(grid, known), words)], words)
    if not pieces:
        return {}
    whole = [piece.grid for piece in pieces]
    found = plan([bones(piece.grid, unsure=piece.unsure) for piece in pieces], known).tables
    return {item.table: read_cells(item, whole, item.layout) for item in found}


def _from_text(flat: FlatTables, known: tuple[Form, ...]) -> list[TableReading]:
    """The tables of flattened text as read; where their sums show that blanks were moved, the rows concerned are refused."""
    readings: list[TableReading] = []
    for padded in dict.fromkeys((flat.padded, flat.parted)):
        readings = []
        for item, printed in _planned(flat, known, padded):
            readings.append(read_cells(item, printed, item.layout))
            readings[-1].strange_columns |= flat.has_idle_heads and printed is flat.grids
            refuse_rows_beside_unplaced_figures(readings[-1])
            refuse_rows_over_several_lines(readings[-1])
            refuse_rows_above_a_lost_label(readings[-1], printed, item.layout)
            refuse_rows_above_a_lost_number(readings[-1], printed)
        if padded or not totals_stand_early(readings):
            break
    return readings


def _planned(flat: FlatTables, known: tuple[Form, ...], padded: bool) -> list[tuple[TablePlan, tuple[Grid, ...]]]:
    """The tables of flattened text, each with the grids it was planned on: as rows, or by position where they line up."""
    layouts = [(flat.grids, [bones(grid, ruled=False, padded=padded) for grid in flat.grids])] if flat.grids else []
    if any(flat.rectangular):
        lined_up = tuple(grid or rows for grid, rows in zip(flat.rectangular, flat.grids, strict=True))
        ruled = (grid is not None for grid in flat.rectangular)
        layouts.append(
            (
                lined_up,
                [bones(grid, ruled=is_ruled, padded=padded) for grid, is_ruled in zip(lined_up, ruled, strict=True)],
            )
        )
    best: dict[str, tuple[TablePlan, tuple[Grid, ...]]] = {}
    for grids, skeletons in layouts:
        for item in plan(skeletons, known).tables:
            if item.table not in best or item.score > best[item.table][0].score:
                best[item.table] = (item, grids)
    return list(best.values())
