"""The annexes of 2004-2018: factory reports of every annex in every carrier, read and held against what they print.

Run: ``python -m bench.annexes --reports 2000 --seed 20240331``; ``python -m bench.accuracy`` runs it, too. ``--office 60`` reads
as many more in each file that LibreOffice saves (.doc, .rtf, .xls). Every other round is damaged. Exit status 1 unless no figure
is wrong, none is invented, and every missing one has a finding on its table.
"""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from random import Random

from pipelines.read.reader import read_report
from tests.factory.annex import ANNEX_CARRIERS, AnnexCase, AnnexScore, compare_annex, random_annex
from tests.factory.carriers.files import FILTERS, saved

CHUNK = 50
SHOWN = 8


def _run(seed: int, indices: range) -> tuple[dict[str, AnnexScore], list[str]]:
    scores: dict[str, AnnexScore] = {}
    trouble: list[str] = []
    for index in indices:
        carrier = ANNEX_CARRIERS[index % len(ANNEX_CARRIERS)]
        damage = index // len(ANNEX_CARRIERS) % 2 == 1
        case = random_annex(Random(f"annex/{seed}/{index}"), carrier=carrier, damage=damage)
        _judge(case, case.data, case.filename, scores.setdefault(carrier, AnnexScore()), trouble)
    return scores, trouble


def _judge(case: AnnexCase, data: bytes, filename: str, total: AnnexScore, trouble: list[str]) -> None:
    score = compare_annex(case, read_report(data, name=filename).to_contract())
    total.add(score)
    amiss = [*score.wrong, *score.invented, *score.unexplained]
    trouble += [f"{filename} {case.name}: {len(amiss)}, first: {amiss[0]}"] if amiss else []


def run_office(seed: int, reports: int) -> tuple[dict[str, AnnexScore], list[str]]:
    """The same in the files of other programs, ``reports`` of each.

    Raises:
        RuntimeError: LibreOffice is not installed.
    """
    scores: dict[str, AnnexScore] = {}
    trouble: list[str] = []
    for extension, (original, _) in FILTERS.items():
        for start in range(0, reports, CHUNK):
            numbers = range(start, min(start + CHUNK, reports))
            cases = [
                random_annex(Random(f"{extension}/{seed}/{n}"), carrier=original, damage=n % 2 == 1) for n in numbers
            ]
            files = saved([case.data for case in cases], extension)
            for number, case, data in zip(numbers, cases, files, strict=True):
                name = f"{number}.{extension}"
                _judge(case, data, name, scores.setdefault(extension, AnnexScore()), trouble)
    return scores, trouble


def run(seed: int, reports: int, workers: int) -> tuple[dict[str, AnnexScore], list[str]]:
    """Read a corpus; the score of each carrier, and the reports to look at."""
    total: dict[str, AnnexScore] = {}
    trouble: list[str] = []
    chunks = [range(start, min(start + CHUNK, reports)) for start in range(0, reports, CHUNK)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for scores, amiss in pool.map(_run, [seed] * len(chunks), chunks):
            trouble += amiss
            for carrier, score in scores.items():
                total.setdefault(carrier, AnnexScore()).add(score)
    return total, trouble


def show(total: dict[str, AnnexScore], trouble: list[str]) -> bool:
    """Print the table; says whether the promise is met."""
    whole = AnnexScore()
    for score in list(total.values()):
        whole.add(score)
    print("annexes of 2004-2018")
    for name, score in [*sorted(total.items()), ("all", whole)]:
        readable = max(score.printed - score.refused, 1)
        counts = {
            "printed": score.printed, "right": score.right, "wrong": len(score.wrong), "invented": len(score.invented),
            "missing": len(score.missing), "unexplained": len(score.unexplained), "refused": score.refused,
        }  # fmt: skip
        told = "  ".join(f"{word} {count}" for word, count in counts.items())
        print(f"  {name.ljust(10)} {told}  right % {100 * score.right / readable:.2f}")
    for line in trouble[:SHOWN]:
        print("   ", line)
    return not (whole.wrong or whole.invented or whole.unexplained)


def main() -> int:
    """Print the table and whether the promise is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20240331)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--office", type=int, default=0, help="reports of each file that LibreOffice saves")
    options = parser.parse_args()
    scores, trouble = run(options.seed, options.reports, options.workers)
    if options.office:
        others, more = run_office(options.seed, options.office)
        scores, trouble = scores | others, trouble + more
    is_met = show(scores, trouble)
    print("passed" if is_met else "FAILED")
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
