"""Which agency a report is about, and which of its documents counts.

Agency ids are assigned by this project and survive renamings. A government has the lineage code of its region (海门市 2019 and
海门区 2020 are ``gov-320684``); an organ has the lineage code and its name without the region. An agency that cannot be resolved
has no id.
"""

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from schemas.carriers import carrier_ranks
from schemas.regions import division, resolve
from schemas.tables import polars_schema
from schemas.vocabulary import PROVINCES

_GOVERNMENT = re.compile(r"^(?:人民政府|政府)?(?:办公厅|办公室)?$")
_KIND = {
    "department": "department",
    "township": "township",
    "system": "system",
    "public_institution": "public_institution",
}
_PREFIX = {"government": "gov", "department": "dep", "township": "twn", "system": "sys", "public_institution": "pub"}
_PROVINCE_NAMES = {province: name for province, (_, name) in PROVINCES.items()}
_STATUS_RANK = {"complete": 0, "partial": 1, "tables_are_images": 2, "narrative_only": 3, "unreadable": 4}

CRITERIA = (
    "official_host", "more_complete", "better_carrier", "more_cells", "published_earlier", "fetched_earlier", "lower_id",
)  # fmt: skip
"""Criteria that choose the primary document of an agency, year and scope, in this order."""

_COMPARABLE = ("agency_id", "report_year", "scope")
"""Documents that share these are copies of one report."""

RESOLVED_FROM = (
    "report_id", "version", "province", "url", "first_fetched_at", "agency_name", "region_code", "level", "scope",
    "report_year", "published_date", "carrier", "form_table2", "extraction_status", "n_reported",
)  # fmt: skip
"""Columns of report_versions that tell the agency of a report, its primary document and its neighbours in time.

Whatever looks at all reports at once reads these only: titles and addresses of a million reports need not be in memory."""


class Identity(NamedTuple):
    """The agency of one report. All fields are None if it is unknown."""

    agency_id: str | None
    lineage_code: str | None
    kind: str | None


@lru_cache(maxsize=20_000)
def identify_agency(
    name: str | None, region_code: str | None, year: int | None, level: str | None, scope: str | None, province: str
) -> Identity:
    """Agency id, lineage and kind from what a report says about itself."""
    place = division(region_code, year or 9999) if region_code else None
    written = resolve(name, year or 9999, parent=province) if name else None
    lineage = place.lineage_code if place else (written.lineage_code if written else None)
    rest = written.rest if written else "".join((name or "").split())
    kind = _kind(rest, level, scope)
    if kind == "government" and lineage:
        return Identity(f"gov-{lineage}", lineage, kind)
    if not rest:
        return Identity(None, lineage, None)
    tag = hashlib.sha256(rest.encode()).hexdigest()[:8]
    return Identity(f"{_PREFIX[kind]}-{lineage or province}-{tag}", lineage, kind)


def _kind(rest: str, level: str | None, scope: str | None) -> str:
    if scope in _KIND:
        return _KIND[scope]
    if level in ("department", "township"):
        return level
    if _GOVERNMENT.match(rest) or scope in ("region_aggregate", "government_only"):
        return "government"
    return "department"


def resolve_reports(versions: pl.DataFrame) -> pl.DataFrame:
    """Current version of every report with agency, lineage and the choice of the primary document.

    Args:
        versions: Rows of history.report_versions, all versions, ``report_id`` in one province only; at least the columns
            ``RESOLVED_FROM``.

    Returns:
        One row per report: the columns given, then agency_id, agency_kind, lineage_code, province_name, is_primary,
        primary_reason, primary_report_id and n_versions.
    """
    counts = versions.group_by("report_id").agg(n_versions=pl.len().cast(pl.Int64))
    current = versions.sort("report_id", "version").unique("report_id", keep="last", maintain_order=True)
    asked = ("agency_name", "region_code", "report_year", "level", "scope", "province")
    found = [identify_agency(*row) for row in current.select(asked).iter_rows()]
    named = current.with_columns(
        pl.Series("agency_id", [i.agency_id for i in found], dtype=pl.String),
        pl.Series("lineage_code", [i.lineage_code for i in found], dtype=pl.String),
        pl.Series("agency_kind", [i.kind for i in found], dtype=pl.String),
        province_name=pl.col("province").cast(pl.String).replace_strict(_PROVINCE_NAMES, return_dtype=pl.String),
    )
    return _choose_primary(named).join(counts, on="report_id", maintain_order="left")


def _choose_primary(reports: pl.DataFrame) -> pl.DataFrame:
    """Add the choice of the primary document. Only documents that share agency, year and scope are ranked: they are few."""
    known = pl.col("agency_id").is_not_null() & pl.col("report_year").is_not_null()
    several = known & (pl.len().over(_COMPARABLE) > 1)
    alone = reports.select(
        "report_id",
        is_primary=known,
        primary_reason=pl.when(known).then(pl.lit("only_document")).otherwise(pl.lit("agency_or_year_unknown")),
        primary_report_id=pl.when(known).then("report_id"),
        is_one_of_several=several,
    )  # fmt: skip
    chosen = pl.concat(
        [alone.filter(~pl.col("is_one_of_several")).drop("is_one_of_several"), _ranked(reports.filter(several))]
    )
    return reports.join(chosen, on="report_id", how="left").sort("report_id")


def _ranked(reports: pl.DataFrame) -> pl.DataFrame:
    """``report_id, is_primary, primary_reason, primary_report_id`` of documents that share agency, year and scope."""
    host = pl.col("url").str.extract(r"^[a-z]+://([^/:?#]+)").fill_null("")
    ranked = reports.select(
        "report_id", *_COMPARABLE,
        official_host=~(host.str.ends_with(".gov.cn") | (host == "gov.cn")),
        more_complete=pl.col("extraction_status").replace_strict(_STATUS_RANK, default=9, return_dtype=pl.Int8),
        better_carrier=pl.col("carrier").replace_strict(carrier_ranks(), default=9, return_dtype=pl.Int8),
        more_cells=-pl.col("n_reported"),
        published_earlier=pl.col("published_date").fill_null(pl.date(9999, 1, 1)),
        fetched_earlier="first_fetched_at",
        lower_id="report_id",
    ).sort(*CRITERIA)  # fmt: skip
    best = ranked.group_by(_COMPARABLE, maintain_order=True).agg(
        *(pl.col(c).first().alias(f"{c}_best") for c in CRITERIA),
        *(pl.col(c).get(1, null_on_oob=True).alias(f"{c}_second") for c in CRITERIA),
    )  # fmt: skip
    joined = ranked.join(best, on=_COMPARABLE, how="left", nulls_equal=True)
    primary = pl.col("lower_id") == pl.col("lower_id_best")
    won_by = pl.coalesce(pl.when(pl.col(f"{c}_best") != pl.col(f"{c}_second")).then(pl.lit(c)) for c in CRITERIA)
    lost_by = pl.coalesce(pl.when(pl.col(f"{c}_best") != pl.col(c)).then(pl.lit(c)) for c in CRITERIA)
    return joined.select(
        "report_id",
        is_primary=primary,
        primary_reason=pl.when(primary).then(won_by).otherwise(lost_by),
        primary_report_id="lower_id_best",
    )


def agency_frame(reports: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``agencies`` from resolved reports; names and place from the latest report year."""
    known = reports.filter(pl.col("agency_id").is_not_null()).sort(
        "agency_id", "report_year", "is_primary", "report_id", nulls_last=False
    )
    names = pl.col("agency_name").drop_nulls()
    frame = known.group_by("agency_id", maintain_order=True).agg(
        name=names.last(),
        all_names=names.unique(maintain_order=True),
        kind=pl.col("agency_kind").last(),
        level=pl.col("level").drop_nulls().last(),
        region_code=pl.col("region_code").drop_nulls().last(),
        lineage_code=pl.col("lineage_code").last(),
        province=pl.col("province").last(),
        first_year=pl.col("report_year").min(),
        last_year=pl.col("report_year").max(),
        n_reports=pl.col("is_primary").sum().cast(pl.Int64),
    )
    others = [
        "、".join(n for n in names if n != name) or None
        for name, names in frame.select("name", "all_names").iter_rows()
    ]  # fmt: skip
    named = frame.with_columns(pl.Series("other_names", others, dtype=pl.String), name=pl.coalesce("name", "agency_id"))
    return named.select(list(polars_schema("agencies")))
