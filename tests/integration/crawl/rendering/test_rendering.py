"""Pages that only a browser builds: rendered under the crawl's own guard, robots.txt and pace, or recorded as they are."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.crawl.archive.captures import load_capture
from pipelines.crawl.fetching.http_client import Exchange, Request
from pipelines.crawl.rendering import chromium, document_text, page_visit
from pipelines.crawl.rendering.subrequests import MAX_REQUESTS, REFUSED, Answer, Subrequests
from tests.integration.crawl.conftest import Night, source
from tests.web.pages import from_pages, page, report
from tests.web.server import Site

pytest.importorskip("playwright", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(chromium.program() is None, reason="Chromium is not installed")

_TITLE = "测试县教育局2023年政府信息公开工作年度报告"
_FILLED_BY = "<div id='app'></div><script src='/static/app.js'></script>"
_SHELL = f"<html><head><title>{_TITLE}</title></head><body>{_FILLED_BY}</body></html>"
_LIST = page(f"<li><a href='/a/1.html' title='{_TITLE}'>{_TITLE}</a></li>")
_BODY = report("测试县教育局", 2023).partition("<body>")[2].partition("</body>")[0]


def _script(foreign: str) -> str:
    return f"""
fetch('{foreign}/steal').catch(() => 0);
fetch('/forbidden/x.json').catch(() => 0);
new Image().src = '/pixel.gif';
navigator.serviceWorker && navigator.serviceWorker.register('/sw.js').catch(() => 0);
window.open('/popup.html');
try {{ new WebSocket('{foreign.replace("http", "ws")}/socket'); }} catch (e) {{}}
document.cookie = 'seen=1';
fetch('/data.json').then(r => r.json()).then(d => {{ document.getElementById('app').innerHTML = d.html; }});
"""


def _pages(foreign: str, **more: Any) -> dict[str, Any]:
    import json

    return {
        "/robots.txt": "User-agent: *\nDisallow: /forbidden/\n",
        "/list.html": _LIST,
        "/a/1.html": _SHELL,
        "/static/app.js": _script(foreign),
        "/data.json": json.dumps({"html": _BODY}),
    } | more


@pytest.fixture
def sites(serve: Callable[..., Site]) -> tuple[Site, Site]:
    foreign = serve(from_pages({}, reports_at="/never/"))
    own = serve(from_pages(_pages(f"http://{foreign.authority}"), reports_at="/never/"))
    return own, foreign


def test_off_by_default(sites: tuple[Site, Site], night: Night) -> None:
    own, _ = sites
    night.crawl(source(own, "/list.html"))
    assert "/data.json" not in own.paths()
    assert night.captures() == []


def test_the_finished_page_is_a_version_and_the_answer_lies_beside_it(sites: tuple[Site, Site], night: Night) -> None:
    own, foreign = sites
    night.crawl(source(own, "/list.html"), render="chromium")
    (capture,) = night.captures()
    body = load_capture(night.home, capture).data.decode("utf-8-sig")
    assert "收到和处理政府信息公开申请情况" in body
    outcomes = [record.outcome for record in night.records() if record.url.endswith("/a/1.html")]
    assert [str(outcome) for outcome in outcomes] == ["needs_render", "fetched"]
    kinds = [
        record.rec_type
        for path in (night.home.archive / "jiangsu").glob("*.warc.gz")
        for record in ArchiveIterator(path.open("rb"))
        if (record.rec_headers.get_header("WARC-Target-URI") or "").endswith("/a/1.html")
    ]
    assert kinds == ["response", "resource"]
    assert foreign.paths(robots=True) == []
    assert not any(path.startswith(("/forbidden", "/pixel", "/sw.js", "/popup")) for path in own.paths())


def test_requests_of_a_page_keep_the_pace(sites: tuple[Site, Site], night: Night) -> None:
    own, _ = sites
    night.crawl(source(own, "/list.html", delay_seconds=0.4), render="chromium")
    times = sorted(asked.at for asked in own.asked)
    assert min(after - before for before, after in pairwise(times)) >= 0.35


def test_without_a_browser_the_page_is_recorded_with_what_to_install(
    sites: tuple[Site, Site], night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "program", lambda: None)
    own, _ = sites
    night.crawl(source(own, "/list.html"), render="chromium")
    last = [record for record in night.records() if record.url.endswith("/a/1.html")][-1]
    assert last.outcome == "needs_render"
    assert "apt-get install chromium" in last.message


def test_a_page_that_never_ends_is_given_up(
    serve: Callable[..., Site], night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "PAGE_SECONDS", 4.0)
    own = serve(from_pages(_pages("http://127.0.0.1:9", **{"/static/app.js": "while (true) {}"}), reports_at="/never/"))
    night.crawl(source(own, "/list.html"), render="chromium")
    assert night.captures() == []
    assert night.outcome(own.url("/a/1.html")) == "needs_render"


@pytest.fixture(scope="module")
def renderer() -> Iterator[chromium.Renderer]:
    made = chromium.Renderer("gongkai")
    yield made
    made.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short waits: nothing on these pages takes longer."""
    monkeypatch.setattr(page_visit, "_SETTLE_MS", 300)
    monkeypatch.setattr(page_visit, "_LOOK_MS", 50)


def _rendered(renderer: chromium.Renderer, script: str) -> str:
    """A page of a named host, which only its own scripts change."""
    requests = Subrequests("www.example.gov.cn", lambda _: None, 0.0, {})
    body = f"<html><body><p id=a>as sent</p><script>{script}</script></body></html>".encode()
    return renderer.render("http://www.example.gov.cn/a.html", body, "text/html", requests).decode("utf-8-sig")


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "script",
    [
        "a.textContent = 'built'",
        "confirm('c'); prompt('p'); alert('a'); print(); a.textContent = 'built'",
        "window.open('/other.html'); window.open('http://127.0.0.1:9/'); a.textContent = 'built'",
        "history.pushState(0, '', '/new/path'); a.textContent = 'built'",
        "if (localStorage.seen) a.textContent = 'built'; else { localStorage.seen = 1; location.reload(); }",
        "let l = document.createElement('a'); l.download = 'x.exe'; l.href = URL.createObjectURL(new Blob(['x'])); l.click(); "
        "a.textContent = 'built'",
    ],
)
def test_a_page_is_built_whatever_else_it_asks_of_the_browser(renderer: chromium.Renderer, script: str) -> None:
    assert ">built</p>" in _rendered(renderer, script)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("location = '/other.html'", "leads to http://www.example.gov.cn/other.html"),
        ("setTimeout(() => { location = 'http://127.0.0.1:9/away' }, 100)", "leads to http://127.0.0.1:9/away"),
        ("location.reload()", "leads to http://www.example.gov.cn/a.html"),
        ("a.textContent = '0'.repeat(9e4)", "has 90[0-9]{3} characters"),
    ],
)
def test_what_is_not_the_page_is_not_archived(
    renderer: chromium.Renderer, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    monkeypatch.setattr(document_text, "MAX_HTML", 80_000)
    with pytest.raises(page_visit.RenderingFailed, match=why):
        _rendered(renderer, script)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("setTimeout(() => { while (true) {} }, 100)", "no answer in time"),
        (
            "let kept = []; for (let n = 0; n < 40; n++) kept.push(new Uint8Array(2e7).fill(7)); "
            "setInterval(() => fetch('/x').catch(() => kept), 50)",
            "MiB of memory",
        ),
    ],
)
def test_a_page_that_takes_too_much_ends_and_the_next_is_rendered(
    renderer: chromium.Renderer, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    assert ">built</p>" in _rendered(renderer, "a.textContent = 'built'")  # the browser has started
    with monkeypatch.context() as bounds:
        bounds.setattr(chromium, "PAGE_SECONDS", 3.0)
        bounds.setattr(chromium, "_END_SECONDS", 1.0)
        bounds.setattr(chromium, "MEMORY_BYTES", 600_000_000)
        with pytest.raises(page_visit.RenderingFailed, match=why):
            _rendered(renderer, script)
    assert ">built</p>" in _rendered(renderer, "a.textContent = 'built'")


_TABLE = "<table><tr><td>规章</td><td>70</td></tr></table>"
_SHADOW = "a.attachShadow({mode: 'open'}).innerHTML = "
_FRAMED = "let f = document.createElement('iframe'); document.body.append(f); "
_LATER = "setTimeout(() => { a.innerHTML = TABLE + '。'.repeat(90) }, 600)"
_FRAME = f"<html><head><style>.old{{text-decoration:line-through}}</style></head><body><b class=old>60</b>{_TABLE}</body></html>"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("script", "shown", "unshown"),
    [
        (_SHADOW + "TABLE", "<td>70</td>", "as sent"),
        (_SHADOW + "'<style>b{color:red}</style><slot></slot>' + TABLE", "as sent<table>", "<slot"),
        (_SHADOW + "'<p style=\"display:none\">60</p>' + TABLE", "<td>70</td>", ">60<"),
        (_FRAMED + "f.src = '/frame.html'", "<td>70</td>", "<iframe"),
        (_FRAMED + "f.srcdoc = TABLE", "<td>70</td>", "<iframe"),
        (_FRAMED + "f.src = '/frame.html'; f.style.display = 'none'", "<iframe", "<td>70</td>"),
        (_FRAMED + "f.src = 'http://127.0.0.1:9/'", "<iframe", "70"),
        ("a.textContent = '正在加载，请稍候'; " + _LATER, "<td>70</td>", "加载"),
        ("a.textContent = ''; " + _LATER, "<td>70</td>", "as sent"),
    ],
    ids=["shadow", "slot", "hidden in a shadow", "frame", "written frame", "hidden frame", "foreign frame", "says so", "empty"],
)  # fmt: skip
def test_all_that_a_page_shows_is_written(renderer: chromium.Renderer, script: str, shown: str, unshown: str) -> None:
    def perform(request: Request) -> Exchange:
        assert request.url == "http://www.example.gov.cn/frame.html"
        headers = (("content-type", "text/html; charset=utf-8"),)
        return Exchange(request, status=200, headers=headers, body=_FRAME.encode())

    requests = Subrequests("www.example.gov.cn", perform, 0.0, {})
    body = f"<html><body><p id=a>as sent</p><script>const TABLE = '{_TABLE}'; {script}</script></body></html>".encode()
    found = renderer.render("http://www.example.gov.cn/a.html", body, "text/html; charset=utf-8", requests)
    written = found.decode("utf-8-sig").replace(f"const TABLE = '{_TABLE}'", "")
    assert shown in written
    assert unshown not in written.replace(script, "")


def test_requests_of_one_page_are_counted() -> None:
    asked: list[str] = []

    def perform(request: Request) -> Exchange:
        asked.append(request.url)
        return Exchange(request, status=200, body=b"1")

    requests = Subrequests("h", perform, 0.0, {}, sleep=lambda _: None)
    answers = [requests.answer(f"http://h/{n}", "fetch", None, ()) for n in range(MAX_REQUESTS + 5)]
    assert answers[-1] == REFUSED
    assert len(asked) == MAX_REQUESTS


def test_scripts_are_asked_for_once_a_run() -> None:
    cache: dict[str, Answer] = {}
    count: list[str] = []

    def perform(request: Request) -> Exchange:
        count.append(request.url)
        return Exchange(request, status=200, body=b"x")

    for _ in range(2):
        Subrequests("h", perform, 0.0, cache, sleep=lambda _: None).answer("http://h/app.js", "script", None, ())
    assert count == ["http://h/app.js"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://other/x", "fetch"),
        ("file:///etc/passwd", "fetch"),
        ("http://h/x.png", "image"),
        ("http://h/x.css", "stylesheet"),
    ],
)
def test_what_a_page_may_not_ask_for(url: str, kind: str) -> None:
    requests = Subrequests("h", lambda request: Exchange(request, status=200), 0.0, {}, sleep=lambda _: None)
    assert requests.answer(url, kind, None, ()) == REFUSED
    assert requests.refused == [url]
