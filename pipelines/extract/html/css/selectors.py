"""Selectors of a rule: what the HTML parser can match of each, its pseudo-element, and whether a browser would take it."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any, NamedTuple

import cssselect2
import tinycss2

# Pseudo-classes that hold for nothing on a page that nobody touches.
_NO_MATCH = frozenset([
    "hover", "focus", "active", "visited", "target", "focus-within", "focus-visible", "fullscreen", "modal", "popover-open",
])  # fmt: skip
# Those that are matched as a browser does; and those that exist besides. A rule with any other is dropped by a browser, whole.
_MATCHED = frozenset([
    "first-child", "last-child", "only-child", "nth-child", "nth-last-child", "first-of-type", "last-of-type", "only-of-type",
    "nth-of-type", "nth-last-of-type", "empty", "root", "not", "is", "where", "has", "link", "any-link",
])  # fmt: skip
_OTHERS = frozenset([
    "enabled", "disabled", "checked", "indeterminate", "default", "required", "optional", "valid", "invalid", "in-range",
    "out-of-range", "read-only", "read-write", "placeholder-shown", "autofill", "defined", "lang", "dir", "scope", "host",
    "user-valid", "user-invalid", "open", "playing", "paused", "muted",
])  # fmt: skip
_ELEMENTS = frozenset([
    "before", "after", "first-line", "first-letter", "marker", "selection", "placeholder", "backdrop", "file-selector-button",
    "cue", "part", "slotted", "target-text", "spelling-error", "grammar-error", "view-transition", "highlight", "details-content",
])  # fmt: skip
_OLD_ELEMENTS = frozenset(["before", "after", "first-line", "first-letter"])
_NOTHING = (0, 1, 0)


_NAME = re.compile(r"([.#])([A-Za-z_][\w-]*)")


def in_case_of(selector: str, words: Set[str], folded: Mapping[str, str]) -> str:
    """A selector for a page without a doctype, where case is no matter for classes and ids: in the case of the page's own.

    Args:
        selector: as written in the sheet.
        words: the classes and ids of the page.
        folded: the same by their lower case.
    """

    def own(name: re.Match[str]) -> str:
        return name[0] if name[2] in words else name[1] + folded.get(name[2].lower(), name[2])

    return _NAME.sub(own, selector)


class Selector(NamedTuple):
    """A single selector.

    Attributes:
        text: Without pseudo-element and without what cannot be matched; None where it matches nothing.
        pseudo: Its pseudo-element, "" for the element itself.
        specificity: As the cascade counts it.
        subject: A class, id or tag that an element it matches must have; "" where there is none.
        is_matched: Its text matches what a browser would.
        is_valid: A browser knows all of it; a rule with any other selector is dropped whole.
    """

    text: str | None
    pseudo: str
    specificity: tuple[int, int, int]
    subject: str
    is_matched: bool
    is_valid: bool


def selectors(prelude: str) -> list[Selector]:
    """The single selectors of a list."""
    tokens = tinycss2.parse_component_value_list(prelude, skip_comments=True)
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [_selector(part) for part in parts]


def _selector(tokens: Sequence[Any]) -> Selector:
    kept, pseudo = list[Any](), ""
    is_matched = is_valid = True
    for token, of_class in _simple(tokens):
        if of_class is None:
            kept.append(token)
        elif of_class == ":":
            pseudo = _name(token)
            is_valid &= pseudo in _ELEMENTS or pseudo.startswith("-webkit-")
            break
        elif of_class in _OLD_ELEMENTS:
            pseudo = of_class
            break
        elif of_class in _NO_MATCH:
            return Selector(None, "", _NOTHING, "", True, True)
        elif _is_matched(token):
            kept += [tinycss2.ast.LiteralToken(0, 0, ":"), token]
        else:
            is_matched = False
            is_valid &= of_class in _MATCHED | _OTHERS or of_class.startswith("-webkit-")
    text: str = tinycss2.serialize(kept).strip()
    if not text and not is_matched:  # :foo by itself would be every element
        return Selector(None, pseudo, _NOTHING, "", is_matched, is_valid)
    return _compiled(text or "*", pseudo, is_matched, is_valid)


def _simple(tokens: Sequence[Any]) -> Iterator[tuple[Any, str | None]]:
    """Each token with the name of the pseudo-class that it is; ``:`` for a pseudo-element, None for anything else."""
    at = 0
    while at < len(tokens):
        if not _is_colon(tokens[at]) or at + 1 == len(tokens):
            yield tokens[at], None
            at += 1
        elif _is_colon(tokens[at + 1]):
            yield tokens[at + 2] if at + 2 < len(tokens) else None, ":"
            at += 3
        else:
            yield tokens[at + 1], _name(tokens[at + 1])
            at += 2


def _is_matched(token: Any) -> bool:
    return _name(token) in _MATCHED and not (token.type == "function" and _holds_unmatched(token.arguments))


def _compiled(text: str, pseudo: str, is_matched: bool, is_valid: bool) -> Selector:
    text = f"{text} *" if text[-1] in ">+~" else text
    try:
        compiled = cssselect2.compile_selector_list(text)[0]
    except (cssselect2.SelectorError, IndexError):
        return Selector(text, pseudo, _NOTHING, "", is_matched, is_valid)
    subject = compiled.class_name or compiled.id or compiled.lower_local_name or ""
    return Selector(text, pseudo, compiled.specificity, subject, is_matched, is_valid)


def _is_colon(token: Any) -> bool:
    return bool(token.type == "literal" and token.value == ":")


def _name(token: Any) -> str:
    return str(getattr(token, "lower_value", None) or getattr(token, "lower_name", "?"))


def _holds_unmatched(arguments: Sequence[Any]) -> bool:
    """Does the argument of ``:not()`` and the like hold a pseudo-class that is not matched as a browser does?"""
    for token, following in pairwise(arguments):
        if _is_colon(token) and _name(following) not in _MATCHED:
            return True
    return any(token.type == "function" and _holds_unmatched(token.arguments) for token in arguments)
