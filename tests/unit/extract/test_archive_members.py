"""Zip files: names as they were packed, bounds on what is unpacked."""

import io
import zipfile

import pytest

from pipelines.extract.archive_file import members as subject
from pipelines.extract.archive_file.members import unpack


def _zip(*entries: tuple[str, bytes], gbk: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries:
            package.writestr(zipfile.ZipInfo(name), data)
    raw = buffer.getvalue()
    if gbk:  # as Chinese Windows packs: the name's bytes in GBK, and no mark of UTF-8
        for name, _ in entries:
            short = name.encode("gbk").ljust(len(name.encode()), b"_")
            raw = raw.replace(name.encode(), short)
        raw = raw.replace(b"PK\x03\x04\x14\x00\x00\x08", b"PK\x03\x04\x14\x00\x00\x00").replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x08", b"PK\x01\x02\x14\x03\x14\x00\x00\x00"
        )
    return raw


def test_names_packed_in_gbk_are_read() -> None:
    (member,) = unpack(_zip(("年度报告.txt", b"70"), gbk=True)).members
    assert (member.name.rstrip("_"), member.data) == ("年度报告.txt", b"70") or member.name.startswith("年度报告.txt")


def test_a_zip_within_a_zip_is_unpacked_once() -> None:
    innermost = _zip(("c.txt", b"3"))
    inner = _zip(("b.txt", b"2"), ("d.zip", innermost))
    found = unpack(_zip(("a.txt", b"1"), ("i.zip", inner)))
    assert [m.name for m in found.members] == ["a.txt", "b.txt"]
    assert found.problem == "d.zip is a zip archive, which is not unpacked"


def test_an_archive_of_another_kind_within_is_named() -> None:
    assert "年报.rar is a rar archive" in (unpack(_zip(("年报.rar", b"Rar!\x1a\x07\0" + b"\0" * 90))).problem or "")


def test_the_report_comes_before_what_is_packed_with_it() -> None:
    others = [(f"{n}.jpg", b"x") for n in range(60)]
    report = ("附件/某县2023年政府信息公开工作年度报告.docx", b"70")
    assert unpack(_zip(*others, report)).members[0].data == b"70"


def test_lock_files_and_the_like_are_no_documents() -> None:
    found = unpack(_zip(("__MACOSX/._a.docx", b"x"), ("~$a.docx", b"x"), ("a.docx", b"x")))
    assert [m.name for m in found.members] == ["a.docx"]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([(f"{n}.txt", b"1") for n in range(60)], "only the first"),
        ([("big.txt", b"0" * 2_000)], "more bytes"),
    ],
)
def test_what_is_unpacked_is_bounded(
    entries: list[tuple[str, bytes]], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "MAX_MEMBER_BYTES", 1_000)
    found = unpack(_zip(*entries))
    assert told in (found.problem or "")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 10, _zip(("a.txt", b"1"))[:-30]])
def test_a_broken_zip_says_so(data: bytes) -> None:
    assert unpack(data).problem


def test_an_entry_without_a_name_is_passed_over() -> None:
    data = _zip(("abc", b"x"), ("report.txt", b"70")).replace(b"abc", b"\0bc")
    assert [member.name for member in unpack(data).members] == ["report.txt"]
