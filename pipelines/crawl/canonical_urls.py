"""Canonical addresses (docs/domain/site-behaviour.md#addresses), and report ids made from them."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|shtml|jsp|aspx?|php)$", re.IGNORECASE)
_TRS_VARIANT = re.compile(r"(/t\d{8}_\d+)_(?:wap|app)(\.s?html?)$", re.IGNORECASE)
_MOBILE_POST = re.compile(r"/mpost_(\d+\.s?html?)$", re.IGNORECASE)  # NFCMS
_FRAGMENT_NAMES_A_LIST = re.compile(r"/gkmlpt/index#\d+$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_GATEWAY = re.compile(r"^/gate/big5/([^/]+\.gov\.cn)(/.*)?$", re.IGNORECASE)
_NOISE_KEYS = frozenset({"jump", "ddtab", "jsessionid", "spm", "from", "isappinstalled", "timestamp", "_t"})


def original_behind_gate(url: str) -> str:
    """Return the original address of a Big5 gateway page, or ``url`` itself.

    A gateway (``big5.mot.gov.cn/gate/big5/xxgk.mot.gov.cn/…``) converts characters and also replaces words (信息 → 資訊),
    so its text must not be read as the report.
    """
    if "/big5/" not in url.lower():
        return url
    parts = urlsplit(url)
    gateway = _GATEWAY.match(parts.path)
    if gateway is None:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"http://{gateway[1]}{gateway[2] or '/'}{query}"


@lru_cache(maxsize=2048)  # the links of the list pages in hand
def canonical_url(url: str) -> str:
    """The canonical form of an address.

    http and https, ``www.`` and none, ``//``, default ports, argument order, ``index.html``, ``_wap``/``_app`` and mobile
    variants, session ids, tracking and empty arguments, Big5 gateways and fragments make no difference; only in gkmlpt's
    index the fragment names the list.

    >>> canonical_url("https://www.xizang.gov.cn//zwgk/t20260120_519394_wap.html?jump=true#top")
    'http://xizang.gov.cn/zwgk/t20260120_519394.html'
    """
    parts = urlsplit(original_behind_gate(url.strip()))
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    try:
        port = parts.port
    except ValueError:
        port = None
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, 80, 443):
        netloc += f":{port}"
    path = _SESSION.sub("", re.sub(r"/{2,}", "/", parts.path or "/"))
    path = quote(unquote(path), safe="/:@!$&'()*+,;=~-._")
    path = _TRS_VARIANT.sub(r"\1\2", _MOBILE_POST.sub(r"/post_\1", _INDEX_PAGE.sub("/", path)))
    query = sorted((key, value) for key, value in parse_qsl(parts.query) if not _is_noise(key.lower(), value))
    fragment = f"#{parts.fragment}" if _FRAGMENT_NAMES_A_LIST.search(f"{path}#{parts.fragment}") else ""
    return f"http://{netloc}{path}" + (f"?{urlencode(query)}" if query else "") + fragment


def _is_noise(key: str, value: str) -> bool:
    """Whether an argument makes no difference. ``from=singlemessage`` says who shared a page; ``from=20`` begins a list there."""
    return key in _NOISE_KEYS and not (key == "from" and value.isdigit())


def report_id(url: str) -> str:
    """Stable id of the report at ``url``: 16 hex digits of the SHA-256 of its canonical address."""
    return hashlib.sha256(canonical_url(url).encode()).hexdigest()[:16]


def source_name(url: str) -> str:
    """An id for a sources entry, readable and stable: host, last meaningful step of the path, digits of the address's hash."""
    parts = urlsplit(url)
    host = re.sub(r"[^a-z0-9-]+", "-", (parts.hostname or "").removeprefix("www.").removesuffix(".gov.cn")).strip("-")
    steps = [
        step
        for step in re.findall(r"[a-z0-9]+", parts.path.lower())
        if not re.fullmatch(r"index|s?html?|art|info|content|t\d+|(?=.*\d)[0-9a-f]{4,}", step)
    ]
    word = next((step for step in reversed(steps) if re.search(r"[a-z]", step) and len(step) <= 20), "")
    digest = hashlib.sha256(canonical_url(url).encode()).hexdigest()[:6]
    return "-".join(part for part in (host, word, digest) if part)
