"""What reading costs: bytes to tidy rows beside a bare lexbor parse, pandas.read_html, and plain pdfplumber text.

Run: ``python -m bench.read``. The pages are factory reports as Word pastes them, with a government site's chrome around
them (about 150 kB each), and are read as in the nightly run. Every measure alternates with its baseline in one run
and the median ratio counts; what runs in one process is measured in processor time (PDFs: with that of their worker), so that the
figures hold on a busy machine.
"""

import io
import multiprocessing
import random
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

import pdfplumber
from selectolax.lexbor import LexborHTMLParser

from pipelines.crawl.archive.captures import Capture, LoadedCapture
from pipelines.extract.pdf.engine import worker
from pipelines.staging.batches import LIMITS, batch_size
from pipelines.staging.province_reader import read_batch
from tests.demo_files import pdf_of
from tests.factory.factory import build_case
from tests.factory.numbers import random_figures

PAGES = 512
ROUNDS = 7
PDFS = 16  # as many as the nightly run reads together at least
FETCHED = datetime(2025, 2, 3, tzinfo=UTC)


def pages(count: int = PAGES) -> list[bytes]:
    """Distinct reports in Word's HTML; every report has its own figures, agency and title."""
    rng = random.Random(20260131)
    made = []
    for _ in range(count):
        figures = random_figures(rng, rng.choice(("2019", "2021")), rng.choice(("2019", "2021")), "large")
        page = build_case(rng, "html", figures, ("word_paste", "site_chrome")).data
        made.append(_grown(page))
    return made


def _grown(page: bytes) -> bytes:
    """With the menus, scripts and style sheets that make a real page about 150 kB."""
    menu = "".join(
        f'<li class="nav-item"><a href="/col/col{n}/index.html" target="_blank">栏目{n}</a></li>' for n in range(400)
    )
    sheet = "<style>" + "".join(f".c{n}{{margin:0;padding:{n}px;color:#333}}" for n in range(600)) + "</style>"
    script = "<script>" + "".join(f"var v{n}=function(a){{return a+{n};}};" for n in range(600)) + "</script>"
    chrome = f"{sheet}{script}<div class='nav'><ul>{menu}</ul></div>".encode()
    return page.replace(b"</body>", chrome + b"</body>")


def read_all(batch: Sequence[bytes]) -> int:
    """Bytes to staged frames, in batches."""
    loaded = [LoadedCapture(_capture(number), page) for number, page in enumerate(batch)]
    batches = (loaded[start : start + LIMITS.documents] for start in range(0, len(loaded), LIMITS.documents))
    return sum(frame.height for batch in batches for frame in read_batch(batch).values())


def _capture(number: int) -> Capture:
    url = f"https://www.example.gov.cn/col/{number}.html"
    return Capture(f"{number:016x}", url, "bench", "central", f"{number:064x}", "text/html", FETCHED, None, "", 0)


def _bare(batch: Sequence[bytes]) -> None:
    for page in batch:  # one at a time: keeping all trees would charge the baseline for memory
        LexborHTMLParser(page)


def _seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    worker.take_seconds()
    start = clock()
    work()
    elapsed = clock() - start
    return elapsed + worker.take_seconds() if clock is time.process_time else elapsed


def _ratio(
    work: Callable[[], object], baseline: Callable[[], object], rounds: int = ROUNDS
) -> tuple[float, float, float]:
    """(median seconds of work, of baseline, median of the paired ratios)."""
    pairs = [(_seconds(work), _seconds(baseline)) for _ in range(rounds)]
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def _pandas(batch: Sequence[bytes]) -> None:
    import pandas

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for page in batch:
            pandas.read_html(io.BytesIO(page), encoding="utf-8")


def _plain_pdf(data: bytes) -> int:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return len([page.extract_text() for page in pdf.pages])


def _two_processes(batch: Sequence[bytes]) -> float:
    size = batch_size(len(batch), 2)
    chunks = [batch[start : start + size] for start in range(0, len(batch), size)]
    with ProcessPoolExecutor(
        2, mp_context=multiprocessing.get_context("spawn")
    ) as pool:  # polars does not survive a fork
        list(pool.map(read_all, chunks[:4]))  # workers import and fill their caches before the clock starts
        pairs = [
            (
                _seconds(lambda: [read_all(chunk) for chunk in chunks], time.perf_counter),
                _seconds(lambda: list(pool.map(read_all, chunks)), time.perf_counter),
            )
            for _ in range(3)
        ]
    return statistics.median(one / two for one, two in pairs)


def main() -> None:
    batch = pages()
    size = sum(map(len, batch)) / len(batch) / 1000
    read_all(batch[: LIMITS.documents])  # fill the caches: a nightly run reads thousands
    work, bare, ratio = _ratio(lambda: read_all(batch), lambda: _bare(batch))
    print(f"{len(batch)} pages of {size:.0f} kB, batches of {LIMITS.documents}, median of {ROUNDS} paired rounds\n")
    print("| measure | read | baseline | ratio | target |\n|---|---|---|---|---|")
    per = 1000 / len(batch)
    what = "HTML, bytes to tidy rows, against a bare lexbor parse"
    print(f"| {what} | {work * per:.2f} ms | {bare * per:.2f} ms | {ratio:.2f} | ≤ 5.5 |")
    few = batch[: LIMITS.documents]  # a whole batch, as the nightly run reads them
    try:
        work, other, ratio = _ratio(lambda: read_all(few), lambda: _pandas(few), 3)
        mine, theirs = work * 1000 / len(few), other * 1000 / len(few)
        print(f"| HTML, against pandas.read_html alone | {mine:.2f} ms | {theirs:.2f} ms | {ratio:.3f} | ≤ 0.4 |")
    except ImportError:
        print(
            '| HTML, against pandas.read_html alone | | pandas is not installed: pip install -e ".[bench]" | | ≤ 0.4 |'
        )
    print(f"| two processes against one | | | {_two_processes(batch):.2f} × | ≥ 1.8 × |")
    pdf = pdf_of("hongze-2024")
    some = [pdf + b"\n%% %d" % number for number in range(PDFS)]
    read_all(some)
    work, plain, ratio = _ratio(lambda: read_all(some), lambda: [_plain_pdf(data) for data in some], 5)
    count = PDFS * _plain_pdf(pdf)
    print(
        f"| PDF pages per second, against plain pdfplumber text | {count / work:.1f} | {count / plain:.1f} "
        f"| {1 / ratio:.1f} × as fast | ≥ 8 × |"
    )


if __name__ == "__main__":
    main()
