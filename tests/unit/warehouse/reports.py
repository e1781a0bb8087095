"""Builds staged reports for tests: a few lines give a report, ``stage`` writes it as the reader would."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.comparison.continuity import check_across_years
from pipelines.crawl.canonical_urls import report_id
from pipelines.home import Home
from pipelines.staging.part_writer import stage_rows
from pipelines.staging.reading_version import reading_version
from pipelines.tidy.validation import validate_province
from pipelines.warehouse.building.build import BuildSummary, build_warehouse
from schemas.tables import STAGED, staged_schema
from schemas.tables.keys import APPLICANTS, OUTCOMES

NO_SOURCES = pl.DataFrame(
    {"source_id": ["nantong"], "province": ["jiangsu"], "url": ["https://www.nantong.gov.cn/"], "enabled": [True]}
)
NO_FETCHES = pl.DataFrame(
    {
        "fetch_id": ["f1"], "run_id": ["r1"], "province": ["jiangsu"], "url": ["https://www.nantong.gov.cn/"],
        "fetched_at": [datetime(2026, 1, 5, tzinfo=UTC)], "outcome": ["fetched"],
    }
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One capture of one report. Cells are given as printed: "" is blank, "/" is a none mark."""

    url: str = "https://www.qidong.gov.cn/xxgk/2020.html"
    agency_name: str | None = "启东市人民政府"
    region_code: str | None = "320681"
    report_year: int | None = 2020
    level: str | None = "county"
    scope: str | None = "region_aggregate"
    province: str = "jiangsu"
    carrier: str = "html_table"
    form: str = "2019"
    extraction_status: str = "complete"
    published_date: date | None = date(2021, 2, 19)
    fetched: datetime = datetime(2026, 1, 5, 18, tzinfo=UTC)
    applications: Mapping[tuple[str, str], str] = field(default_factory=dict)
    disputes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    proactive: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    legacy: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[int, str] = field(default_factory=dict)
    digest: str = ""
    is_picture: bool = False
    """Its cells were recognised."""

    @property
    def report_id(self) -> str:
        return report_id(self.url)

    @property
    def payload_digest(self) -> str:
        return self.digest or hashlib.sha256(repr(replace(self, fetched=datetime.min)).encode()).hexdigest()

    def but(self, **changes: object) -> "Report":
        """The same report with other fields."""
        return replace(self, **changes)  # type: ignore[arg-type]


def gold(name: str) -> Report:
    """A report with the real figures of one of the three documents that were verified by hand (``gold.json``)."""
    facts = json.loads(Path(__file__).with_name("gold.json").read_text("utf-8"))[name]
    regions = {"启东市人民政府": "320681", "淮安市洪泽区人民政府": "320813"}
    return Report(
        url=f"https://www.{name}.gov.cn/report.html",
        agency_name=facts["agency"], region_code=regions.get(facts["agency"]), report_year=facts["report_year"],
        form=facts["form"], published_date=date.fromisoformat(facts["published"]) if facts["published"] else None,
        applications={(line, a): raw for line, row in facts["applications"].items()
                      for a, raw in zip(APPLICANTS, row, strict=True)},
        disputes={(p, o): raw for p, row in facts["disputes"].items() for o, raw in zip(OUTCOMES, row, strict=True)},
        proactive={tuple(key.split("/")): raw for key, (_, raw) in facts["proactive"].items()},
    )  # fmt: skip


def publish(home: Home, *reports: Report, portals: pl.DataFrame | None = None) -> BuildSummary:
    """Everything after the crawl: stage, validate, check across years, build."""
    stage(home, reports)
    for province in sorted({r.province for r in reports}):
        validate_province(home, province)
    check_across_years(home)
    return build_warehouse(home, NO_SOURCES, portals_frame=portals, fetches_frame=NO_FETCHES)


def totals(**lines: int | str) -> dict[tuple[str, str], str]:
    """Cells of table three where only natural persons asked: each line has its number twice."""
    return {(line, a): str(v) for line, v in lines.items() for a in ("natural_person", "total")}


def stage(home: Home, reports: Iterable[Report]) -> None:
    """Write ``staged/`` for the provinces of these reports, replacing what was there."""
    captures = list(reports)
    for province in {r.province for r in captures}:
        stage_rows(home, province, reading_version(), [frames([r for r in captures if r.province == province])])


def frames(mine: Sequence[Report]) -> dict[str, pl.DataFrame]:
    """What the reader would say of these reports."""
    rows: dict[str, list[dict[str, Any]]] = {
        "documents": [_document(r) for r in mine],
        "applications": [row for r in mine for row in _cells(r, r.applications, ("line", "applicant"))],
        "disputes": [row for r in mine for row in _cells(r, r.disputes, ("procedure", "outcome"))],
        "proactive_disclosure": [
            {**row, "unit": "件"} for r in mine for row in _cells(r, r.proactive, ("article", "item", "metric"))
        ],
        "legacy_statistics": [
            {**row, "unit": "件"}
            for r in mine
            for row in _cells(r, {(k,): v for k, v in r.legacy.items()}, ("indicator",))
        ],
        "sections": [
            {
                "report_id": r.report_id,
                "payload_digest": r.payload_digest,
                "section_no": n,
                "heading": None,
                "text": text,
            }
            for r in mine
            for n, text in r.sections.items()
        ],
        "findings": [],
    }
    return {name: pl.DataFrame(rows.get(name, []), schema=staged_schema(name)) for name in STAGED}


def write_staged(home: Home, name: str, province: str, frame: pl.DataFrame) -> Path:
    path = home.staged_table(name, province)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)
    return path


def _document(r: Report) -> dict[str, object]:
    content = repr((r.applications, r.disputes, r.proactive, r.legacy, r.sections, r.agency_name, r.report_year))
    cells = [*r.applications.values(), *r.disputes.values(), *r.proactive.values(), *r.legacy.values()]
    statuses = [_status(c) for c in cells]
    return {
        "report_id": r.report_id, "payload_digest": r.payload_digest, "url": r.url, "document_url": r.url,
        "converted_by": None, "source_id": "nantong",
        "province": r.province, "content_hash": hashlib.sha256(content.encode()).hexdigest(), "first_fetched_at": r.fetched,
        "title": f"{r.report_year}年{r.agency_name}政府信息公开工作年度报告", "agency_name": r.agency_name,
        "region_code": r.region_code, "level": r.level, "scope": r.scope, "report_year": r.report_year,
        "published_date": r.published_date, "carrier": r.carrier, "form_table2": r.form, "form_table3": r.form,
        "extraction_status": r.extraction_status, "problem": None, "n_cells": len(cells),
        "n_reported": statuses.count("reported"), "n_blank": statuses.count("blank"),
        "n_none_mark": statuses.count("none_mark"), "n_unreadable": statuses.count("unreadable"),
        "n_recognised": len(cells) if r.is_picture else 0,
    }  # fmt: skip


def _number(raw: str) -> float | int:
    digits = raw.removesuffix("万元")
    return float(digits) if "." in digits else int(digits)


def _status(raw: str) -> str:
    return {"": "blank", "/": "none_mark", "?": "unreadable"}.get(raw, "reported")


def _cells(r: Report, cells: Mapping[Any, str], keys: tuple[str, ...]) -> Iterable[dict[str, object]]:
    for number, (key, raw) in enumerate(cells.items(), 1):
        status = _status(raw)
        yield {
            "report_id": r.report_id, "payload_digest": r.payload_digest, **dict(zip(keys, key, strict=True)),
            "value": _number(raw) if status == "reported" else None, "raw_text": raw,
            "value_status": status, "evidence": f"html:table[1]/tr[{number}]/td[2]",
            "is_total": "total" in key or "processed_total" in key,
            "reading": "recognised" if r.is_picture else "printed", "confidence": 0.97 if r.is_picture else None,
        }  # fmt: skip
