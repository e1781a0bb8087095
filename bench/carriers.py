"""Reports in every carrier, made from fresh seeds, read and held against what they print.

Run: ``python -m bench.carriers --documents 50 --seed 7 --log carriers.jsonl --minutes 20``, and the same again to go on. Pictures
take four to eight seconds of processor time each; ``picture`` are pages of 1,000 pixels and more, ``small picture`` narrower
ones. Files of other programs need LibreOffice, pictures Chromium with ``gongkai[render,ocr]``; a carrier that cannot be made
here is named and left out. Exit status 1 when a figure is wrong or invented, or a printed figure is called blank, in any carrier.
"""

import argparse
import base64
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from gongkai.demo.figures import PROACTIVE
from pipelines.crawl.rendering.chromium import program as chromium
from pipelines.extract.office.converter import program as office
from pipelines.extract.pdf.engine import worker
from pipelines.extract.picture.engine import is_installed
from pipelines.read.reader import read_report
from tests.factory import Case, compare, random_case
from tests.factory.carriers import files, pictures
from tests.factory.carriers.xml_2003 import xml_2003

WHOLE_WIDTH = (1000, 1200, 1400)


class Document(NamedTuple):
    """One document to be read and the report that it holds."""

    case: Case
    data: bytes
    name: str


Maker = Callable[[str, Sequence[int]], Iterator[Document]]
"""From a seed and the numbers of the documents to be made."""


def _written(carrier: str) -> Maker:
    """Carriers that the factory writes itself."""

    def make(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
        for number in numbers:
            case = random_case(Random(f"{seed}/{number}"), carrier=carrier)
            yield Document(case, case.data, case.filename)

    return make


_LOST_IN_SAVING = frozenset({"annotated_word_cells"})
"""What saving as .doc or .rtf changes: text in the colour of the theme's ground becomes visible."""


def _plain(extension: str, seed: str, source: str) -> Case:
    """A case whose truth still holds when it has been saved."""
    rng = Random(seed)
    while True:
        case = random_case(rng, carrier=source, n_variations=3)
        if extension == "xls" or not _LOST_IN_SAVING & set(case.variations):
            return case


def _saved(extension: str) -> Maker:
    source, _ = files.FILTERS[extension]

    def make(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
        cases = [_plain(extension, f"{seed}/{number}", source) for number in numbers]
        for case, data in zip(cases, files.converted(cases, extension), strict=True):
            yield Document(case, data, f"report.{extension}")

    return make


def _packed(pack: Callable[[Case, Random], bytes], extension: str, carriers: tuple[str, ...]) -> Maker:
    def make(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
        for number in numbers:
            rng = Random(f"{seed}/{number}")
            case = random_case(rng, carrier=rng.choice(carriers))
            yield Document(case, pack(case, rng), f"report.{extension}")

    return make


def _rendered(widths: tuple[int, ...]) -> Maker:
    """Reports as one picture each, of pages of these widths."""

    def make(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
        with pictures.browser() as opened:
            made = [pictures.rendered(opened, Random(f"{seed}/{number}"), widths) for number in numbers]
        for one in made:
            yield Document(one.case, one.picture, f"report-{one.width}.png")

    return make


def _halves(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
    """A report cut over two pictures of a page."""
    with pictures.browser() as opened:
        made = [pictures.rendered(opened, Random(f"{seed}/{number}"), WHOLE_WIDTH) for number in numbers]
    for number, one in zip(numbers, made, strict=True):
        shown = "".join(
            f'<p><img src="data:image/png;base64,{base64.b64encode(half).decode()}"></p>'
            for half in pictures.cut(one.picture, Random(f"{seed}/{number}/cut"))
        )
        title = f"<title>{one.case.truth.title}</title>"
        yield Document(one.case, f"<html><head>{title}</head><body>{shown}</body></html>".encode(), "page.html")


def _scans(seed: str, numbers: Sequence[int]) -> Iterator[Document]:
    for number in numbers:
        rng = Random(f"{seed}/{number}")
        case = random_case(rng, carrier="pdf", n_variations=0)
        yield Document(case, pictures.scan(case.data, rng), "scan.pdf")


CARRIERS: dict[str, Maker] = {
    "xlsx": _written("xlsx"), "ofd": _written("ofd"), "mht": _packed(files.web_archive, "mht", ("html",)),
    "zip": _packed(files.archive, "zip", ("docx", "pdf", "html", "xlsx")),
    "xls xml": _packed(lambda case, _: xml_2003(case.data), "xls", ("xlsx",)),
    "doc": _saved("doc"), "rtf": _saved("rtf"), "xls": _saved("xls"),
    "picture": _rendered(WHOLE_WIDTH), "small picture": _rendered((700, 850)), "picture pair": _halves, "scan": _scans,
}  # fmt: skip
SLOW = frozenset({"picture", "small picture", "picture pair", "scan"})
AT_ONCE = 5  # documents between two lines of the log


def missing(carrier: str) -> str | None:
    """Why documents of a carrier cannot be made or read here; None when they can."""
    if carrier in files.FILTERS and office() is None:
        return "LibreOffice is not installed"
    if carrier in SLOW and not is_installed():
        return "text recognition is not installed (pip install 'gongkai[ocr]')"
    if "picture" in carrier and (chromium() is None or importlib.util.find_spec("playwright") is None):
        return "Chromium or Playwright is not installed"
    return None


Line = dict[str, Any]
"""What became of one document."""


def run(carrier: str, seed: int, numbers: Sequence[int]) -> Iterator[Line]:
    """Read documents of a carrier and score each."""
    made = CARRIERS[carrier](f"carriers/{seed}/{carrier}", numbers)
    for number, document in zip(numbers, made, strict=True):
        started = _processor_seconds()
        contract = read_report(document.data, name=document.name, url=document.case.url).to_contract()
        seconds = _processor_seconds() - started + worker.take_seconds()
        score = compare(document.case.truth, contract)
        counted = {key for key, figure in document.case.truth.cells.items() if figure.value is not None}
        in_sums = sum(key[0] != PROACTIVE for key in counted)
        yield {
            "carrier": carrier, "seed": seed, "number": number, "name": f"{document.name} {document.case.name}",
            "printed": score.printed, "right": score.right, "refused": score.refused, "seconds": round(seconds, 2),
            "amiss": [*score.wrong, *score.invented, *map(str, score.false_blanks)],
            "wrong": len(score.wrong), "invented": len(score.invented), "false_blanks": len(score.false_blanks),
            "missing": len(score.missing), "unexplained": len(score.unexplained),
            "in_sums": in_sums, "missing_in_sums": sum(key[0] != PROACTIVE for key in score.missing),
        }  # fmt: skip


def _told(carrier: str, lines: Sequence[Line]) -> str:
    """One line about all documents of a carrier."""

    def total(name: str) -> float:
        return float(sum(line[name] for line in lines))

    right = 100 * total("right") / max(1, total("printed") - total("refused"))
    in_sums = 100 - 100 * total("missing_in_sums") / max(1, total("in_sums"))
    counts = "  ".join(
        f"{name.replace('_', ' ')} {total(name):.0f}"
        for name in ("wrong", "invented", "false_blanks", "missing", "unexplained")
    )
    return (
        f"{carrier:13} n {len(lines)}  printed {total('printed'):.0f}  right {right:.2f} %"
        f" (tables three and four {in_sums:.2f} %)  {counts}  {total('seconds') / max(1, len(lines)):.2f} s a document"
    )


def _log(path: Path | None) -> list[Line]:
    """The documents of earlier runs."""
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _processor_seconds() -> float:
    """Of this process and of those that it started and waited for: LibreOffice, the renderer of pages."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _append(path: Path | None, line: Line) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")


def _further(carrier: str, seed: int, count: int, known: Sequence[Line], until: float) -> Iterator[Line]:
    """The documents of a carrier that are not known yet, until there are ``count`` or the time is over."""
    numbers = {line["number"] for line in known}
    todo = [number for number in range(count) if number not in numbers]
    size = AT_ONCE if carrier in SLOW else max(1, len(todo))
    for start in range(0, len(todo), size):
        if time.monotonic() > until:
            return
        yield from run(carrier, seed, todo[start : start + size])


def _print(carrier: str, lines: Sequence[Line]) -> None:
    print(_told(carrier, lines), flush=True)
    for line in [line for line in lines if line["amiss"]][:5]:
        print(f"    #{line['number']} {line['name']}: {line['amiss'][0]}")


def main() -> int:
    """Print a line a carrier and whether the promise is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=50, help="of each carrier")
    parser.add_argument("--pictures", type=int, help="of each carrier that is recognised; default as many")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", choices=CARRIERS, default=list(CARRIERS))
    parser.add_argument("--log", type=Path, help="a line a document; a later run with the same log goes on after it")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no further documents after so many")
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    lines = _log(options.log)
    for carrier in options.only:
        why = missing(carrier)
        if why is not None:
            print(f"{carrier:13} left out: {why}", flush=True)
            continue
        count = options.pictures if carrier in SLOW and options.pictures is not None else options.documents
        mine = [line for line in lines if line["carrier"] == carrier and line["seed"] == options.seed]
        for line in _further(carrier, options.seed, count, mine, until):
            _append(options.log, line)
            lines.append(line)
            mine.append(line)
        _print(carrier, mine)
    is_met = not any(line["amiss"] for line in lines)
    print("passed" if is_met else "FAILED")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
