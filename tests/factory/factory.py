"""From a seed to a report: figures, variations in their stages, mutations, bytes, truth."""

from collections.abc import Iterable
from datetime import date
from random import Random

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Figure, Key, ReportFigures
from gongkai.demo.layout import tables
from gongkai.demo.page import Section, TableBlock
from tests.factory.arithmetic import contradictions
from tests.factory.carriers import docx, flat, html, ofd, pdf, pdf_paint, workbook
from tests.factory.case import CARRIERS, FLAT, REGISTRY, STAGES, Case, Draft, Truth, Variation, Where
from tests.factory.mutations import all_mutations
from tests.factory.numbers import SIZES, STOCKS, plant_contradictions, random_figures
from tests.factory.undecidable import above_a_deleted_row
from tests.factory.variations import labels, odd_tables, pages, several, spelling, structure, surroundings, unseen

__all__ = ["CARRIERS", "all_variations", "build_case", "random_case"]

_REGISTERED = (
    unseen, docx, surroundings, flat, html, labels, ofd, pages, pdf, pdf_paint, spelling, structure, workbook, odd_tables,
    several,
)  # fmt: skip
"""Modules whose import fills the registry, in the order in which variations are drawn: in another, every seed would give another
report."""
all_variations: dict[str, Variation] = {
    name: variation
    for module in _REGISTERED
    for name, variation in REGISTRY.items()
    if variation.apply.__module__ == module.__name__
}

_AGENCIES = (
    "示例县人民政府",
    "样本市人民政府",
    "示例县财政局",
    "样本市教育局",
    "虚构镇人民政府",
    "示例县人民政府办公室",
)
_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告", "{agency}{year}年度政府信息公开工作年度报告",
    "{year}年{agency}政府信息公开工作年度报告", "{agency}{year}年政府信息公开年度报告",
)  # fmt: skip
_HEADINGS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
_PROSE = {
    1: ("本单位按照要求做好政府信息公开工作，公开目录按时更新。", "制度与流程保持稳定，未作调整。"),
    5: ("公开内容还不够细致，今后将逐项改进。",),
    6: ("无其他需要报告的事项。",),
}
_TABLES = (PROACTIVE, APPLICATIONS, DISPUTES)
_SUFFIX = {
    "html": "html",
    "flat_html": "htm",
    "flat_txt": "txt",
    "pdf": "pdf",
    "docx": "docx",
    "ofd": "ofd",
    "xlsx": "xlsx",
}
_LIKE = {"ofd": "docx", "xlsx": "docx"}
"""Carriers whose tables vary like those of another; how they are written is their own."""


def random_case(
    rng: Random,
    *,
    carrier: str | None = None,
    mutate: bool = False,
    n_variations: int | None = None,
    turn: int | None = None,
) -> Case:
    """A random report, deterministic in ``rng``.

    Args:
        rng: the seed of everything.
        carrier: one of ``CARRIERS``; drawn when None.
        mutate: damage one table (``all_mutations``).
        n_variations: how many variations to try; drawn when None (0 to 8).
        turn: of a corpus in which every variation takes its turn: the number of the report among those of its carrier.
    """
    carrier = carrier or rng.choice(CARRIERS)
    form2, form3 = rng.choice(
        (("2019", "2019"), ("2021", "2021"), ("2021", "2021"), ("2021", "2019"), ("2019", "2021"))
    )
    figures = random_figures(rng, form2, form3, rng.choice(list(SIZES)))
    if rng.random() < 0.3:
        figures = plant_contradictions(rng, figures, rng.randint(1, 3))
    fitting = [name for name, v in all_variations.items() if _fits(carrier, v)]
    count = rng.randint(0, 8) if n_variations is None else n_variations
    chosen = rng.sample(fitting, min(count, len(fitting)))
    if turn is not None:
        chosen = list(dict.fromkeys([fitting[turn % len(fitting)], *chosen]))
    mutations = [rng.choice(list(all_mutations))] if mutate else []
    return build_case(rng, carrier, figures, chosen, mutations)


def build_case(
    rng: Random, carrier: str, figures: ReportFigures, variations: Iterable[str] = (), mutations: Iterable[str] = ()
) -> Case:
    """A report with exactly these variations (those that exclude an earlier one, or do not apply, are left out)."""
    draft = _draft(rng, carrier, figures)
    applied: list[str] = []
    damage: list[str] = []
    wanted = _compatible(variations)
    for stage in STAGES:
        if stage == "labels":
            draft.tables = tables(draft.figures)
        if stage == "structure":
            damage = [name for name in mutations if all_mutations[name](draft)]
            draft.is_damaged = bool(damage)
        if stage == "page":
            draft.blocks = pages.compose(draft)
        for variation in wanted:
            if variation.stage == stage and (not damage or variation.stage != "structure") and _apply(variation, draft):
                applied.append(variation.name)
    return _finish(draft, applied, damage)


def _apply(variation: Variation, draft: Draft) -> bool:
    if draft.is_damaged and variation.name in ("table_before_heading", "sentence_before_table", "unit_line"):
        return False  # they need a table that the damage may have removed
    if draft.is_damaged and variation.name == "sentence_after_table":
        return False
    return _fits(draft.carrier, variation) and variation.apply(draft)


def _fits(carrier: str, variation: Variation) -> bool:
    return carrier in variation.carriers or (variation.stage != "writer" and _LIKE.get(carrier) in variation.carriers)


def _compatible(names: Iterable[str]) -> list[Variation]:
    kept: list[Variation] = []
    for name in names:
        variation = all_variations[name]
        if not any(name in other.excludes or other.name in variation.excludes for other in kept):
            kept.append(variation)
    return kept


def _draft(rng: Random, carrier: str, figures: ReportFigures) -> Draft:
    agency = rng.choice(_AGENCIES)
    year = rng.randint(2021, 2025) if "2021" in (figures.form2, figures.form3) else rng.randint(2019, 2020)
    return Draft(
        rng=rng,
        carrier=carrier,
        figures=figures,
        title=rng.choice(_TITLES).format(agency=agency, year=year),
        agency=agency,
        report_year=year,
        published=date(year + 1, rng.randint(1, 3), rng.randint(1, 28)),
        lead=f"本报告按照《中华人民共和国政府信息公开条例》编制，统计期限为{year}年1月1日至12月31日。",
        sections=[Section(n, heading, _PROSE.get(n, ())) for n, heading in enumerate(_HEADINGS, start=1)],
    )


_WRITERS = {
    "html": html.html_bytes, "flat_html": html.html_bytes, "flat_txt": flat.text_bytes, "pdf": pdf.pdf_document,
    "docx": docx.docx_bytes, "ofd": ofd.ofd_document, "xlsx": workbook.xlsx_bytes,
}  # fmt: skip


def _finish(draft: Draft, applied: list[str], damage: list[str]) -> Case:
    data = _WRITERS[draft.carrier](draft)
    name = "-".join((draft.carrier, draft.figures.form2, draft.figures.form3, *applied, *damage))
    filename = f"report.{_SUFFIX[draft.carrier]}"
    url = f"http://127.0.0.1/xxgk/ndbg/{draft.report_year}/{filename}"
    link_title = surroundings.around(draft).link_title
    truth = _truth(draft)
    others = several.truth_of_the_second(draft, truth)
    return Case(name, data, filename, url, truth, tuple(applied), tuple(damage), link_title, others)


def _truth(draft: Draft) -> Truth:
    cells = _printed(draft)
    if draft.carrier in FLAT and draft.options.get("flat_layout") not in flat.WITH_PIPES:
        draft.optional |= _unaligned(draft)
    undecidable = above_a_deleted_row(draft)
    whole = not draft.is_damaged and not draft.optional and not draft.annotated
    violated, tolerated = contradictions(cells, draft.figures.form3) if whole else (None, frozenset())
    if violated:
        undecided = frozenset(where for where in violated if _rests_on(where, _vanished(draft)))
        violated, tolerated = violated - undecided, tolerated | undecided
    return Truth(
        cells=cells,
        optional=frozenset(draft.optional | draft.annotated | undecidable),
        undecidable=undecidable,
        annotated=frozenset(draft.annotated),
        alternatives={key: frozenset(values) for key, values in draft.alternatives.items()},
        violations=violated,
        tolerated=tolerated,
        form_table2=draft.figures.form2,
        form_table3=draft.figures.form3,
        title=draft.title,
        agency_name=draft.agency,
        report_year=draft.report_year,
        # A file by itself prints no publication date unless it is signed.
        published_date=draft.published if draft.carrier in ("html", *FLAT) else None,
        carrier={"html": "html_table", "flat_html": "flat_text", "flat_txt": "flat_text"}.get(
            draft.carrier, draft.carrier
        ),
        headings=tuple(section.heading for section in draft.sections),
        is_header_known=draft.is_header_known,
    )


def _printed(draft: Draft) -> dict[Key, Figure]:
    """Keyed figures of the tables as they are printed in the end."""
    blocks = (block for block in draft.blocks if isinstance(block, TableBlock))
    cells = [(c.key, c.figure) for block in blocks for row in block.table for c in row if c.key and c.figure]
    return {**{key: figure for key, figure in cells if key[0] in _TABLES}, **draft.options.get("stacked", {})}


def _vanished(draft: Draft) -> set[str]:
    """Lines of which flattened text keeps the label alone: they cannot be told from the labels of groups."""
    if draft.carrier not in FLAT or draft.options.get("flat_layout") in flat.WITH_PIPES:
        return set()
    rows = ([cell for cell in row if cell.key] for row in draft.tables.get(3, ()))
    return {row[0].key[1] for row in rows if row and row[0].key and not any(cell.text.strip() for cell in row)}


def _rests_on(where: Where, vanished: set[str]) -> bool:
    """A sum over lines of which one has left no figure: whether it is broken cannot be told from what is left."""
    rule, _ = where
    if rule == "results_sum_to_total":
        return bool(vanished)
    return rule == "received_equals_handled" and bool(vanished & set(STOCKS))


def _unaligned(draft: Draft) -> set[Key]:
    """In flattened text an empty cell leaves no trace: the other figures of its row may be refused, never shifted."""
    lost: set[Key] = set()
    for table in draft.tables.values():
        for row in table:
            values = [cell for cell in row if cell.key]
            blank = [cell for cell in values if not cell.text.strip()]
            if blank and len(blank) < len(values):
                lost |= {cell.key for cell in values if cell.key}
    return lost
