"""Charsets: what is declared, what is true, and what happens to damaged bytes."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.content.decoding import as_utf8, decode

TEXT = "<p>启东市人民政府2020年政府信息公开工作年度报告</p>" * 3
META = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize(
    ("data", "header", "expected"),
    [
        (TEXT.encode(), None, "utf-8"),
        (TEXT.encode("gb18030"), None, "gb18030"),
        (TEXT.encode("gbk"), "text/html; charset=gb2312", "gb18030"),
        ((META.format("gbk") + TEXT).encode("gbk"), "text/html", "gb18030"),
        ((META.format("gb2312") + TEXT).encode("gbk"), "text/html; charset=ISO-8859-1", "gb18030"),
        (("<meta charset='GB2312'>" + TEXT).encode("gbk"), None, "gb18030"),
        (('<?xml version="1.0" encoding="gbk"?>' + TEXT).encode("gbk"), None, "gb18030"),
        ("公開資訊".encode("big5"), "text/html; charset=Big5", "big5hkscs"),
        ("政府公開資訊".encode("big5hkscs"), None, "big5hkscs"),
        ("政府公開資訊".encode("cp950"), "text/html; charset=utf-8", "big5hkscs"),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=gbk", "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), None, "utf-16"),
        # Declarations that the bytes contradict.
        (TEXT.encode("gbk"), "text/html; charset=utf-8", "gb18030"),
        (TEXT.encode(), "text/html; charset=gbk", "utf-8"),
        # Declarations that mean nothing.
        (TEXT.encode(), "text/html; charset=nonsense", "utf-8"),
        (TEXT.encode("gbk"), "text/html; charset=hex", "gb18030"),
        (TEXT.encode("gbk"), "text/html; charset=idna", "gb18030"),
        (TEXT.encode("gbk"), "text/html; charset=utf-16", "gb18030"),
    ],
)
def test_encoding_is_found(data: bytes, header: str | None, expected: str) -> None:
    decoded = decode(data, header)
    assert decoded.encoding == expected
    assert "\ufffd" not in decoded.text
    assert not decoded.text.startswith("\ufeff")
    assert ("启东市" in decoded.text) or ("公開資訊" in decoded.text)


def test_a_rare_character_beyond_gbk_survives() -> None:
    assert "𠮷" in decode((META.format("gb2312") + "𠮷市").encode("gb18030")).text


def test_damaged_bytes_are_replaced_in_the_declared_charset() -> None:
    damaged = (TEXT * 40).encode()
    damaged = damaged[:100] + b"\xff" + damaged[101:]
    text, encoding = decode(damaged, "text/html; charset=utf-8")
    assert encoding == "utf-8"
    assert text.count("启东市") >= 118


def test_a_declaration_beyond_the_first_four_kilobytes_is_not_searched() -> None:
    assert decode(b" " * 5000 + b"<meta charset=big5>" + TEXT.encode("gbk")).encoding == "gb18030"


@given(
    st.binary(max_size=300),
    st.sampled_from([None, *(f"text/html; charset={name}" for name in ("utf-8", "gb2312", "idna", "utf-16", ""))]),
)
def test_no_bytes_raise(data: bytes, header: str | None) -> None:
    assert isinstance(decode(data, header).text, str)
    assert as_utf8(data, header).decode("utf-8") is not None


def test_utf8_bytes_are_passed_on_unchanged() -> None:
    data = TEXT.encode()
    assert as_utf8(data) is data
