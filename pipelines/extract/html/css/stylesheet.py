"""One style sheet → the rules that decide what is seen on a screen, each with the selector that the HTML parser matches."""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

import tinycss2

from pipelines.extract.html.css.conditions import is_supported, media_holds
from pipelines.extract.html.css.declarations import Declaration, parse_declarations
from pipelines.extract.html.css.interest import grounds_of, interest
from pipelines.extract.html.css.properties import COLOURS
from pipelines.extract.html.css.selectors import selectors
from pipelines.extract.html.css.values import length

MAX_SHEET = 2_000_000
MAX_RULES = 20_000
_MAX_DEPTH = 8
_MAX_SELECTORS = 64
_UNLAYERED = 1_000_000
_IMPORTED = re.compile(r"""(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^"'\s)]+))""")
_END = re.compile(r"\bto\b|100(?:\.0*)?%")


class Rule(NamedTuple):
    """One selector with its declarations.

    Attributes:
        selector: Without its pseudo-element.
        subject: A word that the source of an element it matches must hold; "" where there is none.
        pseudo: The pseudo-element, "" for the element itself.
        rank: Layer, specificity and order: the greater counts.
        declarations: Of relevant properties only.
        is_certain: Whether it counts as soon as its selector matches; else it may.
    """

    selector: str
    subject: str
    pseudo: str
    rank: tuple[int, tuple[int, int, int], int]
    declarations: tuple[Declaration, ...]
    is_certain: bool = True


class _Around(NamedTuple):
    """What stands around a rule: its layer, whether its conditions hold for certain, how deep it stands, the rules it is in."""

    layer: int = _UNLAYERED
    layers: str = ""
    is_certain: bool = True
    depth: int = 0
    parents: str = ""


class Sheet(NamedTuple):
    """The rules of one sheet, and what they are about."""

    rules: tuple[Rule, ...]
    names: frozenset[str]  # properties with a value that may change what is seen
    texts: frozenset[str]  # colours of text
    grounds: frozenset[str]
    fonts: frozenset[str]  # families that the page brings along
    spacing: frozenset[str]  # subjects of rules that set an element apart from its line
    animations: dict[str, tuple[bool, bool]]  # may they change what is seen: at their end, on their way
    imports: bool  # other sheets, which are not fetched


@lru_cache(maxsize=512)
def parse_sheet(source: str) -> Sheet:
    """Parse a sheet. The sheets of a site are the same on all of its pages, hence the cache."""
    collector = _Collector()
    top = tinycss2.parse_stylesheet(source[:MAX_SHEET], skip_comments=True, skip_whitespace=True)
    collector.add(top, _Around())
    declared = [item for rule in collector.rules for item in rule.declarations]
    return Sheet(
        tuple(collector.rules),
        names_of_interest(collector.rules),
        frozenset(item.value for item in declared if item.name == "color"),
        grounds_of(declared),
        frozenset(collector.fonts),
        frozenset(rule.subject for rule in collector.rules if _sets_apart(rule)),
        collector.animations,
        collector.imports,
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
        self.animations: dict[str, tuple[bool, bool]] = {}
        self.imports = False
        self._layers: dict[str, int] = {}

    def add(self, nodes: Sequence[Any], around: _Around) -> None:
        """Add the rules of a block, opening the at-rules that apply on a screen, or may."""
        for node in nodes:
            if len(self.rules) > MAX_RULES or around.depth > _MAX_DEPTH:
                return
            if node.type == "qualified-rule":
                self._add_rule(node, around)
            elif node.type == "at-rule" and node.content is not None:
                self._add_at_rule(node, around)
            elif node.type == "at-rule" and node.lower_at_keyword == "layer":
                for name in tinycss2.serialize(node.prelude).split(","):
                    self._layer(name.strip(), around)
            elif node.type == "at-rule" and node.lower_at_keyword == "import":
                self._import(tinycss2.serialize(node.prelude), around)

    def _import(self, prelude: str, around: _Around) -> None:
        address = _IMPORTED.match(prelude.strip())
        source = css_of(address[1] or address[2] or address[3]) if address else None
        self.imports |= source is None
        if source is not None:
            top = tinycss2.parse_stylesheet(source[:MAX_SHEET], skip_comments=True, skip_whitespace=True)
            self.add(top, around._replace(depth=around.depth + 1))

    def _add_at_rule(self, node: Any, around: _Around) -> None:
        keyword, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip()
        if keyword == "font-face":
            self.fonts |= set(_brought_families(node.content))
            return
        if keyword in ("keyframes", "-webkit-keyframes"):
            self.animations[prelude.strip("\"'").lower()] = _changes(node.content)
            return
        if keyword not in ("media", "supports", "layer", "container", "scope", "starting-style"):
            return
        holds = _holds(keyword, prelude)
        if holds is False:
            return
        inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        within = around._replace(is_certain=around.is_certain and holds is True, depth=around.depth + 1)
        if keyword == "layer":
            within = self._layer(prelude, within)
        if around.parents:
            self._add_declarations(around.parents, inner, within)
        self.add(inner, within)

    def _layer(self, name: str, around: _Around) -> _Around:
        """The layer of this name within the layer around; one without a name is like no other."""
        full = f"{around.layers}.{name or len(self.rules)}"
        return around._replace(layers=full, layer=self._layers.setdefault(full, len(self._layers)))

    def _add_rule(self, node: Any, around: _Around) -> None:
        inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
        prelude = _nested(node.prelude, around.parents)
        self._add_declarations(prelude, inner, around)
        if any(item.type in ("qualified-rule", "at-rule") for item in inner):
            self.add(inner, around._replace(depth=around.depth + 1, parents=prelude))

    def _add_declarations(self, prelude: str, inner: Sequence[Any], around: _Around) -> None:
        declarations = parse_declarations(inner)
        if not declarations:
            return
        found = selectors(prelude)[:_MAX_SELECTORS]
        is_valid = all(selector.is_valid for selector in found)
        for selector in found:
            if selector.text is None:
                continue
            rank = (around.layer, selector.specificity, len(self.rules))
            is_certain = around.is_certain and is_valid and selector.is_matched
            self.rules.append(Rule(selector.text, selector.subject, selector.pseudo, rank, declarations, is_certain))


def _holds(keyword: str, prelude: str) -> bool | None:
    """Does what stands under an at-rule count? None where it may, or not."""
    if keyword == "media":
        return media_holds(prelude)
    if keyword == "supports":
        return is_supported(prelude)
    return True if keyword == "layer" else None


def _nested(prelude: Sequence[Any], parents: str) -> str:
    own: str = tinycss2.serialize(prelude).strip()
    if not parents:
        return own
    return own.replace("&", f":is({parents})") if "&" in own else f":is({parents}) {own}"


def _changes(content: Sequence[Any]) -> tuple[bool, bool]:
    """Whether an animation may change what is seen at its end, and on its way."""
    at_end = on_way = False
    for node in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
        if node.type == "qualified-rule":
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            declared = parse_declarations(inner)
            matters = bool(interest(declared)) or any(item.name == "color" for item in declared)
            on_way |= matters
            at_end |= matters and _END.search(tinycss2.serialize(node.prelude).lower()) is not None
    return at_end, on_way


def css_of(address: str) -> str | None:
    """The sheet that a ``data:`` address holds; None for one that would have to be fetched."""
    head, comma, body = address.strip().partition(",")
    if not comma or not head.lower().startswith("data:"):
        return None
    raw = unquote_to_bytes(body)
    try:
        return (base64.b64decode(raw) if head.lower().endswith(";base64") else raw).decode("utf-8", "replace")
    except ValueError:
        return ""


def _brought_families(content: Sequence[Any]) -> Iterator[str]:
    """The family that a ``@font-face`` rule names: its glyphs may look like anything, and be of any size."""
    declared = {
        item.lower_name: tinycss2.serialize(item.value)
        for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if item.type == "declaration"
    }
    if declared.get("src"):
        yield declared.get("font-family", "").strip(" \"'").lower()


def is_on_screen(query: str) -> bool:
    """Does a media query list hold for a desktop window? Unknown features are taken to hold."""
    return media_holds(query) is not False
