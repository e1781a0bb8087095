"""What a host needs to be asked at all: its cookies, the scheme it speaks, the script's headers, a body read as it is."""

import gzip
import socket
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from pipelines.crawl.outcomes import Outcome
from schemas.sources import SourceKind, TlsMode
from tests.integration.crawl.conftest import Night, source
from tests.web import data_lists, families, hostile
from tests.web.families import FamilySite
from tests.web.pages import from_pages, items, page, report
from tests.web.server import NOT_FOUND, Answer, Asked, Site

REPORT = SourceKind.REPORT


def test_a_cookie_is_kept_over_a_redirect_to_the_same_address(serve: Callable[..., Site], night: Night) -> None:
    def handle(asked: Asked) -> Answer:
        if asked.path != "/report.html":
            return NOT_FOUND
        if "visited=1" in asked.headers.get("cookie", ""):
            return Answer(report("甲局", 2023))
        return Answer("", 302, {"Location": "/report.html", "Set-Cookie": "visited=1; Path=/"})

    site = serve(handle)
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert len(night.captures()) == 1


def test_cookies_stay_with_their_host_and_end_with_the_run(serve: Callable[..., Site], night: Night) -> None:
    def handle(asked: Asked) -> Answer:
        return Answer(report("甲局", 2023), headers={"Set-Cookie": "visited=1; Path=/"})

    first, second = serve(handle), serve(handle)
    entries = [source(site, path, kind=REPORT) for site in (first, second) for path in ("/a.html", "/b.html")]
    night.crawl(*entries)
    for site in (first, second):
        assert "cookie" not in site.asked[0].headers
        assert all("visited=1" in asked.headers["cookie"] for asked in site.asked[1:])
    asked_before = len(first.asked)
    night.crawl(*entries, revisit_reports=True)
    assert "cookie" not in first.asked[asked_before].headers


def test_endless_cookies_are_not_kept(serve: Callable[..., Site], night: Night) -> None:
    column = page(items([f"/nb/2024/{n}.html" for n in range(60)]))

    def handle(asked: Asked) -> Answer:
        body = column if asked.path == "/nb/" else report("甲局", 2023)
        return Answer(body, headers={"Set-Cookie": f"c{asked.path.strip('/').replace('/', '_')}=1; Path=/"})

    site = serve(handle)
    night.crawl(source(site, "/nb/"))
    assert max(len(asked.headers.get("cookie", "").split(";")) for asked in site.asked) <= 30


@pytest.mark.parametrize(
    "build", [data_lists.query_list, data_lists.epoint, data_lists.lonsun_public, data_lists.xxgk_search]
)
def test_data_is_asked_as_the_script_asks(
    build: Callable[[], FamilySite], serve: Callable[..., Site], night: Night
) -> None:
    built = build()
    site = serve(built.handle)
    night.crawl(source(site, built.column))
    data = [asked for asked in site.asked if "x-requested-with" in asked.headers]
    assert data
    assert all(asked.headers["x-requested-with"] == "XMLHttpRequest" for asked in data)
    assert all(asked.headers["referer"] == site.url(built.column) for asked in data)


def test_the_scheme_that_a_host_speaks_is_remembered(
    serve: Callable[..., Site], night: Night, contacted: list[str]
) -> None:
    """The first page is asked over https and then over http; the others over http at once, and so in the next run."""
    names = [f"/r{n}.html" for n in range(4)]
    site = serve(from_pages({name: report(f"甲{name[2]}局", 2023) for name in names}, reports_at="/none/"))
    entries = [source(site, name, url=site.url(name).replace("http:", "https:"), kind=REPORT) for name in names]
    night.crawl(*entries)
    assert len(night.captures()) == 4
    first_run = len(contacted)
    assert first_run <= 4, "one handshake that fails, then one connection that stays"
    night.crawl(*entries, revisit_reports=True)
    assert len(contacted) - first_run <= 2


def test_a_host_that_leads_to_a_scheme_it_does_not_speak_is_given_up(serve: Callable[..., Site], night: Night) -> None:
    """http leads to https, https fails: the other scheme was tried once, and is not tried again."""
    site = serve(lambda asked: NOT_FOUND)
    site.handle = lambda asked: Answer("", 301, {"Location": site.url(asked.target).replace("http:", "https:")})
    night.crawl(source(site, "/r.html", kind=REPORT), max_redirects=20)
    assert night.outcome(site.url("/r.html")) != Outcome.FETCHED
    assert len(site.paths()) <= 2


@pytest.mark.parametrize(
    ("label", "encode", "outcome"),
    [
        ("gzip", bytes, Outcome.FETCHED),
        ("br", bytes, Outcome.FETCHED),
        ("utf-8", bytes, Outcome.FETCHED),
        ("none", bytes, Outcome.FETCHED),
        ("deflate", gzip.compress, Outcome.FETCHED),
        ("gzip, gzip", gzip.compress, Outcome.FETCHED),
        ("", gzip.compress, Outcome.FETCHED),
        ("deflate", zlib.compress, Outcome.FETCHED),
        ("br", lambda body: b"\x1b" + zlib.compress(body), Outcome.WRONG_TYPE),
    ],
)
def test_the_first_bytes_decide_how_a_body_is_encoded(
    label: str, encode: Callable[[bytes], bytes], outcome: Outcome, serve: Callable[..., Site], night: Night
) -> None:
    body = encode(report("甲局", 2023).encode())
    site = serve(from_pages({"/r.html": Answer(body, headers={"Content-Encoding": label})}))
    night.crawl(source(site, "/r.html", kind=REPORT))
    assert night.outcome(site.url("/r.html")) == outcome


def test_a_page_that_leads_to_itself_is_asked_again_with_its_cookie(serve: Callable[..., Site], night: Night) -> None:
    def handle(asked: Asked) -> Answer:
        if "visited=1" in asked.headers.get("cookie", ""):
            return Answer(report("甲局", 2023))
        again = f"<html><head><meta http-equiv='refresh' content='0;url={asked.target}'></head></html>"
        return Answer(again, headers={"Set-Cookie": "visited=1; Path=/"})

    site = serve(handle)
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert len(night.captures()) == 1


def test_reports_are_asked_for_as_their_list_links_them(serve: Callable[..., Site], night: Night) -> None:
    """如皋, 工信部: a page is refused without the Referer that a browser sends."""
    column = page(items([f"/nb/2024/{n}.html" for n in range(3)]))

    def handle(asked: Asked) -> Answer:
        if asked.path == "/nb/":
            return Answer(column)
        came_from = asked.headers.get("referer", "")
        return Answer(report("甲局", 2023)) if came_from.endswith("/nb/") else Answer("refused", 403)

    night.crawl(source(serve(handle), "/nb/"))
    assert len(night.captures()) == 3


def test_damaged_pages_do_not_cool_their_host_down(serve: Callable[..., Site], night: Night) -> None:
    torn = Answer(gzip.compress(report("乙局", 2023).encode())[:-200], headers={"Content-Encoding": "gzip"})
    pages: dict[str, str | Answer] = {
        "/nb/": page(items([f"/nb/2024/{n}.html" for n in range(12)])),
        **{f"/nb/2024/{n}.html": torn for n in range(8)},
    }
    site = serve(from_pages(pages, reports_at="/nb/2024/"))
    summary = night.crawl(source(site, "/nb/"), retry_backoff=60.0, breaker_cooldown=600.0, max_attempts=2)
    assert summary.n_deferred == 0
    assert len(night.captures()) == 4
    assert night.outcome(site.url("/nb/2024/0.html")) == Outcome.CONNECTION_FAILED


def test_after_a_reset_the_delay_holds_for_the_same_address_too(serve: Callable[..., Site], night: Night) -> None:
    resets = iter([hostile.abort])

    def handle(asked: Asked) -> Answer:
        reset: Callable[[socket.socket], None] | None = next(resets, None) if asked.path == "/b.html" else None
        return Answer(raw=reset) if reset is not None else Answer(report("甲局", 2023))

    site = serve(handle)
    night.crawl(*(source(site, path, kind=REPORT, delay_seconds=0.3) for path in ("/a.html", "/b.html")))
    moments = [asked.at for asked in site.asked]
    assert [asked.path for asked in site.asked][-2:] == ["/b.html", "/b.html"]
    assert moments[-1] - moments[-2] >= 0.29
    assert len(night.captures()) == 2


def test_p256_offers_no_other_curve(night: Night) -> None:
    """A server that knows P-256 alone breaks off when it is offered more: the first hello shows what is."""
    hellos: dict[str, bytes] = {}

    def listen(mode: str) -> Callable[[socket.socket], None]:
        def note(sock: socket.socket) -> None:
            hellos.setdefault(mode, sock.recv(8192))

        return note

    for mode in (TlsMode.DEFAULT, TlsMode.P256):
        with hostile.raw_server(listen(mode)) as (host, port):
            url = f"https://{host}:{port}/report.html"
            night.crawl(
                source(None, "/", url=url, kind=REPORT, allow_hosts=(f"{host}:{port}",), tls=mode), max_attempts=1
            )
    groups = {mode: _supported_groups(hello) for mode, hello in hellos.items()}
    assert groups[TlsMode.P256] == [23]
    assert len(groups[TlsMode.DEFAULT]) > 1


def _supported_groups(hello: bytes) -> list[int]:
    """Extension 10 of a TLS ClientHello."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2])
    at += 1 + hello[at] + 2
    while at < len(hello):
        kind, length = int.from_bytes(hello[at : at + 2]), int.from_bytes(hello[at + 2 : at + 4])
        if kind == 10:
            body = hello[at + 6 : at + 4 + length]
            return [int.from_bytes(body[i : i + 2]) for i in range(0, len(body), 2)]
        at += 4 + length
    return []


def test_years_without_a_report_are_asked_with_their_validators_too(serve: Callable[..., Site], night: Night) -> None:
    """An endpoint that enumerates years answers most of them with the same empty page."""
    site = serve(families.hanweb_annual().handle)
    endpoint = site.url("/module/xxgk/xxgkAnnualReport.jsp?area=113325000026455663&fbtime={year}")
    entry = source(site, "", url=endpoint, kind=SourceKind.ENUMERABLE)
    night.crawl(entry)
    first, held = len(site.asked), len(night.captures())
    night.now += timedelta(days=120)
    night.crawl(entry, revisit_reports=True)
    again = [asked for asked in site.asked[first:] if asked.path != "/robots.txt"]
    assert len(again) == 19
    assert all("if-none-match" in asked.headers for asked in again)
    assert {night.outcome(endpoint.replace("{year}", year)) for year in ("2010", "2026")} == {Outcome.SOFT_404}
    assert len(night.captures()) == held == 7
    published = from_pages({"/module/xxgk/xxgkAnnualReport.jsp": report("机构", 2025)})
    site.handle = published
    night.crawl(entry, revisit_reports=True)
    assert night.outcome(endpoint.replace("{year}", "2025")) == Outcome.FETCHED
