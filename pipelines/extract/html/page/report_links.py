"""Links of a page to other reports: marked before the text is taken, for a list of reports looks like a row of titles."""

import re
from typing import Any

LINK = "\ufdd3"
"""Stands before the text of a link to another document about annual reports. A noncharacter: a page cannot print it."""

_MAX_LINKS = 3_000
_LONGEST = 200
_SPEAKS_OF_REPORTS = re.compile("公开|公開|年报|年報|年度")
_ANOTHER_PLACE = re.compile(r"^(?!#|javascript:|mailto:|tel:|data:).+", re.IGNORECASE)


def mark_report_links(body: Any) -> None:
    """Put ``LINK`` before every link whose text mentions annual reports and that leads to another document."""
    links = body.css("a[href]")[:_MAX_LINKS]
    # Most of the hundreds of links of a page are its menus: looking for one character of the words first is fastest.
    speaking = [(node, text) for node in links if (text := node.text_lexbor()) and ("公" in text or "年" in text)]
    for node, text in speaking:
        if (
            len(text) <= _LONGEST
            and _SPEAKS_OF_REPORTS.search(text)
            and _ANOTHER_PLACE.match(node.attributes.get("href") or "")
        ):
            node.insert_before(LINK)
