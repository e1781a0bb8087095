"""Several reports in one document: a collection of departments, two years on one page, sub-tables of districts at the end.

A document is split at the title of another organ or year if there is a set of statutory tables before it and another one after
it. Each part is read separately; otherwise the tables of one report would get the title of another.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from pipelines.content.agency_names import ORGAN
from pipelines.content.report_titles import MAX_TITLE, ReportTitle, agree, parse_title
from pipelines.extract.document import Block, Document, Grid, Line
from pipelines.read.printed_labels import LABELS_OF_AN_ANNEX, labels_printed, texts_of
from pipelines.read.tables.label_matching import Vocabulary
from pipelines.read.tables.values.missing_cells import STATUTORY
from pipelines.read.tables.values.numbers import kind
from schemas.labels import normalise_label, simplified, squeeze
from schemas.vocabulary import TableName

_LABELS_OF_A_TABLE = 4
_APPENDED = re.compile(
    "附[件表][0-9一二三四五六七八九十]*[:：]?(?P<organ>[\u4e00-\u9fff]{2,20}?)(?:政府)?信息公开[^，。]{0,12}表$"
)
_BEFORE_DISPUTES = frozenset({TableName.PROACTIVE_DISCLOSURE, TableName.APPLICATIONS})
_TABLES_OF_A_SET = 2
_LINES_OF_A_FOOT = 8
_TIMES_OF_A_RUNNING_HEAD = 4


def parted(document: Document, words: Vocabulary, link_title: str | None) -> tuple[Document, list[Document]]:
    """The report that the document is about and the others in it; the document itself and none where it holds one.

    It is about the one that the link or its own title names, else about the first.
    """
    titles = list(_titles(document.blocks))
    if len(titles) < 2:
        return document, []
    reports, running_heads = _reports(document.blocks, titles, words)
    if len(reports) < 2:
        return document, []
    edges = [0, *(at for at, _ in reports[1:]), len(document.blocks)]
    parts = [
        tuple(document.blocks[at] for at in range(start, end) if at not in running_heads)
        for start, end in pairwise(edges)
    ]
    heads = [title for _, title in reports]
    named = [title for text in (link_title, document.title) if text and (title := parse_title(text)) and title.agency]
    chosen = next((at for name in named for at, head in enumerate(heads) if agree(name, head)), 0)
    own = [replace(document, blocks=part, title=None, meta={}, hidden=(), below=(), files=()) for part in parts]
    if chosen == 0:
        own[0] = replace(document, blocks=parts[0], hidden=())
    own[chosen] = replace(own[chosen], below=(*_foot(parts[-1]), *document.below))
    return own[chosen], [part for at, part in enumerate(own) if at != chosen]


def _foot(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The last lines of a collection: source and date of the page stand below its last report."""
    return tuple(block.text for block in blocks[-_LINES_OF_A_FOOT:] if isinstance(block, Line) and not block.linked)


def has_other_titles(document: Document) -> bool:
    """Does the document print titles of several organs or years? Its prose cannot be assigned to one of them by tables."""
    return _disagree(list(_titles(document.blocks)))


def _disagree(titles: Sequence[tuple[int, ReportTitle]]) -> bool:
    return not all(agree(one, other) for _, one in titles[:1] for _, other in titles[1:])


def without_further_sets(
    document: Document, words: Vocabulary, labels: Sequence[Set[tuple[str, str]]]
) -> tuple[Document, str | None]:
    """The document without the statutory tables that follow a whole set of them, and where those begin; None where none do.

    Tables of districts or departments behind those of the report, whole sets or one table of each: a row that the report lacks
    must not be filled from them. The same figures once more (a page for print below the one for reading) are no further set.
    ``labels``: those of each block.
    """
    blocks = document.blocks
    appended = _where_others_are_appended(blocks)
    starts = [at for at in (_where_tables_begin_again(labels), appended) if at is not None]
    if not starts:
        return document, None
    again = min(starts)
    own, rest = blocks[:again], blocks[again:]
    behind = [found for block, found in zip(rest, labels[again:], strict=True) if isinstance(block, Grid)]
    is_further = _are_further(own, rest, behind, words, is_appended=again == appended)
    figures, others = _figures(own), _figures(rest)
    is_copy = again != appended and _repeats(figures, others)
    if not (is_further and figures and others) or is_copy:
        return document, None
    kept = tuple(block for block in rest if not _is_of_a_table(block, words))
    return replace(document, blocks=(*own, *kept)), rest[0].evidence


def _where_tables_begin_again(labels: Sequence[Set[tuple[str, str]]]) -> int | None:
    """The first block behind the beginning of table four that prints a label of a table before it."""
    last = _where_disputes_begin(labels)
    if last is None:
        return None
    return next(
        (at for at, own in enumerate(labels) if at > last and {table for _, table in own} & _BEFORE_DISPUTES), None
    )


def _are_further(
    own: Sequence[Block],
    rest: Sequence[Block],
    behind: Sequence[Set[tuple[str, str]]],
    words: Vocabulary,
    *,
    is_appended: bool,
) -> bool:
    """Whether the tables behind table four are others': nothing of the report follows table four, and one before it.

    That holds even if the report lacks the other. ``behind``: the labels of the grids of ``rest``.
    """
    if not _tables(own, words) & _BEFORE_DISPUTES:
        return False
    is_piece = any(len({label for label, table in found if table in _BEFORE_DISPUTES}) > 1 for found in behind)
    tables = _tables(rest, words)
    return is_piece or bool(tables & _BEFORE_DISPUTES) or (is_appended and bool(tables))


def _where_disputes_begin(labels: Sequence[Set[tuple[str, str]]]) -> int | None:
    """The block that prints the second label of table four: one alone may be part of another table's."""
    printed: set[str] = set()
    for at, own in enumerate(labels):
        printed |= {label for label, table in own if table == TableName.DISPUTES}
        if len(printed) > 1:
            return at
    return None


def _where_others_are_appended(blocks: Sequence[Block]) -> int | None:
    """The first caption 附件1：某街道政府信息公开情况统计表 that names another organ than the title of the report."""
    agency = next((title.agency for _, title in _titles(blocks) if title.agency), None)
    for at, block in enumerate(blocks):
        caption = (
            _APPENDED.match(simplified(squeeze(block.text))) if isinstance(block, Line) and not block.linked else None
        )
        if caption and not (agency and (caption["organ"] in simplified(agency) or agency in caption["organ"])):
            return at
    return None


def _repeats(own: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether the figures of the rest stand in one piece among the own ones."""
    return f" {' '.join(rest)} " in f" {' '.join(own)} "


def _is_of_a_table(block: Block, words: Vocabulary) -> bool:
    """A table, or a line of one in flattened text: a value, or a label of a form with or without values."""
    texts = texts_of(block)
    return not isinstance(block, Line) or any(
        kind(text) in ("number", "mark") or normalise_label(text) in words.labels for text in texts
    )


def _figures(blocks: Sequence[Block]) -> list[str]:
    return [text.strip() for block in blocks for text in texts_of(block) if kind(text) in ("number", "mark")]


def _titles(blocks: Sequence[Block]) -> Iterator[tuple[int, ReportTitle]]:
    """Titles of reports that stand on a line, or in the first row of a table, of their own, and where they begin."""
    for at, block in enumerate(blocks):
        text = _own_text(block)
        if len(text) > MAX_TITLE or "公开" not in simplified(text):
            continue
        title = parse_title(text)
        if title is None:
            continue
        above = _own_text(blocks[at - 1]) if at else ""
        if title.agency is None and len(above) <= MAX_TITLE and ORGAN.search(simplified(squeeze(above))):
            joined = parse_title(above + text)  # the organ on a line, the rest below it
            if joined and joined.agency:
                yield at - 1, joined
                continue
        yield at, title


def _own_text(block: Block) -> str:
    if isinstance(block, Line):
        return "" if block.linked else block.text
    if isinstance(block, Grid) and block.rows:
        texts = [cell.text for cell in block.rows[0] if cell.text.strip()]
        return texts[0] if len(texts) == 1 else ""
    return ""


def _reports(
    blocks: Sequence[Block], titles: Sequence[tuple[int, ReportTitle]], words: Vocabulary
) -> tuple[list[tuple[int, ReportTitle]], set[int]]:
    """Titles with a set of tables before the next title of another report, and where they begin; the running heads among them.

    A title that is printed again (on every page) begins nothing; one in a list, or of the next page, has no tables. A running
    head names the first report on the pages of the others, too: a title whose tables stood before is none of what follows.
    """
    heads: list[tuple[int, ReportTitle]] = []
    running_heads: set[int] = set()
    complete: list[ReportTitle] = []  # of heads whose tables have been printed
    times = Counter((title.agency, title.year) for _, title in titles)
    for at, title in titles:
        if heads and not agree(heads[-1][1], title):
            recurs = times[title.agency, title.year] >= _TIMES_OF_A_RUNNING_HEAD
            if any(_is_same(title, known, recurs=recurs) for known in complete):
                running_heads.add(at)
                continue
            if _holds_a_set(blocks[heads[-1][0] : at], words):
                complete.append(heads[-1][1])
        if (
            not heads
            or not agree(heads[-1][1], title)
            or _names_the_next(blocks[heads[-1][0] : at], heads[-1][1], title, words)
        ):
            heads.append((at, title))
        elif heads[-1][1].agency is None:
            heads[-1] = (heads[-1][0], title)
    ends = [*(at for at, _ in heads[1:]), len(blocks)]
    found = [head for head, end in zip(heads, ends, strict=True) if _holds_a_set(blocks[head[0] : end], words)]
    return found, running_heads


def _is_same(one: ReportTitle, other: ReportTitle, *, recurs: bool) -> bool:
    """Whether two titles name one report. One without an agency may be another's, unless it is printed again and again."""
    return (one.agency is not None or recurs) and (one.agency, one.year) == (other.agency, other.year)


def _names_the_next(between: Sequence[Block], head: ReportTitle, title: ReportTitle, words: Vocabulary) -> bool:
    """Whether a title with an agency stands behind the tables of a report whose own title prints none."""
    return head.agency is None and title.agency is not None and _holds_a_set(between, words)


def _holds_a_set(blocks: Sequence[Block], words: Vocabulary) -> bool:
    """Whether figures stand below the labels of at least two statutory tables, or of an annex."""
    is_set = len(_tables(blocks, words)) >= _TABLES_OF_A_SET
    if not is_set:
        annex = labels_printed(blocks, words).get(TableName.LEGACY_STATISTICS, ())
        is_set = len(annex) >= LABELS_OF_AN_ANNEX
    return is_set and any(kind(text) not in ("label", "blank") for block in blocks for text in texts_of(block))


def _tables(blocks: Sequence[Block], words: Vocabulary) -> set[str]:
    """Statutory tables of which several labels are printed."""
    labels = labels_printed(blocks, words)
    return {table for table in STATUTORY if len(labels.get(table, ())) >= _LABELS_OF_A_TABLE}
