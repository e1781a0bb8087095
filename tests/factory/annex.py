"""Reports of 2004-2018 with an annex: every annex of ``schemas/forms``, in every carrier, in the columns that pages print.

The truth is by (indicator, column): None is the year's own column. What is printed under another head, of another row, or
not at all must never be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from gongkai.demo.figures import Figure
from gongkai.demo.layout import PrintedCell, Row, Table
from gongkai.demo.page import Block, TableBlock, Text
from schemas.forms.catalogue import BESIDE, FormTable, Node, forms
from schemas.labels import normalise_label
from tests.factory.carriers import docx, flat, html, ofd, pdf, workbook
from tests.factory.case import CARRIERS, Draft

ANNEX_CARRIERS = (*CARRIERS, "xlsx", "ofd")

Place = tuple[str, str | None]
"""Indicator, and the column beside the year's; None is the year's."""

ANNEXES = tuple(form.tables["legacy_statistics"] for form in forms() if "legacy_statistics" in form.tables)
LAYOUTS = ("cell_a_line", "cell_a_paragraph", "row_a_line", "row_of_pipes", "row_between_pipes", "cell_before_pipe",
           "tab_between_cells", "one_line")  # fmt: skip
_OWN = ("统计数", "数量", "2016年度", "2016年", "本年度", "合计", "本年累计")
_BESIDE: Mapping[str, tuple[str, ...]] = {
    "cumulative": ("历年累计", "累计数"), "current_period": ("本期实际",), "previous_year": ("上年度", "去年同期"),
    "government": ("区政府统计数", "本级"), "departments": ("区直单位统计数", "县直部门"),
    "townships": ("乡镇街道统计数", "乡镇"),
}  # fmt: skip
_STRANGE_HEADS = ("比上年增减", "审核数", "备查数")
_STRANGE_ROWS = ("主动公开机构设置及人事信息数", "政务抖音公开政府信息数", "接待来访群众批次", "印发宣传资料数")


@dataclass
class AnnexCase:
    """One report: bytes, what it prints, and what may be refused."""

    name: str
    data: bytes
    filename: str
    cells: dict[Place, Decimal | None]
    refusable: set[Place] = field(default_factory=set)
    undecided: set[Place] = field(
        default_factory=set
    )  # blanks that text runs together with a figure whose label is lost


@dataclass
class AnnexScore:
    """``wrong`` and ``invented`` must be empty. Missing figures are honest where a finding of the table says so."""

    printed: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: int = 0
    unexplained: list[str] = field(default_factory=list)

    def add(self, other: "AnnexScore") -> None:
        """Sum up over a corpus."""
        self.printed += other.printed
        self.right += other.right
        self.refused += other.refused
        for name in ("wrong", "invented", "missing", "unexplained"):
            getattr(self, name).extend(getattr(other, name))


def random_annex(rng: Random, *, carrier: str | None = None, damage: bool = False) -> AnnexCase:
    """A random report with an annex, deterministic in ``rng``; damaged in one way where ``damage`` is set."""
    carrier = carrier or rng.choice(ANNEX_CARRIERS)
    form = rng.choice(ANNEXES)
    heads = _heads(rng)
    table, cells = _printed(rng, form, heads)
    done, refusable, before_lost = "", set[Place](), set[Place]()
    if damage:
        done = rng.choice(sorted(_DAMAGE))
        whole = table
        table, refusable = _DAMAGE[done](rng, table, cells)
        before_lost = _before_the_lost_row(whole, table) if done == "delete_row" else set()
    in_halves = carrier in ("html", "docx") and not damage and rng.random() < 0.2
    options: dict[str, Any] = {"flat_layout": rng.choice(LAYOUTS[:-1])} if carrier == "flat_txt" else {}
    on_one_line = carrier == "flat_txt" and rng.random() < 0.15
    undecided: set[Place] = set()
    blocks: list[Block] = [Text("一、概述", is_heading=True), Text("本年度政府信息公开工作有序开展。"), Text("附表")]
    if on_one_line:
        blocks.append(Text("  ".join(cell.text for row in table for cell in row if cell.text)))
    else:
        blocks.append(TableBlock(1, _halves(table) if in_halves else table))
    if carrier in ("flat_html", "flat_txt") and (on_one_line or options.get("flat_layout") not in flat.WITH_PIPES):
        refusable |= _where_blanks_leave_no_trace(table)
        refusable |= before_lost
        undecided = {place for place in refusable if cells.get(place, 0) is None} if done == "blank_label" else set()
    elif carrier == "flat_txt" and not options["flat_layout"].startswith("tab"):
        refusable |= _where_blanks_may_be_padding(table)
    draft = Draft(
        rng=rng, carrier=carrier, figures=None, title="示例县人民政府2016年政府信息公开工作年度报告",  # type: ignore[arg-type]
        agency="示例县人民政府", report_year=2016, published=date(2017, 2, 3), lead="", sections=[], blocks=blocks,
        options=options,
    )  # fmt: skip
    suffix = {"flat_html": "htm", "flat_txt": "txt"}.get(carrier, carrier)
    told = [carrier, form.form, options.get("flat_layout", ""), "one_line" if on_one_line else "", done]
    name = "-".join(filter(None, [*told, *("halves",) * in_halves, *(key or "own" for _, key in heads)]))
    return AnnexCase(name, _WRITERS[carrier](draft), f"annex.{suffix}", cells, refusable, undecided)


_WRITERS = {
    "html": html.html_bytes, "flat_html": html.html_bytes, "flat_txt": flat.text_bytes, "pdf": pdf.pdf_document,
    "docx": docx.docx_bytes, "xlsx": workbook.xlsx_bytes, "ofd": ofd.ofd_document,
}  # fmt: skip


def _heads(rng: Random) -> list[tuple[str, str | None]]:
    """Heads of the columns of figures with their meaning, in printed order."""
    own: tuple[str, str | None] = (rng.choice(_OWN), None)
    how = rng.random()
    if how < 0.4:
        return [own]
    keys = (
        ["cumulative"] if how < 0.7 else ["government", "departments", "townships"] if how < 0.85
        else rng.sample(sorted(_BESIDE), rng.randint(1, 2))
    )  # fmt: skip
    heads = [own, *((rng.choice(_BESIDE[key]), key) for key in keys)]
    if rng.random() < 0.3:
        rng.shuffle(heads)
    return heads


def _printed(
    rng: Random, form: FormTable, heads: list[tuple[str, str | None]]
) -> tuple[Table, dict[Place, Decimal | None]]:
    """The table and what it says. Numbers differ from each other, so that none can stand in for another."""
    unit_of = rng.choice(("column", "column", "behind", "brackets", "none"))
    extra = rng.choice(("", "", "code", "serial", "remarks"))
    numbers = rng.sample(range(1, 90_000), 400)
    cells: dict[Place, Decimal | None] = {}
    table: Table = [_head_row(heads, unit_of, extra)]
    absent: set[int] = set()
    for node in (node for block in form.blocks for top in block.rows for node in top.walk()):
        is_under = any(ancestor.order in absent for ancestor in node.ancestors)
        if is_under or (node.optional and rng.random() < 0.4):
            absent.add(node.order)
            continue
        values: Row = []
        for _, key in heads:
            figure = _figure(rng, node, numbers.pop()) if node.is_leaf else Figure.of("")
            place = (node.keys.get("indicator", ""), key)
            values.append(PrintedCell(figure.raw, key=("annex", *map(str, place)), figure=figure))
            if node.is_leaf:
                factor = Decimal("0.0001") if node.money and node.unit == "元" else Decimal(1)
                cells[place] = None if figure.value is None else figure.value * factor
        table.append(_row(node, values, unit_of, extra, len(table)))
    return table, cells


def _figure(rng: Random, node: Node, number: int) -> Figure:
    how = rng.random()
    if how < 0.25:
        return Figure.of(0)
    if how < 0.32:
        return Figure.of("")
    if how < 0.36:
        return Figure.of("/")
    return Figure.of(f"{number}.5") if node.money else Figure.of(number)


def _head_row(heads: list[tuple[str, str | None]], unit_of: str, extra: str) -> Row:
    names = ["指标名称", *(["计量单位"] if unit_of == "column" else []), *(["代码"] if extra == "code" else [])]
    names = [*(["序号"] if extra == "serial" else []), *names, *(text for text, _ in heads)]
    return [PrintedCell(name) for name in [*names, *(["备注"] if extra == "remarks" else [])]]


def _row(node: Node, values: Row, unit_of: str, extra: str, number: int) -> Row:
    unit = node.unit or ""
    label = node.label
    if node.is_leaf and unit_of == "behind":
        label = f"{label} {unit}"
    elif node.is_leaf and unit_of == "brackets" and not label.endswith("）"):
        label = f"{label}（{unit}）"
    row = [PrintedCell(label)]
    if unit_of == "column":
        row.append(PrintedCell(unit if node.is_leaf else "——"))
    if extra == "code":
        row.append(PrintedCell(f"{number:02d}"))
    lead = [PrintedCell(str(number))] if extra == "serial" else []
    return [*lead, *row, *values, *([PrintedCell("")] if extra == "remarks" else [])]


def _halves(table: Table) -> Table:
    """The table cut in two, its lower half beside the upper one."""
    head, rows = table[0], table[1:]
    middle = -(-len(rows) // 2)
    empty = [PrintedCell("") for _ in head]
    right = [*rows[middle:], *[empty] * (2 * middle - len(rows))]
    return [[*head, *head], *([*left, *other] for left, other in zip(rows[:middle], right, strict=True))]


def _where_blanks_leave_no_trace(table: Table) -> set[Place]:
    """In text without signs between cells nothing tells which figure of a row is blank, or whether its label names a group;
    a number in front of a row cannot be told from the last value of the row before."""
    numbered = table[0][0].text == "序号"
    blanks = [any(cell.key and not cell.text for cell in row) for row in table]
    return {
        _place(cell)
        for at, row in enumerate(table)
        for cell in row
        if cell.key and (numbered or any(blanks[max(at - 1, 0) : at + 2]))
    }


def _where_blanks_may_be_padding(table: Table) -> set[Place]:
    """Where pipes part the cells and every blank of the text stands at the end of its row, blanks may be what a page put
    there to fill rows up: then a row with fewer figures than columns does not say which of them it prints."""
    rows = [[cell.text for cell in row if cell.key] for row in table]
    if any("" in row[: 1 + max(at for at, text in enumerate(row) if text)] for row in rows if any(row)):
        return set()
    return {place for row in table for place in _of_row(row) if any(cell.key and not cell.text for cell in row)}


def _before_the_lost_row(whole: Table, table: Table) -> set[Place]:
    """The row before the one that is gone: where blanks leave no trace, its figures may be those of the lost row."""
    gone = next(at for at, row in enumerate(whole) if table[at : at + 1] != [row])
    return _of_row(whole[gone - 1])


def _place(cell: PrintedCell) -> Place:
    assert cell.key is not None
    return cell.key[1], None if cell.key[2] == "None" else cell.key[2]


def _of_row(row: Row) -> set[Place]:
    return {_place(cell) for cell in row if cell.key}


def _data_rows(table: Table) -> list[int]:
    return [at for at, row in enumerate(table) if any(cell.figure and cell.text for cell in row)]


Cells = dict[Place, Decimal | None]


def _delete_row(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    at = rng.choice(_data_rows(table))
    for place in _of_row(table[at]):
        del cells[place]
    return [*table[:at], *table[at + 1 :]], set()


def _only_by_group(table: Table, at: int) -> set[Place]:
    """The rows right below a stranger that only their group tells apart (（二）被依法纠错数): a stranger may open a group."""
    labels = [next(cell.text for cell in row if not cell.key and not cell.text.isdigit()) for row in table]
    end = next((below for below in range(at + 1, len(table)) if labels.count(labels[below]) == 1), len(table))
    return {place for row in table[at:end] for place in _of_row(row)}


def _relabel_row(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    """A row of no annex: its figures belong nowhere."""
    at = rng.choice(_data_rows(table))
    for place in _of_row(table[at]):
        del cells[place]
    label = next(number for number, cell in enumerate(table[at]) if not cell.key and not cell.text.isdigit())
    row = [
        cell._replace(text=rng.choice(_STRANGE_ROWS)) if number == label else cell._replace(key=None, figure=None)
        for number, cell in enumerate(table[at])
    ]
    # In text, what stands around a stranger may be refused.
    near = {place for other in table[max(at - 1, 1) : at + 2] for place in _of_row(other)} | _only_by_group(table, at)
    return [*table[:at], row, *table[at + 1 :]], near


def _blank_label(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    """The label is gone; what the figures count can at best be concluded from the order."""
    at = rng.choice(_data_rows(table))
    near = {place for other in table[max(at - 1, 1) : at + 1] for place in _of_row(other)} | _only_by_group(table, at)
    row = [cell if cell.key else cell._replace(text="") for cell in table[at]]
    return [*table[:at], row, *table[at + 1 :]], near


def _strange_head(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    """A column that no annex knows, among the others: its figures must not be read, the others may be refused."""
    at = next(number for number, cell in enumerate(table[-1]) if cell.key)
    head = [*table[0][:at], PrintedCell(rng.choice(_STRANGE_HEADS)), *table[0][at:]]
    rows = [[*row[:at], PrintedCell(str(rng.randint(90_001, 99_999))), *row[at:]] for row in table[1:]]
    return [head, *rows], {place for row in table for place in _of_row(row)}


def _lost_cell(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    """A value cell of a row is not there at all: what stands behind it moved up."""
    at = rng.choice(_data_rows(table))
    gone = rng.choice([number for number, cell in enumerate(table[at]) if cell.key])
    row = [cell for number, cell in enumerate(table[at]) if number != gone]
    places = _of_row(table[at])
    printed = [cells[_place(cell)] for cell in row if cell.key]
    for number, cell in enumerate(cell for cell in table[at] if cell.key):  # they are printed where they moved to
        cells[_place(cell)] = printed[number] if number < len(printed) else None
    return [*table[:at], row, *table[at + 1 :]], places


def _wrong_unit(rng: Random, table: Table, cells: Cells) -> tuple[Table, set[Place]]:
    """A count in a unit of money: label and unit are not of one row."""
    rows = [at for at in _data_rows(table) if any(cell.text in ("条", "件", "次") for cell in table[at])]
    if not rows:
        return table, set()
    at = rng.choice(rows)
    for place in _of_row(table[at]):
        cells[place] = None
    row = [cell._replace(text="万元") if cell.text in ("条", "件", "次") else cell for cell in table[at]]
    return [*table[:at], row, *table[at + 1 :]], _of_row(table[at])


_DAMAGE = {
    "delete_row": _delete_row, "relabel_row": _relabel_row, "blank_label": _blank_label, "strange_head": _strange_head,
    "lost_cell": _lost_cell, "wrong_unit": _wrong_unit,
}  # fmt: skip


def compare_annex(case: AnnexCase, parsed: Mapping[str, Any]) -> AnnexScore:
    """Score one parse-contract object."""
    score = AnnexScore()
    got: dict[Place, Decimal] = {}
    rows = [(None, row) for row in parsed["legacy_statistics"]]
    rows += [(column, row) for column, some in parsed["legacy_breakdown"].items() for row in some]
    for column, row in rows:
        if row["value"] is not None:
            got[row["indicator"], column] = Decimal(str(row["value"]))
    told = _Told(parsed)
    elsewhere = {got[place] for place in case.undecided if place in got}  # the text prints them behind another label
    for place, value in case.cells.items():
        read = got.pop(place, None)
        if value is None:
            is_wrong = read is not None and place not in case.undecided
            score.wrong += [f"{place}: read {read}, nothing is printed"] if is_wrong else []
            continue
        score.printed += 1
        if read == value:
            score.right += 1
        elif read is not None:
            score.wrong.append(f"{place}: read {read}, printed {value}")
        else:
            score.refused += place in case.refusable
            score.missing += [] if place in case.refusable else [str(place)]
            is_told = told.of(place[0], value) or value in elsewhere
            score.unexplained += [] if is_told else [f"{place}: {value}"]
    score.invented = [f"{place}: {value}" for place, value in got.items()]
    return score


_NAMES: dict[str, set[str]] = {}
for _leaf in (leaf for annex in ANNEXES for block in annex.blocks for leaf in block.row_leaves()):
    _NAMES.setdefault(_leaf.keys["indicator"], set()).update(_leaf.names)
_OF_ALL = ("table_unread", "columns_in_doubt", "columns_repeated", "table_of_other_years", "copies_differ")


class _Told:
    """What a report says of the figures that it did not read: a finding explains those of its row, or that it prints."""

    def __init__(self, parsed: Mapping[str, Any]) -> None:
        found = [
            finding for finding in parsed["findings"] if finding["table_name"] in (*BESIDE, *BESIDE.values(), None)
        ]
        self._is_of_all = any(finding["rule"] in _OF_ALL for finding in found)
        self._labels = {normalise_label(finding["message"].split("”")[0].lstrip("“")) for finding in found}
        self._numbers = {
            number for finding in found for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", finding["message"])
        }
        cells = parsed["legacy_statistics"]
        self._unreadable = {row["indicator"] for row in cells if row["value_status"] == "unreadable"}

    def of(self, indicator: str, value: Decimal) -> bool:
        """Whether anything is said of a figure."""
        printed = {str(value), f"{(value * 10_000).normalize():f}"}  # 元 on the page, 万元 in the truth
        is_named = bool(_NAMES[indicator] & self._labels) or bool(printed & self._numbers)
        return self._is_of_all or is_named or indicator in self._unreadable
