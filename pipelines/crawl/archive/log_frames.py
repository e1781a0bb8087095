"""The fetch log and the sources as polars frames: ``crawl.fetches`` and ``crawl.sources`` of the warehouse."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.crawl.archive.fetch_log import read_visits
from pipelines.crawl.list_visits import ListVerdict, ListVisit
from pipelines.home import Home
from schemas.sources import Source

_Schema = dict[str, type[pl.DataType] | pl.DataType]
FETCH_COLUMNS: _Schema = {
    "fetch_id": pl.String, "run_id": pl.String, "fetched_at": pl.Datetime("us", "UTC"), "province": pl.String,
    "source_id": pl.String, "report_id": pl.String, "kind": pl.String, "url": pl.String, "canonical_url": pl.String,
    "final_url": pl.String, "outcome": pl.String, "http_status": pl.Int64, "content_type": pl.String,
    "link_title": pl.String, "n_bytes": pl.Int64, "n_text": pl.Int64, "payload_digest": pl.String, "etag": pl.String,
    "last_modified": pl.String, "has_payload": pl.Boolean, "warc_file": pl.String, "warc_offset": pl.Int64,
    "elapsed_ms": pl.Int64, "message": pl.String,
}  # fmt: skip
"""Columns of ``crawl.fetches``, in order, and ``canonical_url``. ``warc_file`` is relative to the data folder."""


def fetch_frame(home: Home) -> pl.DataFrame:
    """The whole fetch log, oldest first: one row per fetch, columns ``FETCH_COLUMNS``."""
    whole: pl.DataFrame = pl.concat([pl.DataFrame(schema=FETCH_COLUMNS), *FetchLog(home)])
    return whole.sort("fetched_at", "fetch_id")


@dataclass(frozen=True)
class FetchLog:
    """The fetch log as one frame for each of its files, for those who need not hold all of it. Can be iterated repeatedly."""

    home: Home

    def __iter__(self) -> Iterator[pl.DataFrame]:
        folders = sorted(self.home.fetches.glob("*")) if self.home.fetches.is_dir() else []
        return (_fetches(path) for folder in folders for path in sorted(folder.glob("*.jsonl")))


def _fetches(path: Path) -> pl.DataFrame:
    raw: _Schema = {name: pl.String if isinstance(kind, pl.Datetime) else kind for name, kind in FETCH_COLUMNS.items()}
    return _log_frame(path, raw).with_columns(
        pl.col("fetched_at").str.to_datetime(time_unit="us", time_zone="UTC"),
        pl.concat_str(pl.lit("archive"), "province", "warc_file", separator="/").alias("warc_file"),
        pl.col("has_payload").fill_null(False),
        pl.col("n_bytes").fill_null(0), pl.col("elapsed_ms").fill_null(0), pl.col("message").fill_null(""),
    )  # fmt: skip


def list_visit_frame(home: Home) -> pl.DataFrame:
    """List visits of each source's latest run: one row per source, worst verdicts first."""
    schema: _Schema = {
        "province": pl.String, "source_id": pl.String, "verdict": pl.String, "message": pl.String, "since": pl.String,
        "fetched_at": pl.String, "run_id": pl.String, "family": pl.String, "columns": pl.Int64, "pages": pl.Int64,
        "rows": pl.Int64, "report_links": pl.Int64, "links_before": pl.Int64, "promised_pages": pl.Int64,
        "reached_pages": pl.Int64, "url": pl.String,
    }  # fmt: skip
    latest: dict[str, ListVisit] = {}
    for path in sorted(home.fetches.glob("*/*.jsonl")) if home.fetches.is_dir() else []:
        for visit in read_visits(path):
            known = latest.get(visit.source_id)
            if known is None or known.fetched_at <= visit.fetched_at:
                latest[visit.source_id] = visit
    rank = {verdict: number for number, verdict in enumerate(ListVerdict)}
    ranked = sorted(latest.values(), key=lambda visit: (rank[visit.verdict], visit.province, visit.source_id))
    rows = [{name: _plain(getattr(visit, name)) for name in schema} for visit in ranked]
    frame = pl.DataFrame(rows, schema=schema)
    moments = [pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC") for name in ("since", "fetched_at")]
    advice = pl.col("verdict").map_elements(lambda value: ListVerdict(value).advice, return_dtype=pl.String)
    return frame.with_columns(*moments, what_to_do=advice)


def source_frame(sources: Iterable[Source]) -> pl.DataFrame:
    """Sources as rows: the columns of ``crawl.sources``."""
    schema: _Schema = {
        "source_id": pl.String, "province": pl.String, "url": pl.String, "kind": pl.String, "site": pl.String,
        "region": pl.String, "listing": pl.String, "delay_seconds": pl.Float64, "known": pl.String, "tls": pl.String,
        "enabled": pl.Boolean,
    }  # fmt: skip
    rows = [
        {name: source.id if name == "source_id" else _plain(getattr(source, name)) for name in schema}
        for source in sources
    ]
    return pl.DataFrame(rows, schema=schema)


def _log_frame(path: Path, schema: _Schema) -> pl.DataFrame:
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]  # a crash may have left an incomplete last line
    if not whole:
        return pl.DataFrame(schema=schema)
    return pl.read_ndjson(io.BytesIO(whole), schema=schema).filter(pl.col("kind") != "visit")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value
