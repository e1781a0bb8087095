"""Variations of the tables' structure: spans, padding cells, tables cut in two (docs/domain/labels.md#tables-on-the-page)."""

from gongkai.demo.layout import PrintedCell, Row, Table
from tests.factory.case import Draft, variation

_GRIDS = ("html", "docx")
_SPANNING = ("html", "docx", "pdf")
_EMPTY = PrintedCell("")


@variation(
    "structure",
    "上海 2019: header spans 1+1+2+1, data spans 1+2+1+1",
    ("html",),
    excludes=("trailing_empty_columns", "empty_cell_flood"),
)
def spans_disagree(draft: Draft) -> bool:
    """On a grid of five columns: reading by grid column shifts 本年增/减; reading by cell order does not."""

    def respan(row: Row) -> Row:
        data = any(cell.key for cell in row)
        spans = {1: (5,), 2: (1, 4), 3: (1, 2, 2), 4: (1, 2, 1, 1) if data else (1, 1, 2, 1)}[len(row)]
        return [cell._replace(colspan=span) for cell, span in zip(row, spans, strict=True)]

    draft.tables[2] = [respan(row) for row in draft.tables[2]]
    return True


@variation(
    "structure", "杭州型 2025: headers without rowspan, padded by empty cells below", ("html", "docx", "flat_html")
)
def padded_headers(draft: Draft) -> bool:
    three, four = draft.tables[3], draft.tables[4]
    at = next(i for i, row in enumerate(three) if any(cell.role == "applicant:natural_person" for cell in row))
    second, third = _unspanned(three[at]), [_EMPTY, *three[at + 1], _EMPTY]
    draft.tables[3] = [*three[:at], second, third, *three[at + 2 :]]
    if any(cell.rowspan > 1 for cell in four[1]):
        draft.tables[4] = [four[0], _unspanned(four[1]), [*[_EMPTY] * 5, *four[2]], *four[3:]]
    return True


def _unspanned(row: Row) -> Row:
    return [cell._replace(rowspan=1) for cell in row]


@variation("structure", "洪泽 2024: empty header cells in table four", _GRIDS, excludes=("padded_headers",))
def extra_empty_headers(draft: Draft) -> bool:
    four = draft.tables[4]
    first = [four[0][0]._replace(colspan=4), _EMPTY, *four[0][1:]]
    draft.tables[4] = [first, *four[1:]]
    return True


@variation("structure", "trailing empty columns", _GRIDS)
def trailing_empty_columns(draft: Draft) -> bool:
    columns = draft.rng.randint(1, 3)
    draft.tables = {n: [[*row, *[_EMPTY] * columns] for row in table] for n, table in draft.tables.items()}
    return True


@variation("structure", "hundreds of empty cells", ("html",))
def empty_cell_flood(draft: Draft) -> bool:
    for number in (2, 3):
        draft.tables[number] = [[_EMPTY] * 150, *draft.tables[number]]
    return True


@variation("structure", "group labels without rowspan, empty cells below them", _GRIDS)
def unspanned_groups(draft: Draft) -> bool:
    """三、本年度办理结果 and its groups stand in one row; the rows below begin with empty cells."""
    table, pending = [], {0: 0, 1: 0}  # label column → rows still covered
    for row in draft.tables[3]:
        if not any(cell.key for cell in row):
            table.append(row)
            continue
        padding = [_EMPTY for column in (0, 1) if pending[column] > 0]
        pending = {column: left - 1 for column, left in pending.items()}
        pending |= {column: cell.rowspan - 1 for column, cell in _spanning(row)}
        table.append(_with_labels(padding, row))
    draft.tables[3] = table
    return True


def _with_labels(labels: Row, row: Row) -> Row:
    """The row with further cells in its label zone, behind the number that may count it."""
    cells = _unspanned(row)
    zone = next((at for at, cell in enumerate(cells) if cell.role or cell.key), 0)
    return [*cells[:zone], *labels, *cells[zone:]]


def _spanning(row: Row) -> list[tuple[int, PrintedCell]]:
    return [(0 if cell.role == "results" else 1, cell) for cell in row if cell.rowspan > 1]


@variation("structure", "Word paste: each group label repeated in every row", _GRIDS, excludes=("unspanned_groups",))
def repeated_groups(draft: Draft) -> bool:
    """Converters that dissolve merged cells print the label of a spanning cell in every row it covered."""
    table: Table = []
    covering: dict[int, tuple[PrintedCell, int]] = {}
    for row in draft.tables[3]:
        if not any(cell.key for cell in row):
            table.append(row)
            continue
        again = [cell for cell, left in (covering[c] for c in sorted(covering)) if left > 0]
        covering = {column: (cell, left - 1) for column, (cell, left) in covering.items()}
        covering |= {column: (cell._replace(rowspan=1), cell.rowspan - 1) for column, cell in _spanning(row)}
        table.append(_with_labels(again, row))
    draft.tables[3] = table
    return True


@variation("structure", "the caption of a table as its first row", _SPANNING)
def caption_row(draft: Draft) -> bool:
    caption = PrintedCell("收到和处理政府信息公开申请情况统计表", colspan=10)
    draft.tables[3] = [[caption], *draft.tables[3]]
    return True


@variation(
    "structure", "宿迁 pdf: a table in two pieces, header repeated or not", ("html", "docx"), excludes=("caption_row",)
)
def cut_in_two(draft: Draft) -> bool:
    """The second piece is a table of its own; its group cells begin anew, as after a page break in Word."""
    draft.options["cut_table_three"] = draft.rng.choice(("plain", "header"))
    return True


@variation("structure", "forms pasted as one table", ("html",), excludes=("trailing_empty_columns",))
def stacked_blocks_apart(draft: Draft) -> bool:
    """Each block of table two is a table of its own."""
    draft.options["split_table_two"] = True
    return True


_ARRANGED = ("html", "docx", "pdf", "flat_html", "flat_txt")
# Header words broken over lines are row labels in these arrangements: flattened, they may be refused.
_OTHER_TABLE_FOUR = ("padded_headers", "extra_empty_headers", "vertical_outcomes", "broken_headers")


def _disputes(draft: Draft) -> tuple[dict[str, PrintedCell], dict[tuple[str, str], PrintedCell]]:
    """Headers of table four by role, figures by procedure and outcome."""
    cells = [cell for row in draft.tables[4] for cell in row]
    heads = {cell.role: cell._replace(colspan=1, rowspan=1) for cell in cells if not cell.key}
    return heads, {(cell.key[1], cell.key[2]): cell for cell in cells if cell.key}


@variation("structure", "table four as three rows", _ARRANGED, excludes=_OTHER_TABLE_FOUR)
def disputes_by_procedure(draft: Draft) -> bool:
    heads, figures = _disputes(draft)
    outcomes = list(dict.fromkeys(outcome for _, outcome in figures))
    head = [PrintedCell(draft.rng.choice(("", "类别", "项目"))), *(heads[f"outcome:review.{o}"] for o in outcomes)]
    procedures = dict.fromkeys(procedure for procedure, _ in figures)
    draft.tables[4] = [head, *([heads[f"procedure:{p}"], *(figures[p, o] for o in outcomes)] for p in procedures)]
    return True


@variation(
    "structure", "table four on its side", ("html", "docx", "pdf"),
    excludes=(*_OTHER_TABLE_FOUR, "disputes_by_procedure", "trailing_empty_columns"),
)  # fmt: skip
def disputes_by_outcome(draft: Draft) -> bool:
    heads, figures = _disputes(draft)
    corner, review = PrintedCell("结果", rowspan=2), heads["procedure:review"]._replace(rowspan=2)
    litigation = [heads["procedure:litigation_direct"], heads["procedure:litigation_after_review"]]
    outcomes = dict.fromkeys(outcome for _, outcome in figures)
    procedures = list(dict.fromkeys(procedure for procedure, _ in figures))
    rows = [[heads[f"outcome:review.{o}"], *(figures[p, o] for p in procedures)] for o in outcomes]
    draft.tables[4] = [[corner, review, heads["litigation"]._replace(colspan=2)], litigation, *rows]
    return True


@variation(
    "structure", "table four in pieces, for a narrow page", _ARRANGED,
    excludes=(*_OTHER_TABLE_FOUR, "disputes_by_procedure", "disputes_by_outcome", "trailing_empty_columns"),
)  # fmt: skip
def disputes_in_pieces(draft: Draft) -> bool:
    heads, figures = _disputes(draft)
    outcomes = list(dict.fromkeys(outcome for _, outcome in figures))
    pieces: Table = []
    for p in dict.fromkeys(procedure for procedure, _ in figures):
        pieces.append([heads[f"procedure:{p}"]._replace(colspan=5)])
        pieces.append([heads[f"outcome:{p}.{o}"] for o in outcomes])
        pieces.append([figures[p, o] for o in outcomes])
    draft.tables[4] = pieces
    return True
