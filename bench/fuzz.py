"""Mutated documents of every carrier through the reader: no crash, none over 5 s or 1 GiB, every one ends in a status.

Run: ``python -m bench.fuzz --documents 50000 --seed 7``. A document is a factory report (or a hostile original: nesting
10,000 deep, colspan=100000, a zip bomb in a docx, a broken xref) whose bytes are flipped, cut, doubled, shuffled or swapped
with another carrier's. Workers run under an address-space limit and a timer of processor time; whatever goes over either
is a failure and is named by its number, from which ``document(seed, number)`` makes it again. PDFs are read in a process of its
own, whose time is counted in; how often it died is printed.
"""

import argparse
import io
import multiprocessing
import re
import resource
import signal
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from random import Random
from types import FrameType

from pipelines.extract.document import FAULT
from pipelines.extract.office import converter
from pipelines.extract.office.own_text import NoOwnText, rich_text, word_text
from pipelines.extract.pdf.engine import worker
from pipelines.extract.picture.grid.pixels import PictureRefusedError, open_pixels
from pipelines.read.reader import read_report
from schemas.vocabulary import ExtractionStatus
from tests.factory import CARRIERS as WRITTEN
from tests.factory import random_case
from tests.factory.carriers import files
from tests.factory.carriers.xml_2003 import xml_2003

SECONDS = 5.0
MEMORY = 1 << 30
ORIGINALS = 40  # of each carrier; mutations make the rest
CHUNK = 100
CARRIERS = (*WRITTEN, "xlsx", "ofd", "mht", "zip", "xls", "doc", "rtf", "picture", "xls_xml")
"""Of doc and rtf only their own text is taken: what LibreOffice does with them happens in a process of its own. A picture is
only unpacked, for recognising it takes seconds."""
_SAVED = 3  # originals of each carrier that LibreOffice saves
_PICTURE = Path(__file__).parents[1] / "tests" / "unit" / "picture" / "table-four.jpg"
STATUSES = {status.value for status in ExtractionStatus}


class TooSlow(Exception):
    """A document took longer than its limit."""


@lru_cache(maxsize=1024)  # all of them
def _original(carrier: str, number: int) -> bytes:
    rng = Random(f"fuzz/{carrier}/{number}")
    if carrier == "picture":
        return _PICTURE.read_bytes()
    if carrier in files.FILTERS:
        saved = _saved(carrier)
        return saved[number % len(saved)]
    if carrier == "xls_xml":
        return xml_2003(random_case(rng, carrier="xlsx").data)
    if carrier == "mht":
        return files.web_archive(random_case(rng, carrier="html"), rng)
    if carrier == "zip":
        return files.archive(random_case(rng, carrier=rng.choice(("docx", "xlsx", "html"))), rng)
    return random_case(rng, carrier=carrier).data


@lru_cache(maxsize=8)
def _saved(carrier: str) -> list[bytes]:
    """Originals of another program; a plain page under the name of its carrier where LibreOffice is not installed."""
    source, _ = files.FILTERS[carrier]
    cases = [random_case(Random(f"fuzz/{carrier}/{number}"), carrier=source) for number in range(_SAVED)]
    return files.converted(cases, carrier) if converter.program() is not None else [case.data for case in cases]


def _flip(rng: Random, data: bytes) -> bytes:
    """Single bytes replaced by any byte."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 400))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _truncate(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def _drop(rng: Random, data: bytes) -> bytes:
    """A piece is lost in the middle."""
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 2000) :]


def _repeat(rng: Random, data: bytes) -> bytes:
    """A piece is sent twice, or many times."""
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randrange(1, 3000)]
    return data[:start] + piece * rng.choice((2, 2, 5, 60)) + data[start:]


def _splice(rng: Random, data: bytes) -> bytes:
    """The head of one document and the tail of another, perhaps of another carrier."""
    other = _original(rng.choice(CARRIERS), rng.randrange(ORIGINALS))
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def _shuffle_tags(rng: Random, data: bytes) -> bytes:
    """Tags stand where others stood."""
    parts = re.split(rb"(<[^<>]{1,300}>)", data)
    tags = parts[1::2]
    rng.shuffle(tags)
    parts[1::2] = tags
    return b"".join(parts)


def _spans(rng: Random, data: bytes) -> bytes:
    """Spans of any size, also absurd, negative, or no numbers."""
    sizes = (b"100000", b"0", b"-1", b"99999999999999999999", b"7", b"1e9", b"", b"\xff")
    name = rng.choice((b"colspan", b"rowspan"))

    def wider(match: re.Match[bytes]) -> bytes:
        return match.group(1) + b" " + name + b'="' + rng.choice(sizes) + b'"' if rng.random() < 0.2 else match.group(1)

    return re.sub(rb"(<t[dh])", wider, data)


def _deep(rng: Random, data: bytes) -> bytes:
    """Something opened 10,000 times and never closed, in the middle."""
    tag = rng.choice((b"<div>", b"<table><tr><td>", b"<b>", b"<ul><li>", b"[", b"<<", b"(", b"<w:tbl>", b"|"))
    at = rng.randrange(len(data))
    return data[:at] + tag * 10_000 + data[at:]


def _rezip(rng: Random, data: bytes) -> bytes:
    """The parts of a docx damaged inside a sound archive; a bomb now and then."""
    if not data.startswith(b"PK"):
        return _flip(rng, data)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith((".xml", ".html")) and part and (name.endswith("document.xml") or rng.random() < 0.5):
                part = rng.choice((_flip, _truncate, _drop, _repeat, _shuffle_tags, _deep, _bomb, _docx_spans))(
                    rng, part
                )
            new.writestr(name, part)
    return out.getvalue()


def _bomb(rng: Random, data: bytes) -> bytes:
    at = data.find(b"<w:body>") + 8
    return (
        data[:at]
        + b"<w:p><w:r><w:t>"
        + b"0" * rng.choice((1 << 20, 1 << 26, 1 << 28))
        + b"</w:t></w:r></w:p>"
        + data[at:]
    )


def _docx_spans(rng: Random, data: bytes) -> bytes:
    return re.sub(rb'w:gridSpan w:val="\d+"', b'w:gridSpan w:val="%d"' % rng.choice((0, 3, 100_000, 10**18)), data)


def _pdf_numbers(rng: Random, data: bytes) -> bytes:
    """Object numbers, lengths and offsets that lie."""
    if not data.startswith(b"%PDF"):
        return _spans(rng, data)

    def lie(match: re.Match[bytes]) -> bytes:
        return str(rng.choice((0, -1, 1, 7, 10**9, 10**20))).encode() if rng.random() < 0.02 else match.group()

    return re.sub(rb"(?<=[ /\n])\d+(?=[ \n/>\]])", lie, data)


MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip, _truncate, _drop, _repeat, _splice, _shuffle_tags, _spans, _deep, _rezip, _pdf_numbers,
)  # fmt: skip
_NAMES = {"html": "a.html", "flat_html": "a.htm", "flat_txt": "a.txt", "picture": "a.jpg"}
_NAMES |= {carrier: f"a.{carrier}" for carrier in CARRIERS if carrier not in _NAMES}
_PARTS: dict[str, Callable[[bytes], object]] = {"a.doc": word_text, "a.rtf": rich_text, "a.jpg": open_pixels}
"""By name: what reading is cut down to."""


def document(seed: int, number: int) -> tuple[str, bytes]:
    """File name and bytes of the document ``number``; every carrier and every mutation in turn."""
    rng = Random(f"{seed}/{number}")
    carrier = CARRIERS[number % len(CARRIERS)]
    data = _original(carrier, rng.randrange(ORIGINALS))
    data = MUTATIONS[number // len(CARRIERS) % len(MUTATIONS)](rng, data)
    while data and rng.random() < 0.3:
        data = rng.choice(MUTATIONS[:-2])(rng, data)
    name = _NAMES[carrier]
    return name if name in _PARTS else rng.choice((name, name, "a.bin")), data


def limit_memory() -> None:
    """Cap the address space of this process above what it holds already (polars reserves address space for its threads)."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        held = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, resource.RLIM_INFINITY))


def _start_worker() -> None:
    read_report(_original("html", 0))  # threads and caches first


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def read_one(name: str, data: bytes) -> tuple[str, float]:
    """Read one document under the limits: its status, or what went wrong, and the seconds it took."""
    signal.signal(signal.SIGPROF, _alarm)
    signal.setitimer(signal.ITIMER_PROF, 2 * SECONDS)
    worker.take_seconds()
    start = time.process_time()
    try:
        if name in _PARTS:
            return _part(name, data), time.process_time() - start
        reading = read_report(data, name=name)
        status = reading.to_contract()["report"]["extraction_status"]
        outcome = status if status in STATUSES else f"FAILED: status {status!r}"
        problem = reading.reading.problem or ""
        if problem.startswith(FAULT) or worker.TOO_SLOW in problem:
            outcome = f"FAILED: {problem}"
        elif worker.FAILED in problem:
            outcome = "worker died"
    except TooSlow:
        outcome = f"FAILED: more than {2 * SECONDS:.0f} s of processor time"
    except Exception as error:  # noqa: BLE001 - the point of fuzzing: nothing may escape the reader
        outcome = f"FAILED: {type(error).__name__}: {str(error)[:120]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - start + worker.take_seconds()
    return (outcome if seconds <= SECONDS else f"FAILED: {seconds:.1f} s of processor time"), seconds


def _part(name: str, data: bytes) -> str:
    try:
        _PARTS[name](data)
    except (NoOwnText, PictureRefusedError):
        return "refused"
    return "unpacked"


def _run(seed: int, numbers: range, only: str | None) -> tuple[Counter[str], list[str], float]:
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    slowest = 0.0
    for number in numbers:
        if only is not None and CARRIERS[number % len(CARRIERS)] != only:
            continue
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        made = document(seed, number)  # a bomb takes more memory to make than it may take to refuse
        limit_memory()
        outcome, seconds = read_one(*made)
        slowest = max(slowest, seconds)
        outcomes["failed" if outcome.startswith("FAILED") else outcome] += 1
        if outcome.startswith("FAILED"):
            failures.append(f"document {number}: {outcome}")
    return outcomes, failures, slowest


def run(
    seed: int, documents: int, workers: int, first: int = 0, minutes: float = 1e9, only: str | None = None
) -> tuple[Counter[str], list[str], float]:
    """Fuzz in a pool: outcomes, failures, seconds of the slowest document. Stops handing out work after ``minutes``;
    ``only``: documents of one carrier, the others are passed over."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    slowest = 0.0
    until = time.monotonic() + 60 * minutes
    chunks = [range(n, min(n + CHUNK, first + documents)) for n in range(first, first + documents, CHUNK)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start_worker) as pool:
        for start in range(0, len(chunks), 2 * workers):
            if time.monotonic() > until:
                break
            some = chunks[start : start + 2 * workers]
            for found, failed, seconds in pool.map(_run, [seed] * len(some), some, [only] * len(some)):
                outcomes.update(found)
                failures += failed
                slowest = max(slowest, seconds)
    return outcomes, failures, slowest


def main() -> int:
    """Fuzz and print what the documents came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first document, to go on with a run")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many minutes")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--carrier", choices=CARRIERS, help="only documents made from this carrier")
    options = parser.parse_args()
    start = time.monotonic()
    outcomes, failures, slowest = run(
        options.seed, options.documents, options.workers, options.first, options.minutes, options.carrier
    )
    print(
        f"seed {options.seed}, documents {options.first} to {options.first + outcomes.total() - 1}: {outcomes.total()} read"
    )
    for outcome, count in outcomes.most_common():
        print(f"  {outcome:20} {count:7}")
    pace = outcomes.total() / (time.monotonic() - start)
    print(
        f"slowest: {slowest:.2f} s of processor time; {pace:.1f} documents a second, 50,000 in {50_000 / pace / 60:.0f} minutes"
    )
    for line in failures[:20]:
        print(" ", line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
