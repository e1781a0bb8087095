"""Small builders for the reader's tests: a page, a table of the form with some labels or cells printed otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.read.reader import read_report
from schemas.forms.catalogue import KEY_COLUMNS, FormTable, Node, forms

Contract = dict[str, Any]
TITLE = "示例县人民政府2023年政府信息公开工作年度报告"
TABLE_FOUR = (
    "<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
    "<tr>{0}<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>{1}{1}</tr><tr>{2}</tr></table>"
)
OUTCOMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def td(text: object, colspan: int = 1, rowspan: int = 1) -> str:
    """One cell."""
    spans = (f" colspan={colspan}" if colspan > 1 else "") + (f" rowspan={rowspan}" if rowspan > 1 else "")
    return f"<td{spans}>{text}</td>"


def table(*rows: str | Sequence[object]) -> str:
    """A table from rows of cells; a text with ``|`` between cells will do."""
    cells = [row.split("|") if isinstance(row, str) else row for row in rows]
    printed = ["".join(str(c) if str(c).startswith("<td") else td(c) for c in row) for row in cells]
    return f"<table><tr>{'</tr><tr>'.join(printed)}</tr></table>"


def page(*blocks: str, title: str = TITLE, head: str = "", below: str = "") -> bytes:
    """An HTML page: its title, what stands below it, and blocks (a block without markup becomes a paragraph)."""
    body = "".join(block if block.startswith("<") else f"<p>{block}</p>" for block in blocks)
    head = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head>"
    return f"{head}<body><h1>{title}</h1>{below}{body}</body></html>".encode()


def parse(data: bytes, **context: Any) -> Contract:
    """The parse contract of a document."""
    return read_report(data, **context).to_contract()


def form_table(form: str, name: str) -> FormTable:
    """A statutory table of a form."""
    return next(item for item in forms() if item.form == form).tables[name]


def applications(
    form: str = "2021",
    *,
    labels: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    cells: Mapping[tuple[str, str], str] | None = None,
) -> str:
    """Table three with its groups as spanning cells; every cell prints a number of its own unless told otherwise.

    ``labels`` and ``columns`` replace printed labels (by label of the form), ``cells`` printed values (by line and applicant).
    """  # fmt: skip
    labels, columns, cells = labels or {}, columns or {}, cells or {}
    block = form_table(form, "applications").blocks[0]
    heads = [(columns.get(leaf.label, leaf.label), leaf.keys["applicant"]) for leaf in block.column_leaves()]
    names = [text for text, _ in heads]
    top = td("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3) + td("申请人情况", 7)
    second = td(names[0], 1, 2) + td(columns.get("法人或其他组织", "法人或其他组织"), 5) + td(names[6], 1, 2)
    rows = [top, second, "".join(map(td, names[1:6]))]
    number = 100
    for top_row in block.rows:
        printed: dict[int, str] = {}
        for node in top_row.walk():
            if not node.is_leaf:
                depth = len(node.ancestors)
                leaves = sum(item.is_leaf for item in node.walk())
                printed[depth] = td(labels.get(node.label, node.label), 1, leaves)
                continue
            own = td(labels.get(node.label, node.label), 3 - len(node.ancestors))
            values = []
            for _, applicant in heads:
                number += 1
                values.append(td(cells.get((node.keys["line"], applicant), number)))
            rows.append("".join(printed[d] for d in sorted(printed)) + own + "".join(values))
            printed = {}
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def disputes(values: Sequence[object] = range(15), outcomes: Sequence[str] = OUTCOMES) -> str:
    """Table four."""
    upper = "".join(td(name, 1, 2) for name in outcomes)
    return TABLE_FOUR.format(upper, "".join(map(td, outcomes)), "".join(map(td, values)))


def table_two(form: str = "2021", **labels: str) -> str:
    """Table two of a form, a number of its own in every cell; keywords replace item labels."""
    rows: list[list[object]] = []
    number = 10
    for block in form_table(form, "proactive_disclosure").blocks:
        width = len(block.column_leaves())
        article = block.keys["article"][3]
        rows.append([td(f"第二十条第（{dict(zip('15689', '一五六八九', strict=True))[article]}）项", 4)])
        rows.append(["信息内容", *(td(leaf.label, 3 if width == 1 else 1) for leaf in block.column_leaves())])
        for leaf in block.row_leaves():
            values: list[object] = []
            for column in block.column_leaves():
                number += 1
                values.append(td(f"{number}万元" if column.unit_in_cell else number, 3 if width == 1 else 1))
            rows.append([labels.get(leaf.keys["item"], leaf.label), *values])
    return table(*rows)


def leaf(form: str, line: str) -> Node:
    """A row of table three."""
    return next(n for n in form_table(form, "applications").blocks[0].row_leaves() if n.keys["line"] == line)


def values(parsed: Contract, name: str) -> dict[tuple[str, ...], object]:
    """Cells of a fact table: keys without the article → value."""
    keys = KEY_COLUMNS[name][-2:]
    return {tuple(row[key] for key in keys): row["value"] for row in parsed[name]}


def rules(parsed: Contract) -> set[str]:
    """Rules of the findings."""
    return {finding["rule"] for finding in parsed["findings"]}
