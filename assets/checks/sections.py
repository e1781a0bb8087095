"""The check on the sections of the reports: does the reader still find all six, as often as it did?"""

from collections.abc import Mapping

import dagster as dg

from assets.checks.blocking import WORST
from assets.display.tables import frame_table
from assets.runtime.resources import DataFolder
from pipelines.warehouse import releases
from pipelines.warehouse.queries.query import query

_USUAL_MOVE = 0.05
_TOO_FEW = 30
"""Reports below which a share says nothing."""
_BY_SECTION = """
SELECT section_no, section_zh, section_status, count(*) AS reports FROM marts.section_coverage
WHERE section_status <> 'present' GROUP BY ALL ORDER BY ALL"""
_WORST = """
SELECT any_value(province_name) AS province_name, any_value(agency_name) AS agency_name, any_value(report_year) AS report_year,
       string_agg(section_zh, '、' ORDER BY section_no) AS not_there
FROM marts.section_coverage WHERE section_status <> 'present' GROUP BY report_id ORDER BY count(*) DESC, report_id"""


@dg.asset_check(
    asset=dg.AssetKey(["marts", "section_coverage"]),
    description="Share of reports with all six sections of their form, against the release before."
    " | 六个部分齐备的报告比例，与上一版本对照。",
)
def sections_are_as_usual(data_folder: DataFolder) -> dg.AssetCheckResult:
    """Warn when the share moves by more than five points: a reader that loses headings shows here, and so does a site."""
    last = releases.latest(data_folder.home)
    now = last.get("sections", {}) if last else {}
    before = releases.note(data_folder.home, last["release"] - 1).get("sections", {}) if last else {}
    moved = moved_by(now, before)
    return dg.AssetCheckResult(
        passed=abs(moved) <= _USUAL_MOVE,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "reports": now.get("reports", 0),
            "with_all_sections": now.get("whole", 0),
            "moved": round(moved, 4),
            "by_section": frame_table(query(data_folder.home, _BY_SECTION), limit=30),
            "worst": frame_table(query(data_folder.home, f"{_WORST} LIMIT {WORST}"), limit=WORST),
        },
    )


def moved_by(now: Mapping[str, int], before: Mapping[str, int]) -> float:
    """How far the share of reports with all sections moved; 0 where one of the two rests on too few reports."""
    if min(now.get("reports", 0), before.get("reports", 0)) < _TOO_FEW:
        return 0.0
    return now["whole"] / now["reports"] - before["whole"] / before["reports"]
