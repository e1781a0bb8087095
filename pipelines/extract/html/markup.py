"""Bytes of a page → parsed tree in which line ends are printed line ends.

Walking a tree of ten thousand spans in Python costs more than parsing it. So the source is prepared once, as bytes: line
ends of the source become spaces (as a browser renders them), and every block boundary gets a line end before its tag. After
that, the text of any node, taken in one call inside the parser, has a line for each paragraph, and digits that are cut over
several spans stay together.
"""

import re
from collections.abc import Iterable
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from schemas.errors import GongkaiError

# Tags that begin or end a printed line, those of every page first. Written for the scanner's speed, for it is tried at every
# tag: letters as classes, no IGNORECASE, and a check of the first two letters before the rarer tags.
_RARE = (
    b"section", b"center", b"article", b"aside", b"address", b"form", b"footer", b"figure", b"fieldset", b"nav",
    b"main", b"pre", b"blockquote", b"header", b"details", b"summary",
)  # fmt: skip
_BOUNDARY = re.compile(
    rb"<(?=/?+(?:[pP][ />]|[bBdDlLhHuUoO][rRiIlLtTdD1-6][ />vV]|[tT][dDhHrR][ />]"
    rb"|[sScCaAfFnNmMpPbBhHdD][eErRsSdDlLoOiIaAuU](?i:%b)[ />]))"
    % b"|".join(rb"(?<=%b)%b" % (name[:2], name[2:]) for name in _RARE)
)
_RARE_BLOCKS = frozenset(
    [
        "legend",
        "menu",
        "dir",
        "xmp",
        "listing",
        "figcaption",
        "hgroup",
        "search",
        "optgroup",
        "option",
        "dialog",
        "plaintext",
    ]
)
_WHITE = (b"\t", b"\r", b"\n", b"\f")
_OPENS_PRE = re.compile(rb"<[pP][rR][eE]\b")
_PRE = re.compile(rb"<(/?)pre\b", re.IGNORECASE)
_LINE_END = re.compile(rb"\r\n|\r|\n")

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_WHOLE_TAG = re.compile(rb"""<[a-zA-Z](?:[^"'>]|"[^"]*"|'[^']*')*+""")
_VOID = frozenset(b"br img input meta link hr col area base embed param source track wbr".split())
_SCANNING = frozenset(  # the parser searches the stack of open elements when one of these opens
    b"p div ul ol dl li dd dt section article aside header footer nav main blockquote center details fieldset figure form"
    b" address menu h1 h2 h3 h4 h5 h6 pre table hr button".split()
)
_CLOSED_BY_NEXT = frozenset(b"p li dd dt td th tr option".split())
_MANY_TAGS = 20_000
_MAX_TAGS = 600_000
_MAX_STEPS = 200_000_000
_TABLE = re.compile(rb"<(/?)table\b", re.IGNORECASE)
_MAX_TABLES_DEEP = 500  # browsers nest no element deeper than 512
_MAX_BYTES = 16 << 20
_TAG_WINDOW = 30_000
_MAX_ATTRIBUTES = 2_000
_MAX_OPTIONS = 5_000
_OPTION = re.compile(rb"</?opt(?:ion|group)\b[^>]*>", re.IGNORECASE)


class MarkupRefusedError(GongkaiError, ValueError):
    """The page would take minutes or gigabytes to parse; the message says why."""


def parse(source: bytes) -> LexborHTMLParser:
    """Parse UTF-8 HTML so that block boundaries are line ends in the text of every node.

    Raises:
        MarkupRefusedError: the page is larger or nested deeper than any report (a parser bomb).
    """
    if _OPENS_PRE.search(source):
        source = _breaks_in_pre(source)
    for character in _WHITE:  # one after the other: ten times as fast as a table of translation
        source = source.replace(character, b" ")
    tags = _refuse_bombs(source)
    if tags > _MAX_OPTIONS and source.count(b"<option") > _MAX_OPTIONS:
        source = _OPTION.sub(b" ", source)  # lexbor 2.x is quadratic in the options of one list
    return LexborHTMLParser(_BOUNDARY.sub(b"\n<", source))


def set_apart(root: Any, tags: Iterable[str]) -> None:
    """Put the blocks that few pages hold on lines of their own. ``tags``: those of the page."""
    rare = _RARE_BLOCKS.intersection(tags)
    for node in root.css(",".join(rare)) if rare else ():
        node.insert_before("\n")
        node.insert_after("\n")


def _breaks_in_pre(source: bytes) -> bytes:
    """Line ends of preformatted text are printed: make them breaks."""
    pieces: list[bytes] = []
    done, opened = 0, -1
    for tag in _PRE.finditer(source):
        if tag[1] and opened >= 0:
            pieces += (source[done:opened], _LINE_END.sub(b"<br>", source[opened : tag.start()]))
            done, opened = tag.start(), -1
        elif not tag[1] and opened < 0:
            opened = tag.end()
    if opened >= 0:  # never closed
        pieces += (source[done:opened], _LINE_END.sub(b"<br>", source[opened:]))
        done = len(source)
    return b"".join((*pieces, source[done:]))


def _refuse_bombs(source: bytes) -> int:
    """HTML parsing is quadratic in a few places; refuse what would run for minutes. Returns the number of tags."""
    if len(source) > _MAX_BYTES:
        raise MarkupRefusedError(f"the page has {len(source)} bytes, more than {_MAX_BYTES}")
    for start in range(0, len(source) - _TAG_WINDOW, _TAG_WINDOW):
        window = start, start + _TAG_WINDOW
        if (
            source.find(b">", *window) < 0
            and sum(source.count(c, *window) for c in (b" ", b"=", b"/")) > _MAX_ATTRIBUTES
        ):
            raise MarkupRefusedError("a tag has thousands of attributes")
    if source.count(b"=") > _MANY_TAGS and any(tag.count(b"=") > _MAX_ATTRIBUTES for tag in _WHOLE_TAG.findall(source)):
        raise MarkupRefusedError("a tag has thousands of attributes")
    tags = source.count(b"<")
    if tags > _MAX_TAGS:
        raise MarkupRefusedError(f"the page has more than {_MAX_TAGS} tags")
    if tags > _MANY_TAGS and _parser_steps(source) > _MAX_STEPS:
        raise MarkupRefusedError("the page nests elements tens of thousands deep")
    if tags > _MAX_TABLES_DEEP and _tables_deep(source) > _MAX_TABLES_DEEP:
        raise MarkupRefusedError(f"the page nests more than {_MAX_TABLES_DEEP} tables")
    return tags


def _tables_deep(source: bytes) -> int:
    depth = deepest = 0
    for closing in _TABLE.findall(source):
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _parser_steps(source: bytes) -> int:
    """Estimate how often the parser compares entries of its stack of open elements."""
    stack: list[bytes] = []
    steps = 0
    for closing, raw_name in _TAG.findall(source):
        name = raw_name.lower()
        if name in _VOID:
            continue
        if closing:
            if stack and stack[-1] == name:
                stack.pop()
            else:
                steps += len(stack)
        else:
            if name in _SCANNING:
                steps += len(stack)
            if not (name in _CLOSED_BY_NEXT and stack and stack[-1] == name):
                stack.append(name)
    return steps
