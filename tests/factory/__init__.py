"""The report factory: any figures, in any carrier, in any documented mess, with the truth known beforehand.

    case = random_case(random.Random(7))
    score = compare(case.truth, read_report(case.data, name=case.filename, url=case.url).to_contract())
    assert not score.wrong

A *variation* changes how figures are printed and must never change what is read. A *mutation* damages a table (a row
deleted, two columns swapped); what can still be known must be read right, and the rest refused, never shifted.
"""

from tests.factory.case import Case, Truth
from tests.factory.compare import Score, compare, compare_case
from tests.factory.factory import CARRIERS, all_variations, build_case, random_case
from tests.factory.mutations import all_mutations

__all__ = [
    "CARRIERS", "Case", "Score", "Truth", "all_mutations", "all_variations", "build_case", "compare", "compare_case",
    "random_case",
]  # fmt: skip
