"""Parts of provinces → their tidy files. Only reports whose staged rows changed are validated, many parts at a time.

pandera needs a tenth of a second per table however few the rows are, and polars a millisecond per file. So parts are read and
written together, and several provinces are validated together; the rows are separated afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import parts
from pipelines.home import Home
from pipelines.tidy.corrections import Correction
from pipelines.tidy.fingerprints import changed_reports, sign
from pipelines.tidy.tidy_store import FOLDERS, PartResult, State, signature_path, write_parquet
from pipelines.tidy.validate_rows import accept
from schemas.tables import STAGED, polars_schema, staged_schema

_TOGETHER = 2048
"""Maximum number of reports validated together: their rows are in memory several times."""


@dataclass(frozen=True)
class PartGroup:
    """Parts of one province that are written together.

    Attributes:
        inputs: Digest of the staged files of each part, in order of parts.
        count: Number of parts of the province.
        stands: Whether their tidy files agree with their signatures.
        before: The state that lists these tidy files.
    """

    province: str
    inputs: dict[str, str]
    count: int
    stands: bool
    before: State

    @property
    def numbers(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(parts.names(self.province, self.count)) if name in self.inputs}

    def cut(self, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Split rows, sorted by report, into parts."""
        pieces = parts.cut(rows, self.count)
        return {name: pieces[number] for name, number in self.numbers.items()}


@dataclass(frozen=True)
class ValidationTask:
    """The reports to validate in a group of parts.

    Attributes:
        staged: Staged rows of these reports.
        touched: Ids of new, changed and removed reports. None: all reports of the group.
        signatures: Of all its reports. None if the staged tables do not have their schema.
    """

    group: PartGroup
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


def find_changes(home: Home, group: PartGroup) -> ValidationTask:
    """Read a group of parts and find what changed."""
    staged = {}
    for name in STAGED:
        files = [path for part in group.inputs if (path := home.staged_table(name, part)).exists()]
        staged[name] = pl.read_parquet(files) if files else pl.DataFrame(schema=staged_schema(name))
    signatures = sign(staged)
    touched = changed_reports(_signatures(home, group), signatures) if group.stands else None
    if touched is not None:
        staged = {name: frame.filter(pl.col("report_id").is_in(touched.implode())) for name, frame in staged.items()}
    return ValidationTask(group, staged, touched, signatures)


def batches(tasks: Iterable[ValidationTask]) -> Iterator[list[ValidationTask]]:
    """Group tasks for validation: large enough to share fixed costs, no report twice, malformed input alone."""
    batch: list[ValidationTask] = []
    ids: set[str] = set()
    for task in tasks:
        mine = task.report_ids
        apart = task.signatures is None or any(other.signatures is None for other in batch)
        if batch and (apart or len(ids) + len(mine) > _TOGETHER or not ids.isdisjoint(mine)):
            yield batch
            batch, ids = [], set()
        batch.append(task)
        ids |= mine
    if batch:
        yield batch


def validate_batch(
    home: Home, batch: Sequence[ValidationTask], corrections: Sequence[Correction]
) -> dict[str, PartResult]:
    """Validate a batch and replace the tidy files whose rows change. Returns the result by part.

    Files are merged and written one group of parts at a time: the rows of all parts that a few changes touch are many.
    """
    accepted = accept({name: pl.concat([task.staged[name] for task in batch]) for name in STAGED}, corrections)
    good = {folder: _by_work(accepted.rows[name], batch) for name, folder in FOLDERS.items()}
    rejected = _by_work(accepted.quarantine, batch)
    made = {}
    for at, task in enumerate(batch):
        files: dict[Path, pl.DataFrame] = {}
        rows = {
            folder: _among_others(home, folder, task, _sorted(frames[at]), files) for folder, frames in good.items()
        }
        quarantined = _quarantine(home, task, rejected[at], files)
        for part, digest in task.group.inputs.items():
            counts = {folder: of_part[part] for folder, of_part in rows.items()}
            made[part] = PartResult(digest, counts, quarantined[part], accepted.problems)
            signature_path(home, part).unlink(missing_ok=True)
        if task.signatures is not None:
            files |= {signature_path(home, part): mine for part, mine in task.group.cut(task.signatures).items()}
        write_parquet(files)
    return made


def _signatures(home: Home, group: PartGroup) -> pl.DataFrame | None:
    paths = [signature_path(home, part) for part in group.inputs]
    return pl.read_parquet(paths) if all(path.exists() for path in paths) else None


def _by_work(rows: pl.DataFrame, batch: Sequence[ValidationTask]) -> list[pl.DataFrame]:
    """The rows of each task of the batch, in their order."""
    if len(batch) == 1:
        return [rows]
    owners = pl.concat(
        pl.DataFrame({"report_id": list(task.report_ids)}, schema={"report_id": pl.String}).with_columns(at=pl.lit(at))
        for at, task in enumerate(batch)
    )
    placed = rows.join(owners, on="report_id", how="left", maintain_order="left")
    split = placed.partition_by("at", as_dict=True, include_key=False, maintain_order=True)
    return [split.get((at,), rows.clear()) for at in range(len(batch))]


def _sorted(good: pl.DataFrame) -> pl.DataFrame:
    """Rows sorted by report and version; within them in the staged order, which is that of the keys.

    They already are if no report has a second version, and testing that is cheap.
    """
    report, version = pl.col("report_id"), pl.col("version")
    falls = (report < report.shift()) | ((report == report.shift()) & (version < version.shift()))
    in_order = not good.select(falls.any()).item()
    return good if in_order else good.sort("report_id", "version", maintain_order=True)


def _among_others(
    home: Home, folder: str, task: ValidationTask, new: pl.DataFrame, files: dict[Path, pl.DataFrame]
) -> dict[str, int]:
    """Row count of a table by part. Adds to ``files`` the parts whose rows changed."""
    if task.touched is None:
        pieces = task.group.cut(new)
        files |= {home.tidy_table(folder, part): rows for part, rows in pieces.items()}
        return {part: rows.height for part, rows in pieces.items()}
    stored = [part for part in task.group.inputs if task.group.before.holds(folder, part)]
    if not stored and new.is_empty():
        return dict.fromkeys(task.group.inputs, 0)
    existing = pl.read_parquet([home.tidy_table(folder, part) for part in stored]) if stored else new.clear()
    merged, differing = _replaced(existing, task.touched, new)
    changed = set(parts.places(differing, task.group.count))
    pieces = task.group.cut(merged)
    numbers = task.group.numbers
    files |= {home.tidy_table(folder, part): rows for part, rows in pieces.items() if numbers[part] in changed}
    return {part: rows.height for part, rows in pieces.items()}


def _replaced(existing: pl.DataFrame, touched: pl.Series, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Replace the rows of the touched reports. Also returns the ids of touched reports that have or had rows.

    Existing rows are sorted, so slices are replaced and nothing is sorted again.
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
    home: Home, task: ValidationTask, new: pl.DataFrame, files: dict[Path, pl.DataFrame]
) -> dict[str, dict[str, int]]:
    """Existing and new quarantine rows by part and table. Adds to ``files`` the parts where they changed."""
    group = task.group
    rows = new.with_columns(province=pl.lit(group.province)).select(list(polars_schema("quality.quarantine")))
    places = parts.places(rows["report_id"], group.count)
    counts = {}
    for part, number in group.numbers.items():
        path, merged = home.tidy_table("quarantine", part), rows.filter(places == number)
        if task.touched is not None:
            existing = pl.read_parquet(path) if group.before.holds("quarantine", part) else rows.clear()
            others = existing.filter(~pl.col("report_id").is_in(task.touched.implode()))
            unchanged = merged.is_empty() and others.height == existing.height
            merged = pl.concat([merged, others])
        else:
            unchanged = False
        if not unchanged:
            files[path] = merged.sort("table_name", "report_id", "version", "row_json", "reason", nulls_last=True)
        counts[part] = dict(merged.group_by("table_name").len().sort("table_name").iter_rows())
    return counts
