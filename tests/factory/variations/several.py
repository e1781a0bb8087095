"""More than the report itself: another report in the document, tables of districts behind it, blocks of two forms in one table.

Cells of what stands beside the report carry keys with a mark in front, so that they are drawn like any figure and never count
as the report's own.
"""

from dataclasses import replace

from gongkai.demo.figures import PROACTIVE, Key, ReportFigures
from gongkai.demo.layout import Row, Table, blocks, table_two, tables
from gongkai.demo.page import Block, TableBlock, Text
from tests.factory.case import FLAT, Draft, Truth, variation
from tests.factory.numbers import SIZES, random_figures

SECOND = "second:"
DISTRICT = "district:"
_ORGANS = ("样例县水利局", "示范市统计局", "样例县青山镇人民政府")
_HEADINGS = ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况")

_CLOSING = ("五、存在的主要问题及改进情况", "六、其他需要报告的事项")


def _figures(draft: Draft) -> ReportFigures:
    form = draft.rng.choice(("2019", "2021"))
    return random_figures(draft.rng, form, form, draft.rng.choice(list(SIZES)))


def _marked(table: Table, mark: str) -> Table:
    return [[c._replace(key=(mark + c.key[0], *c.key[1:])) if c.key else c for c in row] for row in table]


@variation("page", "a collection: the report of another organ or year behind the report")
def second_report(draft: Draft) -> bool:
    figures = _figures(draft)
    agency, year = draft.rng.choice(_ORGANS), draft.report_year - draft.rng.randint(0, 1)
    title = f"{agency}{year}年政府信息公开工作年度报告"
    found: list[Block] = [Text(title), Text("一、总体情况", is_heading=True), Text("工作按计划推进。")]
    for number, (heading, table) in enumerate(zip(_HEADINGS, tables(figures).values(), strict=True), 12):
        found += [Text(heading, is_heading=True), TableBlock(number, _marked(table, SECOND))]
    found += [Text(_CLOSING[0], is_heading=True), Text("今后将继续改进。")]
    draft.blocks += [*found, Text(_CLOSING[1], is_heading=True), Text("无其他需要报告的事项。")]
    draft.options["second"] = (figures, title, agency, year)
    return True


def truth_of_the_second(draft: Draft, own: Truth) -> tuple[Truth, ...]:
    """What must be read of the second report; in text it may be refused."""
    if "second" not in draft.options:
        return ()
    figures, title, agency, year = draft.options["second"]
    marked = {key: (SECOND + key[0], *key[1:]) for key in figures.cells}
    everything = frozenset(figures.cells)

    def of_the_second(keys: set[Key]) -> frozenset[Key]:
        return frozenset(key for key, other in marked.items() if other in keys)

    annotated = of_the_second(draft.annotated)
    optional = everything if draft.carrier in FLAT else of_the_second(draft.optional) | annotated
    return (
        replace(
            own, cells=dict(figures.cells), optional=optional, annotated=annotated, alternatives={}, violations=None,
            tolerated=frozenset(), form_table2=figures.form2, form_table3=figures.form3, title=title, agency_name=agency,
            report_year=year, published_date=None, headings=("一、总体情况", *_HEADINGS, *_CLOSING),
        ),
    )  # fmt: skip


@variation("page", "tables of districts as appendices", excludes=("second_report",))
def district_tables(draft: Draft) -> bool:
    """Whole sets, or the table of requests alone, under captions that name the district."""
    names = draft.rng.sample(("青山区", "绿水区", "白云街道"), draft.rng.randint(1, 3))
    chosen = draft.rng.choice(((3,), (2, 3), (2, 3, 4)))
    for number, name in enumerate(names, 1):
        printed = tables(_figures(draft))
        draft.blocks.append(Text(f"附件{number}：{name}政府信息公开情况统计表"))
        draft.blocks += [TableBlock(10 + part, _marked(printed[part], DISTRICT)) for part in chosen]
    return True


@variation("structure", "a block of the other form in table two", excludes=("spans_disagree", "stacked_blocks_apart"))
def mixed_forms(draft: Draft) -> bool:
    """The form of the table stays the one that most of its blocks follow."""
    own = draft.figures.form2
    other = "2021" if own == "2019" else "2019"
    article = draft.rng.choice(("20(1)", "20(5)", "20(8)") if own == "2021" else ("20(1)", "20(5)"))
    strange = table_two(random_figures(draft.rng, other, draft.figures.form3, "small"))
    replaced: Table = []
    for block in blocks(own):
        table = strange if block.article == article else draft.tables[2]
        replaced += _rows_of(table, block.article)
    draft.tables[2] = replaced
    if draft.carrier in FLAT:
        draft.optional |= {cell.key for cell in draft.cells(2) if cell.key}
    return True


def _rows_of(table: Table, article: str) -> list[Row]:
    starts = [at for at, row in enumerate(table) if row[0].role.startswith("article:")]
    begin = next(at for at in starts if table[at][0].role == f"article:{article}")
    end = next((at for at in starts if at > begin), len(table))
    assert all(cell.key[0] == PROACTIVE for row in table[begin:end] for cell in row if cell.key)
    return table[begin:end]
