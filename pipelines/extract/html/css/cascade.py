"""Which value of each property counts for each styled element: the cascade, for the properties that some style makes matter."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.extract.html.css.declarations import Declaration, inline_declarations
from pipelines.extract.html.css.interest import InlineInterest, takes_out, together
from pipelines.extract.html.css.properties import BROWSER_STYLES, COLOURS
from pipelines.extract.html.css.selectors import in_case_of
from pipelines.extract.html.css.stylesheet import Rule, Sheet, css_of, is_on_screen, names_of_interest, parse_sheet
from pipelines.extract.html.css.values import is_dark, may_vanish, of_attribute
from pipelines.extract.html.page.opening_tags import INLINE_TAGS, OpeningTags
from schemas.errors import GongkaiError

MAX_SHEETS = 200
MAX_MATCHES = 400_000  # elements that the rules of a page match together: more is no page that a person wrote
_ANY_INLINE = INLINE_TAGS | {""}
_SIDES = frozenset(["margin-left", "margin-right", "padding-left", "padding-right", "width", "display"])
_VAR = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
Rank = tuple[bool, int, int, tuple[int, int, int], int]
_PAINTED = frozenset(["text-shadow", "text-stroke", "text-stroke-width", "background-clip"])
"""What may show a text whose colour is that of its ground."""
_SYMBOLS = ("wingdings", "wingdings 2", "wingdings 3", "webdings")
_LONG = re.compile(r"[1-9]\d+(?:\.\d+)?s")
_MAX_VARIABLES = 5  # variables within variables
_BROWSER, _SHEET, _INLINE = 0, 1, 2

_MARKUP = ("s", "strike", "del", "sup", "sub", "rt", "rp", "bdo", "small", "details", "dialog")
_COLOURED = (("[bgcolor]", "", "bgcolor"), ("font[color]", "font", "color"), ("body[text]", "body", "text"))


class StylesRefusedError(GongkaiError, ValueError):
    """The style sheets of the page would take minutes to apply; the message says so."""


@dataclass
class Styled:
    """An element and the values declared for it; of pseudo-elements, those by the name of the element."""

    node: Any
    values: dict[str, str] = field(default_factory=dict)
    pseudo: dict[str, dict[str, str]] = field(default_factory=dict)
    ranks: dict[tuple[str, str], Rank] = field(default_factory=dict)
    is_doubtful: bool = False  # a rule that may count, or not, would change what is seen of it

    def declare(self, item: Declaration, rank: Rank, pseudo: str = "") -> None:
        """Take a declaration, unless one that counts for more was taken before."""
        key = (pseudo, item.name)
        if key not in self.ranks or rank >= self.ranks[key]:
            self.ranks[key] = rank
            (self.pseudo.setdefault(pseudo, {}) if pseudo else self.values)[item.name] = item.value


class PageStyles:
    """The styled elements of a page by ``mem_id``. Empty where no style can change what is seen."""

    def __init__(self, root: Any, opening: OpeningTags) -> None:
        self.styled: dict[int, Styled] = {}
        self.marked = _all(root, _marks(opening))
        self._matches = 0
        sheets = list(_sheets(root, opening)) if "style" in opening.tags or "data:" in opening.attributes else []
        coloured = _all(root, [selector for selector, *of in _COLOURED if _may_hold(opening, *of)])
        self.has_colours = _colours_matter(opening.styles, sheets, coloured)
        self.fonts = frozenset(_SYMBOLS).union(*(sheet.fonts for sheet in sheets))
        self.imports = any(sheet.imports for sheet in sheets)
        self._animations = {name: changes for sheet in sheets for name, changes in sheet.animations.items()}
        rules, names = self._what_matters(sheets, opening)
        if not names and not self.marked:
            return
        self._root, self._rules = root, rules
        self._apply_browser(root, opening)
        self._apply_rules(root, rules, names)
        if names or any(node.tag != "sup" or "style" in node.attributes for node in self.marked):
            self._apply_inline(root, names | {"display", "text-decoration-line", "vertical-align"})
        if self.has_colours:
            self._apply_attributes(coloured)

    def _what_matters(self, sheets: Sequence[Sheet], opening: OpeningTags) -> tuple[Sequence[Rule], frozenset[str]]:
        """Rules that may match, and the properties whose values may change what is seen."""
        inline_names = frozenset().union(*(item.names for item in opening.styles))
        is_spaced = _spaces_inline(opening, sheets)
        inline_names |= _SIDES if is_spaced else frozenset()
        may_matter = is_spaced or self.has_colours or any(sheet.fonts or sheet.names for sheet in sheets)
        rules = _living(sheets, opening) if may_matter else []
        names = together(names_of_interest(rules) | inline_names)
        names |= COLOURS | _PAINTED if self.has_colours else frozenset()
        names |= {"font-family"} if any(sheet.fonts for sheet in sheets) else frozenset()
        return rules, names

    def _of(self, node: Any) -> Styled:
        found = self.styled.get(node.mem_id)
        if found is None:
            found = self.styled[node.mem_id] = Styled(node)
        return found

    def _apply_browser(self, root: Any, opening: OpeningTags) -> None:
        present = opening.tags | opening.attributes if self.marked else frozenset()
        for selector, style, about in BROWSER_STYLES:
            for node in root.css(selector) if about in present else ():
                for item in inline_declarations(style):
                    self._of(node).declare(item, (False, _BROWSER, 0, (0, 0, 0), 0))

    def _apply_rules(self, root: Any, rules: Iterable[Rule], names: frozenset[str]) -> None:
        for order, rule in enumerate(rules):
            is_kept = bool(rule.pseudo) or any(map(takes_out, rule.declarations))
            wanted = [item for item in rule.declarations if is_kept or item.name in names]
            if not wanted:
                continue
            for node in self._matching(root, rule):
                styled = self._of(node)
                if not rule.is_certain:
                    styled.is_doubtful = True
                    continue
                for item in wanted:
                    layer, specificity, _ = rule.rank
                    rank = (item.important, _SHEET, -layer if item.important else layer, specificity, order)
                    styled.declare(self._resolved(item), rank, rule.pseudo)

    def _matching(self, root: Any, rule: Rule) -> list[Any]:
        if not rule.is_certain and not names_of_interest([rule]) and not COLOURS & {i.name for i in rule.declarations}:
            return []
        try:
            nodes: list[Any] = root.css(rule.selector)
        except Exception:  # noqa: BLE001 - selectolax raises its own type for what its parser does not know
            return []
        self._matches += len(nodes)
        if self._matches > MAX_MATCHES:
            raise StylesRefusedError("the style sheets of the page match hundreds of thousands of elements")
        return nodes

    def _apply_inline(self, root: Any, names: frozenset[str]) -> None:
        for node in root.css("[style]"):
            style = node.attrs.get("style") or ""
            declared = inline_declarations(style) if style else ()
            is_kept = node.tag == "dialog" or "popover" in node.attributes or any(map(takes_out, declared))
            for item in declared:
                if is_kept or item.name in names:
                    rank = (item.important, _INLINE, 1, (0, 0, 0), 0)
                    self._of(node).declare(self._resolved(item), rank)

    def _apply_attributes(self, coloured: Iterable[Any]) -> None:
        rank = (False, _BROWSER, 0, (0, 0, 0), 0)
        for node in coloured:
            attributes = node.attributes
            for attribute, name in (("bgcolor", "background-color"), ("color", "color"), ("text", "color")):
                if value := of_attribute(attributes.get(attribute) or ""):
                    self._of(node).declare(Declaration(name, value, False), rank)

    def _resolved(self, item: Declaration) -> Declaration:
        """The declaration with the values of its variables; one that is given several values, or none, stays as it is."""
        value = item.value
        if item.name == "animation-name":
            return item._replace(value=self._animated(value))
        for _ in range(_MAX_VARIABLES if "var(" in value else 0):
            value = _VAR.sub(self._value_of, value)
        return item._replace(value=value.strip())

    def _animated(self, value: str) -> str:
        """``none`` for an animation after which the page looks as before: one that runs for ever has no after."""
        words = value.replace(",", " ").split()
        found = [self._animations[word] for word in words if word in self._animations]
        runs_on = "infinite" in words or any(_LONG.fullmatch(word) for word in words)
        return value if any(on_way if runs_on else at_end for at_end, on_way in found) or "var(" in value else "none"

    @cached_property
    def _variables(self) -> dict[str, set[str]]:
        """All values that the page declares for each variable: which of them counts where is not followed."""
        declared = [item for rule in self._rules for item in rule.declarations]
        for node in self._root.css("[style*='--']"):
            declared += inline_declarations(node.attrs.get("style") or "")
        found: dict[str, set[str]] = {}
        for item in declared:
            if item.name.startswith("--"):
                found.setdefault(item.name, set()).add(item.value)
        return found

    def _value_of(self, variable: re.Match[str]) -> str:
        values = self._variables.get(variable[1], set())
        if not values and variable[2] is not None:
            return variable[2].strip()
        if len(values) > 1 and all(is_dark(value) for value in values):
            return min(values)  # themes: which of the colours counts makes no difference
        return next(iter(values)) if len(values) == 1 else variable[0]


def _marks(opening: OpeningTags) -> list[str]:
    """Selectors of what hides or strikes out by mark-up alone, as far as the page may hold it."""
    attributes = [f"[{name}]" for name in ("hidden", "popover") if name in opening.attributes]
    return attributes + [tag for tag in _MARKUP if tag in opening.tags]


def _may_hold(opening: OpeningTags, tag: str, attribute: str) -> bool:
    return attribute in opening.attributes and (not tag or tag in opening.tags)


def _all(root: Any, selectors: Sequence[str]) -> list[Any]:
    return list(root.css(",".join(selectors))) if selectors else []


def _sheets(root: Any, opening: OpeningTags) -> Iterator[Sheet]:
    preferred = ""
    if "title" in opening.attributes:
        titled = root.css_first("style[title],link[rel=stylesheet][title]")
        preferred = (titled.attributes.get("title") or "") if titled is not None else ""
    for node in root.css('style,link[href^="data:"]' if "data:" in opening.attributes else "style")[:MAX_SHEETS]:
        attributes = node.attributes
        if attributes.get("title", preferred) not in (preferred, "", None) or node.parent.tag == "noscript":
            continue  # one of the alternatives to the sheet whose title comes first
        kind, media = (attributes.get("type") or "text/css").lower(), attributes.get("media") or ""
        is_sheet = node.tag == "style" or (attributes.get("rel") or "").lower() == "stylesheet"
        if "css" in kind and is_on_screen(media) and is_sheet:
            source = node.text_lexbor() if node.tag == "style" else css_of(attributes["href"])
            yield parse_sheet(source or "")


def _living(sheets: Iterable[Sheet], opening: OpeningTags) -> list[Rule]:
    """The rules whose subject the page may hold: most rules of a site's sheet are about other pages."""
    subjects = opening.words | opening.tags | {"html", "head", "body", "tbody", "colgroup", "tr", "p", ""}
    folded = {word.lower(): word for word in opening.words}
    subjects |= folded.keys()
    if opening.is_quirky:
        return [
            rule._replace(selector=in_case_of(rule.selector, opening.words, folded))
            for sheet in sheets
            for rule in sheet.rules
            if rule.subject in subjects or rule.subject.lower() in subjects
        ]
    return [rule for sheet in sheets for rule in sheet.rules if rule.subject in subjects]


def _spaces_inline(opening: OpeningTags, sheets: Iterable[Sheet]) -> bool:
    """May a style set apart parts of a line, so that a figure and what follows look like two?"""
    if opening.spaces_inline:
        return True
    spacing = frozenset().union(*(sheet.spacing for sheet in sheets))
    return bool(spacing & _ANY_INLINE or spacing & opening.inline_words)


def _colours_matter(inline: Iterable[InlineInterest], sheets: Iterable[Sheet], coloured: Iterable[Any]) -> bool:
    """May some text of the page have the colour of its ground?"""
    texts = set().union(*(item.texts for item in inline), *(sheet.texts for sheet in sheets))
    grounds = set().union(*(item.grounds for item in inline), *(sheet.grounds for sheet in sheets))
    for node in coloured:
        attributes = node.attributes
        texts |= {of_attribute(attributes.get(name) or "") for name in ("color", "text")}
        grounds.add(of_attribute(attributes.get("bgcolor") or ""))
    return may_vanish(texts, grounds)
