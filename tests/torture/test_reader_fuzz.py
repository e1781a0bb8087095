"""The short version of bench/fuzz.py: a few hundred mutated documents and the hostile originals, each under its limits."""

import io
import zipfile

import pytest

from bench.fuzz import MUTATIONS, SECONDS, document, read_one, run
from pipelines.read.reader import read_report
from tests.factory import CARRIERS

CELLS = "<tr><td>一、本年新收政府信息公开申请数量</td>" + "<td>1</td>" * 7 + "</tr>"


def test_mutated_documents_end_in_a_status() -> None:
    """Every carrier under every mutation, in workers with a memory limit."""
    outcomes, failures, slowest = run(seed=11, documents=2 * len(CARRIERS) * len(MUTATIONS), workers=1)
    assert not failures
    assert outcomes.total() == 2 * len(CARRIERS) * len(MUTATIONS)
    assert slowest < SECONDS


def test_a_document_is_made_again_from_its_number() -> None:
    assert document(3, 1234) == document(3, 1234)
    assert document(3, 1234) != document(4, 1234)


def _zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:document>" + b" " * (1 << 29))
    return out.getvalue()


HOSTILE = {
    "nothing": b"",
    "a zero": b"\0",
    "nested tables": b"<table><tr><td>" * 10_000 + CELLS.encode(),
    "nested divs": b"<div>" * 10_000 + b"</div>" * 10_000,
    "huge colspan": f"<table>{CELLS.replace('<td>1', '<td colspan=100000>1')}</table>".encode(),
    "huge rowspan": f"<table>{CELLS.replace('<td>1', '<td rowspan=100000 colspan=1000>1') * 50}</table>".encode(),
    "one long line": b"1 " * 2_000_000,
    "a million pipes": b"|" * 1_000_000,
    "a million rows": b"<table>" + b"<tr><td>1" * 200_000,
    "pdf that ends": b"%PDF-1.7\n",
    "pdf without sense": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>",
    "pdf of brackets": b"%PDF-1.4\n1 0 obj" + b"[" * 100_000,
    "docx bomb": _zip_bomb(),
    "no docx": b"PK\x03\x04" + b"\0" * 100,
    "old word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_originals_end_in_a_status_and_invent_nothing(data: bytes) -> None:
    outcome, seconds = read_one("a.bin", data)
    assert not outcome.startswith("FAILED"), outcome
    assert seconds < SECONDS


@pytest.mark.parametrize("name", ["nothing", "docx bomb", "old word", "pdf that ends"])
def test_what_cannot_be_read_says_why(name: str) -> None:
    reading = read_report(HOSTILE[name])
    assert reading.to_contract()["report"]["extraction_status"] == "unreadable"
    assert reading.problem
