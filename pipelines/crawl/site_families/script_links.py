"""Links that stand in scripts: as markup in their strings, or as labels and addresses side by side."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.crawl.site_families.links import ADDRESS, QUOTED, resolve_link
from pipelines.crawl.site_families.paging.script_text import without_comments
from schemas.labels import squeeze

ASSET = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|ico|woff2?|swf|mp4|pdf|docx?|xlsx?|zip|rar)(?:[?#]|$)", re.IGNORECASE
)
"""Addresses that no menu leads to."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST_LABEL = 60
_MARKUP = re.compile(r"<a\b[^<>]{1,400}>.{0,200}?</a>", re.IGNORECASE)
_CODE_POINT = re.compile(r"\\u([0-9a-fA-F]{4})")


def script_links(script: str, base: str) -> Iterator[tuple[str, str]]:
    """(address, label) of links that a script writes.

    They stand as markup in its strings, or as pairs of a label and an address (``"年报", "/nb/"``).
    """
    text = without_comments(script)
    yield from _written(text, base)
    for label, address in _label_pairs(text):
        if url := resolve_link(base, address):
            yield url, label


def written_links(script: str, base: str) -> Iterator[tuple[str, str]]:
    """(address, label) of links whose markup stands in one string as a whole: nothing is put together of parts."""
    return _written(without_comments(script), base, whole=True)


def _written(text: str, base: str, *, whole: bool = False) -> Iterator[tuple[str, str]]:
    text = _CODE_POINT.sub(lambda code: chr(int(code[1], 16)), text).replace("\\/", "/").replace('\\"', '"')
    for fragment in _MARKUP.findall(text):
        if whole and "+" in fragment:
            continue
        tree = LexborHTMLParser(fragment.replace("\\'", "'"))
        for node in tree.css("a[href]"):
            if url := resolve_link(base, node.attributes.get("href") or ""):
                yield url, fullest_label(node)


def _label_pairs(text: str) -> Iterator[tuple[str, str]]:
    """A label and an address, in either order, that are quoted side by side in one group."""
    label, address = ("", -1), ("", -1)  # each with the end of its quotation
    for match in QUOTED.finditer(text):
        quoted = _unescaped(match[1] or match[2])
        if CHINESE.search(quoted) and "<" not in quoted:
            name = squeeze(quoted)
            if address[0] and _same_group(text[address[1] : match.start()]):
                yield name, address[0]
                address = ("", -1)
            else:
                label = (name, match.end())
        elif ADDRESS.match(quoted) and not ASSET.search(quoted):
            if 0 < len(label[0]) <= LONGEST_LABEL and _same_group(text[label[1] : match.start()]):
                yield label[0], quoted
                label = ("", -1)
            else:
                address = (quoted, match.end())


def _same_group(between: str) -> bool:
    """Whether two strings are arguments of one call or values of one object."""
    return len(between) <= 120 and not re.search(r"[;)}\]{]", between)


def _unescaped(quoted: str) -> str:
    text = _CODE_POINT.sub(lambda code: chr(int(code[1], 16)), quoted)
    return re.sub(r"\\(.)", r"\1", text)


def fullest_label(node: LexborNode) -> str:
    """The fullest name of a link: its text, its title, or what its picture is called."""
    attributes = node.attributes
    names = [node.text(), *(attributes.get(name) or "" for name in ("title", "aria-label", "alt"))]
    names += [image.attributes.get(name) or "" for image in node.css("img") for name in ("alt", "title")]
    spoken = [squeeze(name.replace("\u200b", "")) for name in names]
    chinese = [name for name in spoken if CHINESE.search(name)]
    text = chinese[0] if chinese else next((name for name in spoken if name), "")
    title = squeeze(attributes.get("title") or "")
    if text.rstrip(".…") and title.startswith(text.rstrip(".…")):  # a text that was cut for want of room
        text = title
    return text if len(text) <= LONGEST_LABEL else ""
