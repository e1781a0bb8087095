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
    kinds = dated.select("report_year", "level", "scope").unique()
    due = kinds.with_columns(deadline=pl.Series([deadline(*kind) for kind in kinds.iter_rows()], dtype=pl.Date))
    late = dated.join(due, on=["report_year", "level", "scope"], nulls_equal=True, maintain_order="left").filter(
        pl.col("published_date") > pl.col("deadline")
    )
    return [
        finding("published_late", words={"text": printed, "deadline": last_day})
        | {"report_id": report, "version": version}
        for report, version, printed, last_day in late.select(
            "report_id", "version", "published_date", "deadline"
        ).iter_rows()
    ]
