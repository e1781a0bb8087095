"""Variations of the page around the tables: order of blocks, stray sentences, chrome, table pieces."""

from gongkai.demo.figures import APPLICATIONS, Key
from gongkai.demo.layout import PrintedCell, Row, Table
from gongkai.demo.page import Block, TableBlock, Text
from tests.factory.case import Draft, variation
from tests.factory.variations.unseen import last_years


def compose(draft: Draft) -> list[Block]:
    """Lead, headings, paragraphs and tables in the order of the form."""
    blocks: list[Block] = [Text(draft.lead)]
    for section in draft.sections:
        blocks.append(Text(section.heading, is_heading=True))
        blocks.extend(Text(paragraph) for paragraph in section.paragraphs)
        if section.number in draft.tables:
            blocks.extend(TableBlock(section.number, piece) for piece in _pieces(draft, section.number))
    return blocks


def _pieces(draft: Draft, number: int) -> list[Table]:
    table = draft.tables[number]
    if number == 2 and draft.options.get("split_table_two"):
        starts = [i for i, row in enumerate(table) if row[0].role.startswith("article:")]
        return [table[a:b] for a, b in zip(starts, [*starts[1:], len(table)], strict=True)]
    how = draft.options.get("cut_table_three")
    return _cut(draft, table, repeat_header=how == "header") if number == 3 and how else [table]


def _cut(draft: Draft, table: Table, *, repeat_header: bool) -> list[Table]:
    first_data = next(i for i, row in enumerate(table) if any(cell.key for cell in row))
    at = draft.rng.randrange(first_data + 1, len(table))
    label_again = draft.rng.random() < 0.5
    head: Table = [[_shortened(cell, i, at) for cell in row] for i, row in enumerate(table[:at])]
    crossing: Row = [
        cell._replace(text=cell.text if label_again else "", rowspan=cell.rowspan - (at - i))
        for i, row in enumerate(table[:at]) for cell in row if not cell.key and cell.rowspan > at - i
    ]  # fmt: skip
    if not label_again and crossing:
        draft.optional |= _group_keys(table, at, crossing)
    tail = [[*crossing, *table[at]], *table[at + 1 :]]
    return [head, [*table[:first_data], *tail] if repeat_header else tail]


def _shortened(cell: PrintedCell, row: int, at: int) -> PrintedCell:
    return cell._replace(rowspan=min(cell.rowspan, at - row))


def _group_keys(table: Table, at: int, crossing: Row) -> set[Key]:
    """Cells of the rows that lost their group's label to the piece before."""
    rows = max(cell.rowspan for cell in crossing if cell.role != "results") if len(crossing) > 1 else 0
    return {cell.key for row in table[at : at + rows] for cell in row if cell.key}


@variation("page", "table two stands before its heading")
def table_before_heading(draft: Draft) -> bool:
    at = next(i for i, block in enumerate(draft.blocks) if isinstance(block, TableBlock) and block.number == 2)
    heading = max(i for i, block in enumerate(draft.blocks[:at]) if isinstance(block, Text) and block.is_heading)
    blocks = draft.blocks
    tables = [b for b in blocks[heading:] if isinstance(b, TableBlock) and b.number == 2]
    rest = [b for b in blocks[heading:] if not (isinstance(b, TableBlock) and b.number == 2)]
    draft.blocks = [*blocks[:heading], *tables, *rest]
    return True


@variation("page", "a sentence between heading three and its table")
def sentence_before_table(draft: Draft) -> bool:
    total = draft.figures.cells[APPLICATIONS, "received", "total"]
    many = f"{total.value}件" if total.value is not None else "若干件"
    return _insert_before_table(draft, 3, f"{draft.report_year}年我单位共收到政府信息公开申请{many}，均已按期答复。")


@variation("page", "prose goes on right after the table")
def sentence_after_table(draft: Draft) -> bool:
    at = max(i for i, block in enumerate(draft.blocks) if isinstance(block, TableBlock) and block.number == 2)
    draft.blocks.insert(at + 1, Text("注：以上数据由各承办单位分别统计，经办公室汇总。"))
    return True


@variation("page", "unit line above a table")
def unit_line(draft: Draft) -> bool:
    return _insert_before_table(draft, 3, "单位：件")


def _insert_before_table(draft: Draft, number: int, text: str) -> bool:
    at = next(i for i, block in enumerate(draft.blocks) if isinstance(block, TableBlock) and block.number == number)
    draft.blocks.insert(at, Text(text))
    return True


@variation("page", "sub-sections under section one, numbered （一） to （五）")
def numbered_subsections(draft: Draft) -> bool:
    """Sub-headings that look like row labels: （一）主动公开, （三）政府信息管理."""
    names = ("主动公开情况", "依申请公开情况", "政府信息管理情况", "平台建设情况", "监督保障情况")
    texts = [Text(f"（{n}）{name}。按年初安排逐项落实。") for n, name in zip("一二三四五", names, strict=True)]
    at = next(i for i, b in enumerate(draft.blocks) if isinstance(b, Text) and b.text.startswith("一、"))
    draft.blocks[at + 1 : at + 1] = texts
    return True


@variation("page", "signature and date close the report")
def signature(draft: Draft) -> bool:
    day = draft.published
    if day is None:
        return False
    draft.blocks += [Text(draft.agency), Text(f"{day.year}年{day.month}月{day.day}日")]
    return True


@variation("page", "prose that quotes labels and numbers", excludes=("numbered_subsections",))
def numbers_in_prose(draft: Draft) -> bool:
    at = next(i for i, b in enumerate(draft.blocks) if isinstance(b, Text) and b.text.startswith("一、"))
    draft.blocks.insert(at + 1, Text("本年度召开培训会3次，发布解读稿件12篇，政务新媒体发布信息1086条，抽查栏目24个。"))
    return True


@variation("page", "last year's table under a caption of its own, before this year's", ("html", "docx", "pdf"))
def last_years_table(draft: Draft) -> bool:
    at = next((i for i, block in enumerate(draft.blocks) if isinstance(block, TableBlock) and block.number == 3), None)
    if at is None or draft.is_damaged or draft.carrier == "xlsx":  # a sheet prints no captions between its tables
        return False
    year = draft.report_year
    copy = [[c._replace(key=None, figure=None) for c in row] for row in last_years(draft.tables[3], draft.rng)]
    draft.blocks[at:at] = [Text(f"{year - 1}年度数据"), TableBlock(3, copy), Text(f"{year}年度数据")]
    return True
