"""Figures in prose: precision and recall over the invented sentences of the tests, and what reading them costs.

Run: ``python -m bench.prose``. Exit status 1 unless no figure is wrong. ``unseen`` holds sentences written after the patterns,
without a look at them. The report of the second table has sixty plain sentences, and three times as much text without figures.
"""

import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median

import yaml

from pipelines.extract.document import Line
from pipelines.read.prose.narrative_statistics import narrative_statistics

DATA = Path(__file__).parents[1] / "tests" / "data"
AGENCIES = {
    "bureau": ("示例县水利局", "department"),
    "county": ("示例县人民政府", "region_aggregate"),
    "town": ("示例镇人民政府", "township"),
}
_FILLER = (
    "我局进一步完善政府信息公开工作制度，明确责任科室，规范办理程序，不断提高工作人员的业务水平，群众满意度稳步提升。"
)
_ROUNDS = 15

Case = tuple[str, dict[str, Decimal], str]


def cases(name: str) -> list[Case]:
    """The sentences of one file of the tests: text, what it says, and whose report it stands in."""
    short = yaml.safe_load((DATA / "narrative_sentences.yaml").read_text(encoding="utf-8"))["short"]
    data = yaml.safe_load((DATA / f"narrative_{name}.yaml").read_text(encoding="utf-8"))
    found = []
    for entry in [*data["said"], *data["traps"]]:
        says: dict[str, object] = entry[1] if len(entry) > 1 else {}
        agency: str = entry[2] if len(entry) > 2 else "bureau"
        found.append((str(entry[0]), {short[key]: Decimal(str(value)) for key, value in says.items()}, agency))
    return found


def read(paragraphs: Sequence[str], agency: str = "bureau", year: int = 2012) -> dict[str, Decimal]:
    """The figures of a report that consists of these paragraphs."""
    lines = [Line(text, f"text:line {number}") for number, text in enumerate(paragraphs, start=1)]
    name, scope = AGENCIES[agency]
    figures = narrative_statistics(lines, [], frozenset(), report_year=year, agency=name, scope=scope)
    return {figure.indicator.key: figure.value for figure in figures}


def _judge(name: str) -> int:
    """Print the row of one file; how many figures are wrong."""
    sentences = cases(name)
    right = wrong = printed = 0
    for text, expected, agency in sentences:
        got = read([text], agency)
        printed += len(expected)
        right += sum(expected.get(key) == value for key, value in got.items())
        wrong += sum(expected.get(key) != value for key, value in got.items())
    traps = sum(not expected for _, expected, _ in sentences)
    precision, recall = right / max(right + wrong, 1), right / max(printed, 1)
    print(f"{name.ljust(10)} sentences {len(sentences)}, {traps} of them print nothing to read; figures {printed}, "
          f"read {right}, wrong {wrong}; precision {precision:.3f}, recall {recall:.3f}")  # fmt: skip
    return wrong


def _cost() -> None:
    plain = [text for text, expected, agency in cases("sentences") if agency == "bureau" and len(expected) == 1][:60]
    report = [part for text in plain for part in (text, *[_FILLER] * 3)]
    for name, paragraphs in (("figures and text", report), ("text alone", [_FILLER] * len(report))):
        spent = []
        for _ in range(_ROUNDS):
            begin = time.process_time()
            read(paragraphs)
            spent.append(1000 * (time.process_time() - begin))
        print(f"{name.ljust(17)} {len(paragraphs)} paragraphs: {median(spent):.1f} ms of processor time")


def main() -> int:
    """Print both tables."""
    wrong = _judge("sentences") + _judge("unseen")
    _cost()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
