"""Addresses that a function of the page joins from the argument it is called with: ``goPage(2)``, ``show(1234)``."""

import re

from selectolax.lexbor import LexborHTMLParser

from pipelines.crawl.site_families.paging.scripts import without_comments

_CALL = re.compile(r"([A-Za-z_$][\w$.]*)\s*\(\s*(?:['\"]([^'\"]{1,200})['\"]|(\d{1,12})\s*[,)])")


def called_address(script: str, functions: str) -> str | None:
    """The address that a function of the page joins from its argument: ``getMainData('ndbg')``, ``goPage(2)``."""
    call = _CALL.search(script.partition(":")[2] if script.lower().startswith("javascript:") else script)
    if call is None or not functions:
        return None
    defined = re.search(
        rf"(?:function\s+{re.escape(call[1])}|{re.escape(call[1])}\s*[=:]\s*function)\s*\(\s*(\w+)[^)]*\)\s*{{(.{{0,800}})",
        functions, re.DOTALL,
    )  # fmt: skip
    if defined is None:
        return None
    joined = re.search(rf"['\"]([^'\"\s]*)['\"]\s*\+\s*{defined[1]}\b(?:\s*\+\s*['\"]([^'\"\s]*)['\"])?", defined[2])
    if joined is None:
        return None
    return f"{joined[1]}{call[2] or call[3]}{joined[2] or ''}"


def page_functions(tree: LexborHTMLParser) -> str:
    """The scripts of a page where something of it calls one, else nothing."""
    if tree.css_first("[onclick], a[href^='javascript:' i]") is None:
        return ""
    return without_comments("\n".join(node.text() for node in tree.css("script:not([src])")))
