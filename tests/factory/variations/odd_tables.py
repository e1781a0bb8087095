"""Columns and rows that pages print beside those of the form: serial numbers, units, remarks, subtotals; rows stacked in one.

What they print belongs to no cell of the form and must never be read as one.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from gongkai.demo.layout import PrintedCell, Row, Table
from tests.factory.case import FLAT, Draft, variation

_GRIDS = ("html", "docx")
_RULED = ("html", "docx", "pdf")
_ONE_EXTRA_COLUMN = ("serial_column", "unit_column", "remarks_column", "subtotal_column")
_ROW_SHAPES = ("unspanned_groups", "repeated_groups", "cut_in_two", "padded_headers", "empty_cell_flood")
_SHORT_HEADS = {
    "commercial_enterprise": "商业企", "research_institution": "科研机", "public_welfare_organization": "社会公益组",
    "legal_service_organization": "法律服务机",
}  # fmt: skip


def _data(row: Row) -> bool:
    return any(cell.key for cell in row)


def _head_of(table: Table) -> int:
    """Number of header rows."""
    return next(number for number, row in enumerate(table) if _data(row))


def _with_column(table: Table, head: str, texts: Sequence[str], at: Callable[[Row], int]) -> Table:
    """The table with one more column: its head over all rows of each header, a text in every row of figures."""
    first = next(number for number, row in enumerate(table) if any(cell.text.strip() for cell in row))
    rows = _head_of(table)
    tops = [number for number, row in enumerate(table) if row == table[first]]  # the header may be printed again
    untouched = {*range(first), *(top + step for top in tops for step in range(1, rows - first))}
    found: Table = []
    for number, row in enumerate(table):
        extra = PrintedCell(head, rowspan=rows - first) if number in tops else PrintedCell(texts[number - rows])
        place = at(row)
        found.append(row if number in untouched else [*row[:place], extra, *row[place:]])
    return found


def _may_be_refused_in_text(draft: Draft, *numbers: int) -> None:
    """In text nothing tells a figure of the form from one of a strange column."""
    if draft.carrier in FLAT:
        draft.optional |= {cell.key for number in numbers for cell in draft.cells(number) if cell.key}


def _first(row: Row) -> int:
    return 0


def _before_values(row: Row) -> int:
    return next((at for at, cell in enumerate(row) if cell.key or cell.role == "applicants"), len(row))


@variation("structure", "Lintong 2021: a column 序号, in front or at the end", excludes=_ONE_EXTRA_COLUMN)
def serial_column(draft: Draft) -> bool:
    table = draft.tables[3]
    numbers = [str(number + 1) for number in range(len(table) - _head_of(table))]
    _may_be_refused_in_text(draft, 3)
    place = draft.rng.choice((_first, len))
    draft.tables[3] = _with_column(table, draft.rng.choice(("序号", "行次", "编号")), numbers, place)
    return True


@variation("structure", "a column of units, before the figures or at the end", excludes=_ONE_EXTRA_COLUMN)
def unit_column(draft: Draft) -> bool:
    table = draft.tables[3]
    _may_be_refused_in_text(draft, 3)
    units = ["件"] * (len(table) - _head_of(table))
    draft.tables[3] = _with_column(
        table, draft.rng.choice(("单位", "计量单位")), units, draft.rng.choice((_before_values, len))
    )
    return True


@variation("structure", "a column of remarks at the end, empty but for a few words", excludes=_ONE_EXTRA_COLUMN)
def remarks_column(draft: Draft) -> bool:
    table = draft.tables[3]
    _may_be_refused_in_text(draft, 3)
    words = [draft.rng.choice(("", "", "", "含上年结转", "无")) for _ in range(len(table) - _head_of(table))]
    draft.tables[3] = _with_column(table, draft.rng.choice(("备注", "说明")), words, len)
    return True


@variation("structure", "a subtotal of the legal persons before the total", excludes=_ONE_EXTRA_COLUMN)
def subtotal_column(draft: Draft) -> bool:
    """The sum stands under 法人或其他组织 like a sixth kind of applicant. Stacked rows have no figures left to add up."""
    if "stacked" in draft.options:
        return False
    _may_be_refused_in_text(draft, 3)
    parts = ("commercial_enterprise", "research_institution", "public_welfare_organization", "legal_service_organization",
             "other_organization")  # fmt: skip

    def widened(row: Row) -> Row:
        wide = [c._replace(colspan=c.colspan + 1) if c.role in ("applicants", "legal_person") else c for c in row]
        at = next((i for i, c in enumerate(wide) if "other_organization" in (c.role[10:], (c.key or ("",))[-1])), None)
        if at is None:
            return wide
        values = [c.figure.value or Decimal(0) for c in row if c.key and c.key[2] in parts and c.figure]
        extra = PrintedCell(str(sum(values, Decimal(0))) if values else draft.rng.choice(("小计", "合计")))
        return [*wide[: at + 1], extra, *wide[at + 1 :]]

    draft.tables[3] = [widened(row) for row in draft.tables[3]]
    return True


@variation(
    "structure", "the total before the applicants", excludes=("padded_headers", "stacked_rows", "subtotal_column")
)
def total_column_first(draft: Draft) -> bool:
    _may_be_refused_in_text(draft, 3)

    def moved(row: Row) -> Row:
        total = [c for c in row if c.role == "applicant:total" or (c.key and c.key[2] == "total")]
        rest = [c for c in row if c not in total]
        at = next((i for i, c in enumerate(rest) if c.key or c.role == "applicant:natural_person"), None)
        return row if at is None or not total else [*rest[:at], *total, *rest[at:]]

    draft.tables[3] = [moved(row) for row in draft.tables[3]]
    return True


@variation("structure", "rows of subtotals behind the rows of a group", excludes=_ROW_SHAPES)
def subtotal_rows(draft: Draft) -> bool:
    """不予公开 and its like end in a row 小计, or open with a row of their own sums."""
    _may_be_refused_in_text(draft, 3)
    label = draft.rng.choice(("小计", "合计", "小 计"))
    table: Table = []
    sums: list[Decimal] = []
    left = 0
    for row in draft.tables[3]:
        group = next((c for c in row if c.role.startswith("group:")), None)
        if group:
            left, sums = group.rowspan, [Decimal(0)] * 7
            row = [c._replace(rowspan=c.rowspan + 1) if c is group else c for c in row]
        table.append(row)
        if left:
            values = [c.figure.value or Decimal(0) for c in row if c.key and c.figure]
            sums = [one + other for one, other in zip(sums, values, strict=True)]
            left -= 1
            if not left:
                table.append(_row_of_sums(row, label, sums))
    groups = sum(c.role.startswith("group:") for row in table for c in row)
    draft.tables[3] = [[c._replace(rowspan=c.rowspan + groups) if c.role == "results" else c for c in r] for r in table]
    return True


def _row_of_sums(row: Row, label: str, sums: Sequence[Decimal]) -> Row:
    """A row like ``row``, with sums in the place of its figures, and in a column of subtotals the sum of the legal persons."""
    own = [cell for cell in row if not cell.role.startswith(("group:", "results"))]
    keyed = [at for at, cell in enumerate(own) if cell.key]
    found: Row = []
    left = list(sums)
    for at, cell in enumerate(own):
        if cell.key:
            found.append(PrintedCell(str(left.pop(0))))
        elif cell.role.startswith("line:"):
            found.append(cell._replace(text=label, role=""))
        elif keyed[0] < at < keyed[-1]:
            found.append(PrintedCell(str(sum(sums[1:6]))))
        else:
            found.append(PrintedCell("" if cell.text.isdigit() else cell.text))
    return found


@variation("labels", "heads that lost their last character")
def short_heads(draft: Draft) -> bool:
    chosen = draft.rng.sample(sorted(_SHORT_HEADS), draft.rng.randint(1, 4))
    return draft.relabel({f"applicant:{name}": _SHORT_HEADS[name] for name in chosen})


@variation("labels", "heads with their unit: 自然人（件）", excludes=("short_heads", "broken_headers"))
def units_in_heads(draft: Draft) -> bool:
    roles = ("applicant:", "outcome:")
    return draft.map_cells(
        lambda c: c._replace(text=f"{c.text}（件）") if c.role.startswith(roles) else c, (3, 4)
    )  # fmt: skip


@variation("labels", "heads of tax, customs and statistics offices", excludes=("truncated_in_force",))
def heads_of_systems(draft: Draft) -> bool:
    words = draft.rng.choice((
        {"20(1).issued": "本年度制发数", "20(1).repealed": "本年废止数", "20(1).in_force": "现行有效数"},
        {"20(1).issued": "本年制发数量", "20(1).repealed": "本年废止数量", "20(1).in_force": "现行有效数量"},
        {"20(1).issued": "本年制发", "20(1).repealed": "本年废止", "20(1).in_force": "现行有效"},
        {"20(1).made": "本年新制作数", "20(1).newly_published": "本年新公开数", "20(1).published_total": "对外公开总数"},
        {"20(5).decisions": "本年处理决定数", "20(6).decisions": "本年处理决定数", "20(8).fee_amount": "本年收费金额（万元）"},
    ))  # fmt: skip
    return draft.relabel({f"metric:{name}": text for name, text in words.items()})


@variation(
    "structure", "the header printed again in the middle of the table", _RULED, excludes=("cut_in_two", *_ROW_SHAPES)
)
def header_again(draft: Draft) -> bool:
    table = draft.tables[3]
    rows = _head_of(table)
    whole = [
        n for n in range(rows + 1, len(table)) if not any(i + c.rowspan > n > i for i, r in enumerate(table) for c in r)
    ]
    at = draft.rng.choice(whole)
    draft.tables[3] = [*table[:at], *table[:rows], *table[at:]]
    return True


@variation(
    "structure", "the rows of a group stacked in one row, a line each", _GRIDS, excludes=(*_ROW_SHAPES, "subtotal_rows")
)
def stacked_rows(draft: Draft) -> bool:
    """Blank cells would leave no line: such a group is left as it is."""
    table = draft.tables[3]
    starts = [n for n, row in enumerate(table) if any(c.role.startswith("group:") for c in row)]
    fitting = [
        n for n in starts if all(c.text.strip() for r in table[n : n + _rows_of_group(table[n])] for c in r if c.key)
    ]
    if not fitting:
        return False
    at = draft.rng.choice(fitting)
    count = _rows_of_group(table[at])
    rows = table[at : at + count]
    groups = [c._replace(rowspan=1) for c in table[at] if c.role.startswith("group:")]
    columns = zip(*([c for c in row if not c.role.startswith("group:")] for row in rows), strict=True)
    stacked = [_stacked([cell.text.strip() for cell in column]) for column in columns]
    place = next(
        n for n, c in enumerate(table[at]) if c.role.startswith("group:")
    )  # a serial number may stand before it
    draft.options["stacked"] = {cell.key: cell.figure for row in rows for cell in row if cell.key}
    whole = [*stacked[:place], *groups, *stacked[place:]]
    draft.tables[3] = [*_shortened(table[:at], at, count - 1), whole, *table[at + count :]]
    return True


def _stacked(texts: Sequence[str]) -> PrintedCell:
    """A cell with a line for each text; equal units are printed once, and empty remarks leave no line."""
    is_unit = len(set(texts)) == 1 and not texts[0].isdigit()
    return PrintedCell(texts[0] if is_unit else "\n".join(filter(None, texts)))


def _rows_of_group(row: Row) -> int:
    return next(c.rowspan for c in row if c.role.startswith("group:"))


def _shortened(rows: Table, at: int, by: int) -> Table:
    return [
        [c._replace(rowspan=c.rowspan - by) if i + c.rowspan > at else c for c in row] for i, row in enumerate(rows)
    ]
