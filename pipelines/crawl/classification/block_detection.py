"""Detects block pages, challenges and soft 404s (docs/domain/site-behaviour.md). They are recorded, never bypassed."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from w3lib.html import get_meta_refresh

from pipelines.content.sniffing import media_type, sniff
from pipelines.crawl.classification.page import Page, is_html
from pipelines.crawl.fetching.http_client import Exchange, absolute
from pipelines.crawl.outcomes import Outcome
from pipelines.crawl.site_families.paging.script_text import end_of_expression
from pipelines.crawl.site_families.paging.scripts import Scripts
from schemas.carriers import by_extension, by_media_type, carrier
from schemas.vocabulary import Carrier

_SMALL = 600  # characters of visible text: fewer than in any report, more than in any error page
_CHALLENGE = re.compile(
    r"__jsl_clearance|__jsluid|\$_ts\s*[=\[]|window\[['\"]\$_ts|acw_sc__v2|_wafchallenge|document\.cookie\s*=.{0,400}location",
    re.S,
)
_CAPTCHA = re.compile(
    r"请(?:输入|完成)?(?:下方|图形)?验证码|滑动验证|人机验证|安全验证|访问验证|拖动滑块|geetest|captcha", re.I
)
_LOGIN_PATH = re.compile(r"/(?:login|signin|sso|cas|passport|oauth2?/authorize)\b", re.I)
_GONE = re.compile(
    r"页面不存在|找不到(?:该|您|你|此)?.{0,12}(?:页|文件|内容)|(?:页面|内容|信息|文章|网页)(?:已|已经)?(?:被)?(?:删除|移除|下线)"
    r"|访问的(?:页面|内容|信息).{0,8}不存在|您(?:要)?访问的页面.{0,12}(?:不存在|出错|丢失)"
    r"|404\s*(?:错误|not found|error)|^\s*404\b|not found",
    re.I,
)
_SCRIPT_JUMP = re.compile(
    r"(?:(?:window|top|self|parent|document)\.)*location(?:\.href)?\s*=(?!=)\s*(?=([^;\n}]{1,500}))"
    r"|location\.(?:replace|assign)\(\s*(?=([^;\n}]{1,500}))"
)


_BINARY = carrier("binary").media_types[0]


@dataclass(frozen=True)
class Verdict:
    """The class of a response. ``jump`` is the target of a static script or meta redirect, which may be followed once."""

    outcome: Outcome
    message: str = ""
    content_type: str = ""
    jump: str | None = None
    page: Page | None = field(default=None, repr=False, compare=False)  # as looked at, so that it is decoded once


def judge(exchange: Exchange, *, may_be_data: bool = False, may_be_picture: bool = False) -> Verdict:
    """Classify a complete, non-redirect answer.

    Args:
        exchange: the request and its answer.
        may_be_data: a list endpoint may answer JSON or a script.
        may_be_picture: tables, or a whole report, may stand in a picture.
    """
    if exchange.failure is not None:
        return Verdict(exchange.failure, exchange.message)
    content_type = media_type(exchange.body, exchange.header("content-type"))
    if may_be_data and content_type == _BINARY and (kind := sniff(exchange.body).kind) in ("json", "text"):
        content_type = carrier(kind).media_types[0]  # rows that are declared to be a download
    page = Page(exchange.request.url, exchange.body, content_type)
    return replace(_judge_answer(exchange, page, may_be_data, may_be_picture), page=page)


def _judge_answer(exchange: Exchange, page: Page, may_be_data: bool, may_be_picture: bool) -> Verdict:
    status, content_type = exchange.status or 0, page.content_type
    if status == 304:
        return Verdict(Outcome.NOT_MODIFIED)
    if status != 200:
        return Verdict(_by_status(status, exchange, page), f"HTTP {status}", content_type)
    if not exchange.body.strip():
        return Verdict(Outcome.WRONG_TYPE, "empty answer", content_type)
    if not is_html(content_type):
        return _judge_file(content_type, may_be_data, may_be_picture)
    verdict = _judge_html(exchange, page)
    expected = _expected_type(exchange)
    if verdict.outcome is Outcome.FETCHED and expected and not page.reads_like_report:
        return Verdict(Outcome.WRONG_TYPE, f"a web page in place of a file: {expected}", content_type)
    return verdict


def _by_status(status: int, exchange: Exchange, page: Page) -> Outcome:
    if status in (521, 512, 412):
        return Outcome.BLOCKED_JS_CHALLENGE
    if status == 401:
        return Outcome.BLOCKED_LOGIN
    if status in (403, 451):
        if is_html(page.content_type) and _CAPTCHA.search(page.text):
            return Outcome.BLOCKED_CAPTCHA
        return Outcome.BLOCKED_JS_CHALLENGE if _CHALLENGE.search(page.text) else Outcome.FORBIDDEN
    if status == 429 or (status == 503 and exchange.header("retry-after")):
        return Outcome.THROTTLED
    if status in (404, 410):
        return Outcome.NOT_FOUND
    if status >= 500:
        return Outcome.SERVER_ERROR
    return Outcome.WRONG_TYPE if status < 300 else Outcome.NOT_FOUND


def _judge_file(content_type: str, may_be_data: bool, may_be_picture: bool) -> Verdict:
    media = content_type.partition(";")[0].strip().lower()
    entry = by_media_type(media)
    data = may_be_data and (media.startswith("text/") or "json" in media or "javascript" in media or "xml" in media)
    picture = may_be_picture and entry is not None and entry.carrier == Carrier.IMAGE
    if (entry is not None and entry.is_document) or data or picture or media == "text/plain":
        return Verdict(Outcome.FETCHED, "", content_type)
    return Verdict(Outcome.WRONG_TYPE, f"type {media[:60]!r} is no report and no list", content_type)


def _judge_html(exchange: Exchange, page: Page) -> Verdict:
    if page.reads_like_report:
        return Verdict(Outcome.FETCHED, "", page.content_type)
    text, visible = page.text, page.visible
    small = len(visible) < _SMALL
    if small and _CHALLENGE.search(text):
        return Verdict(Outcome.BLOCKED_JS_CHALLENGE, "script challenge", page.content_type)
    if small and (_CAPTCHA.search(visible) or _CAPTCHA.search(page.title)):
        return Verdict(Outcome.BLOCKED_CAPTCHA, "captcha page", page.content_type)
    if small and page.tree.css_first("input[type=password]") is not None:
        return Verdict(Outcome.BLOCKED_LOGIN, "login form", page.content_type)
    if (
        _LOGIN_PATH.search(urlsplit(exchange.request.url).path)
        and page.tree.css_first("input[type=password]") is not None
    ):
        return Verdict(Outcome.BLOCKED_LOGIN, "redirected to a login page", page.content_type)
    if (small and _GONE.search(visible)) or _GONE.search(page.title):
        return Verdict(Outcome.SOFT_404, "error page with status 200", page.content_type)
    if len(visible) < 60:
        return _judge_shell(exchange, page)
    return Verdict(Outcome.FETCHED, "", page.content_type)


def _judge_shell(exchange: Exchange, page: Page) -> Verdict:
    target = _jump(page)
    # A page that leads to itself says: come again with the cookie that I have set.
    if target is not None and (target != page.url or exchange.header("set-cookie")):
        return Verdict(Outcome.NEEDS_RENDER, f"script redirect to {target[:200]}", page.content_type, target)
    tree = page.tree
    if tree.css_first("a[href], img, iframe, frame, embed, object, datastore") is None and (
        tree.css_first("script") is not None or not page.visible
    ):
        return Verdict(Outcome.NEEDS_RENDER, "built by script in the browser", page.content_type)
    return Verdict(Outcome.FETCHED, "", page.content_type)


def _jump(page: Page) -> str | None:
    """Where a meta refresh or a script with a fixed address leads; None when the page has none that can be read."""
    try:
        _, target = get_meta_refresh(page.text, page.base)
    except ValueError:  # an address that is none
        target = None
    return _script_jump(page) if target is None else str(target)


def _script_jump(page: Page) -> str | None:
    """Where a script leads that sets ``location`` to an address that it prints or joins of strings."""
    scripts = Scripts.of(page)
    for jump in _SCRIPT_JUMP.finditer(scripts.text):
        expression = jump[1] or jump[2]
        target = scripts.text_of(expression[: end_of_expression(expression, 0)])
        if target:
            return absolute(page.url, target)
    return None


def _expected_type(exchange: Exchange) -> str | None:
    """The file type that the address or the headers announce."""
    named = by_extension(urlsplit(exchange.request.url).path.rpartition(".")[2])
    declared = by_media_type(exchange.header("content-type") or "")
    return next((entry.label for entry in (named, declared) if entry is not None and entry.is_document), None)
