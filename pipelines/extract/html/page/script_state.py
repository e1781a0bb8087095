"""Reports that a page holds as data for its scripts (``window.__INITIAL_STATE__ = {…}``) and prints only when they have run."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pipelines.extract.document import Document, Grid, Line
from pipelines.extract.html.markup import MarkupRefusedError, parse
from pipelines.extract.html.page.json_envelope import article_in
from pipelines.extract.html.page.page_layout import page_layout

_MOST_SHOWN = 400  # characters: a page that shows more has its report in its text
_MAX_STARTS = 200
_MAX_SCRIPT = 8_000_000


def with_script_state(document: Document, source: bytes) -> Document:
    """``document`` with what the data in its scripts hold as its hidden part, where the page itself shows next to nothing."""
    shown = sum(len(block.text) if isinstance(block, Line) else _MOST_SHOWN for block in (*document.blocks, *document.hidden)
                if isinstance(block, Line | Grid))  # fmt: skip
    if shown >= _MOST_SHOWN or document.problem or b"<script" not in source.lower():
        return document
    states = list(_states(source))
    if not states:
        return document
    found = article_in(states, (document.title, document.meta.get("articletitle")))
    if found.problem is not None or not any(isinstance(block, Grid) for block in found.blocks):
        return replace(document, problem=found.problem)
    title, meta = found.title or document.title, {**found.meta, **document.meta}
    return replace(document, carrier=found.carrier, hidden=found.blocks, title=title, meta=meta)


def _states(source: bytes) -> Iterator[Any]:
    """JSON values in the scripts that hold words of the statutory tables."""
    try:
        root = parse(source).root
    except MarkupRefusedError:
        return
    scripts = root.css("script") if root is not None else []
    decoder = json.JSONDecoder(strict=False)  # the parser has set line ends before tags
    for node in scripts:
        text = node.text_lexbor() or ""
        at = -1
        for _ in range(_MAX_STARTS if len(text) <= _MAX_SCRIPT else 0):
            at = min((place for sign in "{[" if (place := text.find(sign, at + 1)) >= 0), default=-1)
            if at < 0:
                break
            try:
                value, end = decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                continue
            if page_layout().words.is_statutory(json.dumps(value, ensure_ascii=False)):
                yield value
            at = end
