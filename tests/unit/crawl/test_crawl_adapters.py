"""Adapters on damaged pages: whatever a server sends, reading ends, and only with the errors that are expected."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.crawl.classification.block_detection import judge
from pipelines.crawl.classification.page import Page
from pipelines.crawl.fetching.http_client import Exchange, Request, absolute
from pipelines.crawl.scheduling.link_selection import attachments_of, role_of
from pipelines.crawl.site_families.base import ListRequest
from pipelines.crawl.site_families.detection import adapter_for, fingerprint
from pipelines.crawl.site_families.links import anchors
from schemas.site_families import ListingFamily
from tests.web import families
from tests.web.server import Asked

EXPECTED = (ValueError, LookupError, RecursionError, ArithmeticError)
BUILDERS = (
    families.trs, families.hanweb_jpage, families.hanweb_annual, families.jpaas, families.truecms, families.gkmlpt,
    families.vsb, families.epoint, families.anhui, families.static, families.framed,
)  # fmt: skip
SITES = [build() for build in BUILDERS]
BODIES = [site.handle(Asked("GET", site.column, {}, b"", 0.0)).payload for site in SITES]
URL = "http://127.0.0.1/public/column/21981?categorynum=1"

cuts = st.builds(
    lambda body, start, length, filler: body[:start] + filler + body[start + length :],
    st.sampled_from(BODIES), st.integers(0, 4000), st.integers(0, 200),
    st.sampled_from([b"", b"9" * 5000, b"<a href='http://['>x</a>", b"\xff\xfe", b"'\"{[(", b"<base href='http://['>", b"<!--"]),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(cuts, st.sampled_from(ListingFamily))
def test_a_damaged_page_is_read_or_refused(body: bytes, family: ListingFamily) -> None:
    page = Page(URL, body, "text/html")
    with contextlib.suppress(*EXPECTED):
        adapter_for(family, page).read(page, ListRequest(Request(URL), family, state={"latest_year": "2026"}))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(cuts)
def test_a_damaged_page_is_judged(body: bytes) -> None:
    """These run outside the net that catches a list no adapter can read: they must not raise at all."""
    page = Page(URL, body, "text/html")
    judge(Exchange(Request(URL), status=200, body=body, headers=(("Content-Type", "text/html"),)))
    fingerprint(page)
    attachments_of(page, 8)
    for link in anchors(page):
        role_of(link, URL, latest_year=2026)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4000))
def test_any_bytes_are_judged(body: bytes) -> None:
    judge(Exchange(Request(URL), status=200, body=body))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b.html", "http://127.0.0.1/b.html"),
        ("//127.0.0.2/b", "http://127.0.0.2/b"),
        ("http://[", None),
        ("", None),
        ("/公开.html".encode().decode("latin-1"), "http://127.0.0.1/公开.html"),
        ("/公开.html".encode("gb18030").decode("latin-1"), "http://127.0.0.1/公开.html"),
    ],
)
def test_where_a_redirect_leads(location: str, target: str | None) -> None:
    assert Exchange(Request("http://127.0.0.1/a"), status=302, headers=(("Location", location),)).target() == target


def test_an_address_that_is_none() -> None:
    assert absolute("http://127.0.0.1/", "http://[::bad") is None
