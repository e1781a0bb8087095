"""Parts of provinces → their tidy files. Only reports whose staged rows changed are judged, those of many parts at a time.

A look at a model costs pandera a tenth of a second however few the rows are; so parts are judged together, whatever their
provinces, and their rows are told apart afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.home import Home
from pipelines.parts import province_of
from pipelines.read.staged import read_staged
from pipelines.warehouse.accept import accept
from pipelines.warehouse.corrections import Correction
from pipelines.warehouse.shelf import FOLDERS, Made, signature_path, write_parquet
from pipelines.warehouse.signatures import changed_reports, sign
from schemas.tables import STAGED, polars_schema

_TOGETHER = 2048
"""Reports judged together: their rows are in memory several times."""


@dataclass(frozen=True)
class Work:
    """A part that must be made.

    Attributes:
        inputs: Digest of its staged files.
        staged: Staged rows of the reports to judge.
        touched: Their ids, also of those that are gone; None: all of the part, and nothing stands.
        signatures: Of all its reports; None when the staged tables are not in their shape.
    """

    part: str
    inputs: str
    staged: dict[str, pl.DataFrame]
    touched: pl.Series | None
    signatures: pl.DataFrame | None

    @property
    def report_ids(self) -> set[str]:
        if self.touched is not None:
            return set(self.touched)
        return set(self.signatures["report_id"]) if self.signatures is not None else set()

    @property
    def n_reports(self) -> int:
        documents = self.staged["documents"]
        return documents["report_id"].n_unique() if "report_id" in documents.columns else 0


def look(home: Home, part: str, inputs: str, *, stands: bool) -> Work:
    """Read a part and find what changed in it; ``stands``: its tidy files are what its signatures say."""
    staged = {name: read_staged(home, name, part) for name in STAGED}
    signatures = sign(staged)
    touched = changed_reports(_signatures(home, part), signatures) if stands else None
    if touched is not None:
        staged = {name: frame.filter(pl.col("report_id").is_in(touched.implode())) for name, frame in staged.items()}
    return Work(part, inputs, staged, touched, signatures)


def batches(works: Iterable[Work]) -> Iterator[list[Work]]:
    """Parts to judge together: enough to share the cost, no report twice, and what is out of shape by itself."""
    batch: list[Work] = []
    ids: set[str] = set()
    for work in works:
        mine = work.report_ids
        apart = work.signatures is None or any(other.signatures is None for other in batch)
        if batch and (apart or len(ids) + len(mine) > _TOGETHER or not ids.isdisjoint(mine)):
            yield batch
            batch, ids = [], set()
        batch.append(work)
        ids |= mine
    if batch:
        yield batch


def make(home: Home, batch: Sequence[Work], corrections: Sequence[Correction]) -> dict[str, Made]:
    """Judge a batch and replace the tidy files whose rows change. Returns what each part came to."""
    frames = {name: pl.concat([work.staged[name] for work in batch]) for name in STAGED}
    accepted = accept(frames, corrections)
    good = {folder: _by_part(accepted.rows[name], batch) for name, folder in FOLDERS.items()}
    rejected = _by_part(accepted.quarantine, batch)
    files: dict[Path, pl.DataFrame] = {}
    made = {}
    for number, work in enumerate(batch):
        rows = {}
        for folder, frames_of in good.items():
            merged = _among_others(home.tidy_table(folder, work.part), work, _sorted(frames_of[number]), files)
            rows[folder] = merged.height
        counts = _quarantine(home.tidy_table("quarantine", work.part), work, rejected[number], files)
        made[work.part] = Made(work.inputs, rows, counts, accepted.problems)
        signature_path(home, work.part).unlink(missing_ok=True)
        if work.signatures is not None:
            files[signature_path(home, work.part)] = work.signatures
    write_parquet(files)
    return made


def _signatures(home: Home, part: str) -> pl.DataFrame | None:
    path = signature_path(home, part)
    return pl.read_parquet(path) if path.exists() else None


def _by_part(rows: pl.DataFrame, batch: Sequence[Work]) -> list[pl.DataFrame]:
    """The rows of each part of the batch, in the order they had."""
    if len(batch) == 1:
        return [rows]
    owners = pl.concat([pl.DataFrame({"report_id": sorted(work.report_ids)}, schema={"report_id": pl.String})
                        .with_columns(number=pl.lit(number)) for number, work in enumerate(batch)])  # fmt: skip
    placed = rows.join(owners, on="report_id", how="left", maintain_order="left")
    split = placed.partition_by("number", as_dict=True, include_key=False, maintain_order=True)
    return [split.get((number,), rows.clear()) for number in range(len(batch))]


def _sorted(good: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted by report and version; within them in the staged order, which is that of the keys.

    So they are already, as the reader writes a province that has no second versions, and looking is cheap.
    """
    report, version = pl.col("report_id"), pl.col("version")
    falls = (report < report.shift()) | ((report == report.shift()) & (version < version.shift()))
    in_order = not good.select(falls.any()).item()
    return good if in_order else good.sort("report_id", "version", maintain_order=True)


def _among_others(path: Path, work: Work, new: pl.DataFrame, files: dict[Path, pl.DataFrame]) -> pl.DataFrame:
    """All rows of the part's table; among ``files`` where they are not those that stand there."""
    if work.touched is None:
        files[path] = new
        return new
    standing = pl.read_parquet(path)
    begin, end = (standing["report_id"].search_sorted(work.touched, side=side) for side in ("left", "right"))
    if new.is_empty() and begin.equals(end):
        return standing
    # What stands is in order already: the touched reports are cut out and in, and nothing is sorted again.
    ours = new.partition_by("report_id", maintain_order=True, as_dict=True)
    pieces, at = [], 0
    for report, first, past in zip(work.touched, begin, end, strict=True):
        pieces += [standing[at:first], ours.get((report,), new.clear())]
        at = past
    files[path] = pl.concat([*pieces, standing[at:]], rechunk=True)
    return files[path]


def _quarantine(path: Path, work: Work, new: pl.DataFrame, files: dict[Path, pl.DataFrame]) -> dict[str, int]:
    """Rows in quarantine by table, those that stand and the new ones; among ``files`` where they change."""
    rows = new.with_columns(province=pl.lit(province_of(work.part))).select(list(polars_schema("quality.quarantine")))
    if work.touched is not None:
        standing = pl.read_parquet(path)
        others = standing.filter(~pl.col("report_id").is_in(work.touched.implode()))
        rows = pl.concat([rows, others])
        if new.is_empty() and others.height == standing.height:
            return _counts(standing)
    files[path] = rows.sort("table_name", "report_id", "version", "row_json", "reason", nulls_last=True)
    return _counts(rows)


def _counts(quarantine: pl.DataFrame) -> dict[str, int]:
    return dict(quarantine.group_by("table_name").len().sort("table_name").iter_rows())
