"""One style sheet → the rules that decide what is seen on a screen, each with the selector that the HTML parser matches."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import cssselect2
import tinycss2

from pipelines.extract.html.css.declarations import COLOURS, Declaration, interest, parse_declarations
from pipelines.extract.html.css.values import length

WINDOW = (1280, 720)
"""Pixels of the window that the page is shown in: a desktop's, as in the browser that the reader is compared with."""
MAX_SHEET = 2_000_000
MAX_RULES = 20_000
_MAX_DEPTH = 8
_MAX_SELECTORS = 64
_NO_MATCH = frozenset(
    [
        "hover",
        "focus",
        "active",
        "visited",
        "target",
        "focus-within",
        "focus-visible",
        "fullscreen",
        "modal",
        "popover-open",
    ]
)
_OLD_ELEMENTS = frozenset(["before", "after", "first-line", "first-letter"])
_FEATURE = re.compile(r"\(\s*(min-|max-)?(?:device-)?(width|height)\s*:\s*([^)]+)\)")
_RANGE = re.compile(r"\(\s*(width|height)\s*(<=|>=|<|>)\s*([^)]+)\)")


class Rule(NamedTuple):
    """One selector with its declarations.

    Attributes:
        selector: Without its pseudo-element.
        subject: A word that the source of an element it matches must hold; "" where there is none.
        pseudo: The pseudo-element, "" for the element itself.
        rank: Layer, specificity and order: the greater counts.
        declarations: Of relevant properties only.
    """

    selector: str
    subject: str
    pseudo: str
    rank: tuple[int, tuple[int, int, int], int]
    declarations: tuple[Declaration, ...]


class Sheet(NamedTuple):
    """The rules of one sheet, and what they are about."""

    rules: tuple[Rule, ...]
    names: frozenset[str]  # properties with a value that may change what is seen
    texts: frozenset[str]  # colours of text
    grounds: frozenset[str]
    fonts: frozenset[str]  # families that the page brings along
    spacing: frozenset[str]  # subjects of rules that set an element apart from its line


@lru_cache(maxsize=512)
def parse_sheet(source: str) -> Sheet:
    """Parse a sheet. The sheets of a site are the same on all of its pages, hence the cache."""
    collector = _Collector()
    top = tinycss2.parse_stylesheet(source[:MAX_SHEET], skip_comments=True, skip_whitespace=True)
    collector.add(top, layered=False, depth=0)
    declared = [item for rule in collector.rules for item in rule.declarations]
    return Sheet(
        tuple(collector.rules),
        names_of_interest(collector.rules),
        frozenset(item.value for item in declared if item.name == "color"),
        frozenset(item.value for item in declared if item.name == "background-color"),
        frozenset(collector.fonts),
        frozenset(rule.subject for rule in collector.rules if _sets_apart(rule)),
    )


def _sets_apart(rule: Rule) -> bool:
    sides = ("margin-left", "margin-right", "padding-left", "padding-right")
    return not rule.pseudo and any(
        (item.name in sides and (length(item.value) or 0) > 0)
        or (item.name == "display" and item.value == "inline-block")
        for item in rule.declarations
    )


def names_of_interest(rules: Iterable[Rule]) -> frozenset[str]:
    """Properties of which some rule declares a value that may change what is seen, colours left out."""
    return frozenset().union(*(_interest(rule) for rule in rules)) - (COLOURS - {"background-image"})


@lru_cache(maxsize=65536)
def _interest(rule: Rule) -> frozenset[str]:
    if rule.pseudo:
        return frozenset(["content"]) & {item.name for item in rule.declarations} or _hiding_pseudo(rule)
    return interest(rule.declarations)


def _hiding_pseudo(rule: Rule) -> frozenset[str]:
    return frozenset() if rule.pseudo not in ("first-line", "first-letter") else interest(rule.declarations)


class _Collector:
    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.fonts: set[str] = set()

    def add(self, nodes: Sequence[Any], *, layered: bool, depth: int, parents: str = "") -> None:
        """Add the rules of a block, opening the at-rules that apply on a screen."""
        for node in nodes:
            if len(self.rules) > MAX_RULES or depth > _MAX_DEPTH:
                return
            if node.type == "qualified-rule":
                self._add_rule(node, layered, depth, parents)
            elif node.type == "at-rule" and node.content is not None:
                self._add_at_rule(node, layered, depth, parents)

    def _add_at_rule(self, node: Any, layered: bool, depth: int, parents: str) -> None:
        keyword, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude)
        if keyword == "font-face":
            self.fonts |= set(_brought_families(node.content))
        elif keyword in ("media", "supports", "layer", "container", "scope"):
            if keyword == "media" and not is_on_screen(prelude):
                return
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            if parents:
                self._add_declarations(parents, inner, layered)
            self.add(inner, layered=layered or keyword == "layer", depth=depth + 1, parents=parents)

    def _add_rule(self, node: Any, layered: bool, depth: int, parents: str) -> None:
        inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        prelude = _nested(node.prelude, parents)
        self._add_declarations(prelude, inner, layered)
        if any(item.type in ("qualified-rule", "at-rule") for item in inner):
            self.add(inner, layered=layered, depth=depth + 1, parents=prelude)

    def _add_declarations(self, prelude: str, inner: Sequence[Any], layered: bool) -> None:
        declarations = parse_declarations(inner)
        if not declarations:
            return
        for part in _selectors(prelude)[:_MAX_SELECTORS]:
            selector, pseudo, specificity, subject = part
            rank = (0 if layered else 1, specificity, len(self.rules))
            self.rules.append(Rule(selector, subject, pseudo, rank, declarations))


def _nested(prelude: Sequence[Any], parents: str) -> str:
    own: str = tinycss2.serialize(prelude).strip()
    if not parents:
        return own
    return own.replace("&", f":is({parents})") if "&" in own else f":is({parents}) {own}"


def _brought_families(content: Sequence[Any]) -> Iterator[str]:
    """The family that a ``@font-face`` rule names, if its glyphs come with the page: they may look like anything."""
    declared = {
        item.lower_name: tinycss2.serialize(item.value)
        for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if item.type == "declaration"
    }
    if "url(" in declared.get("src", "").lower():
        yield declared.get("font-family", "").strip(" \"'").lower()


def _selectors(prelude: str) -> list[tuple[str, str, tuple[int, int, int], str]]:
    """The single selectors of a list: text without pseudo-element, pseudo-element, specificity, subject."""
    tokens = tinycss2.parse_component_value_list(prelude, skip_comments=True)
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [found for part in parts if (found := _selector(part)) is not None]


def _selector(tokens: list[Any]) -> tuple[str, str, tuple[int, int, int], str] | None:
    pseudo = ""
    for at, token in enumerate(tokens[:-1]):
        following = tokens[at + 1]
        if token.type != "literal" or token.value != ":" or following.type not in ("ident", "literal"):
            continue
        if following.type == "literal" and following.value == ":":
            pseudo = getattr(tokens[at + 2], "lower_value", "?") if at + 2 < len(tokens) else "?"
        elif following.type == "ident" and following.lower_value in _OLD_ELEMENTS:
            pseudo = following.lower_value
        elif following.type == "ident" and following.lower_value in _NO_MATCH:
            return None
        if pseudo:
            tokens = tokens[:at]
            break
    text = tinycss2.serialize(tokens).strip() or "*"
    try:
        compiled = cssselect2.compile_selector_list(text)[0]
    except (cssselect2.SelectorError, IndexError):
        return text, pseudo, (0, 1, 0), ""
    subject = compiled.class_name or compiled.id or compiled.lower_local_name or ""
    return text, pseudo, compiled.specificity, subject


def is_on_screen(query: str) -> bool:
    """Does a media query list hold for a desktop window? Unknown features are taken to hold."""
    return any(_holds(part.strip().lower()) for part in query.split(",")) if query.strip() else True


def _holds(query: str) -> bool:
    negated = query.startswith("not ")
    rest = query.removeprefix("not ").removeprefix("only ")
    medium = re.match(r"[a-z]+", rest)
    holds = medium is None or medium[0] in ("screen", "all")
    for bound, side, value in _FEATURE.findall(rest):
        holds &= _compares(side, {"min-": ">=", "max-": "<=", "": "="}[bound], value)
    for side, sign, value in _RANGE.findall(rest):
        holds &= _compares(side, sign, value)
    if re.search(
        r"orientation\s*:\s*portrait|prefers-color-scheme\s*:\s*dark|pointer\s*:\s*coarse|hover\s*:\s*none", rest
    ):
        holds = False
    return holds != negated


def _compares(side: str, sign: str, value: str) -> bool:
    pixels, own = length(value.strip()), WINDOW[side == "height"]
    if pixels is None:
        return True
    return {">=": own >= pixels, "<=": own <= pixels, "<": own < pixels, ">": own > pixels, "=": own == pixels}[sign]
