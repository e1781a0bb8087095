"""What a plan is made of: rows at their places, the printed cell for each cell of a form, and what could not be placed."""

from dataclasses import dataclass, field

from pipelines.read.tables.columns.span_layout import Placed
from schemas.forms.catalogue import FormTable, Node


@dataclass(frozen=True)
class Target:
    """A cell of a form and the printed cell that fills it."""

    keys: tuple[str, ...]  # values of KEY_COLUMNS[table], and the column where it goes to BESIDE[table]
    grid: int
    row: int
    cell: int
    merged: bool
    row_node: Node | None
    column_node: Node
    column_text: str
    printed_unit: str | None = None  # in a column of units beside the label, or glued to the label


@dataclass(frozen=True)
class Defect:
    """Something printed that was not read: the rule that names it, the words, and the cells concerned."""

    rule: str  # label_unmapped, row_misaligned, header_unreadable, row_duplicated
    text: str
    cells: tuple[tuple[int, int, int], ...]  # (grid, row, cell)
    keys: tuple[tuple[str, str], ...] = ()  # known part of the key


@dataclass(eq=False)
class TablePlan:
    """How one table is read under one form. Finished with the planning, and shared by all reports of one template."""

    table: str
    form: str
    layout: FormTable  # what the cells were placed by: the form's own table, or one with blocks of several forms
    targets: list[Target] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    doubtful: bool = False  # the order of its columns follows from sums alone
    strange_columns: set[str] = field(
        default_factory=set
    )  # that the header of a text prints and the form does not have
    had_sums: bool = False  # a column of subtotals was taken out
    plain: bool = False  # every row was placed, and no cell is claimed twice
    missing: float = 0.0  # share of the form's cells that no printed cell fills
    familiar: int = 0  # printed labels that this form knows
    year: int | None = None  # whose columns were taken, where the table prints several years

    @property
    def recognised(self) -> bool:
        """Whether this is the statutory table at all, and not some other table with a few of its words."""
        return bool(self.targets) or any(defect.keys for defect in self.defects)

    @property
    def score(self) -> float:
        unread = sum(max(len(defect.cells), 1) for defect in self.defects if defect.rule == "label_unmapped")
        return len(self.targets) - 2 * unread - 50 * self.missing + 3 * self.familiar


@dataclass
class GridRow:
    grid: int
    cells: list[Placed]
    ruled: bool
    width: int  # of the whole grid
    unsure: bool = False  # it may be half of one
    padded: bool = False  # blanks at its end may stand for blank cells anywhere in it
    unit: str | None = None  # printed behind its figures
