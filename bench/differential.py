"""Pages through the reader and through Chromium: what the reader reports must stand in the cell that its evidence names.

Run: ``python -m bench.differential --pages 1000 --seed 7`` (``make bench-differential``). Inputs are the reports of
``tests/data/field``, the embedded reports, factory pages with every variation, and three of four of them mutated at random
(``tests/differential/page_mutations.py``). Exit status 1 where a difference is left.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from pipelines.content.decoding import decode
from pipelines.read.reader import read_report
from tests.differential.browser import CHROMIUM, chromium, shown_cells, shown_text
from tests.differential.compare import differences
from tests.differential.page_mutations import mutate
from tests.factory import random_case

ROOT = Path(__file__).parents[1]
SHOWN = 20
_PLAIN_SHARE = 4  # one page in so many is read as it is


def pages(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Name and markup of the pages of a run: all that lie in the repository, then made ones."""
    kept = sorted((ROOT / "tests/data/field").glob("*.html")) + sorted((ROOT / "gongkai/demo").rglob("*.html"))
    for path in kept[:count]:
        yield path.name, decode(path.read_bytes()).text
    for number in range(count - len(kept)):
        rng = Random(f"differential/{seed}/{number}")
        case = random_case(rng, carrier="html", mutate=rng.random() < 0.2)
        markup = decode(case.data).text
        names: list[str] = []
        if number % _PLAIN_SHARE:
            markup, names = mutate(markup, rng)
        yield f"#{number} {'+'.join(names)}", markup


def faults_of(page: object, markup: str) -> list[str]:
    """The differences of one page."""
    contract = read_report(markup.encode(), name="report.html").to_contract()
    return list(differences(contract, shown_cells(page, markup), shown_text(page)))


def run(seed: int, count: int) -> tuple[int, list[str]]:
    """Read and show a corpus: the number of pages, and the differences."""
    found: list[str] = []
    done = 0
    with chromium() as page:
        for name, markup in pages(seed, count):
            done += 1
            found += [f"{name}: {fault}" for fault in faults_of(page, markup)]
    return done, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("chromium is not installed (apt-get install chromium fonts-noto-cjk)")
    done, found = run(options.seed, options.pages)
    print(f"{done} pages, {len(found)} differences in {len({line.split(':')[0] for line in found})} pages")
    for name, many in Counter(line.split(":")[0] for line in found).most_common(SHOWN):
        first = next(line for line in found if line.startswith(name))
        print(f"{many:5} {first[:260]}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
