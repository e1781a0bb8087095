"""A batch of readings → tidy frames. The cells of all pages become one frame per table; numbers are parsed by polars expressions.

The result of a document does not depend on the batch it is in: every operation is per row or per document, and rows are
sorted by their keys.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.read.document_reading import Reading
from pipelines.read.tables.values.cells import PrintedCell, TableReading
from pipelines.read.tables.values.numbers import NOT_TEXT, kind, with_values
from pipelines.report_rules.batch import Batch
from pipelines.report_rules.checks import report_findings
from schemas.forms.catalogue import KEY_COLUMNS, Form
from schemas.report_ids import further_report_id
from schemas.rules import finding
from schemas.tables import staged_schema
from schemas.vocabulary import HowRead, ValueStatus

MONEY_TABLES = ("proactive_disclosure", "legacy_statistics", "legacy_breakdown")
KEY = ("report_id", "payload_digest")


@dataclass(frozen=True)
class Identified:
    """A reading and the document it came from."""

    reading: Reading
    report_id: str
    payload_digest: str
    url: str = ""
    source_id: str | None = None
    province: str = "central"
    first_fetched_at: datetime | None = None


def each_report(item: Identified) -> Iterator[Identified]:
    """The report that the document is about, and every further one in it under an id of its own."""
    yield replace(item, reading=replace(item.reading, others=[]))
    for number, other in enumerate(item.reading.others, 2):
        yield replace(item, reading=other, report_id=further_report_id(item.report_id, number))


Frames = dict[str, pl.DataFrame]
"""Staged tables by name: documents, sections, figures of the prose, findings and the fact tables."""


def frames_of(batch: Sequence[Identified], catalogue: tuple[Form, ...] | None = None) -> Frames:
    """Staged tables of a batch, in the columns of ``schemas.tables.staged_schema``, findings included.

    ``catalogue``: the forms that the batch was read with; default the project's.
    """
    frames: Frames = {table: _facts(batch, table) for table in KEY_COLUMNS}
    frames["sections"] = _sections(batch)
    frames["narrative_statistics"] = _narrative(batch)
    findings = [*_reading_findings(batch), *_cell_findings(frames, _refused(batch))]
    findings += report_findings(Batch(frames, _forms_used(batch), catalogue))
    frames["findings"] = _findings(findings)
    frames["documents"] = _documents(batch, frames)
    return frames


def _forms_used(batch: Sequence[Identified]) -> pl.DataFrame:
    rows = [
        (item.report_id, item.payload_digest, table.table, table.form)
        for item in batch
        for table in item.reading.tables
    ]
    schema = {"report_id": pl.String, "payload_digest": pl.String, "table_name": pl.String, "form": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _facts(batch: Sequence[Identified], table: str) -> pl.DataFrame:
    keys = KEY_COLUMNS[table]
    cells: list[PrintedCell] = []
    owners: dict[str, list[str]] = {name: [] for name in KEY}
    for item in batch:
        for reading in item.reading.tables:
            if reading.table == table:
                cells += reading.cells
                owners["report_id"] += [item.report_id] * len(reading.cells)
                owners["payload_digest"] += [item.payload_digest] * len(reading.cells)
    columns: dict[str, Any] = dict(zip(PrintedCell._fields, zip(*cells, strict=True), strict=False))
    places = dict(zip(keys, zip(*columns.pop("keys", ()), strict=True), strict=False))
    text = dict.fromkeys([*KEY, *keys, "raw_text", "evidence", "unit"], pl.String)
    flags = dict.fromkeys(["money", "signed", "is_total", "unreadable"], pl.Boolean)
    schema = {**text, **flags, "reading": pl.String, "confidence": pl.Float64}
    frame = pl.DataFrame({**dict.fromkeys(schema, ()), **owners, **places, **columns}, schema=schema)
    money_table = table in MONEY_TABLES
    frame = with_values(frame, 6 if money_table else 0)
    if money_table:
        known = pl.col("unit").is_not_null() | pl.col("printed_unit").is_not_null()
        frame = frame.with_columns(unit=pl.when("money").then(pl.when(known).then(pl.lit("万元"))).otherwise("unit"))
    staged = staged_schema(table)
    return frame.with_columns(value=pl.col("value").cast(staged["value"])).select(staged.names()).sort(*KEY, *keys)


def _sections(batch: Sequence[Identified]) -> pl.DataFrame:
    rows = [
        (item.report_id, item.payload_digest, section.section_no, section.heading, section.text)
        for item in batch
        for section in item.reading.sections
    ]
    return pl.DataFrame(rows, schema=staged_schema("sections"), orient="row").sort(*KEY, "section_no")


def _narrative(batch: Sequence[Identified]) -> pl.DataFrame:
    schema = staged_schema("narrative_statistics")
    rows = [
        (
            item.report_id, item.payload_digest, figure.indicator.key, figure.value, figure.unit, figure.sentence.printed,
            figure.section_no, figure.sentence.evidence, figure.how_sure.value, figure.raw_text,
        )
        for item in batch
        for figure in item.reading.narrative
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").sort(*KEY, "indicator")


def _reading_findings(batch: Sequence[Identified]) -> list[dict[str, Any]]:
    return [
        {"report_id": item.report_id, "payload_digest": item.payload_digest, **row}
        for item in batch
        for row in item.reading.findings
    ]


_Spot = tuple[str, str, str, tuple[str, ...]]
"""report_id, payload_digest, table, keys"""


def _refused(batch: Sequence[Identified]) -> dict[_Spot, bool]:
    """Cells whose place is not trusted → whether a finding says why already."""
    return {
        (item.report_id, item.payload_digest, table.table, cell.keys): table.explains(cell)
        for item in batch
        for table in item.reading.tables
        for cell in table.cells
        if cell.unreadable
    }


def _cell_findings(frames: Frames, refused: Mapping[_Spot, bool]) -> list[dict[str, Any]]:
    """Cells that print something which is no number, or one figure for several cells; not what another finding reports."""
    found = []
    for table, keys in KEY_COLUMNS.items():
        odd = frames[table].filter(
            (pl.col("value_status") == ValueStatus.UNREADABLE) & ~pl.col("raw_text").str.contains(" | ", literal=True)
        )
        for row in odd.iter_rows(named=True):
            told = refused.get((row["report_id"], row["payload_digest"], table, tuple(row[name] for name in keys)))
            if told:
                continue
            places = {
                name: row[name]
                for name in keys
                if name in ("line", "applicant", "procedure", "outcome", "item", "metric")
            }
            words = {"place": "/".join(row[name] for name in keys), "text": row["raw_text"]}
            rule = "cell_not_text" if NOT_TEXT in row["raw_text"] else "cell_unreadable"
            rule = "cell_merged" if told is False and kind(row["raw_text"]) == "number" else rule
            found.append(
                {name: row[name] for name in KEY}
                | finding(rule, table_name=table, evidence=row["evidence"], words=words, **places)
            )
    return found


def _findings(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    schema = staged_schema("findings")
    frame = pl.DataFrame([[row.get(name) for name in schema.names()] for row in rows], schema=schema, orient="row")
    places = ("rule", "table_name", "line", "applicant", "procedure", "outcome", "item", "metric", "message")
    return frame.sort(*KEY, *places, nulls_last=False)


def _documents(batch: Sequence[Identified], frames: Frames) -> pl.DataFrame:
    schema = staged_schema("documents")
    rows = [_document(item) for item in batch]
    counted = {name for name in schema.names() if name.startswith("n_")} | {"content_hash"}
    base = {name: dtype for name, dtype in schema.items() if name not in counted}
    frame = pl.DataFrame([[row[name] for name in base] for row in rows], schema=base, orient="row")
    cells = pl.concat([frames[table].select(*KEY, "value_status", "reading") for table in KEY_COLUMNS])
    counts = cells.group_by(KEY).agg(
        pl.len().cast(pl.Int64).alias("n_cells"),
        *[(pl.col("value_status") == status).sum().cast(pl.Int64).alias(f"n_{status}") for status in ValueStatus],
        (pl.col("reading") == HowRead.RECOGNISED).sum().cast(pl.Int64).alias("n_recognised"),
    )
    hashes = pl.DataFrame(
        [(item.report_id, item.payload_digest, content_hash(item.reading)) for item in batch],
        schema={"report_id": pl.String, "payload_digest": pl.String, "content_hash": pl.String},
        orient="row",
    )
    joined = frame.join(hashes, on=KEY, how="left").join(counts, on=KEY, how="left")
    return joined.with_columns(pl.col("^n_.*$").fill_null(0)).select(schema.names()).sort(*KEY)


def _document(item: Identified) -> dict[str, Any]:
    reading = item.reading
    return {
        "report_id": item.report_id, "payload_digest": item.payload_digest, "url": item.url, "source_id": item.source_id,
        "province": item.province, "first_fetched_at": item.first_fetched_at, "title": reading.title,
        "agency_name": reading.agency_name, "region_code": reading.region_code, "level": reading.level,
        "scope": reading.scope, "report_year": reading.report_year, "published_date": reading.published_date,
        "carrier": str(reading.carrier), "form_table2": reading.form_of("proactive_disclosure"),
        "form_table3": reading.form_of("applications"), "extraction_status": reading.extraction_status.value,
        "problem": reading.problem, "document_url": reading.document_url or item.url, "converted_by": reading.converted_by,
    }  # fmt: skip


def content_hash(reading: Reading) -> str:
    """Hash of what the report says (title, date, sections, cells): page chrome and positions do not count."""
    sections = [
        (section.section_no, section.heading, section.text) for section in reading.sections if section.section_no
    ]
    # Cells are in the order of the form; with the missing ones listed, the place of each is determined.
    cells = [
        (table.table, table.form, table.missing, [cell.raw_text for cell in table.cells], _unreadable(table))
        for table in reading.tables
    ]
    content = [reading.title, str(reading.published_date), reading.extraction_status.value, sections, cells]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:32]


def _unreadable(table: TableReading) -> list[int]:
    return [number for number, cell in enumerate(table.cells) if cell.unreadable]
