"""Parts of provinces → their tidy files. Only reports whose staged rows changed are judged, those of many parts at a time.

A look at a model costs pandera a tenth of a second however few the rows are, and a look at a file costs polars a millisecond.
So parts of a province are read and written together, and provinces are judged together; the rows are told apart afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.home import Home
from pipelines.tidy.corrections import Correction
from pipelines.tidy.fingerprints import changed_reports, sign
from pipelines.tidy.tidy_store import FOLDERS, Made, signature_path, write_parquet
from pipelines.tidy.validate_rows import accept
from schemas.tables import STAGED, polars_schema, staged_schema

_TOGETHER = 2048
"""Reports judged together: their rows are in memory several times."""


@dataclass(frozen=True)
class PartGroup:
    """Parts of one province that are made together.

    Attributes:
        inputs: Digest of the staged files of each part, in order of parts.
        count: Parts that the province is cut into.
        stands: Whether their tidy files are what their signatures say.
    """

    province: str
    inputs: dict[str, str]
    count: int
    stands: bool

    @property
    def numbers(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(parts.names(self.province, self.count)) if name in self.inputs}

    def cut(self, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Rows sorted by report as those of each part."""
        pieces = parts.cut(rows, self.count)
        return {name: pieces[number] for name, number in self.numbers.items()}


@dataclass(frozen=True)
class ValidationTask:
    """What there is to judge in a portion.

    Attributes:
        staged: Staged rows of the reports to judge.
        touched: Their ids, also of those that are gone; None: all of the portion, and nothing stands.
        signatures: Of all its reports; None when the staged tables are not in their shape.
    """

    portion: PartGroup
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


def look(home: Home, portion: PartGroup) -> ValidationTask:
    """Read a portion and find what changed in it."""
    staged = {}
    for name in STAGED:
        files = [path for part in portion.inputs if (path := home.staged_table(name, part)).exists()]
        staged[name] = pl.read_parquet(files) if files else pl.DataFrame(schema=staged_schema(name))
    signatures = sign(staged)
    touched = changed_reports(_signatures(home, portion), signatures) if portion.stands else None
    if touched is not None:
        staged = {name: frame.filter(pl.col("report_id").is_in(touched.implode())) for name, frame in staged.items()}
    return ValidationTask(portion, staged, touched, signatures)


def batches(works: Iterable[ValidationTask]) -> Iterator[list[ValidationTask]]:
    """Works to judge together: enough to share the cost, no report twice, and what is out of shape by itself."""
    batch: list[ValidationTask] = []
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


def make(home: Home, batch: Sequence[ValidationTask], corrections: Sequence[Correction]) -> dict[str, Made]:
    """Judge a batch and replace the tidy files whose rows change. Returns what each part came to."""
    accepted = accept({name: pl.concat([work.staged[name] for work in batch]) for name in STAGED}, corrections)
    good = {folder: _by_work(accepted.rows[name], batch) for name, folder in FOLDERS.items()}
    rejected = _by_work(accepted.quarantine, batch)
    files: dict[Path, pl.DataFrame] = {}
    made = {}
    for at, work in enumerate(batch):
        rows = {
            folder: _among_others(home, folder, work, _sorted(frames[at]), files) for folder, frames in good.items()
        }
        quarantined = _quarantine(home, work, rejected[at], files)
        for part, digest in work.portion.inputs.items():
            counts = {folder: of_part[part] for folder, of_part in rows.items()}
            made[part] = Made(digest, counts, quarantined[part], accepted.problems)
            signature_path(home, part).unlink(missing_ok=True)
        if work.signatures is not None:
            files |= {signature_path(home, part): mine for part, mine in work.portion.cut(work.signatures).items()}
    write_parquet(files)
    return made


def _signatures(home: Home, portion: PartGroup) -> pl.DataFrame | None:
    paths = [signature_path(home, part) for part in portion.inputs]
    return pl.read_parquet(paths) if all(path.exists() for path in paths) else None


def _by_work(rows: pl.DataFrame, batch: Sequence[ValidationTask]) -> list[pl.DataFrame]:
    """The rows of each work of the batch, in the order they had."""
    if len(batch) == 1:
        return [rows]
    owners = pl.concat(
        pl.DataFrame({"report_id": list(work.report_ids)}, schema={"report_id": pl.String}).with_columns(at=pl.lit(at))
        for at, work in enumerate(batch)
    )
    placed = rows.join(owners, on="report_id", how="left", maintain_order="left")
    split = placed.partition_by("at", as_dict=True, include_key=False, maintain_order=True)
    return [split.get((at,), rows.clear()) for at in range(len(batch))]


def _sorted(good: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted by report and version; within them in the staged order, which is that of the keys.

    So they are already, as the reader writes a province that has no second versions, and looking is cheap.
    """
    report, version = pl.col("report_id"), pl.col("version")
    falls = (report < report.shift()) | ((report == report.shift()) & (version < version.shift()))
    in_order = not good.select(falls.any()).item()
    return good if in_order else good.sort("report_id", "version", maintain_order=True)


def _among_others(
    home: Home, folder: str, work: ValidationTask, new: pl.DataFrame, files: dict[Path, pl.DataFrame]
) -> dict[str, int]:
    """How many rows each part has of a table; among ``files`` those of parts where they are not what stands there."""
    if work.touched is None:
        pieces = work.portion.cut(new)
        files |= {home.tidy_table(folder, part): rows for part, rows in pieces.items()}
        return {part: rows.height for part, rows in pieces.items()}
    existing = pl.read_parquet([home.tidy_table(folder, part) for part in work.portion.inputs])
    merged, differing = _replaced(existing, work.touched, new)
    changed = set(parts.places(differing, work.portion.count))
    pieces = work.portion.cut(merged)
    numbers = work.portion.numbers
    files |= {home.tidy_table(folder, part): rows for part, rows in pieces.items() if numbers[part] in changed}
    return {part: rows.height for part, rows in pieces.items()}


def _replaced(existing: pl.DataFrame, touched: pl.Series, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Rows with those of the touched reports replaced, and ids of the touched reports that have, or had, rows at all.

    What stands is in order already: the touched reports are cut out and in, and nothing is sorted again.
    """
    begin, end = (existing["report_id"].search_sorted(touched, side=side) for side in ("left", "right"))
    ours = new.partition_by("report_id", maintain_order=True, as_dict=True)
    pieces, at, differing = [], 0, []
    for report, first, past in zip(touched, begin, end, strict=True):
        pieces += [existing[at:first], ours.get((report,), new.clear())]
        at = past
        if first < past or (report,) in ours:
            differing.append(report)
    return pl.concat([*pieces, existing[at:]], rechunk=True), pl.Series(differing, dtype=pl.String)


def _quarantine(
    home: Home, work: ValidationTask, new: pl.DataFrame, files: dict[Path, pl.DataFrame]
) -> dict[str, dict[str, int]]:
    """Rows in quarantine by part and table, those that stand and the new ones; among ``files`` where they change."""
    portion = work.portion
    rows = new.with_columns(province=pl.lit(portion.province)).select(list(polars_schema("quality.quarantine")))
    places = parts.places(rows["report_id"], portion.count)
    counts = {}
    for part, number in portion.numbers.items():
        path, merged = home.tidy_table("quarantine", part), rows.filter(places == number)
        if work.touched is not None:
            existing = pl.read_parquet(path)
            others = existing.filter(~pl.col("report_id").is_in(work.touched.implode()))
            unchanged = merged.is_empty() and others.height == existing.height
            merged = pl.concat([merged, others])
        else:
            unchanged = False
        if not unchanged:
            files[path] = merged.sort("table_name", "report_id", "version", "row_json", "reason", nulls_last=True)
        counts[part] = dict(merged.group_by("table_name").len().sort("table_name").iter_rows())
    return counts
