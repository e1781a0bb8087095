"""What a person sees of a page: the tree is brought to it before anything is read.

After ``render`` the text of any node is what a browser shows of it. What no browser shows is gone; a part of the page that
is hidden as a whole and holds a report (a tab that is not open) is handed back apart, as markup. In table cells, a place where
something is shown that is not the text of the source (moved, reordered, painted text, a picture, a struck-out figure alone)
holds an object replacement character (``OBJECT``), which no reader takes for a number.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pipelines.extract.document import OBJECT
from pipelines.extract.html.cells.cell_effects import mark_cells
from pipelines.extract.html.cells.marks import around, cell_of, mark_figures
from pipelines.extract.html.css.cascade import PageStyles, Styled
from pipelines.extract.html.css.effects import LEAST_OPACITY, Effect, effects
from pipelines.extract.html.css.measures import share_of
from pipelines.extract.html.ink import drop_unpainted
from pipelines.extract.html.page.covers import mark_covered
from pipelines.extract.html.page.opening_tags import OpeningTags
from pipelines.extract.html.page.page_layout import PageLayout

NUMBER = "data-gongkai-number"
"""Attribute that keeps the number of a table or image in the page, where others are taken out before it is counted."""
OFF = "data-gongkai-off"
"""Attribute of rows and cells that are not shown: they are counted, and hold no place."""
_UNSURE = 0.2
"""Opacity below which a text may be overlooked."""
_ROW_PARTS = frozenset(["tr", "td", "th", "tbody", "thead", "tfoot"])
_PRINTED_OBJECTS = frozenset([
    "img", "svg", "canvas", "object", "embed", "iframe", "video", "input", "select", "textarea", "button", "math",
])  # fmt: skip
Effects = dict[int, tuple[Styled, Effect]]


class Rendered(NamedTuple):
    """What was taken out of the tree.

    Attributes:
        parts: The markup of hidden parts that hold statutory tables or headings.
        has_gaps: Stand rows or cells in the tree that are not shown (``OFF``)?
        has_imports: Do the styles of the page import others, which are not known?
    """

    parts: list[str]
    has_gaps: bool
    has_imports: bool = False


def render(root: Any, opening: OpeningTags, layout: PageLayout) -> Rendered:
    """Take out of the tree what is not shown.

    Raises:
        StylesRefusedError: the style sheets would take minutes to apply.
    """
    styles = PageStyles(root, opening)
    _close_details(styles)
    if not styles.styled and not styles.marked:
        return Rendered([], has_gaps=False, has_imports=styles.imports)
    found: Effects = {
        at: (
            styled,
            effects(styled.values, styled.node.tag or "") | (Effect.DISPLACED if styled.is_doubtful else Effect.NONE),
        )
        for at, styled in styles.styled.items()
    }
    _fade(found)
    hidden = _outermost(_hidden_nodes(found))
    has_gaps = any(node.tag in _ROW_PARTS for node in hidden)  # asked now: other hidden nodes are about to be freed
    pulls = any(found[node.mem_id][1] & Effect.PULLS for node in hidden)
    parts = _take_out(root, hidden, found, styles, layout)
    _drop_unseen(found, styles)
    mark_cells(styles, found)
    mark_covered(root, found)
    if pulls or any(effect & Effect.PULLS for _, effect in found.values()):
        mark_figures(root)
    return Rendered(parts, has_gaps, styles.imports)


def _close_details(styles: PageStyles) -> None:
    """Of a closed ``details`` only the first summary is shown."""
    for node in [node for node in styles.marked if node.tag == "details" and "open" not in node.attributes]:
        summaries = 0
        if node.css_first("summary") is None and cell_of(node) is not None:
            node.insert_before(OBJECT)  # the browser prints a word of its own
        for child in list(node.iter(include_text=True)):
            summaries += child.tag == "summary"
            if child.tag != "summary" or summaries > 1:
                if child.is_text_node:
                    child.replace_with("")
                else:
                    styled = styles.styled.setdefault(child.mem_id, Styled(child))
                    styled.values["display"] = "none"


def _fade(found: Effects) -> None:
    """Opacities multiply from the outside in."""
    own = {at: _opacity(styled.values) for at, (styled, _) in found.items()}
    for at, (styled, effect) in found.items():
        total = own[at]
        if total < 1:
            for place in around(styled.node):
                total *= own.get(place.mem_id, 1.0)
            faded = Effect.HIDDEN if total <= LEAST_OPACITY else Effect.SPOILS if total <= _UNSURE else Effect.NONE
            found[at] = (styled, effect | faded)


def _opacity(values: dict[str, str]) -> float:
    share = share_of(values.get("opacity", "1"))
    return 1.0 if share is None else min(1.0, max(0.0, share))


def _hidden_nodes(found: Effects) -> dict[int, Any]:
    """Nodes of which nothing is shown. One that is invisible keeps its place, and matters only if it holds a table."""
    hidden: dict[int, Any] = {}
    for at, (styled, effect) in found.items():
        node = styled.node
        if effect & Effect.HIDDEN:
            if node.tag != "option":  # a list shows its first option even so
                hidden[at] = node
        elif effect & (Effect.INVISIBLE | Effect.TINY) and node.tag not in _ROW_PARTS:
            shown = Effect.VISIBLE if effect & Effect.INVISIBLE else Effect.SIZED
            if (node.tag == "table" or node.css_first("table")) and not _holds(node, shown, found):
                hidden[at] = node
        elif effect & Effect.INVISIBLE and node.tag == "tr" and styled.values["visibility"] == "collapse":
            hidden[at] = node
    return hidden


def _holds(node: Any, wanted: Effect, found: Effects) -> bool:
    return any(effect & wanted and _is_within(styled.node, {node.mem_id}) for styled, effect in found.values())


def _is_within(node: Any, roots: Iterable[int]) -> bool:
    place = node.parent
    while place is not None:
        if place.mem_id in roots:
            return True
        place = place.parent
    return False


def _outermost(nodes: dict[int, Any]) -> list[Any]:
    return [node for node in nodes.values() if not _is_within(node, nodes.keys())]


def _take_out(root: Any, hidden: list[Any], found: Effects, styles: PageStyles, layout: PageLayout) -> list[str]:
    """Remove hidden nodes from the tree and what lies in them from ``found``; the source of those that may be a report."""
    if not hidden:
        return []
    roots = {node.mem_id for node in hidden}
    for at in [at for at, (styled, _) in found.items() if at in roots or _is_within(styled.node, roots)]:
        del found[at]
    styles.marked = [node for node in styles.marked if node.mem_id not in roots and not _is_within(node, roots)]
    number_nodes(root)
    parts: list[str] = []
    for node in hidden:
        if node.tag in _ROW_PARTS:
            _mark_rows(node)
            continue
        text = node.text_lexbor() or ""
        if layout.words.is_statutory(text) or layout.words.has_heading(text):
            parts.append((node.inner_html if node.tag in ("body", "html") else node.html) or "")
        for gone in list(node.iter(include_text=True)) if node.tag in ("body", "html") else [node]:
            gone.decompose()
    return parts


def _mark_rows(node: Any) -> None:
    """Mark hidden rows, columns or cells: they keep their place in the count of their table."""
    for row in [node, *(node.css("tr") if node.tag in ("tbody", "thead", "tfoot") else ())]:
        row.attrs[OFF] = "1"


def number_nodes(root: Any) -> None:
    """Number the tables and pictures of a page before some of them are taken out; those that have a number keep it."""
    for tag in ("table", "img"):
        for number, node in enumerate(root.css(tag), start=1):
            if NUMBER not in node.attributes:
                node.attrs[NUMBER] = str(number)


def _drop_unseen(found: Effects, styles: PageStyles) -> None:
    """Remove text that is invisible, has no size, or the colour of its ground, up to parts that are shown again."""
    for at, (styled, effect) in list(found.items()):
        if at not in found:
            continue
        if effect & Effect.INVISIBLE:
            _empty(styled.node, {at for at, (_, other) in found.items() if other & Effect.VISIBLE}, found)
        if effect & Effect.TINY:
            _empty(styled.node, {at for at, (_, other) in found.items() if other & Effect.SIZED}, found)
    if styles.has_colours:
        drop_unpainted(found, _empty)


def _empty(node: Any, shown: set[int], found: Effects) -> None:
    """Remove the text below a node, without entering the nodes that are shown."""
    pending = [node]
    while pending:
        for child in list(pending.pop().iter(include_text=True)):
            if child.is_text_node:
                child.replace_with("\n" if "\n" in (child.text_content or "") else "")
            elif child.mem_id in shown:
                continue
            elif child.tag in _PRINTED_OBJECTS:
                for gone in (child, *child.css("*")):
                    found.pop(gone.mem_id, None)
                child.replace_with("")
            else:
                pending.append(child)
