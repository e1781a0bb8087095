"""The opening tags of a page, from its source: what can matter for its rendering, without a walk over the elements.

A page has thousands of opening tags and a few hundred different ones, most of which stand on every page of the site. So each
different tag is looked at once and remembered. What is found is never less than what the parsed tree holds: tags in
comments and scripts count, too. The tree is asked only where something was found here.
"""

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.extract.html.css.interest import NO_INTEREST, InlineInterest, inline_interest

_OPENING = re.compile(rb"<([a-zA-Z][^>]*)")
# As a browser takes a tag apart: a name may begin with a quote or an equals sign, and an unquoted value may hold both.
_SPACE = rb"[ \t\n\f\r]"
_NAME = rb"[^ \t\n\f\r>/][^ \t\n\f\r>/=]*+"
_VALUE = rb"""(?:"[^"]*"|'[^']*'|(?!["'])[^ \t\n\f\r>]*+)"""
_PARTS = rb"(?:[ \t\n\f\r/]++|%b(?:%b*+=%b*+%b|(?!%b*+=)))" % (_NAME, _SPACE, _SPACE, _VALUE, _SPACE)
_TAG = re.compile(rb"[^ \t\n\f\r/>]+")
_ATTRIBUTE = re.compile(rb"(%b)(?:%b*+=%b*+(%b|[^ \t\n\f\r>]*))?" % (_NAME, _SPACE, _SPACE, _VALUE))
_WHOLE = re.compile(rb"[^ \t\n\f\r/>]+%b*+" % _PARTS)
# For pages with a ">" in a quoted value. Tried at each "<" by itself: an odd quote in one tag must not hide the next tag.
_QUOTED_OPENING = re.compile(rb"<(?=([a-zA-Z][^ \t\n\f\r/>]{0,100}%b{0,500}+))" % _PARTS)
_WATCHED = frozenset(["hidden", "popover", "bgcolor", "color", "text", "onload", "ontoggle", "onfocus"])
INLINE_TAGS = frozenset(["span", "font", "b", "i", "u", "em", "strong"])
_HEAD = 4_096
_LONGEST_KEPT = 2_000
"""Bytes of a tag that is remembered: longer ones hold a picture."""


@dataclass(frozen=True, eq=False, slots=True)
class OpeningTag:
    """What one tag can have to do with rendering. Equal ones are one object.

    Attributes:
        tag: Name of the element.
        attributes: Those of its attributes that can hide an element or colour it.
        words: Its classes and its id.
        style: What its ``style`` has to do with.
        is_cut: The tag ends within a quoted value: it is not whole.
    """

    tag: str
    attributes: frozenset[str]
    words: frozenset[str]
    style: InlineInterest
    is_cut: bool


class OpeningTags:
    """The opening tags of one page.

    Attributes:
        tags: The names of its elements.
        attributes: The watched attributes that occur.
        words: All classes and ids.
        inline_words: Those of elements that stand in a line of text.
        styles: The distinct ``style`` attributes.
        is_quirky: Has it no doctype?
        spaces_inline: May a ``style`` set an element apart from its line of text?
    """

    def __init__(self, source: bytes) -> None:
        found = _read(set(_OPENING.findall(source)))
        if any(one.is_cut for one in found):
            found |= _read(set(_QUOTED_OPENING.findall(source)))
        self.is_quirky = b"<!doctype" not in source[:_HEAD].lower()
        inline = [one for one in found if one.tag in INLINE_TAGS]
        self.tags = frozenset([one.tag for one in found])
        self.attributes = frozenset().union(*[one.attributes for one in found])
        self.words = frozenset().union(*[one.words for one in found])
        self.inline_words = frozenset().union(*[one.words for one in inline])
        self.styles = frozenset([one.style for one in found if one.style is not NO_INTEREST])
        self.spaces_inline = any(one.style.spaces for one in inline)


def _read(raw: set[bytes]) -> set[OpeningTag]:
    if len(max(raw, key=len, default=b"")) <= _LONGEST_KEPT:
        return set(map(_known, raw))
    return {_known(one) if len(one) <= _LONGEST_KEPT else _parsed(one) for one in raw}


@lru_cache(maxsize=16384)
def _known(raw: bytes) -> OpeningTag:
    return _parsed(raw)


def _parsed(raw: bytes) -> OpeningTag:
    name = _TAG.match(raw)
    assert name is not None  # a tag begins with a letter
    attributes: set[str] = set()
    words: list[str] = []
    style = NO_INTEREST
    for key, value in _ATTRIBUTE.findall(raw, name.end()):
        attribute = key.decode("utf-8", "replace").lower()
        if attribute in _WATCHED:
            attributes.add(attribute)
        elif attribute in ("class", "id"):
            words += _text(value).split()
        elif attribute == "title" and raw[:5].lower() == b"style":
            attributes.add("title")
        elif attribute == "type" and raw[:2].lower() in (b"ul", b"li"):
            attributes.add("type")
        elif attribute == "href" and raw[:4].lower() == b"link" and b"data:" in value.lower():
            attributes.add("data:")
        elif attribute == "style":
            style = style.joined(inline_interest(_text(value)))
    tag = name[0].decode("utf-8", "replace").lower()
    return _one(tag, frozenset(attributes), frozenset(words), style, _WHOLE.fullmatch(raw) is None)


def _text(value: bytes) -> str:
    if value[:1] in (b'"', b"'"):
        value = value[1:].removesuffix(value[:1])
    return html.unescape(value.decode("utf-8", "replace"))


@lru_cache(maxsize=16384)
def _one(
    tag: str, attributes: frozenset[str], words: frozenset[str], style: InlineInterest, is_cut: bool
) -> OpeningTag:
    return OpeningTag(tag, attributes, words, style, is_cut)
