"""Which values may change what is seen.

A page in whose styles no value is of interest shows all of its text where it stands in the source: the common case, which
is found out without looking at any element.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipelines.extract.html.css.declarations import Declaration, inline_declarations
from pipelines.extract.html.css.measures import is_of_interest
from pipelines.extract.html.css.properties import TOGETHER
from pipelines.extract.html.css.values import gradient_colours, length

_WIDTHS = frozenset(["width", "max-width"])
_SIZES = _WIDTHS | {"height", "max-height"}
_BOX = _SIZES | {"overflow", "table-layout"}
"""What tells whether a box cuts off its content."""
_NARROW = 400.0
"""Pixels of a table of fixed layout whose figures may not fit in their columns."""
_SPACES = ("margin", "padding")
_NESTING = re.compile(r"""[("'{\\]|/\*""")


class InlineInterest(NamedTuple):
    """What a ``style`` attribute may have to do with: properties of interest, colours of text and of grounds, and whether
    it may set an element apart from its line."""

    names: frozenset[str]
    texts: frozenset[str]
    grounds: frozenset[str]
    spaces: bool = False

    def joined(self, other: "InlineInterest") -> "InlineInterest":
        """What two attributes have to do with together. Equal ones are one object."""
        if self == other or other == NO_INTEREST:
            return self
        if self == NO_INTEREST:
            return other
        return InlineInterest(
            self.names | other.names,
            self.texts | other.texts,
            self.grounds | other.grounds,
            self.spaces or other.spaces,
        )


NO_INTEREST = InlineInterest(frozenset(), frozenset(), frozenset())


@lru_cache(maxsize=65536)
def inline_interest(style: str) -> InlineInterest:
    """Judge a ``style`` attribute. An editor writes dozens of new ones a page, but always of the same declarations."""
    found = NO_INTEREST
    for piece in [style] if _NESTING.search(style) else style.split(";"):
        one = _interest_of(piece)
        if one is not NO_INTEREST:
            found = one if found is NO_INTEREST else found.joined(one)
    return found


@lru_cache(maxsize=65536)
def _interest_of(style: str) -> InlineInterest:
    declarations = inline_declarations(style)
    names = interest(declarations)
    if any(_cuts(item) for item in declarations):
        names |= _BOX
    found = InlineInterest(
        names,
        frozenset(item.value for item in declarations if item.name == "color"),
        grounds_of(declarations),
        any(item.name.startswith(_SPACES) or item.value == "inline-block" for item in declarations),
    )
    return NO_INTEREST if found == NO_INTEREST else found


def grounds_of(declarations: Iterable[Declaration]) -> frozenset[str]:
    """The colours of grounds, those of gradients included."""
    plain = [item.value for item in declarations if item.name == "background-color"]
    return frozenset(plain).union(
        *(gradient_colours(item.value) for item in declarations if item.name == "background-image")
    )


def interest(declarations: Iterable[Declaration]) -> frozenset[str]:
    """Properties with a value that may change what is seen, with those that are understood only together with them."""
    names = {item.name for item in declarations if is_of_interest(item.name, item.value)}
    sized = [item for item in declarations if item.name in _SIZES and length(item.value) is not None]
    if sized and any(map(_cuts, declarations)):
        names |= _BOX
    if any(item.value == "fixed" and item.name == "table-layout" for item in declarations):
        names |= (
            _BOX if any((length(item.value) or 0.0) <= _NARROW and item.name in _WIDTHS for item in sized) else set()
        )
    return together(names)


def _cuts(item: Declaration) -> bool:
    return item.name == "overflow" and item.value.startswith(("hidden", "clip"))


def together(names: Iterable[str]) -> frozenset[str]:
    """``names`` with the properties that are understood only together with one of them."""
    names = set(names)
    return frozenset(names.union(*(group for group in TOGETHER if group & (names - {"position", "display", "float"}))))


def takes_out(item: Declaration) -> bool:
    """Does it take an element out of the flow? Then all that is declared beside it tells what it covers."""
    return item.name == "position" and item.value in ("absolute", "fixed")
