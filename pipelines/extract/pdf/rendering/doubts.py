"""Which objects of a page are too odd for what they show to be told from the objects alone.

Plain text, straight lines and opaque rectangles are judged by where they lie. Everything else is a doubt: pictures, shadings,
curves, thick or lone strokes, transparency, odd ways of painting text. Near a figure it must be borne out by the drawn page.
"""

from collections.abc import Iterable, Iterator

from pipelines.extract.pdf.objects.painted import Doubt
from pipelines.extract.pdf.objects.strokes import THICKEST_RULE
from pipelines.extract.pdf.page.content import Box, PageContent, Rule

_LONG = 12.0  # points: shorter rules are part of a table only where they lie on a longer one
_ON = 2.5  # points beside a rule
_NEAR = 6.0  # points between a doubt and a figure that it may belong to
_FIELD = 48.0  # points: figures are looked up by the field of the page that they stand in


def doubts_near_figures(doubts: Iterable[Doubt], content: PageContent, digits: Iterable[Box]) -> list[Doubt]:
    """The doubts that lie within a ruled table or near a digit."""
    open_ones = [doubt for doubt in doubts if not (doubt.is_short and _lies_on_rule(doubt.box, content))]
    if not open_ones:
        return []
    tables = list(_tables(content))
    fields = {(int(box.x0 // _FIELD), int(box.top // _FIELD)) for box in digits}
    return [doubt for doubt in open_ones if any(_meet(doubt.box, t) for t in tables) or _near(doubt.box, fields)]


def _lies_on_rule(box: Box, content: PageContent) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    is_flat, is_narrow = box.bottom - box.top <= THICKEST_RULE, box.x1 - box.x0 <= THICKEST_RULE
    return (is_flat and any(_is_on(rule, y, x) for rule in content.horizontal)) or (
        is_narrow and any(_is_on(rule, x, y) for rule in content.vertical)
    )


def _is_on(rule: Rule, across: float, along: float) -> bool:
    is_long = rule.end - rule.start > _LONG
    return is_long and abs(rule.at - across) <= _ON and rule.start - _ON <= along <= rule.end + _ON


def _tables(content: PageContent) -> Iterator[Box]:
    """Where ruled tables may lie: around all upright rules."""
    if content.vertical:
        yield Box(
            min(rule.at for rule in content.vertical), min(rule.start for rule in content.vertical),
            max(rule.at for rule in content.vertical), max(rule.end for rule in content.vertical),
        )  # fmt: skip


def _near(box: Box, fields: set[tuple[int, int]]) -> bool:
    columns = range(int((box.x0 - _NEAR) // _FIELD) - 1, int((box.x1 + _NEAR) // _FIELD) + 1)
    rows = range(int((box.top - _NEAR) // _FIELD) - 1, int((box.bottom + _NEAR) // _FIELD) + 1)
    if len(columns) * len(rows) > len(fields):
        return any(column in columns and row in rows for column, row in fields)
    return any((column, row) in fields for column in columns for row in rows)


def _meet(a: Box, b: Box) -> bool:
    return a.x0 <= b.x1 and a.x1 >= b.x0 and a.top <= b.bottom and a.bottom >= b.top
