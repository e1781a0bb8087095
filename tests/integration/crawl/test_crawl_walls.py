"""Every answer listed in docs/domain/site-behaviour.md: recognised, recorded with its class, backed off from, never bypassed.

| answer | tests |
|---|---|
| 521 / 512 加速乐 | jiasule_521, jiasule_512, jiasule_200; test_no_cookie_is_ever_sent_back |
| 412 瑞数 | ruishu_412, ruishu_200 |
| tiny page, script or meta redirect, SPA shell | tiny_shell, spa_shell, script_loop; the static script redirect |
| 403 by place, TCP reset, timeout | forbidden, forbidden_by_law; ``test_crawl_hostile``: reset, stalled headers, circuit |
| soft 404 | soft_404_words, soft_404_title, soft_404_deleted; test_a_long_report_that_speaks_of_deleted_pages |
| burst throttling (index page in place of the article) | test_a_list_page_in_place_of_a_report_is_throttling |
| OpenSSL 3: renegotiation, weak keys, missing issuer | ``test_crawl_hostile``: the four TLS tests |
| http only, https only | ``test_crawl_hostile``: test_https_that_is_http_is_tried_as_http_and_recorded |

Besides: captcha, login, image-only pages, a file that is a web page, wrong charsets.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipelines.crawl.outcomes import Outcome
from schemas.sources import SourceKind
from tests.integration.crawl.conftest import Night, source
from tests.web.pages import from_pages, page, report
from tests.web.server import Answer, Site

REPORT = SourceKind.REPORT
JSL = "<script>document.cookie=('_')+('_jsl_clearance_s=1700|0|x');location.href=location.pathname</script>"
RUISHU = (
    "<html><head><meta content='a'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script></head><body></body></html>"
)


def html(body: str, head: str = "", status: int = 200) -> Answer:
    return Answer(f"<html><head>{head}</head><body>{body}</body></html>", status)


PICTURES = "<p><img src='/u/1.jpg'></p><p><img src='/u/2.jpg'></p>"
WALLS = {
    "jiasule_521": (Answer(JSL, 521, {"Set-Cookie": "__jsluid_s=abc"}), Outcome.BLOCKED_JS_CHALLENGE),
    "jiasule_512": (Answer(JSL, 512), Outcome.BLOCKED_JS_CHALLENGE),
    "jiasule_200": (Answer(JSL), Outcome.BLOCKED_JS_CHALLENGE),
    "ruishu_412": (Answer(RUISHU, 412), Outcome.BLOCKED_JS_CHALLENGE),
    "ruishu_200": (Answer(RUISHU), Outcome.BLOCKED_JS_CHALLENGE),
    "captcha_200": (html("<p>请输入验证码</p><img src='/vcode'><input name=c>"), Outcome.BLOCKED_CAPTCHA),
    "captcha_403": (html("安全验证：拖动滑块完成", status=403), Outcome.BLOCKED_CAPTCHA),
    "login_form": (html("<form>用户名<input><input type=password></form>"), Outcome.BLOCKED_LOGIN),
    "login_401": (Answer("", 401, {"WWW-Authenticate": "Basic"}), Outcome.BLOCKED_LOGIN),
    "forbidden": (html("403 Forbidden", status=403), Outcome.FORBIDDEN),
    "forbidden_by_law": (Answer("", 451), Outcome.FORBIDDEN),
    "soft_404_words": (html("<h1>抱歉，您访问的页面不存在</h1><a href='/'>返回首页</a>"), Outcome.SOFT_404),
    "soft_404_title": (html("导航" * 900, "<title>找不到页面</title>"), Outcome.SOFT_404),
    "soft_404_deleted": (html("该信息已被删除"), Outcome.SOFT_404),
    "spa_shell": (html("<div id=app></div>", "<script src=/app.js></script>"), Outcome.NEEDS_RENDER),
    "tiny_shell": (html("<noscript>请启用JavaScript</noscript><script>go()</script>"), Outcome.NEEDS_RENDER),
    "script_loop": (Answer("<script>window.location.href='/hop.html'</script>"), Outcome.NEEDS_RENDER),
    "images_only": (Answer(report("甲局", 2022, tables=False, prose="略", extra=PICTURES)), Outcome.IMAGES_ONLY),
    "pdf_that_is_html": (None, Outcome.WRONG_TYPE),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_recorded_with_its_class_and_left_alone(name: str, serve: Callable[..., Site], night: Night) -> None:
    answer, outcome = WALLS[name]
    path = "/report.html" if answer is not None else "/report.pdf"
    pages = {
        path: answer or Answer(page("<li>列表</li>" * 80)),
        "/hop.html": Answer("<script>var there = '/hop2.html'; location.href = there;</script>"),
        "/hop2.html": Answer("<meta http-equiv='refresh' content='0;url=/hop.html'>"),
    }
    site = serve(from_pages(pages, reports_at="/none/"))
    night.crawl(source(site, path, kind=REPORT))
    assert night.outcome(site.url(path)) == outcome
    asked = [path for path in site.paths() if not path.startswith("/u/")]  # the pictures of a page are its report
    assert len(asked) <= 3  # asked once; two static redirects followed
    assert [capture.url for capture in night.captures()] == ([site.url(path)] if outcome.is_good else [])


def test_no_cookie_is_ever_sent_back(serve: Callable[..., Site], night: Night) -> None:
    """Sending the challenge's cookie would be the first step of solving it."""
    site = serve(lambda asked: Answer(JSL, 521, {"Set-Cookie": "__jsluid_s=abc; path=/"}))
    for _ in range(3):
        night.now += timedelta(days=40)
        night.crawl(source(site, "/report.html", kind=REPORT))
    assert len(site.asked) >= 3
    assert not any("cookie" in asked.headers for asked in site.asked)


def test_a_wall_is_asked_ever_more_rarely(serve: Callable[..., Site], night: Night) -> None:
    site = serve(from_pages({"/report.html": Answer(JSL, 521)}, reports_at="/none/"))
    for _ in range(20):
        night.crawl(source(site, "/report.html", kind=REPORT))
        night.now += timedelta(days=1)
    assert 3 <= len(site.paths()) <= 6


def test_a_static_script_redirect_is_followed_once(serve: Callable[..., Site], night: Night) -> None:
    site = serve(
        from_pages({"/old.html": "<script>location.href='/new.html'</script>", "/new.html": report("甲局", 2023)})
    )
    night.crawl(source(site, "/old.html", kind=REPORT))
    assert [capture.url for capture in night.captures()] == [site.url("/old.html")]


def test_a_meta_refresh_to_a_forbidden_host_is_refused(
    serve: Callable[..., Site], night: Night, contacted: list[str]
) -> None:
    jump = "<html><head><meta http-equiv='refresh' content='0;url=http://127.9.9.9/x.html'></head><body></body></html>"
    site = serve(from_pages({"/old.html": jump}, reports_at="/none/"))
    night.crawl(source(site, "/old.html", kind=REPORT))
    assert night.outcome(site.url("/old.html")) == Outcome.REFUSED_BY_GUARD
    assert "127.9.9.9" not in contacted


@pytest.mark.parametrize("held", [False, True])
def test_a_list_page_in_place_of_a_report_is_throttling(held: bool, serve: Callable[..., Site], night: Night) -> None:
    """证监会 answers with the list when it is asked too fast: no version of the report, and asked for again next time."""
    listed = page("<li><a href='/nb/1.html'>甲县某局2023年政府信息公开工作年度报告</a></li>")
    calm = from_pages({"/nb/": listed, "/nb/1.html": report("甲局", 2023)})
    hasty = from_pages({"/nb/": listed, "/nb/1.html": listed})
    site = serve(calm if held else hasty)
    night.crawl(source(site, "/nb/"))
    site.handle = hasty
    night.crawl(source(site, "/nb/"), revisit_reports=True)
    assert night.outcome(site.url("/nb/1.html")) == Outcome.THROTTLED
    assert len(night.captures()) == held
    site.handle = calm
    night.crawl(source(site, "/nb/"))
    assert [capture.link_title for capture in night.captures()] == ["甲县某局2023年政府信息公开工作年度报告"]


def test_a_long_report_that_speaks_of_deleted_pages_is_no_soft_404(serve: Callable[..., Site], night: Night) -> None:
    site = serve(
        from_pages({"/r.html": report("甲局", 2023, extra="<p>有群众反映部分页面不存在，内容已删除，已整改。</p>")})
    )
    night.crawl(source(site, "/r.html", kind=REPORT))
    assert night.outcome(site.url("/r.html")) == Outcome.FETCHED


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("gb18030", "text/html"),
        ("gb18030", "text/html; charset=gb2312"),
        ("gb18030", "text/html; charset=utf-8"),
        ("utf-8", "text/html; charset=gb2312"),
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("utf-8-sig", "text/html; charset=nonsense"),
    ],
)
def test_a_wrong_charset_does_not_hide_a_list(
    charset: str, declared: str, serve: Callable[..., Site], night: Night
) -> None:
    body = page("<li><a href='/nb/1.html'>甲县某局2023年政府信息公开工作年度报告</a></li>").encode(charset)
    site = serve(
        from_pages({"/nb/": Answer(body, headers={"Content-Type": declared}), "/nb/1.html": report("甲局", 2023)})
    )
    night.crawl(source(site, "/nb/"))
    assert [capture.link_title for capture in night.captures()] == ["甲县某局2023年政府信息公开工作年度报告"]
