"""The corpus run: factory reports of every carrier, form and variation, read and held against what they print.

Run: ``python -m bench.accuracy --reports 5000 --seed 20240331``. Every other report is damaged by one mutation (a row or
column deleted, blanked, swapped, duplicated, split, relabelled). Exit status 1 unless

- no cell is wrong and none is invented,
- at least 99.9 % of the cells that can be read are right (a cell whose damage makes refusing it the right answer is counted
  as refused, not as missing),
- no printed figure is called blank, and agency, year and date are never wrong, and missing in fewer than 0.5 % of the reports,
- every missing cell is explained by a finding on its table,
- contradictions in the printed figures are found with recall 1 and precision 1,
- the annexes of 2004-2018 (``bench.annexes``) are read without a wrong or invented figure.
"""

import argparse
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random

from bench.annexes import run as annex_run
from bench.annexes import show as show_annexes
from pipelines.read.reader import read_report
from tests.factory import CARRIERS, Case, Score, all_mutations, all_variations, compare_case, random_case

NEEDED = 0.999
MISSING_HEADERS = 0.005
CHUNK = 50
SHOWN = 12
ANNEX_SHARE = 3
"""A third as many reports with an annex of 2004-2018 are read besides."""


@dataclass
class Tally:
    """What a set of reports came to. ``trouble`` names the reports to look at: seed index, case, what was amiss."""

    reports: int = 0
    score: Score = field(default_factory=Score)
    violations: int = 0
    judged: int = 0
    used: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Sum up."""
        self.reports += other.reports
        self.score.add(other.score)
        self.violations += other.violations
        self.judged += other.judged
        self.used.update(other.used)
        self.trouble += other.trouble


def case_of(seed: int, index: int) -> Case:
    """The report number ``index`` of a corpus: carriers and their variations take turns, every second round is damaged."""
    turn, at = divmod(index, len(CARRIERS))
    return random_case(Random(f"{seed}/{index}"), carrier=CARRIERS[at], mutate=turn % 2 == 1, turn=turn // 2)


def read_case(case: Case) -> Score:
    """Read one factory report and score it."""
    read = read_report(case.data, name=case.filename, url=case.url, link_title=case.link_title)
    return compare_case(case, read.to_contract())


def _run(seed: int, indices: range) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for index in indices:
        case = case_of(seed, index)
        score = read_case(case)
        tally = tallies.setdefault(case.truth.carrier, Tally())
        one = Tally(1, score, len(case.truth.violations or ()), case.truth.violations is not None)
        one.used.update((*case.variations, *case.mutations, f"{case.truth.form_table2}+{case.truth.form_table3}"))
        one.trouble = [f"#{index} {case.name}: {what}" for what in _amiss(score)]
        tally.add(one)
    return tallies


def _amiss(score: Score) -> Iterator[str]:
    for name in ("wrong", "invented", "missing", "missed_violations", "invented_violations", "wrong_header",
                 "false_blanks", "wrong_sections", "wrong_status", "wrong_raw"):  # fmt: skip
        found = getattr(score, name)
        if found:
            yield f"{name} {len(found)}, first: {found[0]}"


def run(seed: int, reports: int, workers: int) -> dict[str, Tally]:
    """Read a corpus; the tally of each carrier."""
    total: dict[str, Tally] = {}
    chunks = [range(start, min(start + CHUNK, reports)) for start in range(0, reports, CHUNK)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for tallies in pool.map(_run, [seed] * len(chunks), chunks):
            for carrier, tally in tallies.items():
                total.setdefault(carrier, Tally()).add(tally)
    return total


def right_share(score: Score) -> float:
    """Share of right cells among those that can be read."""
    readable = score.printed - score.refused
    return score.right / readable if readable else 1.0


def recall(tally: Tally) -> float:
    """Share of the contradictions in the printed figures that were found."""
    return 1 - len(tally.score.missed_violations) / tally.violations if tally.violations else 1.0


def precision(tally: Tally) -> float:
    """Share of the contradictions found that the printed figures hold."""
    found = tally.violations - len(tally.score.missed_violations)
    claimed = found + len(tally.score.invented_violations)
    return found / claimed if claimed else 1.0


def passed(tally: Tally) -> bool:
    """Whether a corpus meets the promise."""
    score = tally.score
    missing = max((count for name, count in score.headers.items() if name.startswith("missing")), default=0)
    return (
        score.is_safe
        and not any(name.startswith("wrong") for name in score.headers)
        and missing < MISSING_HEADERS * max(tally.reports, 1)
        and right_share(score) >= NEEDED
        and not score.unexplained
        and recall(tally) == 1.0
        and precision(tally) == 1.0
    )


_HEAD = ("carrier", "reports", "printed", "right", "wrong", "invented", "missing", "unexplained", "refused", "right %",
         "planted", "recall", "precision")  # fmt: skip


def _row(name: str, tally: Tally) -> list[str]:
    s = tally.score
    counts = (
        tally.reports,
        s.printed,
        s.right,
        len(s.wrong),
        len(s.invented),
        len(s.missing),
        len(s.unexplained),
        s.refused,
    )
    share = f"{100 * right_share(s):.4f}"
    return [name, *map(str, counts), share, str(tally.violations), f"{recall(tally):.4f}", f"{precision(tally):.4f}"]


def main() -> int:
    """Print the table and whether the promise is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=20240331)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.reports} reports")
    tallies = run(options.seed, options.reports, options.workers)
    whole = Tally()
    for carrier in sorted(tallies):
        whole.add(tallies[carrier])
    rows = [list(_HEAD), *(_row(name, tallies[name]) for name in sorted(tallies)), _row("all", whole)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    for name, *counts in rows:
        print(
            name.ljust(widths[0]),
            *(text.rjust(width) for text, width in zip(counts, widths[1:], strict=True)),
            sep="  ",
        )
    score = whole.score
    print(f"wrong: statuses {len(score.wrong_status)}, raw texts {len(score.wrong_raw)}, headers {len(score.wrong_header)}; "
          f"blanks refused {score.empty_refused}; reports whose arithmetic is decided {whole.judged}")  # fmt: skip
    headers = (
        ", ".join(f"{name} {count}" for name, count in sorted(score.headers.items())) or "nothing wrong or missing"
    )
    print(
        f"false blanks {len(score.false_blanks)}, other sections {len(score.wrong_sections)}; who and when: {headers}"
    )
    _print_trouble(whole)
    annexes = annex_run(options.seed, options.reports // ANNEX_SHARE, options.workers)
    is_met = show_annexes(*annexes) and passed(whole)
    print("passed" if is_met else "FAILED")
    return 0 if is_met else 1


def _print_trouble(whole: Tally) -> None:
    drawn = (name for name, variation in all_variations.items() if set(CARRIERS) & set(variation.carriers))
    known = {*drawn, *all_mutations}
    print(f"variations and mutations used: {len(known & whole.used.keys())} of {len(known)}")
    unused = sorted(known - whole.used.keys())
    if unused:
        print("  unused:", ", ".join(unused))
    for line in whole.trouble[:SHOWN]:
        print(" ", line)
    if len(whole.trouble) > SHOWN:
        print(f"  … and {len(whole.trouble) - SHOWN} more")


if __name__ == "__main__":
    sys.exit(main())
