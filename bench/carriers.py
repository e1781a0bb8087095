"""Reports in every carrier, made from fresh seeds, read and held against what they print.

Run: ``python -m bench.carriers --documents 50 --pictures 10 --seed 7``. Files of other programs need LibreOffice, pictures
Chromium with ``gongkai[render,ocr]``; a carrier that cannot be made here is named and left out. Exit status 1 when a figure is
wrong or invented, or a printed figure is called blank, in any carrier.
"""

import argparse
import base64
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from pipelines.crawl.rendering.chromium import program as chromium
from pipelines.extract.office.converter import program as office
from pipelines.extract.pdf.engine import worker
from pipelines.extract.picture.engine import is_installed
from pipelines.read.reader import read_report
from tests.factory import Case, Score, compare, random_case
from tests.factory.carriers import files, pictures

WHOLE_WIDTH = (1000, 1200, 1400)


class Document(NamedTuple):
    """One document to be read and the report that it holds."""

    case: Case
    data: bytes
    name: str


Maker = Callable[[str, int], Iterator[Document]]


def _written(carrier: str) -> Maker:
    """Carriers that the factory writes itself."""

    def make(seed: str, count: int) -> Iterator[Document]:
        for number in range(count):
            case = random_case(Random(f"{seed}/{number}"), carrier=carrier)
            yield Document(case, case.data, case.filename)

    return make


def _saved(extension: str) -> Maker:
    source, _ = files.FILTERS[extension]

    def make(seed: str, count: int) -> Iterator[Document]:
        cases = [random_case(Random(f"{seed}/{number}"), carrier=source, n_variations=3) for number in range(count)]
        for case, data in zip(cases, files.converted(cases, extension), strict=True):
            yield Document(case, data, f"report.{extension}")

    return make


def _packed(pack: Callable[[Case, Random], bytes], extension: str, carriers: tuple[str, ...]) -> Maker:
    def make(seed: str, count: int) -> Iterator[Document]:
        for number in range(count):
            rng = Random(f"{seed}/{number}")
            case = random_case(rng, carrier=rng.choice(carriers))
            yield Document(case, pack(case, rng), f"report.{extension}")

    return make


def _pictures(seed: str, count: int) -> Iterator[Document]:
    with pictures.browser() as opened:
        made = [pictures.rendered(opened, Random(f"{seed}/{number}")) for number in range(count)]
    for one in made:
        yield Document(one.case, one.picture, f"report-{one.width}.png")


def _halves(seed: str, count: int) -> Iterator[Document]:
    """A report cut over two pictures of a page."""
    with pictures.browser() as opened:
        made = [pictures.rendered(opened, Random(f"{seed}/{number}"), WHOLE_WIDTH) for number in range(count)]
    for number, one in enumerate(made):
        shown = "".join(
            f'<p><img src="data:image/png;base64,{base64.b64encode(half).decode()}"></p>'
            for half in pictures.cut(one.picture, Random(f"{seed}/{number}/cut"))
        )
        title = f"<title>{one.case.truth.title}</title>"
        yield Document(one.case, f"<html><head>{title}</head><body>{shown}</body></html>".encode(), "page.html")


def _scans(seed: str, count: int) -> Iterator[Document]:
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        case = random_case(rng, carrier="pdf", n_variations=0)
        yield Document(case, pictures.scan(case.data, rng), "scan.pdf")


CARRIERS: dict[str, Maker] = {
    "xlsx": _written("xlsx"), "ofd": _written("ofd"), "mht": _packed(files.web_archive, "mht", ("html",)),
    "zip": _packed(files.archive, "zip", ("docx", "pdf", "html", "xlsx")),
    "doc": _saved("doc"), "rtf": _saved("rtf"), "xls": _saved("xls"),
    "picture": _pictures, "picture pair": _halves, "scan": _scans,
}  # fmt: skip
SLOW = frozenset({"picture", "picture pair", "scan"})


def missing(carrier: str) -> str | None:
    """Why documents of a carrier cannot be made or read here; None when they can."""
    if carrier in files.FILTERS and office() is None:
        return "LibreOffice is not installed"
    if carrier in SLOW and not is_installed():
        return "text recognition is not installed (pip install 'gongkai[ocr]')"
    if carrier.startswith("picture") and (chromium() is None or importlib.util.find_spec("playwright") is None):
        return "Chromium or Playwright is not installed"
    return None


def run(carrier: str, seed: int, count: int) -> tuple[Score, float, list[str]]:
    """Read ``count`` documents of a carrier: the score, processor seconds, and what is amiss, by document."""
    total, amiss, seconds = Score(), [], 0.0
    for number, document in enumerate(CARRIERS[carrier](f"carriers/{seed}/{carrier}", count)):
        started = _processor_seconds()
        contract = read_report(document.data, name=document.name, url=document.case.url).to_contract()
        seconds += _processor_seconds() - started + worker.take_seconds()
        score = compare(document.case.truth, contract)
        bad = [*score.wrong, *score.invented, *map(str, score.false_blanks)]
        amiss += [f"#{number} {document.name} {document.case.name}: {bad[0]}"] if bad else []
        total.add(score)
    return total, seconds, amiss


def _processor_seconds() -> float:
    """Of this process and of those that it started and waited for: LibreOffice, the renderer of pages."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> int:
    """Print a line a carrier and whether the promise is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=50, help="of each carrier")
    parser.add_argument(
        "--pictures", type=int, default=None, help="of each carrier that is recognised; default as many"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", choices=CARRIERS, default=list(CARRIERS))
    options = parser.parse_args()
    is_met = True
    for carrier in options.only:
        why = missing(carrier)
        if why is not None:
            print(f"{carrier:13} left out: {why}", flush=True)
            continue
        count = options.pictures if carrier in SLOW and options.pictures is not None else options.documents
        score, seconds, amiss = run(carrier, options.seed, count)
        is_met = is_met and score.is_safe
        right = 100 * score.right / max(1, score.printed - score.refused)
        print(
            f"{carrier:13} n {count}  printed {score.printed}  right {right:.2f} %"
            f"  wrong {len(score.wrong)}  invented {len(score.invented)}  false blanks {len(score.false_blanks)}"
            f"  missing {len(score.missing)}  unexplained {len(score.unexplained)}"
            f"  {seconds / max(1, count):.2f} s a document",
            flush=True,
        )
        for line in amiss[:5]:
            print("   ", line)
    print("passed" if is_met else "FAILED")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
