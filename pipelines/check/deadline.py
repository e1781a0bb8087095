"""The statutory deadline (《条例》第四十九条): departments 31 January, governments 31 March of the year after."""

from datetime import date

import polars as pl

from schemas.rules import finding

_REVISED = 2019
"""Report year from which the revised Regulation applies; before, 31 March for all."""


def deadline(report_year: int, level: str | None, scope: str | None) -> date:
    """Last day for publication of a report about ``report_year``."""
    is_department = level == "department" or scope == "department"
    month, day = (1, 31) if is_department and report_year >= _REVISED else (3, 31)
    return date(report_year + 1, month, day)


def late_reports(resolved: pl.DataFrame) -> list[dict[str, object]]:
    """A finding for every primary report whose printed date lies after its deadline. No printed date, no finding."""
    dated = resolved.filter("is_primary", pl.col("published_date").is_not_null(), pl.col("report_year").is_not_null())
    rows = []
    for row in dated.select("report_id", "version", "report_year", "level", "scope", "published_date").iter_rows(named=True):
        last_day = deadline(row["report_year"], row["level"], row["scope"])
        if row["published_date"] > last_day:
            words = {"text": row["published_date"], "deadline": last_day}
            found = finding("published_late", words=words)
            rows.append(found | {"report_id": row["report_id"], "version": row["version"]})
    return rows
