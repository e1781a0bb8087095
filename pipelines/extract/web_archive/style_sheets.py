"""Style sheets that a web archive holds beside its page: they say which figures are shown, so they go into the page."""

import re
from collections.abc import Mapping
from email.message import Message
from html import unescape
from urllib.parse import urljoin

from pipelines.content.decoding import decode

MAX_BYTES = 4 << 20
"""Of all sheets of an archive."""
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.I)
_END = re.compile(r"</style", re.I)


def header(part: Message, name: str) -> str:
    """A header of a part, also one with bytes that no header may have; empty where there is none."""
    return str(part.get(name) or "").strip()


def style_sheets(message: Message) -> dict[str, str]:
    """The sheets of an archive by their address, and by ``cid:`` and their content id."""
    found: dict[str, str] = {}
    left = MAX_BYTES
    for part in message.walk():
        if part.is_multipart() or part.get_content_type() != "text/css":
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes) or len(body) > left:
            continue
        left -= len(body)
        names = [header(part, "Content-Location"), f"cid:{header(part, 'Content-ID').strip('<> ')}"]
        found |= dict.fromkeys((name for name in names if name not in ("", "cid:")), decode(body).text)
    return found


def with_styles(page: bytes, place: str | None, sheets: Mapping[str, str]) -> bytes:
    """A page in UTF-8 with the sheets that it links to in place of the links; others stay as they are."""
    if not sheets:
        return page

    def written(link: re.Match[str]) -> str:
        said = {name.lower(): unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(link[0])}
        href = said.get("href", "").strip()
        sheet = sheets.get(href) or sheets.get(_absolute(place, href))
        if "stylesheet" not in said.get("rel", "").lower().split() or sheet is None:
            return link[0]
        media = said.get("media", "").replace('"', "")
        return (
            f'<style media="{media}">{_END.sub("", sheet)}</style>'
            if media
            else f"<style>{_END.sub('', sheet)}</style>"
        )

    return _LINK.sub(written, page.decode("utf-8", "replace")).encode()


def _absolute(place: str | None, href: str) -> str:
    try:
        return urljoin(place or "", href)
    except ValueError:  # a broken IPv6 literal or the like
        return href
