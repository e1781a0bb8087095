"""The figures that the prose of a report prints: what the table ``narrative_statistics`` holds of it."""

import re
from collections.abc import Sequence
from itertools import groupby

from pipelines.extract.document import Line
from pipelines.read.prose.figures import SENTENCES_BACK, Figure, Said, figures_of, may_hold_a_figure
from pipelines.read.prose.reporting_organ import reporting_organ
from pipelines.read.prose.sentences import normal, paragraphs
from pipelines.read.prose.settling import settle
from pipelines.read.sections import Heading

_PERIOD = re.compile(
    r"(?:期限|时限|时间|周期|期间|数据|时段)[^。]{0,24}?([0-9]{4})年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:起|开始)?(?:至|到|-|—|~)+([0-9]{4})年"
)
_NOTE = re.compile(
    "(?:本报告|报告中|以上|上述|前述|所列|所有|文中|各项|这些|此|该)[^。，,]{0,8}(?:数据|数字|数值|统计数|统计|信息|数)[^。，,]{0,12}"
    "(?:累计|历年|估|全[省市县区]|下属|所属|各[级镇县区]|有误|更正|不准|上年|去年)"
)


def narrative_statistics(
    lines: Sequence[Line], headings: Sequence[Heading], used: frozenset[int], *,
    report_year: int, agency: str | None, scope: str | None,
) -> list[Figure]:  # fmt: skip
    """Figures of the report's own year and organ, at most one an indicator.

    Args:
        lines: the text of the document.
        headings: its sections; figures below plans and problems are not read.
        used: lines that are cells of tables.
        report_year: figures that a sentence dates otherwise are not read.
        agency: the reporting organ; figures of named others are not read.
        scope: what its figures cover.
    """
    whole = normal("".join(line.text for line in lines))
    other = any({found[1], found[2]} != {str(report_year)} for found in _PERIOD.finditer(whole))
    if other or _NOTE.search(whole):
        return []
    organ = reporting_organ(agency, scope)
    found: list[Figure] = []
    for _, parts in groupby(paragraphs(lines, headings, used), key=lambda part: (part.section_no, part.headings)):
        past: list[Said] = []
        printed = [part for part in parts if part.lines]
        holds = [may_hold_a_figure(normal("".join(line.text for line in part.lines))) for part in printed]
        for at, part in enumerate(printed):
            # A sentence forbids figures in the next ones only: text far from any figure is not looked into.
            if not any(holds[at : at + 1 + SENTENCES_BACK]):
                past.clear()
                continue
            behind = printed[at + 1] if at + 1 < len(printed) else None
            found += figures_of(part, report_year, organ, past, behind)
    return settle(found)
