"""Sites that misbehave end in an outcome class, in bounded time, with nothing half-written and nowhere else visited."""

import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme

from pipelines.crawl.fetching.guard import Guard
from pipelines.crawl.outcomes import Outcome
from schemas.sources import SourceKind, TlsMode
from tests.integration.crawl.conftest import IMPATIENT, Night, source
from tests.web import hostile
from tests.web.pages import from_pages, report
from tests.web.server import NOT_FOUND, Answer, Asked, Handle, Site

REPORT = SourceKind.REPORT


def page_of(answer: Any) -> Handle:
    return from_pages({"/report.html": answer}, reports_at="/none/")


@pytest.mark.parametrize(
    ("handle", "outcome"),
    [
        (hostile.taking_over(hostile.slow_drip), Outcome.TIMEOUT),
        (hostile.taking_over(hostile.dripping_headers), Outcome.TIMEOUT),
        (hostile.taking_over(hostile.stalled_headers), Outcome.TIMEOUT),
        (hostile.taking_over(hostile.reset), Outcome.CONNECTION_FAILED),
        (hostile.taking_over(hostile.promises_too_much), Outcome.CONNECTION_FAILED),
        (hostile.taking_over(hostile.nonsense), Outcome.CONNECTION_FAILED),
        (page_of(hostile.gzip_bomb), Outcome.TOO_LARGE),
        (page_of(hostile.torn_gzip), Outcome.CONNECTION_FAILED),
        (page_of(Answer(b"x" * 3_000_000)), Outcome.TOO_LARGE),
        (page_of(Answer(b"\x1f\x8b", headers={"Content-Encoding": "br"})), Outcome.WRONG_TYPE),
        (page_of(Answer("", 500)), Outcome.SERVER_ERROR),
        (page_of(Answer("", 204)), Outcome.WRONG_TYPE),
        (page_of(Answer("")), Outcome.WRONG_TYPE),
        (page_of(Answer("", 410)), Outcome.NOT_FOUND),
        (page_of(Answer("", 429)), Outcome.THROTTLED),
        (page_of(Answer("", 302, {"Location": "/report.html"})), Outcome.TOO_MANY_REDIRECTS),
        # requests reads the body of a redirect by itself, without a cap, even when it must not follow it
        (page_of(Answer(b"x" * 3_000_000, 302, {"Location": "/other.html"})), Outcome.TOO_LARGE),
    ],
)
def test_misbehaviour_has_a_class_and_an_end(
    handle: Handle, outcome: Outcome, serve: Callable[..., Site], night: Night
) -> None:
    site = serve(handle)
    started = time.monotonic()
    patience = IMPATIENT if outcome is Outcome.TIMEOUT else {}
    caps: dict[str, Any] = {"max_bytes": 1_000_000, "max_decoded_bytes": 2_000_000, "max_attempts": 2}
    night.crawl(source(site, "/report.html", kind=REPORT), **caps, **patience)
    assert night.outcome(site.url("/report.html")) == outcome
    assert time.monotonic() - started < 60, "without its deadline this would run until the server gives up"
    assert night.captures() == []


def test_a_status_line_in_chinese_is_archived(serve: Callable[..., Site], night: Night) -> None:
    site = serve(hostile.taking_over(hostile.chinese_status_line))
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert night.outcome(site.url("/report.html")) == Outcome.FETCHED
    assert len(night.captures()) == 1


@pytest.mark.parametrize("drip", [hostile.slow_drip, hostile.dripping_headers, hostile.stalled_headers])
def test_a_server_that_drips_does_not_hold_up_the_others(
    drip: hostile.Raw, serve: Callable[..., Site], night: Night
) -> None:
    """Whoever waits for a server lets the others compute."""
    asked: list[float] = []

    def noted(request: Asked) -> Answer:
        asked.append(time.monotonic())
        return from_pages({"/report.html": report("测试局", 2023)}, reports_at="/none/")(request)

    slow, quick = serve(hostile.taking_over(drip)), serve(noted)
    started = time.monotonic()
    night.crawl(*(source(site, "/report.html", kind=REPORT) for site in (slow, quick)), max_attempts=1, **IMPATIENT)
    assert night.outcome(quick.url("/report.html")) == Outcome.FETCHED
    assert asked[-1] - started < (time.monotonic() - started) / 2


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "file"])
def test_a_redirect_to_a_forbidden_address_is_not_followed(
    scheme: str, serve: Callable[..., Site], night: Night, contacted: list[str]
) -> None:
    """An unlisted loopback address stands for 10/8, 169.254/16 and the like."""
    site = serve(page_of(Answer("", 302, {"Location": f"{scheme}://127.9.9.9/report.html"})))
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert night.outcome(site.url("/report.html")) == Outcome.REFUSED_BY_GUARD
    assert set(contacted) <= {site.host}


def test_a_redirect_to_another_port_of_the_same_address_is_refused_too(
    serve: Callable[..., Site], night: Night
) -> None:
    inner = serve(page_of(report("内网局", 2023)), host="127.0.6.1")
    site = serve(page_of(Answer("", 301, {"Location": inner.url("/report.html")})), host="127.0.6.1")
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert night.outcome(site.url("/report.html")) == Outcome.REFUSED_BY_GUARD
    assert inner.asked == []


def test_a_redirect_to_an_allowed_host_is_followed_and_remembered(serve: Callable[..., Site], night: Night) -> None:
    there = serve(page_of(report("新址局", 2023)))
    site = serve(page_of(Answer("", 301, {"Location": there.url("/report.html")})))
    entry = source(site, "/report.html", kind=REPORT, allow_hosts=(site.authority, there.host))
    night.crawl(entry)
    (capture,) = night.captures()
    assert capture.url == site.url("/report.html")
    assert night.records()[-1].final_url == there.url("/report.html")
    assert [path.path for path in there.asked] == ["/robots.txt", "/report.html"]


def test_bytes_beyond_the_declared_length_do_not_leak_into_the_next_page(
    serve: Callable[..., Site], night: Night
) -> None:
    short = report("甲局", 2023)
    length = len(short.encode())
    pages: dict[str, str | Answer] = {
        "/a.html": Answer(
            short + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nBAD", headers={"Content-Length": str(length)}
        ),
        "/b.html": report("乙局", 2023),
    }
    site = serve(from_pages(pages, reports_at="/none/"))
    night.crawl(*(source(site, path, kind=REPORT) for path in pages))
    assert [night.outcome(site.url(path)) for path in pages] == [Outcome.FETCHED, Outcome.FETCHED]
    assert night.records()[-1].n_bytes == len(report("乙局", 2023).encode())


def test_the_environment_decides_nothing(
    serve: Callable[..., Site], night: Night, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """requests would take a proxy and a password from it; both would leave the guarded way."""
    (tmp_path / "netrc").write_text("default login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.9.9.9:9")
    site = serve(page_of(report("甲局", 2023)))
    night.crawl(source(site, "/report.html", kind=REPORT))
    assert night.outcome(site.url("/report.html")) == Outcome.FETCHED
    assert not any("authorization" in asked.headers for asked in site.asked)


def test_a_host_that_is_not_there_has_failed_to_connect(serve: Callable[..., Site], night: Night) -> None:
    """urllib3 derives "refused" and "unknown name" from its connect timeout; a timeout would not be tried as http."""
    site = serve(page_of(report("甲局", 2023)))
    site.close()
    night.crawl(source(site, "/report.html", kind=REPORT), max_attempts=1)
    assert night.outcome(site.url("/report.html")) == Outcome.CONNECTION_FAILED
    message = night.records()[-1].message
    assert f"cannot connect to {site.authority}: " in message
    assert "Guarded" not in message

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("Name or service not known")

    entry = source(None, "/", url="http://nowhere.invalid.gov.cn/report.html", kind=REPORT, id="nowhere")
    night.crawl(entry, guard=Guard(resolver=unknown), max_attempts=1)
    assert night.outcome(entry.url) == Outcome.CONNECTION_FAILED
    assert "Failed to resolve 'nowhere.invalid.gov.cn'" in night.records()[-1].message


def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(serve: Callable[..., Site], night: Night) -> None:
    """The server hangs up after each answer without having said so; the next request is simply sent again."""

    def hang_up(sock: socket.socket) -> None:
        body = report("甲局", 2023).encode()
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    site = serve(lambda asked: NOT_FOUND if asked.path == "/robots.txt" else Answer(raw=hang_up))
    entries = [source(site, f"/r{n}.html", kind=REPORT, id=f"r{n}") for n in range(6)]
    summary = night.crawl(*entries, max_attempts=1)
    assert set(summary.outcomes) <= {Outcome.FETCHED, Outcome.UNCHANGED}
    assert len(site.paths()) == 6


def test_an_endless_list_ends_at_the_cap(serve: Callable[..., Site], night: Night) -> None:
    site = serve(hostile.endless_list())
    night.crawl(source(site, "/nb/"), max_list_pages=7)
    assert len(night.captures()) == 7


def test_a_list_that_repeats_itself_ends(serve: Callable[..., Site], night: Night) -> None:
    site = serve(hostile.circular_list())
    night.crawl(source(site, "/nb/"))
    assert len([path for path in site.paths() if path.startswith("/nb/") and "2024" not in path]) <= 3
    assert len(night.captures()) == 3


@pytest.mark.parametrize(
    ("status", "headers", "wait"), [(503, {"Retry-After": "1"}, 1.0), (429, {"Retry-After": "1"}, 1.0), (503, {}, 0.0)]
)
def test_retry_after_is_waited_for(
    status: int, headers: dict[str, str], wait: float, serve: Callable[..., Site], night: Night
) -> None:
    calls = iter([Answer("", status, headers), Answer(report("甲局", 2023))])
    site = serve(page_of(lambda asked: next(calls)))
    night.crawl(source(site, "/report.html", kind=REPORT))
    first, second = (asked.at for asked in site.asked if asked.path == "/report.html")
    assert second - first >= wait
    assert len(night.captures()) == 1


def test_a_retry_after_of_hours_parks_the_host_until_the_next_run(serve: Callable[..., Site], night: Night) -> None:
    site = serve(page_of(Answer("", 503, {"Retry-After": "7200"})))
    other = source(site, "/other.html", kind=REPORT)
    summary = night.crawl(source(site, "/report.html", kind=REPORT), other)
    assert len(site.paths()) == 1
    assert summary.n_deferred == 1
    assert night.outcome(other.url) == Outcome.DEFERRED


def test_a_failing_host_is_left_alone_after_a_few_failures(serve: Callable[..., Site], night: Night) -> None:
    """The circuit opens: fifty pages of a dead site must not cost fifty timeouts."""
    site = serve(lambda asked: NOT_FOUND if asked.path == "/robots.txt" else Answer("", 500))
    sources = [source(site, f"/r{n}.html", kind=REPORT, id=f"r{n}") for n in range(50)]
    summary = night.crawl(*sources, max_attempts=1, breaker_failures=3, breaker_probes=2)
    assert len(site.paths()) == 5  # three failures open the circuit, two probes fail
    assert summary.n_deferred == 45


def test_one_dead_host_does_not_hold_up_the_others(serve: Callable[..., Site], night: Night) -> None:
    dead = serve(hostile.taking_over(hostile.stalled_headers))
    alive = [serve(page_of(report(f"局{n}", 2023))) for n in range(5)]
    night.crawl(
        source(dead, "/report.html", kind=REPORT),
        *(source(site, "/report.html", kind=REPORT) for site in alive),
        threads=3,
        **IMPATIENT,
    )
    assert len(night.captures()) == 5


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """(CA file, certificate, key) for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    issued = ca.issue_cert("127.0.0.1")
    (folder / "cert.pem").write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(folder / "key.pem")
    return folder / "ca.pem", folder / "cert.pem", folder / "key.pem"


def test_tls_only_a_legacy_client_can_speak(authority: tuple[Path, Path, Path], tmp_path: Path, night: Night) -> None:
    """TLS 1.0 with openssl's oldest security level: refused by default, admitted for the source that says legacy."""
    ca, certificate, key = authority
    www = tmp_path / "www"
    www.mkdir()
    (www / "report.html").write_text(report("旧站局", 2023), encoding="utf-8")
    with hostile.openssl_server(www, certificate, key, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as (host, port):
        entry = partial(source, None, "/", url=f"https://{host}:{port}/report.html", kind=REPORT, allow_hosts=(host,))
        modern, legacy = entry(id="modern"), entry(id="legacy", tls=TlsMode.LEGACY)
        night.crawl(modern, ca_file=ca, max_attempts=1)
        assert night.outcome(modern.url) == Outcome.TLS_FAILED
        night.crawl(legacy, ca_file=ca, max_attempts=1)
        assert night.outcome(legacy.url) == Outcome.FETCHED


def test_a_host_that_has_given_up_https_is_asked_over_it_once(
    authority: tuple[Path, Path, Path], serve: Callable[..., Site], night: Night, contacted: list[str]
) -> None:
    """Its robots.txt is known from the day before, so the first page meets the failure, and the others need not."""
    ca, certificate, key = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names = [f"/r{n}.html" for n in range(5)]
    handle = from_pages({name: report(f"甲{name[2]}局", 2023) for name in names}, reports_at="/none/")
    secure = Site(handle, "127.0.0.1", context=context)
    entries = [source(secure, name, kind=REPORT) for name in names]
    night.crawl(entries[0], ca_file=ca)
    assert len(night.captures()) == 1
    secure.close()
    serve(handle, host="127.0.0.1", port=secure.port)
    contacted.clear()
    night.crawl(*entries[1:], ca_file=ca)
    assert len(night.captures()) == 5
    assert len(contacted) == 2, "one handshake that fails, then one connection that stays"


def test_an_untrusted_certificate_is_refused_even_for_legacy(
    authority: tuple[Path, Path, Path], serve: Any, night: Night
) -> None:
    _, certificate, key = authority
    context = hostile.tls_server_context(certificate, key)
    site = serve(page_of(report("甲局", 2023)), host="127.0.0.1", context=context)
    night.crawl(source(site, "/report.html", kind=REPORT, tls=TlsMode.LEGACY), max_attempts=1)
    assert night.outcome(site.url("/report.html")) == Outcome.TLS_FAILED
    assert "CERTIFICATE_VERIFY_FAILED" in night.records()[-1].message


def test_a_site_without_https_is_asked_by_http(serve: Callable[..., Site], night: Night) -> None:
    """Nothing listens on 443: refused there, the page comes from port 80 (most gkmlpt sites)."""
    try:
        site = serve(page_of(report("甲局", 2023)), host="127.0.6.9", port=80)
    except PermissionError:
        pytest.skip("ports below 1024 need a privilege here")
    url = f"https://{site.host}/report.html"
    night.crawl(source(None, "/", url=url, kind=REPORT, allow_hosts=(site.host,)), max_attempts=1)
    (capture,) = night.captures()
    assert capture.url == url
    assert night.records()[-1].final_url == f"http://{site.host}/report.html"


def test_https_that_is_http_is_tried_as_http_and_recorded(serve: Callable[..., Site], night: Night) -> None:
    site = serve(page_of(report("甲局", 2023)))
    url = site.url("/report.html").replace("http:", "https:")
    night.crawl(source(site, "/report.html", kind=REPORT, url=url))
    (capture,) = night.captures()
    assert capture.url == url
    assert night.records()[-1].final_url == site.url("/report.html")


@pytest.mark.parametrize(("tls", "refused"), [(TlsMode.DEFAULT, True), (TlsMode.LEGACY, False)])
def test_a_server_without_secure_renegotiation_is_spoken_to_by_legacy_sources_only(
    tls: TlsMode, refused: bool, night: Night
) -> None:
    """Python's default context stops at such a ServerHello; a legacy one goes on to the certificate."""
    with hostile.raw_server(hostile.serverhello_without_renegotiation_info) as (host, port):
        entry = source(None, "/", url=f"https://{host}:{port}/", kind=REPORT, allow_hosts=(host,), tls=tls)
        night.crawl(entry, max_attempts=1)
    assert ("UNSAFE_LEGACY_RENEGOTIATION" in night.records()[-1].message) is refused
    assert ("tls: legacy" in night.records()[-1].message) is refused
