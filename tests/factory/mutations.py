"""Damage to a table: rows and columns deleted, blanked, swapped, duplicated, split, relabelled.

Every mutation works on printed cells, so the truth follows: a deleted cell is no longer printed, a swapped one keeps its
label, a relabelled one loses its meaning and must be refused. ``Draft.optional`` holds what may be refused or read.
"""

from collections.abc import Callable
from decimal import Decimal

from gongkai.demo.figures import APPLICATIONS, Figure, Key
from gongkai.demo.layout import PrintedCell, Row, Table
from tests.factory.case import FLAT, Draft
from tests.factory.numbers import STOCKS

Mutation = Callable[[Draft], bool]
all_mutations: dict[str, Mutation] = {}


def mutation(apply: Mutation) -> Mutation:
    """Register a mutation under its own name."""
    all_mutations[apply.__name__] = apply
    return apply


def _line_of(row: Row) -> str:
    return next((cell.key[1] for cell in row if cell.key), "")


def lines_under_groups(draft: Draft) -> list[int]:
    """Rows of table three whose label is a single line of the form: those under a group."""
    table = draft.tables[3]
    return [i for i, row in enumerate(table) if _line_of(row) and _line_of(row) not in STOCKS and _is_plain(row)]


def _is_plain(row: Row) -> bool:
    """No label cell of this row reaches down into other rows."""
    return all(cell.rowspan == 1 for cell in row)


def _label_spans(row: Row) -> list[int]:
    return [cell.colspan for cell in row if not cell.key]


def _keys(row: Row) -> set[Key]:
    return {cell.key for cell in row if cell.key}


def _pick_row(draft: Draft) -> int:
    return draft.rng.choice(lines_under_groups(draft))


def _shrink_spans(table: Table, at: int, by: int) -> Table:
    """Rows above that reach over row ``at`` reach ``by`` rows further (or less far)."""
    return [
        [c._replace(rowspan=c.rowspan + by) if i < at < i + c.rowspan else c for c in row]
        for i, row in enumerate(table)
    ]


@mutation
def delete_row(draft: Draft) -> bool:
    """A line of the form is missing, label and figures."""
    at = _pick_row(draft)
    table = _shrink_spans(draft.tables[3], at, -1)
    draft.options["above_deleted_row"] = frozenset(_keys(table[at - 1]))
    draft.tables[3] = [*table[:at], *table[at + 1 :]]
    return True


@mutation
def blank_row(draft: Draft) -> bool:
    """The figures of a line are not filled in."""
    at = _pick_row(draft)
    _replace_row(draft, at, lambda c: c._replace(text="", figure=Figure.of("")) if c.key else c)
    return True


@mutation
def blank_row_label(draft: Draft) -> bool:
    """The label is gone, the figures stand there: what they count can at best be concluded from the order."""
    at = _pick_row(draft)
    draft.optional |= _keys(draft.tables[3][at])
    if draft.carrier in FLAT:  # the figures run on after those of the line before
        draft.optional |= _keys(draft.tables[3][at - 1])
    _replace_row(draft, at, lambda c: c if c.key else c._replace(text=""))
    return True


@mutation
def relabel_row(draft: Draft) -> bool:
    """A label of no form: its figures belong nowhere."""
    at = _pick_row(draft)
    label = draft.rng.choice(("9.属于工作秘密", "涉及商业秘密的其他情形", "转交下级机关办理"))
    _replace_row(draft, at, lambda c: c._replace(key=None, figure=None) if c.key else c._replace(text=label))
    return True


@mutation
def swap_rows(draft: Draft) -> bool:
    """Two neighbours of one group change places with their labels.

    Of one group: a row with a wider label, moved under a group cell, would stand in other columns on a ruled page.
    """
    leaf, table = lines_under_groups(draft), draft.tables[3]
    pairs = [i for i in leaf if i + 1 in leaf and _label_spans(table[i]) == _label_spans(table[i + 1])]
    at = draft.rng.choice(pairs)
    table = list(draft.tables[3])
    table[at], table[at + 1] = table[at + 1], table[at]
    draft.tables[3] = table
    return True


@mutation
def duplicate_row(draft: Draft) -> bool:
    """A line is printed twice, the second time with other figures: both are printed, neither is certain."""
    at = _pick_row(draft)
    table = _shrink_spans(draft.tables[3], at, 1)
    again: Row = []
    for cell in table[at]:
        if cell.key and cell.figure and draft.rng.random() < 0.5:
            value = Decimal(draft.rng.randint(0, 99))
            draft.alternatives[cell.key] = {value, *({cell.figure.value} if cell.figure.value is not None else ())}
            again.append(cell._replace(text=str(value), key=None, figure=None))
        else:
            again.append(cell._replace(key=None, figure=None))
    draft.optional |= _keys(table[at])
    draft.tables[3] = [*table[: at + 1], again, *table[at + 1 :]]
    return True


@mutation
def insert_row(draft: Draft) -> bool:
    """A row the form does not have, with figures of its own, in the middle of a group."""
    at = _pick_row(draft)
    table = _shrink_spans(draft.tables[3], at, 1)
    values = [PrintedCell(str(draft.rng.randint(1, 99))) for _ in range(7)]
    labels = [cell for cell in table[at] if not cell.key]
    extra = [labels[-1]._replace(text="其中：经协商撤回", role=""), *values]
    draft.tables[3] = [*table[: at + 1], extra, *table[at + 1 :]]
    return True


@mutation
def split_row(draft: Draft) -> bool:
    """One line over two rows: the label spans both, the last figures have slipped into the second."""
    at = _pick_row(draft)
    row = draft.tables[3][at]
    table = _shrink_spans(draft.tables[3], at, 1)
    first_value = next(i for i, cell in enumerate(row) if cell.key)
    cut = draft.rng.randrange(first_value + 1, len(row))
    draft.options["is_ragged"] = True
    upper = [c if c.key else c._replace(rowspan=2) for c in row[:cut]]
    draft.optional |= _keys(row)
    draft.tables[3] = [*table[:at], upper, row[cut:], *table[at + 1 :]]
    return True


@mutation
def drop_cell(draft: Draft) -> bool:
    """One figure of a line has vanished with its cell: which one cannot be seen."""
    if draft.carrier in ("pdf", "ofd"):  # drawn on a grid, the later figures would really stand in other columns
        return False
    at = _pick_row(draft)
    row = draft.tables[3][at]
    gone = draft.rng.choice([i for i, cell in enumerate(row) if cell.key])
    draft.options["is_ragged"] = True
    draft.optional |= _keys(row)
    draft.tables[3] = [*draft.tables[3][:at], [c for i, c in enumerate(row) if i != gone], *draft.tables[3][at + 1 :]]
    return True


@mutation
def swap_columns(draft: Draft) -> bool:
    """Two applicant columns change places, headers and figures."""
    first, second = draft.rng.sample(["commercial_enterprise", "research_institution", "legal_service_organization"], 2)
    roles = {f"applicant:{first}", f"applicant:{second}"}

    def place(cell: PrintedCell) -> str:
        return cell.key[2] if cell.key else cell.role.removeprefix("applicant:") if cell.role in roles else ""

    def swapped(row: Row) -> Row:
        at = [i for i, cell in enumerate(row) if place(cell) in (first, second)]
        if len(at) != 2:
            return row
        row = list(row)
        row[at[0]], row[at[1]] = row[at[1]], row[at[0]]
        return row

    draft.tables[3] = [swapped(row) for row in draft.tables[3]]
    return True


def _applicant(draft: Draft) -> str:
    return draft.rng.choice(["commercial_enterprise", "research_institution", "public_welfare_organization"])


def _columns_uncertain_in_flat_text(draft: Draft) -> None:
    """Flattened, six headers stand over six or seven figures: refusing the table is right, shifting it is not."""
    if draft.carrier in FLAT:
        draft.optional |= {key for key in draft.figures.cells if key[0] == APPLICATIONS}


@mutation
def delete_column(draft: Draft) -> bool:
    """An applicant column is missing, header and figures."""
    gone = _applicant(draft)
    _columns_uncertain_in_flat_text(draft)

    def shrink(cell: PrintedCell) -> PrintedCell:
        wide = cell.role in ("applicants", "legal_person")
        return cell._replace(colspan=cell.colspan - 1) if wide else cell

    draft.tables[3] = [
        [shrink(c) for c in row if c.role != f"applicant:{gone}" and not (c.key and c.key[2] == gone)]
        for row in draft.tables[3]
    ]
    return True


@mutation
def relabel_column(draft: Draft) -> bool:
    """A header of no form: the column's figures belong nowhere."""
    odd = _applicant(draft)
    _columns_uncertain_in_flat_text(draft)

    def change(cell: PrintedCell) -> PrintedCell:
        if cell.role == f"applicant:{odd}":
            return cell._replace(text=draft.rng.choice(("外资企业", "新闻媒体", "村委会")))
        return cell._replace(key=None, figure=None) if cell.key and cell.key[2] == odd else cell

    return draft.map_cells(change, (3,))


@mutation
def blank_column_label(draft: Draft) -> bool:
    """A header cell is empty: its column may be concluded from its neighbours, or refused."""
    empty = _applicant(draft)
    draft.optional |= {key for key in draft.figures.cells if key[0] == APPLICATIONS and key[2] == empty}
    _columns_uncertain_in_flat_text(draft)
    return draft.map_cells(lambda c: c._replace(text="") if c.role == f"applicant:{empty}" else c, (3,))


@mutation
def delete_item(draft: Draft) -> bool:
    """A row of table two is missing."""
    rows = [i for i, row in enumerate(draft.tables[2]) if any(cell.key for cell in row)]
    at = draft.rng.choice(rows)
    draft.tables[2] = [*draft.tables[2][:at], *draft.tables[2][at + 1 :]]
    return True


@mutation
def relabel_item(draft: Draft) -> bool:
    """A row of table two counts something the form does not know."""
    rows = [i for i, row in enumerate(draft.tables[2]) if any(cell.key for cell in row)]
    at = draft.rng.choice(rows)
    row = [c._replace(key=None, figure=None) if c.key else c._replace(text="行政奖励") for c in draft.tables[2][at]]
    draft.tables[2] = [*draft.tables[2][:at], row, *draft.tables[2][at + 1 :]]
    return True


@mutation
def delete_table(draft: Draft) -> bool:
    """A whole table is missing."""
    del draft.tables[draft.rng.choice((2, 3, 4))]
    return True


def _replace_row(draft: Draft, at: int, change: Callable[[PrintedCell], PrintedCell]) -> None:
    table = draft.tables[3]
    draft.tables[3] = [*table[:at], [change(cell) for cell in table[at]], *table[at + 1 :]]
