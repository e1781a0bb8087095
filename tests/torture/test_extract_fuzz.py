"""Extraction under fire: whatever the bytes, a Document comes back, soon and small.

Mutations of one document a carrier (the seed is in the test's name), and files built to cost a parser hours or gigabytes.
Each bomb runs in a child with one gibibyte of address space above what it starts with, on processor time, so that a busy
machine does not fail it.
"""

import io
import itertools
import multiprocessing
import random
import resource
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from pipelines.extract.document import FAULT, Document
from pipelines.extract.extract import extract
from pipelines.extract.pdf.engine import worker
from tests.unit.extract.builders import REPORT, W_NAMESPACE, Pdf, docx, p, tc, tr

SECONDS = 5.0
GIBIBYTE = 1 << 30
MUTANTS = 60  # of each carrier and seed
DEEP = 10_000

ORIGINALS: dict[str, Callable[[], bytes]] = {
    "html": lambda: (
        f"<html><head><meta charset=utf-8></head><body><div id=zoom>{REPORT}</div></body></html>".encode() * 3
    ),
    "gbk": lambda: f"<meta charset=gbk><div>{REPORT}</div>".encode("gbk"),
    "text": lambda: "规章\n0\n规范性文件 | 3 | | 8 |\n".encode() * 20,
    "pdf": lambda: (
        Pdf().table(50, 100, [100, 60], [["规章", "0"], ["规范性文件", "12"]]).text(50, 300, "六、其他").save()
    ),
    "docx": lambda: docx(p("一、总体情况") + f"<w:tbl>{tr(tc('规章', 2, 'restart'), tc('0')) * 5}</w:tbl>"),
    "json": lambda: f'{{"data": {{"title": "年度报告", "content": "{REPORT}"}}}}'.encode(),
}
TOKENS = (
    b"<table>",
    b"</table>",
    b"<td colspan=99999 rowspan=99999>",
    b"</tr>",
    b"<!--",
    b"\0",
    b"&#xfdd0;",
    b"\xff\xfe",
    b"obj",
    b"-1",
    b"]]>",
)


def mutants(original: bytes, rng: random.Random) -> Iterator[bytes]:
    """Bytes flipped, the end cut off, pieces doubled, dropped or moved, foreign tokens put in."""
    for _ in range(MUTANTS):
        data = bytearray(original)
        kind = rng.randrange(5)
        for _ in range(rng.choice((1, 3, 20))):
            at, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
            piece = data[at : at + rng.randrange(1, 200)]
            if kind == 0 and at < len(data):
                data[at] = rng.randrange(256)
            elif kind == 1:
                del data[at:]
            elif kind == 2:
                data[to:to] = piece
            elif kind == 3:
                del data[at : at + len(piece)]
            else:
                data[at:at] = rng.choice(TOKENS)
        yield bytes(data)


@pytest.mark.parametrize(("carrier", "seed"), [*itertools.product(ORIGINALS, (1, 20240131))])
def test_mutants_become_documents(carrier: str, seed: int) -> None:
    for number, data in enumerate(mutants(ORIGINALS[carrier](), random.Random(f"{carrier}{seed}"))):
        start = time.process_time()
        document = extract(data, content_type="text/html; charset=gb2312", name=f"{carrier}-{number}")
        assert isinstance(document, Document)
        assert not (document.problem or "").startswith(FAULT), document.problem
        assert time.process_time() - start < SECONDS


def pdf_of(content: bytes, stream: bytes = b"", resources: bytes = b"", *more: bytes) -> bytes:
    """A PDF of one page with the given content stream, its dictionary entries, and further objects from number 5."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>" % resources,
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), stream, content),
        *more,
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"


def flate(content: bytes) -> bytes:
    return pdf_of(zlib.compress(content), b"/Filter/FlateDecode")


def cid_font(widths: bytes) -> bytes:
    """A line of text in a font with these widths."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    info = b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/CIDSystemInfo%s%s>>" % (info, widths)
    return pdf_of(b"BT /F 9 Tf <00410042> Tj ET", b"", b"/Font<</F 5 0 R>>", font, inner)


def forms() -> bytes:
    """Ten forms, each of which draws the next one ten times."""
    entry = b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</X %d 0 R>>>>"
    calls = b"/X Do " * 10
    more = [b"<</Length %d%s>>stream\n%s\nendstream" % (len(calls), entry % (n + 1), calls) for n in range(5, 15)]
    return pdf_of(calls, b"", b"/XObject<</X 5 0 R>>", *more)


def package(document: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def nested_docx(opening: str, closing: str, depth: int) -> bytes:
    return package(
        f'<w:document xmlns:w="{W_NAMESPACE}"><w:body>{opening * depth}{closing * depth}</w:body></w:document>'.encode()
    )


def scattered_rows() -> bytes:
    """A workbook in which every other row of 30,000 is a sentence by itself."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(30_000):
        sheet.append(["一句话。"] if number % 2 else [None])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


CELL = "规范性文件".encode()
BOMBS: dict[str, Callable[[], bytes]] = {
    "html divs": lambda: b"<div>" * DEEP + b"<p>x</p>" * DEEP,
    "html divs beyond": lambda: b"<div>" * 50_000 + b"<p>x</p>" * 50_000,
    "html lists": lambda: b"<ul><li>" * 20_000,
    "html tables": lambda: b"<table><tr><td>" * DEEP + b"x",
    "html statutory tables": lambda: (b"<table><tr><td>" + CELL) * DEEP,
    "html moved tables": lambda: ("<table><tr><td style=position:relative;left:30px>5" * DEEP + "信息内容").encode(),
    "html brackets in a style": lambda: b"<p style='color:" + b"(" * DEEP + b"'>x</p>",
    "html brackets in a sheet": lambda: b"<style>p{color:" + b"(" * DEEP + b"}</style><p>x</p>",
    "html tables in second cells": lambda: b"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>" * 3_000,
    "html cells": lambda: b"<table><tr>" + b"<td>1" * 100_000,
    "html rows": lambda: b"<table>" + b"<tr><td>1<td>2" * 50_000,
    "html spans": lambda: b"<table><tr>" + b"<td colspan=100000 rowspan=100000>1" * 2_000,
    "html attributes": lambda: b"<div " + b"".join(b"a%d=1 " % n for n in range(60_000)) + b">",
    "html quoted attributes": lambda: b"<div " + b"".join(b'a%d=">" ' % n for n in range(60_000)) + b">",
    "html options": lambda: b"<select>" + b"<option>" * 100_000,
    "html formatting": lambda: b"".join(b"<b a=%d>" % n for n in range(3_000)) + b"<p>x</p>" * 20_000,
    "html containers": lambda: ("<div id=zoom>" * 5_000 + "文" * 200_000).encode(),
    "html menus": lambda: (
        "<div class=nav>" * 5_000 + "文" * 200_000 + "</div>" * 5_000 + f"<div>{REPORT}</div>"
    ).encode(),
    "html hidden": lambda: ("<div hidden>" * 5_000 + "文" * 200_000).encode(),
    "html pre": lambda: b"<pre>" * 100_000 + b"\n" * 1_000_000,
    "html headings": lambda: "<p>一、总体情况</p>".encode() * 30_000,
    "html viewer links": lambda: b'<a href="' + b"viewer.html?" * 100_000 + b'">',
    "html quotes": lambda: b"<script>" + b'".pdf"a' * 100_000 + b"</script>",
    "json depth": lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "pdf flate": lambda: flate(b"0" * (140 << 20)),
    "pdf flate twice": lambda: pdf_of(
        zlib.compress(zlib.compress(b"0" * (140 << 20))), b"/Filter[/FlateDecode/FlateDecode]"
    ),
    "pdf ascii then flate": lambda: pdf_of(zlib.compress(b"0" * (60 << 20)).hex().encode() + b">", b"/Filter[/AHx/Fl]"),
    "pdf characters": lambda: flate(b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaa)Tj " * 50_000 + b"ET"),
    "pdf rectangles": lambda: flate(b"0 0 1 100 re f " * 100_000),
    "pdf rules": lambda: flate(b"".join(b"%d 0 1 800 re f 0 %d 500 1 re f " % (n, n) for n in range(0, 6_000, 3))),
    "pdf operators": lambda: flate(b"q Q " * 4_000_000),
    "pdf forms": forms,
    "pdf widths": lambda: cid_font(b"/W[0 2000000000 1000]"),
    "pdf widths again": lambda: cid_font(b"/W[" + b"0 65535 1000 " * 20_000 + b"]"),
    "pdf vertical widths": lambda: cid_font(b"/Encoding/Identity-V/W2[0 2000000000 1 2 3]"),
    "pdf arrays": lambda: pdf_of(b"[" * 100_000 + b"]" * 100_000),
    "pdf objects": lambda: b"%PDF-1.4\n" + b"1 0 obj\n1\nendobj\n" * 100_000,
    "pdf page loop": lambda: (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj"
    ),
    "pdf xref loop": lambda: (
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"
    ),
    "pdf lzw": lambda: pdf_of(b"\x80" + b"\0" * 100_000, b"/Filter/LZWDecode"),
    "pdf run lengths": lambda: pdf_of(b"\x81a" * 1_000_000, b"/Filter/RunLengthDecode"),
    "pdf predictor": lambda: pdf_of(
        zlib.compress(b"\2" * 3_000), b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2000000000>>"
    ),
    "xlsx scattered rows": scattered_rows,
    "docx zip bomb": lambda: package(b" " * (200 << 20)),
    "docx paragraphs": lambda: nested_docx("<w:p>", "</w:p>", 150_000),
    "docx tables": lambda: nested_docx("<w:tbl><w:tr><w:tc/><w:tc>", "</w:tc></w:tr></w:tbl>", 20_000),
    "docx controls": lambda: nested_docx("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 80_000),
    "docx text boxes": lambda: nested_docx("<w:p><w:txbxContent>", "</w:txbxContent></w:p>", 50_000),
    "docx entities": lambda: package(b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>'),
    "docx spans": lambda: docx(f"<w:tbl>{tr(*[tc('a', 99_999)] * 100) * 100}</w:tbl>"),
    "zip with no end": lambda: docx(p("x"))[:-30],
    "noise": lambda: random.Random(3).randbytes(3_000_000),
}


def _detonate(name: str, results: "multiprocessing.Queue[tuple[str, float]]") -> None:
    data = BOMBS[name]()
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + GIBIBYTE, used + GIBIBYTE))
    extract(Pdf().text(50, 50, "x").save())  # the worker is started before the clock
    worker.take_seconds()
    start = time.process_time()
    document = extract(
        data if name.startswith(("pdf", "docx", "xlsx", "zip", "json", "noise")) else b"<html><body>" + data
    )
    results.put((type(document).__name__, time.process_time() - start + worker.take_seconds()))


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_go_off_small(name: str) -> None:
    context = multiprocessing.get_context("forkserver")  # a fork of this process could take over a held lock
    context.set_forkserver_preload(["pipelines.extract.extract"])
    results: multiprocessing.Queue[tuple[str, float]] = context.Queue()
    child = context.Process(target=_detonate, args=(name, results))
    child.start()
    child.join(60)
    if child.is_alive():
        child.kill()
        child.join()
    assert child.exitcode == 0, f"exit code {child.exitcode}"
    kind, seconds = results.get(timeout=5)
    assert kind == "Document"
    assert seconds < SECONDS
