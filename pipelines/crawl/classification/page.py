"""A fetched page: its real type, its text, and whether it reads like a report.

This is not extraction. It provides only what the crawler needs: whether this is a block page, a list, a report, or a page
with a report as attachment.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from selectolax.lexbor import LexborHTMLParser

from pipelines.content.decoding import Decoded, decode
from pipelines.content.report_words import report_words
from pipelines.crawl.fetching.http_client import absolute


def is_html(content_type: str) -> bool:
    return "html" in content_type.partition(";")[0]


_IMAGE = re.compile("<img", re.IGNORECASE)


class Base(str):
    """What the links of a page are relative to. Browsers write the query of a link in the encoding of the page."""

    __slots__ = ("encoding",)
    encoding: str

    @classmethod
    def of(cls, url: str, encoding: str) -> Self:
        """The address with the encoding of its page."""
        base = cls(url)
        base.encoding = encoding
        return base


@dataclass(frozen=True)
class Page:
    """A fetched page. ``url`` is its address after redirects."""

    url: str
    body: bytes
    content_type: str

    @cached_property
    def text(self) -> str:
        """Decoded source text with markup."""
        return self._decoded.text

    @cached_property
    def _decoded(self) -> Decoded:
        return decode(self.body, self.content_type)

    @cached_property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)

    @cached_property
    def base(self) -> Base:
        """What relative links are relative to: the page's ``<base href>``, else its address."""
        node = self.tree.css_first("base[href]")
        base = absolute(self.url, (node.attributes.get("href") or "").strip()) if node is not None else None
        return Base.of(base or self.url, self._decoded.encoding)

    @cached_property
    def scripts(self) -> str:
        """The text of all script elements; data blocks (``text/xml``) are none."""
        nodes = self.tree.css("script")
        return "\n".join(node.text() for node in nodes if "xml" not in (node.attributes.get("type") or ""))

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Values of hidden and other input fields, by id and by name."""
        found: dict[str, str] = {}
        for node in self.tree.css("input[value]"):
            for key in (node.attributes.get("id"), node.attributes.get("name")):
                if key:
                    found.setdefault(key, node.attributes.get("value") or "")
        return found

    @cached_property
    def visible(self) -> str:
        """Visible text without scripts and styles."""
        tree = LexborHTMLParser(self.text)
        tree.strip_tags(["script", "style", "noscript", "template"])
        return " ".join(tree.body.text(separator=" ").split()) if tree.body is not None else ""

    @cached_property
    def title(self) -> str:
        node = self.tree.css_first("title")
        return node.text(strip=True) if node is not None else ""

    @property
    def is_html(self) -> bool:
        return is_html(self.content_type)

    @cached_property
    def n_text(self) -> int:
        """Characters outside ASCII in the page: a measure of Chinese content that markup cannot inflate.

        Each takes two bytes more in UTF-8 than it counts as a character; that is much cheaper than looking for them.
        """
        return (len(self.text.encode(errors="ignore")) - len(self.text)) // 2 if self.is_html else len(self.body)

    @cached_property
    def _compact(self) -> str:
        """Visible text without white space: a heading may contain spaces, or be split over several elements."""
        return "".join(self.visible.split())

    @cached_property
    def reads_like_report(self) -> bool:
        """Whether it contains at least three of the six statutory sections."""
        words = report_words()
        return self.is_html and (words.read_like_report(self.text) or words.read_like_report(self._compact))

    @cached_property
    def has_statutory_tables(self) -> bool:
        """Whether it contains the statutory tables, so that attachments need not be searched."""
        words = report_words()
        return words.hold_tables(self.text) or (self.is_html and words.hold_tables(self._compact))

    @property
    def has_images(self) -> bool:
        """Whether its source holds an ``<img>``; told without parsing it."""
        return ("<i" in self.text or "<I" in self.text) and _IMAGE.search(self.text) is not None

    @cached_property
    def has_every_table(self) -> bool:
        """Whether its text contains all three statutory tables, so that no picture can hold one of them."""
        words = report_words()
        return words.hold_every_table(self.text) or (self.is_html and words.hold_every_table(self._compact))
