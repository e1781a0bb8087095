"""Matching a printed label against the labels of a form: exact and alias first, then a typo that the order confirms."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import Levenshtein

from pipelines.read.tables.values.numbers import kind
from schemas.forms.catalogue import BESIDE, Form, FormTable, Node
from schemas.labels import COLUMN_MARKS, IDLE_COLUMNS, UNIT_COLUMNS, normalise_label

_MIN_ONLY = 8
SUBTOTAL = "小计"
_NUMBERED = re.compile("范围[0-9]")
MIN_FUZZY = 5
"""Shorter labels differ by one meaningful character (结果维持, 结果纠正): only exact spellings are accepted."""
MIN_CUT = 3
"""Characters that must be left of a label which lost its last one (商业企)."""


def exact(name: str, nodes: Iterable[Node]) -> list[Node]:
    """Nodes that go by this normalised name."""
    return [node for node in nodes if name in node.names]


def _close(name: str, known: str) -> bool:
    """A slip of the pen, not another word: one character in five, two in nine, 15 % of a long label, or a cut end."""
    if is_cut_end(name, known):
        return True
    if _NUMBERED.search(known):
        return False  # 免予公开范围7 is no slip for 免予公开范围6: the number is what the label says
    if len(name) < MIN_FUZZY or len(known) < MIN_FUZZY:
        return False
    if len(known) - len(name) <= len(known) // 2 and known.startswith(name):
        return True
    distance = Levenshtein.distance(name, known, score_cutoff=8)
    longest = max(len(name), len(known))
    return distance == 1 or (distance == 2 and longest >= 9) or distance <= 0.15 * longest


def is_cut_end(name: str, known: str) -> bool:
    """Whether a label lost its last character."""
    return len(name) >= MIN_CUT and known.startswith(name) and len(known) - len(name) == 1


def fuzzy(name: str, nodes: Sequence[Node]) -> Node | None:
    """The only node whose label is a slip away from ``name``; None when there is none, or more than one.

    Callers pass only the nodes that the order of the form still allows at this place.
    """
    if SUBTOTAL in name:
        return None  # a row of sums, whatever label stands before the word
    close = [node for node in nodes if any(_close(name, known) for known in node.names)]
    return close[0] if len(close) == 1 else None


def slip_over_the_only_column(name: str, node: Node) -> bool:
    """A word of two characters may be misprinted (本年处理绝对数量) where no other column can be meant."""
    return any(
        len(name) == len(known) >= _MIN_ONLY and Levenshtein.distance(name, known, score_cutoff=3) <= 2
        for known in node.names
    )


def is_title(name: str, titles: Iterable[str]) -> bool:
    """Whether a label is a word that heads a table without naming a row or a column, or what a page break left of one."""
    return "勾稽关系" in name or any(
        name == title or (len(title) >= MIN_FUZZY and title in name) or (len(name) >= MIN_FUZZY and name in title)
        for title in titles
    )


@dataclass(frozen=True)
class Vocabulary:
    """All labels of a catalogue of forms, by what they name."""

    labels: frozenset[str]
    owners: Mapping[str, frozenset[str]]  # label -> tables that print it
    rows: Mapping[str, frozenset[str]]  # table -> row labels
    groups: Mapping[str, frozenset[str]]  # table -> labels of rows that have rows below them
    columns: Mapping[str, frozenset[str]]  # table -> column labels and titles
    pattern: re.Pattern[str]  # cuts glued labels, longest first
    beside: frozenset[str]  # words of the headers of annexes, those without meaning of their own included
    shared: Mapping[str, frozenset[str]]  # annex -> labels of its rows that statutory tables print, too
    whole: frozenset[str]  # headers of annexes (数量, 本年): words that count only where they are a whole cell
    cut_heads: frozenset[str]  # column labels of statutory tables that lost their last character, and are no label then

    @cached_property
    def own_label(self) -> Callable[[str], tuple[str, str] | None]:
        """Of a cell's text: its label, and the only table that prints it; None for a figure and for an unknown label."""

        @lru_cache(maxsize=65536)
        def own_label(text: str) -> tuple[str, str] | None:
            name = normalise_label(text) if kind(text) == "label" else ""
            table = self.table_of(name) if name else None
            return (name, table) if table else None

        return own_label

    def table_of(self, name: str) -> str | None:
        """The only table that prints this label; None for an unknown label and for a word of several tables (总计, 其他)."""
        if "勾稽关系" in name:
            return "applications"
        tables = self.owners.get(name, frozenset())
        return next(iter(tables)) if len(tables) == 1 else None

    def is_row(self, text: str) -> bool:
        """Whether a label names a row; one that also names a column (总计) must carry the row's enumerator."""
        name = normalise_label(text)
        if not any(name in rows for rows in self.rows.values()):
            return False
        return text.strip()[:1] in "（(" or not any(name in columns for columns in self.columns.values())


def _words(table: FormTable) -> tuple[list[Node], list[Node], frozenset[str]]:
    """Rows, columns and titles of a table. Where an arrangement prints leaf columns of the table as rows (结果维持, 总计),
    a line of text cannot tell which they are: they stay columns."""
    layouts = (table, *table.arrangements)
    columns = [node for layout in layouts for block in layout.blocks for top in block.columns for node in top.walk()]
    leaves = {name for block in table.blocks for node in block.column_leaves() for name in node.names}
    rows = [
        node
        for layout in layouts
        for block in layout.blocks
        for top in block.rows
        for node in top.walk()
        if layout is table or not node.names & leaves
    ]
    titles = table.titles | {title for block in table.blocks for title in block.names}
    return rows, columns, titles


@lru_cache(maxsize=16)
def vocabulary(catalogue: tuple[Form, ...]) -> Vocabulary:
    """Collect the labels of a catalogue."""
    words = [(name, *_words(table)) for form in catalogue for name, table in form.tables.items()]
    rows = _gathered((name, _names(nodes)) for name, nodes, _, _ in words)
    groups = _gathered((name, _names(node for node in nodes if node.children)) for name, nodes, _, _ in words)
    columns = _gathered((name, titles | _names(nodes)) for name, _, nodes, titles in words)
    # Words of the columns of an annex (数量, 本年) are too common to identify a table.
    # Nor do words tell that an annex has in common with the statutory tables (部分公开).
    shared = _gathered((name, _shared(nodes)) for name, nodes, _, _ in words if name in BESIDE)
    telling = {name: rows[name] - shared[name] if name in BESIDE else rows[name] | columns[name] for name in rows}
    owners = _gathered((word, (name,)) for name, own in telling.items() for word in own)
    beside = IDLE_COLUMNS.union(*(columns[name] for name in BESIDE if name in columns))
    longest_first = sorted((label for label in owners if len(label) > 1), key=lambda label: (-len(label), label))
    return Vocabulary(
        labels=frozenset(owners),
        owners=owners,
        rows=rows,
        groups=groups,
        columns=columns,
        pattern=re.compile("|".join(map(re.escape, longest_first))),
        beside=beside,
        shared=shared,
        whole=(beside | UNIT_COLUMNS | COLUMN_MARKS) - frozenset(owners),
        cut_heads=_cut_heads(names for table, names in columns.items() if table not in BESIDE) - frozenset(owners),
    )


def _cut_heads(columns: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(word[:-1] for words in columns for word in words if len(word) > MIN_CUT)


def _gathered(pairs: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, words in pairs:
        found.setdefault(key, set()).update(words)
    return {key: frozenset(words) for key, words in found.items()}


def _shared(nodes: Iterable[Node]) -> set[str]:
    return {name for node in nodes for name in node.shared}


def _names(nodes: Iterable[Node]) -> set[str]:
    return {name for node in nodes for name in node.names}
