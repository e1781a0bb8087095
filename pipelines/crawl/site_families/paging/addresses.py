"""Addresses of the pages of a list: parts of a file's name, and templates with a place for the number of a page."""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipelines.crawl.classification.page import Page
from pipelines.crawl.site_families.paging.script_text import PAGE
from pipelines.crawl.site_families.paging.scripts import Scripts

_EXTENSION = r"s?html?|[jt]html|jspx?|aspx?|php|do"
NAMED = re.compile(
    rf"(?<![\w-])([A-Za-z][\w-]*)_(?:[\"'`]\s*\+[^;\n]{{0,80}}?[\"'`]|\$\{{[^}}]*\}})(?:\.|[\"']?\s*\+\s*[\"'])({_EXTENSION})\b",
    re.IGNORECASE,
)
"""A script that puts the name of a file together: its stem and its extension."""


def file_name(url: str) -> tuple[str, str, str]:
    """(folder address, stem, extension) of a page; stem and extension are empty at a directory."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    stem, dot, extension = name.rpartition(".")
    root = f"{parts.scheme}://{parts.netloc}"
    if not dot:
        return (
            f"{root}{folder}/{name}/".replace("//", "/").replace(":/", "://", 1) if name else f"{root}{folder}/",
            "",
            "",
        )
    return f"{root}{folder}/", stem, extension


def list_extension(page: Page, scripts: Scripts | None = None) -> list[str]:
    """Extensions that the files of a list may have, likeliest first: as its pager prints them, as its articles have them."""
    named = NAMED.search(scripts.text if scripts is not None else page.scripts)
    hrefs = (node.attributes.get("href") or "" for node in page.tree.css("li a[href], td a[href], dd a[href]"))
    articles = Counter(found[1].lower() for href in hrefs if (found := re.search(rf"\.({_EXTENSION})(?:[?#]|$)", href)))
    own = file_name(page.url)[2]
    ranked = [named[2] if named else "", own, *(name for name, _ in articles.most_common(2)), "html"]
    return list(dict.fromkeys(extension for extension in ranked if extension))


def with_query(template: str, url: str) -> str:
    """A template with the query of the list it belongs to, when it has none of its own."""
    query = urlsplit(url).query
    return f"{template}?{braces(query)}" if query and "?" not in template else template


def with_parameter(url: str, name: str) -> str:
    """The address as a template in which one argument is the number of the page."""
    parts = urlsplit(url)
    pairs = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != name]
    query = urlencode([*pairs, (name, "")])
    return braces(parts._replace(query="", fragment="").geturl()) + f"?{query}{PAGE}"


def braces(text: str) -> str:
    """Text without braces, which mark the place of the number in a template."""
    return text.replace("{", "%7B").replace("}", "%7D")
