"""Records of the archive can be written for whatever a server says, and are read back by warcio."""

import io
from datetime import UTC, datetime

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipelines.crawl.archive.warc import response_member, revisit_member
from pipelines.crawl.fetching.http_client import Exchange, Request

AT = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
PAGE = "<p>政府信息公开</p>".encode()


def exchange(url: str = "http://a.gov.cn/1", *, body: bytes | None = None, reason: str = "OK") -> Exchange:
    headers = (("Content-Type", "text/html"), ("X-Note", "成功".encode().decode("latin-1")), ("Content-Length", "9"))
    return Exchange(Request(url, body, (("Referer", url),)), 200, reason, headers, PAGE, peer="127.0.0.1")


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (exchange(), ["response"]),
        (exchange(reason="成功".encode().decode("latin-1")), ["response"]),
        (exchange("http://a.gov.cn/查询?名=年报", body=b"page=1"), ["request", "response"]),
    ],
)
def test_a_response_is_read_back(given: Exchange, kinds: list[str]) -> None:
    member = response_member(given, given.request.url, "id", AT, "digest")
    records = [
        (record.rec_type, record.content_stream().read(), record.rec_headers.get_header("WARC-Target-URI"))
        for record in ArchiveIterator(io.BytesIO(member))
    ]
    assert [kind for kind, _, _ in records] == kinds
    assert records[-1][1] == PAGE
    assert {url for _, _, url in records} == {given.request.url}


def test_a_revisit_holds_headers_and_no_bytes() -> None:
    given = exchange()
    member = revisit_member(given, given.request.url, "id", AT, "digest", refers_to="http://a.gov.cn/0")
    (record,) = ArchiveIterator(io.BytesIO(member))
    assert record.rec_type == "revisit"
    assert record.http_headers.get_statuscode() == "200"
    assert record.rec_headers.get_header("WARC-Refers-To-Target-URI") == "http://a.gov.cn/0"
    assert record.rec_headers.get_header("WARC-Payload-Digest") == "sha256:digest"
