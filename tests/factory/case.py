"""What a factory report is while it is being made (``Draft``), and what it is when done (``Case`` with its ``Truth``)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from gongkai.demo.figures import Figure, Key, ReportFigures
from gongkai.demo.layout import PrintedCell, Table
from gongkai.demo.page import Block, Section

Where = tuple[str, str]
"""An arithmetic finding: rule and the line, applicant or procedure it names."""

FLAT = ("flat_html", "flat_txt")
CARRIERS = ("html", *FLAT, "pdf", "docx")


@dataclass
class Draft:
    """A report in the making. Variations change it in place, stage by stage (``STAGES``)."""

    rng: Random
    carrier: str
    figures: ReportFigures
    title: str
    agency: str
    report_year: int
    published: date | None
    lead: str
    sections: list[Section]
    tables: dict[int, Table] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)  # of the writer of the carrier
    optional: set[Key] = field(default_factory=set)  # may be refused, must not be wrong
    annotated: set[Key] = field(default_factory=set)  # may be refused, must be neither wrong nor blank
    alternatives: dict[Key, set[Decimal]] = field(default_factory=dict)  # printed twice, differently
    is_damaged: bool = False
    is_header_known: bool = True

    def cells(self, table: int) -> Iterable[PrintedCell]:
        return (cell for row in self.tables[table] for cell in row)

    def map_cells(self, change: Callable[[PrintedCell], PrintedCell], tables: Iterable[int] = (2, 3, 4)) -> bool:
        """Replace cells one by one; says whether anything changed."""
        before = {n: self.tables[n] for n in tables}
        after = {n: [[change(cell) for cell in row] for row in table] for n, table in before.items()}
        self.tables |= after
        return after != before

    def relabel(self, labels: dict[str, str]) -> bool:
        """Print other texts in the cells of these roles."""
        return self.map_cells(lambda cell: cell._replace(text=labels.get(cell.role, cell.text)))


@dataclass(frozen=True)
class Truth:
    """What a reader must find.

    ``cells`` are the keyed figures that the document prints. A key that is not in it must carry no value at all.
    ``violations`` is None where arithmetic cannot be decided from what is left of the tables.
    """

    cells: dict[Key, Figure]
    optional: frozenset[Key]
    undecidable: frozenset[Key]  # of the optional ones: if refused, a finding must say so
    annotated: frozenset[Key]
    alternatives: dict[Key, frozenset[Decimal]]
    violations: frozenset[Where] | None
    tolerated: frozenset[Where]
    form_table2: str
    form_table3: str
    title: str
    agency_name: str
    report_year: int
    published_date: date | None
    carrier: str
    headings: tuple[str, ...]
    is_header_known: bool


@dataclass(frozen=True)
class Case:
    """One factory report. ``variations`` and ``mutations`` name what was done to it."""

    name: str
    data: bytes
    filename: str
    url: str
    truth: Truth
    variations: tuple[str, ...]
    mutations: tuple[str, ...]
    link_title: str | None = None
    others: tuple[Truth, ...] = ()  # further reports in the same document


@dataclass(frozen=True)
class Variation:
    """One documented way of printing. ``apply`` returns False when it found nothing to do."""

    name: str
    stage: str
    carriers: tuple[str, ...]
    apply: Callable[[Draft], bool]
    source: str  # where it was seen
    excludes: tuple[str, ...] = ()


STAGES = ("figures", "labels", "structure", "page", "writer")
REGISTRY: dict[str, Variation] = {}


def variation(
    stage: str, source: str, carriers: tuple[str, ...] = CARRIERS, excludes: tuple[str, ...] = ()
) -> Callable[[Callable[[Draft], bool]], Callable[[Draft], bool]]:
    """Register a function as a variation under its own name.

    Raises:
        ValueError: another has that name.
    """

    def register(apply: Callable[[Draft], bool]) -> Callable[[Draft], bool]:
        if apply.__name__ in REGISTRY:
            raise ValueError(f"two variations are called {apply.__name__}")
        REGISTRY[apply.__name__] = Variation(apply.__name__, stage, carriers, apply, source, excludes)
        return apply

    return register
