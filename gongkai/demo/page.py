"""One report before it has a carrier: title, date, prose, and the statutory tables as printed cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gongkai.demo.figures import APPLICATIONS, DISPUTES, PROACTIVE, Figure, Key, ReportFigures
from gongkai.demo.layout import APPLICANTS, OUTCOMES, PROCEDURES, Table, blocks, lines, tables
from schemas.yaml_text import load_yaml

REPORTS = Path(__file__).parent / "reports"


@dataclass(frozen=True)
class Section:
    """A numbered section: ``number`` 1-6; the table of a section follows its paragraphs."""

    number: int
    heading: str
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportPage:
    """A report ready to be rendered. ``tables`` maps section number to table; empty for prose-only reports."""

    title: str
    agency: str
    report_year: int
    published: date | None
    lead: str
    sections: tuple[Section, ...]
    figures: ReportFigures | None
    tables: Mapping[int, Table]
    source: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def with_tables(self, changed: Mapping[int, Table]) -> "ReportPage":
        return replace(self, tables={**self.tables, **changed})


def figures_from(data: Mapping[str, Any]) -> ReportFigures:
    """Figures of a report file: per row a list of cells in the order of the form.

    Raises:
        ValueError: a row is missing, unknown, or has the wrong number of cells.
    """
    form2, form3 = data["form2"], data["form3"]
    cells: dict[Key, Figure] = {}

    def put(prefix: Key, names: list[str], printed: list[Any]) -> None:
        for name, raw in zip(names, printed, strict=True):
            cells[(*prefix, name)] = Figure.of(raw)

    rows2 = dict(data[PROACTIVE])
    for block in blocks(form2):
        for item, _ in block.rows:
            put((PROACTIVE, block.article, item), [metric for metric, _, _ in block.columns], rows2.pop(item))
    rows3 = dict(data[APPLICATIONS])
    for line in lines(form3):
        put((APPLICATIONS, line), list(APPLICANTS), rows3.pop(line))
    rows4 = dict(data[DISPUTES])
    for procedure in PROCEDURES:
        put((DISPUTES, procedure), list(OUTCOMES), rows4.pop(procedure))
    if rows2 or rows3 or rows4:
        raise ValueError(f"rows that the form does not have: {[*rows2, *rows3, *rows4]}")
    return ReportFigures(form2, form3, cells)


def relabel(table: Table, labels: Mapping[str, str]) -> Table:
    """The table with some labels printed differently; ``labels`` maps role to text."""
    return [[cell._replace(text=labels.get(cell.role, cell.text)) for cell in row] for row in table]


class Text(NamedTuple):
    """A heading or a paragraph of the body."""

    text: str
    is_heading: bool = False


class TableBlock(NamedTuple):
    """A statutory table (2, 3 or 4) in its place in the body."""

    number: int
    table: Table


class ImageBlock(NamedTuple):
    """A picture where a table should be."""

    source: str


Block = Text | TableBlock | ImageBlock


def body(page: ReportPage, *, table_images: bool = False) -> list[Block]:
    """The report in reading order: lead, then each heading with its paragraphs and its table."""
    blocks_: list[Block] = [Text(page.lead)] if page.lead else []
    for section in page.sections:
        blocks_.append(Text(section.heading, is_heading=True))
        blocks_.extend(Text(paragraph) for paragraph in section.paragraphs)
        if section.number in page.tables:
            table = TableBlock(section.number, page.tables[section.number])
            blocks_.append(ImageBlock(picture_name(section.number)) if table_images else table)
    return blocks_


def picture_name(number: int) -> str:
    """What the picture of a table is called on its site."""
    return f"W02024012538{number}.png"


@cache
def load_report(name: str, night: int = 1) -> ReportPage:
    """A report of ``reports/<name>.yaml``; from the second night on, with its ``second_night`` rows."""
    data = load_yaml((REPORTS / f"{name}.yaml").read_text(encoding="utf-8"))
    if night > 1:
        for table, rows in data.get("second_night", {}).items():
            data["figures"][table] |= rows
    figures = figures_from(data["figures"]) if "figures" in data else None
    printed = {} if figures is None else tables(figures)
    return ReportPage(
        title=data["title"],
        agency=data["agency"],
        report_year=data["report_year"],
        published=data.get("published"),
        lead=_unwrap(data.get("lead", "")),
        sections=tuple(
            Section(number, s["heading"], tuple(_unwrap(p) for p in s.get("paragraphs", ())))
            for number, s in enumerate(data["sections"], start=1)
        ),
        figures=figures,
        tables={n: relabel(t, data.get("labels", {})) for n, t in printed.items()},
        source=data.get("source", data["agency"]),
        facts=data.get("expected", {}),
    )


def _unwrap(text: str) -> str:
    """YAML folds long Chinese lines with a space; the page has none there."""
    return re.sub(r"\s*\n\s*", "", text.strip())
