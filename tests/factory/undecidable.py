"""Cells that no reader can tell from the printed text, each shown by a second original that prints the same text.

A line of the form is missing from a flattened text. The figures behind the label above it may be that label's own. Or the
label above was left blank, and the figures belong to the missing line, which lost its label alone. Where a writer that leaves
blanks out prints both originals in the same way, refusing the figures is right, and so is reading them.
"""

import re

from gongkai.demo.figures import Key
from gongkai.demo.layout import Row, Table
from gongkai.demo.page import TableBlock
from tests.factory.carriers import flat, html
from tests.factory.case import FLAT, Draft

_EMPTY_ELEMENT = re.compile(r"<(p|div)></\1>\n?")


def above_a_deleted_row(draft: Draft) -> frozenset[Key]:
    """The figures of the row above the one that ``delete_row`` took, where another original prints the same text."""
    keys: frozenset[Key] = draft.options.get("above_deleted_row", frozenset())
    if not keys or draft.carrier not in FLAT or draft.options.get("flat_layout") in flat.WITH_PIPES:
        return frozenset()
    table = next(b.table for b in draft.blocks if isinstance(b, TableBlock) and any(keys & _keys(r) for r in b.table))
    return keys if printed(draft, table) == printed(draft, other_original(table, keys)) else frozenset()


def other_original(table: Table, keys: frozenset[Key]) -> Table:
    """The table whose row ``keys`` is blank and whose next row has these figures and no label, blanks left out."""
    other: Table = []
    for row in table:
        if keys & _keys(row):
            other += [[cell for cell in row if not cell.key], [cell for cell in row if cell.key]]
        else:
            other.append(row)
    return [[cell for cell in row if cell.text.strip()] for row in other]


def printed(draft: Draft, table: Table) -> str:
    """A table as the carrier of the draft prints it, without elements that show nothing."""
    if draft.carrier == "flat_html":
        return _EMPTY_ELEMENT.sub("", html.FactoryFlatWriter(draft.rng, draft.options).table(table)).strip()
    layout = flat.LAYOUTS[draft.options.get("flat_layout", flat.DEFAULT_LAYOUT)]
    return "\n".join(layout(table))


def _keys(row: Row) -> frozenset[Key]:
    return frozenset(cell.key for cell in row if cell.key)
